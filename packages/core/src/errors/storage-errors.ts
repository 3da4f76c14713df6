import { GridKitError, messageOf } from './gridkit-error.ts'

/** `path` is where in the value, `what` is there: `key.rows[0].run`, `a function`. */
export function storageValueInvalid(
  pluginId: string,
  key: string,
  path: string,
  what: string,
  cause: unknown,
): GridKitError {
  return new GridKitError({
    code: 'GK_STORAGE_VALUE_INVALID',
    pluginId,
    message: `plugin '${pluginId}' can't store '${key}': ${path} is ${what}`,
    hint: 'Store plain objects, arrays, Map, Set, Date, RegExp, Error, typed arrays and primitives but symbols. Nothing was changed.',
    cause,
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

export function storageNotDurable(pluginId: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_STORAGE_NOT_DURABLE',
    pluginId,
    message: `what plugin '${pluginId}' stored is not durable: ${messageOf(cause)}`,
    hint: 'It lasts as long as the page, and is tried again with the next write or flush(). Free space, then call flush().',
    cause,
  })
}

export function storageUnavailable(medium: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_STORAGE_UNAVAILABLE',
    message: `${medium} is not available: ${messageOf(cause)}`,
    hint: 'Close other tabs of this site, allow it to store data, or use another storage.',
    cause,
  })
}

/** `keptAs` is where the unreadable text is now. */
export function storageCorrupt(
  pluginId: string,
  subject: string,
  keptAs: string,
  cause: unknown,
): GridKitError {
  return new GridKitError({
    code: 'GK_STORAGE_CORRUPT',
    pluginId,
    message: `${subject} of plugin '${pluginId}' can't be read: ${messageOf(cause)}. It is kept as ${keptAs}`,
    hint: 'The plugin goes on without it. Look at what is kept, and delete it when it is no longer needed.',
    cause,
  })
}

export function storageMigrationFailed(
  pluginId: string,
  direction: 'up' | 'down',
  version: number,
  cause: unknown,
): GridKitError {
  return new GridKitError({
    code: 'GK_STORAGE_MIGRATION_FAILED',
    pluginId,
    message: `migration ${version} (${direction}) of plugin '${pluginId}' failed: ${messageOf(cause)}`,
    hint: 'Look at the cause. What the plugin stores is as it was before.',
    cause,
  })
}

export function storageMigrationOneWay(pluginId: string, version: number): GridKitError {
  return new GridKitError({
    code: 'GK_STORAGE_MIGRATION_ONE_WAY',
    pluginId,
    message: `what plugin '${pluginId}' stores can't go back: migration ${version} has no down`,
    hint: `Write a down for migration ${version}, or keep the newer plugin. Nothing was changed.`,
  })
}

export function storageNewer(pluginId: string, stored: number, known: number): GridKitError {
  return new GridKitError({
    code: 'GK_STORAGE_NEWER',
    pluginId,
    message: `what plugin '${pluginId}' stores is of version ${stored}, and its migrations end at ${known}`,
    hint: "Install the newer plugin again, then go back by updatePlugin(id, olderVersion), which runs the migrations' down.",
  })
}

/** `what` is the storage of a migration that ended, or of a plugin that is gone. */
export function storageClosed(pluginId: string, what: string, member: string): GridKitError {
  return new GridKitError({
    code: 'GK_STORAGE_CLOSED',
    pluginId,
    message: `${member}: ${what} of plugin '${pluginId}' has ended`,
    hint: 'Await asynchronous work before the end, and keep no reference to the storage after it.',
  })
}
