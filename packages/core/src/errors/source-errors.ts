import { GridKitError, messageOf } from './gridkit-error.ts'
import { listed, type Problem } from './problem.ts'

/** Lists everything that is wrong with the list given to `loadPluginsFromConfig`. */
export function invalidPluginsConfig(problems: readonly Problem[]): GridKitError {
  const { message, hint } = listed(problems)
  return new GridKitError({
    code: 'GK_INVALID_PLUGINS_CONFIG',
    message: `the list of plugins is not valid: ${message}`,
    hint,
  })
}

/** `loaders` are the names of those that were asked. */
export function noLoader(source: string, loaders: readonly string[]): GridKitError {
  const asked = loaders.map((name) => `'${name}'`).join(', ')
  return new GridKitError({
    code: 'GK_NO_LOADER',
    message:
      loaders.length === 0
        ? `plugin '${source}' can't be loaded: the host has no loaders`
        : `plugin '${source}' can't be loaded: no loader knows it (asked: ${asked})`,
    hint:
      loaders.length === 0
        ? 'Pass `loaders` in the options of the host, such as moduleLoader({ … }), or install the plugin itself.'
        : 'Check the spelling, or add the plugin to one of the loaders.',
  })
}

export function loadFailed(source: string, loader: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_LOAD_FAILED',
    message: `loader '${loader}' could not load '${source}': ${messageOf(cause)}`,
    hint: cause instanceof GridKitError ? cause.hint : 'Look at the cause. Nothing was installed.',
    cause,
  })
}

/** `found` says what came instead of a plugin. Always the cause of GK_LOAD_FAILED. */
export function notAPlugin(found: string): GridKitError {
  return new GridKitError({
    code: 'GK_NOT_A_PLUGIN',
    message: `${found}, where a plugin was expected`,
    hint: 'Export the plugin, or a function that returns it, as the default export; or let the loader pick it, as in import(…).then((module) => module.outliers).',
  })
}

export function loadTimedOut(source: string, loader: string, milliseconds: number): GridKitError {
  return new GridKitError({
    code: 'GK_LOAD_TIMED_OUT',
    message: `loader '${loader}' did not answer for '${source}' within ${milliseconds} ms`,
    hint: 'Check the network, and try again. Nothing was installed.',
  })
}

export function loadAborted(source: string, loader: string): GridKitError {
  return new GridKitError({
    code: 'GK_LOAD_ABORTED',
    message: `loading '${source}' by loader '${loader}' was given up`,
    hint: 'The host ended, or no longer wanted the plugin. Load it again if that was not meant.',
  })
}

export function otherVersionLoaded(
  source: string,
  loader: string,
  wanted: string,
  found: string,
): GridKitError {
  return new GridKitError({
    code: 'GK_OTHER_VERSION_LOADED',
    message: `loader '${loader}' loaded version ${found} of '${source}', not ${wanted}`,
    hint: 'Ask for the version there is, or give the loader the one that is wanted. Nothing was installed.',
  })
}

/** `task` is what the loader was asked to do beside loading. The host goes on without its answer. */
export function loaderFailed(loader: string, task: string, source: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_LOADER_FAILED',
    message: `loader '${loader}' failed in ${task} for '${source}': ${messageOf(cause)}`,
    hint: 'This is a defect of the loader; look at the cause. The host went on without its answer.',
    cause,
  })
}

/** Always the cause of GK_LOAD_FAILED. */
export function invalidLatestVersion(latest: string): GridKitError {
  return new GridKitError({
    code: 'GK_LATEST_VERSION_INVALID',
    message: `'${latest}' is not a version`,
    hint: "Let the loader's latest() return a semantic version (X.Y.Z), or nothing.",
  })
}

export function otherPluginLoaded(source: string, wanted: string, found: string): GridKitError {
  return new GridKitError({
    code: 'GK_OTHER_PLUGIN_LOADED',
    pluginId: wanted,
    message: `what was loaded for '${source}' is plugin '${found}', not '${wanted}'`,
    hint: 'Check what the loader has under this name. Nothing was changed.',
  })
}

/** `lost` is what kept the version before from coming back, if something did. */
export function updateFailed(
  pluginId: string,
  version: string,
  cause: unknown,
  lost?: unknown,
): GridKitError {
  return new GridKitError({
    code: 'GK_UPDATE_FAILED',
    pluginId,
    message: `plugin '${pluginId}' could not be updated to ${version}: ${messageOf(cause)}`,
    hint:
      lost === undefined
        ? 'Look at the cause. The version before runs again, with its data.'
        : `Look at the causes. The version before did not come back either: ${messageOf(lost)}`,
    cause: lost === undefined ? cause : new AggregateError([cause, lost]),
  })
}
