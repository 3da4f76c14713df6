import {
  invalidPlugins,
  dependencyFailed,
  pluginsAlreadyInstalled,
  rangesUnavailable,
  unresolvedPlugins,
} from '../errors/plugin-errors.ts'
import type { Problem } from '../errors/problem.ts'
import { validatePlugin } from '../definition/validate-plugin.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { VersionRanges } from '../definition/version-ranges.ts'
import { resolve } from '../registry/resolve.ts'
import type { PluginStatus } from './lifecycle.ts'
import type { PluginInstance } from './plugin-instance.ts'
import { manifestOf } from './plugin-views.ts'

/** For plugins that name no range. */
export const noRanges: VersionRanges = { isRange: () => true, includes: () => true }

/** Loads the reader of ranges where there are any. */
async function rangesFor(plugins: readonly AnyPlugin[]): Promise<VersionRanges> {
  if (!plugins.some(namesRanges)) return noRanges
  try {
    return (await import('../registry/semver-ranges.ts')).semverRanges
  } catch (error) {
    throw rangesUnavailable(error)
  }
}

function namesRanges(plugin: AnyPlugin | null | undefined): boolean {
  const ranges = { ...plugin?.dependencies, ...plugin?.optionalDependencies }
  return plugin?.metadata?.coreVersion !== undefined || Object.keys(ranges).length > 0
}

/** @throws GK_INVALID_PLUGIN with everything wrong with any of them. */
export function assertValid(plugins: readonly AnyPlugin[], ranges: VersionRanges): void {
  const problems = new Map<string, readonly Problem[]>()
  for (const [index, plugin] of plugins.entries()) {
    const found = validatePlugin(plugin, ranges)
    const { metadata } = (plugin ?? {}) as { metadata?: { id?: string } | null }
    if (found.length > 0) problems.set(metadata?.id || `plugins[${index}]`, found)
  }
  if (problems.size > 0) throw invalidPlugins(problems)
}

/**
 * The plugins in the order to initialise them.
 *
 * @throws GK_INVALID_PLUGIN, GK_PLUGIN_ALREADY_INSTALLED, GK_UNRESOLVED_PLUGINS with all that stands in the way;
 *   GK_RANGES_UNAVAILABLE.
 */
export async function planInstallation(
  plugins: readonly AnyPlugin[],
  installed: readonly AnyPlugin[],
  coreVersion: string,
): Promise<readonly AnyPlugin[]> {
  const ranges = await rangesFor(plugins)
  assertValid(plugins, ranges)
  const ids = new Set(installed.map(({ metadata }) => metadata.id))
  const twice = plugins.map(({ metadata }) => metadata.id).filter((id) => ids.has(id))
  if (twice.length > 0) throw pluginsAlreadyInstalled(twice)
  const resolution = resolve(plugins.map(manifestOf), installed.map(manifestOf), coreVersion, ranges)
  if (resolution.kind === 'problems') throw unresolvedPlugins(resolution.problems)
  const byId = new Map(plugins.map((plugin) => [plugin.metadata.id, plugin]))
  return resolution.order.flatMap((id) => byId.get(id) ?? [])
}

/**
 * Takes instances from one status to the next, each after those it depends on,
 * the rest side by side. One whose dependency failed fails with the chain.
 */
export async function bringUp(
  instances: readonly PluginInstance[],
  from: PluginStatus,
  step: (instance: PluginInstance) => Promise<void>,
): Promise<void> {
  const byId = new Map(instances.map((instance) => [instance.id, instance]))
  const steps = new Map<string, Promise<void>>()
  const run = async (instance: PluginInstance): Promise<void> => {
    const before = [...dependenciesOf(instance), ...optionalDependenciesOf(instance)]
    const pending = before.flatMap((id) => steps.get(id) ?? [])
    // Without this check even the first plugin would start a microtask late, and out of priority.
    if (pending.length > 0) await Promise.all(pending)
    if (instance.status !== from) return
    // One that is to be removed has not failed: its step ends at once, and nobody needs to be told.
    const chain = instance.halted ? [] : failureChain(instance, byId)
    if (chain.length > 1) instance.fail(dependencyFailed(chain, byId.get(chain.at(-1) ?? '')?.error))
    else await step(instance)
  }
  for (const instance of instances) steps.set(instance.id, run(instance))
  await Promise.all(steps.values())
}

/** From a plugin down to the one whose failure keeps it from running; only itself when none does. */
function failureChain(
  instance: PluginInstance,
  byId: ReadonlyMap<string, PluginInstance>,
): readonly string[] {
  const failed = dependenciesOf(instance)
    .flatMap((id) => byId.get(id) ?? [])
    .find(({ error }) => error !== undefined)
  return failed === undefined ? [instance.id] : [instance.id, ...failureChain(failed, byId)]
}

function dependenciesOf({ definition }: PluginInstance): readonly string[] {
  return Object.keys(definition.dependencies ?? {})
}

function optionalDependenciesOf({ definition }: PluginInstance): readonly string[] {
  return Object.keys(definition.optionalDependencies ?? {})
}
