import { GridKitError, messageOf } from './gridkit-error.ts'

/** One thing wrong with a plugin or a set of plugins: where, what, and the remedy. */
export interface Problem {
  /** The field or plugin concerned, such as `metadata.version`. */
  readonly path: string
  readonly message: string
  readonly hint: string
}

function listed(problems: readonly Problem[]): { message: string; hint: string } {
  return {
    message: problems.map((problem) => problem.message).join('; '),
    hint: problems.map((problem) => `${problem.path}: ${problem.hint}`).join('\n'),
  }
}

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

export function rangesUnavailable(cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_RANGES_UNAVAILABLE',
    message: `what reads version ranges could not be loaded: ${messageOf(cause)}`,
    hint: 'Check the network and install the plugins again. Nothing was installed.',
    cause,
  })
}

export function addressInvalid(pluginId: string, address: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_ADDRESS_INVALID',
    pluginId,
    message: `plugin '${pluginId}' can't fetch '${address}': it is no address`,
    hint: 'Give a full http(s) address; a relative one needs a page.',
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

export function permissionDenied(pluginId: string, permission: string): GridKitError {
  return new GridKitError({
    code: 'GK_PERMISSION_DENIED',
    pluginId,
    message: `plugin '${pluginId}' lacks the permission '${permission}'`,
    hint: `Add '${permission}' to its requiredPermissions, or ask for it with requestPermission.`,
  })
}

export function methodExists(pluginId: string, method: string): GridKitError {
  return new GridKitError({
    code: 'GK_METHOD_EXISTS',
    pluginId,
    message: `plugin '${pluginId}' can't register '${method}': the table already has it`,
    hint: 'Choose another name, or a namespace such as "acme.export".',
  })
}

export function invalidEventType(type: string): GridKitError {
  return new GridKitError({
    code: 'GK_INVALID_EVENT_TYPE',
    message: `'${type}' is not an event type`,
    hint: "Event types are lower-case 'noun:verb', a plugin's own are '<pluginId>/noun:verb'. Patterns such as 'row:*' and '*' are for subscribing only.",
  })
}

export function eventCycle(types: readonly string[], depth: number): GridKitError {
  return new GridKitError({
    code: 'GK_EVENT_CYCLE',
    message: `events were emitted by their own consequences ${depth} levels deep, and cut: ${types.join(' -> ')}`,
    hint: 'A handler of one of these events emits another of them. Emit only when something changed.',
  })
}

export function handlerFailed(pluginId: string | undefined, subject: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_HANDLER_FAILED',
    pluginId,
    message: `${pluginId === undefined ? 'a handler' : `plugin '${pluginId}'`} failed in ${subject}: ${messageOf(cause)}`,
    hint: 'Look at the cause. The other handlers ran.',
    cause,
  })
}

export function contextClosed(pluginId: string, member: string): GridKitError {
  return new GridKitError({
    code: 'GK_CONTEXT_CLOSED',
    pluginId,
    message: `plugin '${pluginId}' used context.${member} after it was torn down`,
    hint: 'Stop work when context.signal aborts.',
  })
}

export function noTable(member: string): GridKitError {
  return new GridKitError({
    code: 'GK_NO_TABLE',
    message: `context.${member} needs a table, and this plugin manager has none`,
    hint: 'Install the plugin on a table made by createTable or useGridEnhancedTable.',
  })
}

export function storageValueInvalid(pluginId: string, key: string, path: string): GridKitError {
  return new GridKitError({
    code: 'GK_STORAGE_VALUE_INVALID',
    pluginId,
    message: `plugin '${pluginId}' can't store '${key}': ${path} is not a JSON value`,
    hint: 'Store null, booleans, finite numbers, strings, arrays and plain objects of them.',
  })
}

export function storageQuotaExceeded(
  pluginId: string,
  key: string,
  bytes: number,
  quota: number,
): GridKitError {
  return new GridKitError({
    code: 'GK_STORAGE_QUOTA_EXCEEDED',
    pluginId,
    message: `plugin '${pluginId}' can't store '${key}': ${bytes} bytes in all, of ${quota} allowed`,
    hint: 'Delete what is no longer needed, or raise resourceLimits.maxStorageMB. Nothing was changed.',
  })
}

/** `subject` is what the backend was asked for: a key in quotes, or all keys. */
export function storageFailed(pluginId: string, subject: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_STORAGE_FAILED',
    pluginId,
    message: `the storage backend refused ${subject} of plugin '${pluginId}': ${messageOf(cause)}`,
    hint: 'The browser may be out of space or block storage. Nothing was changed.',
    cause,
  })
}

export function rowNotFound(rowId: string): GridKitError {
  return new GridKitError({
    code: 'GK_ROW_NOT_FOUND',
    message: `there is no row with the id '${rowId}'`,
    hint: 'Pass getRowId so that ids stay the same when rows move; without it a row id is its index.',
  })
}

export function rowExists(rowId: string): GridKitError {
  return new GridKitError({
    code: 'GK_ROW_EXISTS',
    message: `there is already a row with the id '${rowId}'`,
    hint: 'Give the new row an id of its own, as getRowId reads it.',
  })
}

export function rowNotEditable(rowId: string, reason: string): GridKitError {
  return new GridKitError({
    code: 'GK_ROW_NOT_EDITABLE',
    message: `row '${rowId}' can't be changed: ${reason}`,
    hint: 'Rows that GridKit edits are plain objects at the top level of data.',
  })
}

export function recipeFailed(subject: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_RECIPE_FAILED',
    message: `the recipe for ${subject} threw: ${messageOf(cause)}`,
    hint: 'Look at the cause. Nothing was changed.',
    cause,
  })
}

export function downloadUnavailable(fileName: string): GridKitError {
  return new GridKitError({
    code: 'GK_DOWNLOAD_UNAVAILABLE',
    message: `'${fileName}' can't be downloaded: there is no document here`,
    hint: 'Pass a download function in the options, or ask for a blob.',
  })
}

export function unknownColumns(ids: readonly string[], known: readonly string[]): GridKitError {
  return new GridKitError({
    code: 'GK_UNKNOWN_COLUMNS',
    message: `the table has no column ${ids.map((id) => `'${id}'`).join(', ')}`,
    hint: `Columns with values are: ${known.join(', ')}.`,
  })
}

export function featureMissing(member: string, feature: string): GridKitError {
  return new GridKitError({
    code: 'GK_FEATURE_MISSING',
    message: `${member} needs the TanStack feature '${feature}', which this table does not have`,
    hint: `Add ${feature} to features, or give no TanStack feature at all to get the stock set.`,
  })
}
