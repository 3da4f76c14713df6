import type { JsonSchema } from '../definition/json-schema.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import { validatePlugin } from '../definition/validate-plugin.ts'
import type { VersionRanges } from '../definition/version-ranges.ts'
import {
  invalidConfigs,
  invalidPlugins,
  pluginsAlreadyInstalled,
  unresolvedPlugins,
} from '../errors/plugin-errors.ts'
import type { Problem } from '../errors/problem.ts'
import { loadPart } from '../lifetime/load-part.ts'
import type { CheckedConfig } from '../registry/config-schema.ts'
import { resolve, type Resolution } from '../registry/resolve.ts'
import { anyConfig, type Candidate, type ConfigCheck, type PlannedPlugin } from './planned-plugin.ts'
import { manifestOf } from './plugin-views.ts'

/** For plugins that name no range. */
const noRanges: VersionRanges = { isRange: () => true, includes: () => true }

async function rangesFor(plugins: readonly AnyPlugin[]): Promise<VersionRanges> {
  if (!plugins.some(namesRanges)) return noRanges
  return (await loadPart('version ranges', () => import('../registry/semver-ranges.ts'))).semverRanges
}

function namesRanges(plugin: AnyPlugin | null | undefined): boolean {
  const { dependencies, optionalDependencies, metadata } = plugin ?? {}
  const ranges = { ...dependencies, ...optionalDependencies, ...metadata?.peerPlugins }
  return metadata?.coreVersion !== undefined || Object.keys(ranges).length > 0
}

/** What reads the schemas of configurations. */
interface ConfigSchemas {
  readonly checkConfig: (schema: JsonSchema, config: unknown) => CheckedConfig
  readonly schemaProblems: (schema: unknown) => readonly Problem[]
}

/** For sets without a schema. */
const noSchemas: ConfigSchemas = {
  checkConfig: (_, config) => anyConfig(config),
  schemaProblems: () => [],
}

async function schemasFor(plugins: readonly AnyPlugin[]): Promise<ConfigSchemas> {
  const some = plugins.some((plugin: AnyPlugin | null | undefined) => plugin?.configSchema !== undefined)
  return some ? loadPart('configuration schemas', () => import('../registry/config-schema.ts')) : noSchemas
}

/** @throws GK_INVALID_PLUGIN with everything wrong with any of them. */
function assertValid(
  plugins: readonly AnyPlugin[],
  ranges: VersionRanges,
  { schemaProblems }: ConfigSchemas = noSchemas,
): void {
  const problems = new Map<string, readonly Problem[]>()
  for (const [index, plugin] of plugins.entries()) {
    const schema = (plugin as AnyPlugin | null | undefined)?.configSchema
    const found = [...validatePlugin(plugin, ranges), ...(schema === undefined ? [] : schemaProblems(schema))]
    const { metadata } = (plugin ?? {}) as { metadata?: { id?: string } | null }
    if (found.length > 0) problems.set(metadata?.id || `plugins[${index}]`, found)
  }
  if (problems.size > 0) throw invalidPlugins(problems)
}

/** @throws GK_INVALID_CONFIG with everything wrong with the configuration of any. */
function assertConfigs(planned: readonly PlannedPlugin[]): void {
  const problems = new Map(
    planned.flatMap(({ definition, checkConfig }): [string, readonly Problem[]][] => {
      const found = checkConfig(definition.config).problems
      return found.length > 0 ? [[definition.metadata.id, found]] : []
    }),
  )
  if (problems.size > 0) throw invalidConfigs(problems)
}

/**
 * The plugins in the order to initialise them.
 *
 * @param there Ids that are taken, of plugins that run or are turned off.
 * @param standing Plugins that can be depended on.
 * @throws GK_INVALID_PLUGIN, GK_INVALID_CONFIG, GK_PLUGIN_ALREADY_INSTALLED, GK_UNRESOLVED_PLUGINS with all
 *   that stands in the way; GK_PART_UNAVAILABLE.
 */
export async function planInstallation(
  candidates: readonly Candidate[],
  there: ReadonlySet<string>,
  standing: readonly AnyPlugin[],
  coreVersion: string,
): Promise<readonly PlannedPlugin[]> {
  const plugins = candidates.map(({ definition }) => definition)
  const ranges = await rangesFor([...plugins, ...standing])
  const schemas = await schemasFor(plugins)
  assertValid(plugins, ranges, schemas)
  const twice = plugins.map(({ metadata }) => metadata.id).filter((id) => there.has(id))
  if (twice.length > 0) throw pluginsAlreadyInstalled(twice)
  const planned = candidates.map((candidate): PlannedPlugin => ({
    ...candidate,
    checkConfig: configCheckOf(candidate, schemas),
  }))
  assertConfigs(planned)
  // Those that stay turned off are neither missing anything nor there for others.
  const off = planned.filter(({ enabled }) => enabled === false)
  const coming = planned.filter((each) => !off.includes(each)).map(({ definition }) => manifestOf(definition))
  const resolution = resolve(coming, standing.map(manifestOf), coreVersion, ranges)
  if (resolution.kind === 'problems') throw unresolvedPlugins(resolution.problems)
  const byId = new Map(planned.map((each) => [each.definition.metadata.id, each]))
  return [...resolution.order.flatMap((id) => byId.get(id) ?? []), ...off]
}

function configCheckOf({ definition: { configSchema } }: Candidate, schemas: ConfigSchemas): ConfigCheck {
  return configSchema === undefined ? anyConfig : (config) => schemas.checkConfig(configSchema, config)
}

/** What would stand in the way if plugins that are there were installed now, as a set; or their order. */
export async function resolveTogether(
  plugins: readonly AnyPlugin[],
  coreVersion: string,
): Promise<Resolution> {
  return resolve(plugins.map(manifestOf), [], coreVersion, await rangesFor(plugins))
}
