import { dependencyFailed } from '../errors/plugin-errors.ts'
import { dependenciesOf } from './dependents.ts'
import type { PluginStatus } from './lifecycle.ts'
import type { PluginInstance } from './plugin-instance.ts'

/**
 * Takes instances from one status to the next, each after those it depends on,
 * the rest side by side. One whose dependency failed fails with the chain.
 */
export type BringUp = (
  instances: readonly PluginInstance[],
  find: (id: string) => PluginInstance | undefined,
  from: PluginStatus,
  step: (instance: PluginInstance) => Promise<void>,
) => Promise<void>

export const bringUp: BringUp = async (instances, find, from, step) => {
  const steps = new Map<string, Promise<void>>()
  const run = async (instance: PluginInstance): Promise<void> => {
    const before = [...dependenciesOf(instance), ...optionalDependenciesOf(instance)]
    const pending = before.flatMap((id) => steps.get(id) ?? [])
    // Without this check even the first plugin would start a microtask late, and out of priority.
    if (pending.length > 0) await Promise.all(pending)
    if (instance.status !== from) return
    // One that is to be removed has not failed: its step ends at once, and nobody needs to be told.
    const chain = instance.halted ? [] : failureChain(instance, find)
    if (chain.length > 1) instance.fail(dependencyFailed(chain, find(chain.at(-1) ?? '')?.error))
    else await step(instance)
  }
  for (const instance of instances) steps.set(instance.id, run(instance))
  await Promise.all(steps.values())
}

/** From a plugin down to the one that keeps it from running, because it failed or is not there; only itself when none does. */
function failureChain(
  instance: PluginInstance,
  find: (id: string) => PluginInstance | undefined,
): readonly string[] {
  for (const id of dependenciesOf(instance)) {
    const needed = find(id)
    if (needed?.error) return [instance.id, ...failureChain(needed, find)]
    if (needed === undefined || needed.halted || !needed.enabled) return [instance.id, id]
  }
  return [instance.id]
}

function optionalDependenciesOf({ definition }: PluginInstance): readonly string[] {
  return Object.keys(definition.optionalDependencies ?? {})
}
