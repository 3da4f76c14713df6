import { installInterrupted } from '../errors/plugin-errors.ts'
import type { Candidate, PlannedPlugin } from '../manager/planned-plugin.ts'
import { claimsOf } from '../manager/instance-rights.ts'
import type { PluginSet } from '../manager/plugin-set.ts'
import type { Decision } from '../permissions/permission-registry.ts'

/**
 * Finds out how to put another version of a plugin in its place, where those that need it go on.
 *
 * @throws as `planInstallation`
 */
export async function planReload(plugins: PluginSet, next: Candidate): Promise<PlannedPlugin> {
  const { id } = next.definition.metadata
  const dependents = plugins.dependentsOf(id).flatMap((each) => plugins.get(each)?.candidate ?? [])
  const leaving = new Set([id, ...dependents.map(({ definition }) => definition.metadata.id)])
  const planned = await plugins.plan([next, ...dependents], leaving)
  // What was planned has what was asked for.
  return planned.find(({ definition }) => definition.metadata.id === id) as PlannedPlugin
}

/**
 * Asks for the rights of another version, and gives none. What was decided of the plugin before counts.
 *
 * @param signal Aborts when nobody waits for the answer any more.
 * @throws GK_INSTALL_INTERRUPTED
 */
export async function askForRights(
  plugins: PluginSet,
  { definition, provenance }: PlannedPlugin,
  signal: AbortSignal,
): Promise<Decision> {
  const { permissions } = await plugins.installation()
  const { id } = definition.metadata
  const decision = await permissions.ask(id, claimsOf(definition), provenance.origin, signal)
  if (signal.aborted) throw installInterrupted(id)
  return decision
}
