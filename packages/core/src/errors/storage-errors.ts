import { GridKitError, messageOf } from './gridkit-error.ts'

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
