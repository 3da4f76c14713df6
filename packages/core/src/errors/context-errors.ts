import { GridKitError, messageOf } from './gridkit-error.ts'

export function addressInvalid(pluginId: string, address: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_ADDRESS_INVALID',
    pluginId,
    message: `plugin '${pluginId}' can't fetch '${address}': it is no address`,
    hint: 'Give a full http(s) address; a relative one needs a page.',
    cause,
  })
}

/**
 * Why a plugin lacks a right. `undeclared`: its definition never asked for it.
 * `unasked`: it was declared, but nobody was asked yet. `refused`: the policy
 * said no. `no-prompt`: a person was to be asked, and there is no way to.
 * `policy-failed`: the policy threw or rejected. `revoked`: it was taken away.
 * `closed`: the plugin is not installed, or was removed meanwhile.
 */
export type DenialReason =
  | 'undeclared'
  | 'unasked'
  | 'refused'
  | 'no-prompt'
  | 'policy-failed'
  | 'revoked'
  | 'closed'

const denialHints: Readonly<Record<DenialReason, string>> = {
  undeclared: "Name it in the plugin's requiredPermissions or optionalPermissions.",
  unasked: 'The plugin has to ask for it with requestPermission.',
  refused: 'The permission policy refused it. Allow it there, or call grantPermission.',
  'no-prompt': 'Nobody could be asked. Pass promptPermission in the options, or call grantPermission.',
  'policy-failed': 'The permission policy failed, which is reported on its own. Correct it.',
  revoked: 'It, or a part of it, was revoked. Call grantPermission to give it back.',
  closed: 'The plugin is not installed, or was removed while the policy was asked. Install it.',
}

/** One error for all that is lacking. */
export function permissionDenied(
  pluginId: string,
  permissions: string | readonly string[],
  reason: DenialReason = 'refused',
): GridKitError {
  const each = [permissions].flat()
  const names = each.map((permission) => `'${permission}'`).join(', ')
  return new GridKitError({
    code: 'GK_PERMISSION_DENIED',
    pluginId,
    message: `plugin '${pluginId}' lacks the permission${each.length === 1 ? '' : 's'} ${names}`,
    hint: denialHints[reason],
  })
}

export function permissionPolicyFailed(pluginId: string, permission: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_PERMISSION_POLICY_FAILED',
    pluginId,
    message: `the permission policy failed when asked for '${permission}' of plugin '${pluginId}': ${messageOf(cause)}`,
    hint: 'The right was refused. Let the policy, or promptPermission, answer true or false; look at the cause.',
    cause,
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

export function storageNotOpen(pluginId: string): GridKitError {
  return new GridKitError({
    code: 'GK_STORAGE_NOT_OPEN',
    pluginId,
    message: `plugin '${pluginId}' has no storage open`,
    hint: "Name 'storage:use' in its requiredPermissions or optionalPermissions: storage is opened before initialize, for plugins that do.",
  })
}
