import { GridKitError, messageOf } from './gridkit-error.ts'
import { listed, type Problem } from './problem.ts'

/** Lists what is wrong with every plugin of a set, by the id of the plugin. */
export function invalidPlugins(problems: ReadonlyMap<string, readonly Problem[]>): GridKitError {
  const each = [...problems].map(([id, found]) => ({ id, ...listed(found) }))
  return new GridKitError({
    code: 'GK_INVALID_PLUGIN',
    pluginId: each[0]?.id,
    message: each.map(({ id, message }) => `plugin '${id}' is not valid: ${message}`).join('; '),
    hint: each.map(({ hint }) => hint).join('\n'),
  })
}

/** Lists everything that the `configSchema` of each plugin of a set does not allow, by the id of the plugin. */
export function invalidConfigs(problems: ReadonlyMap<string, readonly Problem[]>): GridKitError {
  const each = [...problems].map(([id, found]) => ({ id, ...listed(found) }))
  return new GridKitError({
    code: 'GK_INVALID_CONFIG',
    pluginId: each[0]?.id,
    message: each
      .map(({ id, message }) => `the configuration of plugin '${id}' is not valid: ${message}`)
      .join('; '),
    hint: each.map(({ hint }) => hint).join('\n'),
  })
}

export function unresolvedPlugins(problems: readonly Problem[]): GridKitError {
  return new GridKitError({ code: 'GK_UNRESOLVED_PLUGINS', ...listed(problems) })
}

export function pluginsAlreadyInstalled(pluginIds: readonly string[]): GridKitError {
  return new GridKitError({
    code: 'GK_PLUGIN_ALREADY_INSTALLED',
    pluginId: pluginIds[0],
    message: pluginIds.map((id) => `plugin '${id}' is already installed`).join('; '),
    hint: 'Uninstall it first, or give the second one an id of its own.',
  })
}

export function pluginNotInstalled(pluginId: string): GridKitError {
  return new GridKitError({
    code: 'GK_PLUGIN_NOT_INSTALLED',
    pluginId,
    message: `plugin '${pluginId}' is not installed`,
    hint: 'Check the id with listPlugins(); ids are case-sensitive.',
  })
}

export function pluginRequired(pluginId: string, dependents: readonly string[]): GridKitError {
  return new GridKitError({
    code: 'GK_PLUGIN_REQUIRED',
    pluginId,
    message: `plugin '${pluginId}' is required by ${dependents.map((id) => `'${id}'`).join(', ')}`,
    hint: 'Uninstall those first, or pass { cascade: true } to uninstall them with it.',
  })
}

export function pluginFailed(pluginId: string, phase: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_PLUGIN_FAILED',
    pluginId,
    message: `plugin '${pluginId}' failed in ${phase}: ${messageOf(cause)}`,
    hint: `Look at the cause; it was thrown in ${phase}.`,
    cause,
  })
}

export function pluginTimedOut(pluginId: string, phase: string, milliseconds: number): GridKitError {
  return new GridKitError({
    code: 'GK_PLUGIN_TIMED_OUT',
    pluginId,
    message: `plugin '${pluginId}' did not finish ${phase} within ${milliseconds} ms`,
    hint: `Move long work out of ${phase}, or raise timeouts.${phase} in the host's options.`,
  })
}

export function pluginsFailed(failures: readonly GridKitError[]): GridKitError {
  return new GridKitError({
    code: 'GK_PLUGINS_FAILED',
    message: failures.map((failure) => failure.message).join('; '),
    hint: 'The other plugins of the set are running. Fix those named here and install them again.',
    cause: new AggregateError(failures),
  })
}

/** `part` is what could not be loaded when it was first needed. */
export function partUnavailable(part: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_PART_UNAVAILABLE',
    message: `the part of @gridkit/core for ${part} could not be loaded: ${messageOf(cause)}`,
    hint: 'Check the network and try again. Nothing was changed.',
    cause,
  })
}

export function installInterrupted(pluginId: string): GridKitError {
  return new GridKitError({
    code: 'GK_INSTALL_INTERRUPTED',
    pluginId,
    message: `plugin '${pluginId}' was removed while it was being installed`,
    hint: 'Nothing of it is left. Install it again if that was not meant.',
  })
}

/** `chain` runs from the plugin that can't start to the one that failed. */
export function dependencyFailed(chain: readonly string[], cause: unknown): GridKitError {
  const [pluginId = ''] = chain
  return new GridKitError({
    code: 'GK_DEPENDENCY_FAILED',
    pluginId,
    message: `plugin '${pluginId}' was not started, because a plugin it depends on failed: ${chain.join(' -> ')}`,
    hint: 'Fix the last plugin of the chain, then install this one again.',
    cause,
  })
}

export function pluginUnavailable(pluginId: string, method: string, status: string): GridKitError {
  return new GridKitError({
    code: 'GK_PLUGIN_UNAVAILABLE',
    pluginId,
    message: `'${method}' can't be called: plugin '${pluginId}' is ${status}`,
    hint: 'Install the plugin again, or await table.plugins.ready before calling its methods.',
  })
}

export function pluginSuspended(pluginId: string, member: string): GridKitError {
  return new GridKitError({
    code: 'GK_PLUGIN_SUSPENDED',
    pluginId,
    message: `'${member}' is refused: plugin '${pluginId}' is suspended, because it failed or took too much`,
    hint: 'It is let run again by itself after a while; reload it, or turn it off and on, to do so now.',
  })
}

export function callTimedOut(pluginId: string, method: string, milliseconds: number): GridKitError {
  return new GridKitError({
    code: 'GK_METHOD_TIMED_OUT',
    pluginId,
    message: `'${method}' was not called: plugin '${pluginId}' did not come up within ${milliseconds} ms`,
    hint: 'Await table.plugins.ready before calling, and look at what holds the plugin up.',
  })
}

export function tooManyCalls(pluginId: string, method: string, most: number): GridKitError {
  return new GridKitError({
    code: 'GK_METHOD_QUEUE_FULL',
    pluginId,
    message: `'${method}' was not called: ${most} calls wait for plugin '${pluginId}' already`,
    hint: 'Await table.plugins.ready before calling in a loop.',
  })
}

export function illegalTransition(pluginId: string, from: string, to: string): GridKitError {
  return new GridKitError({
    code: 'GK_ILLEGAL_TRANSITION',
    pluginId,
    message: `plugin '${pluginId}' can't go from ${from} to ${to}`,
    hint: 'A plugin goes unloaded, loading, initialized, running, stopped; any of them may end in error.',
  })
}

export function managerDestroyed(): GridKitError {
  return new GridKitError({
    code: 'GK_MANAGER_DESTROYED',
    message: 'this plugin manager was destroyed',
    hint: 'Create a new table or a new EnhancedPluginManager.',
  })
}
