import { GridKitError } from './gridkit-error.ts'

export function addressInvalid(pluginId: string, address: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_ADDRESS_INVALID',
    pluginId,
    message: `plugin '${pluginId}' can't fetch '${address}': it is no address`,
    hint: 'Give a full http(s) address; a relative one needs a page.',
    cause,
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

export function downloadUnavailable(fileName: string): GridKitError {
  return new GridKitError({
    code: 'GK_DOWNLOAD_UNAVAILABLE',
    message: `'${fileName}' can't be downloaded: there is no document here`,
    hint: 'Pass a download function in the options, or ask for a blob.',
  })
}
