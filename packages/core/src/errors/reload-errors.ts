import { GridKitError, messageOf } from './gridkit-error.ts'

export function reloadRolledBack(pluginId: string, version: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_RELOAD_ROLLED_BACK',
    pluginId,
    message: `plugin '${pluginId}' was not replaced: version ${version} failed with: ${messageOf(cause)}`,
    hint: 'The version before runs on, with its state, its storage and its configuration. Mend the new one and reload again.',
    cause,
  })
}

export function rollbackFailed(pluginId: string, cause: unknown, failure: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_ROLLBACK_FAILED',
    pluginId,
    message: `plugin '${pluginId}' could not be replaced, and the version before did not come back: ${messageOf(failure)}`,
    hint: 'The plugin does not run. Install it again; `cause` is why the new version failed.',
    cause,
  })
}

export function otherPluginGiven(pluginId: string, given: string): GridKitError {
  return new GridKitError({
    code: 'GK_OTHER_PLUGIN_GIVEN',
    pluginId,
    message: `plugin '${pluginId}' can't be replaced by plugin '${given}'`,
    hint: 'Pass another version of the same plugin, or install the other one.',
  })
}

export function noHotReloadSource(pluginId: string): GridKitError {
  return new GridKitError({
    code: 'GK_NO_HOT_RELOAD_SOURCE',
    pluginId,
    message: `nothing tells the host of new versions of plugin '${pluginId}'`,
    hint: "Pass the option hotReload, such as the hotReloadSource of 'virtual:gridkit/hot-reload' with @gridkit/core/vite.",
  })
}

export function reloadSourceFailed(pluginId: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_RELOAD_SOURCE_FAILED',
    pluginId,
    message: `there is no new version of plugin '${pluginId}': ${messageOf(cause)}`,
    hint: 'The version before runs on. Mend its module.',
    cause,
  })
}

export function reloadEventsLost(pluginId: string, count: number): GridKitError {
  return new GridKitError({
    code: 'GK_RELOAD_EVENTS_LOST',
    pluginId,
    message: `${count} events did not get to plugin '${pluginId}': more came than are kept while it is replaced`,
    hint: 'Let the plugin look at the state of the table when it is restored, or reload it while little happens.',
  })
}
