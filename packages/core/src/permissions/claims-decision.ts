import type { Permission } from '../definition/permission.ts'
import type { DenialReason } from '../errors/context-errors.ts'
import type { PermissionRequest, PluginOrigin } from './permission-policy.ts'
import type { PermissionClaims } from './plugin-rights.ts'

/** What the policy said to all that a plugin claims. */
export interface Decision {
  /** Of the plugin. What it asks for later is decided by it too. */
  readonly origin: PluginOrigin
  readonly granted: readonly Permission[]
  /** The required rights that were refused: with any of these the plugin can't be installed. */
  readonly refused: readonly Permission[]
  /** Why the first of those that were refused was, be it required or optional. */
  readonly reason?: DenialReason | undefined
}

/** Asks about each claim: all that are required, and unless any of those is refused, the optional ones. */
export async function decideClaims(
  pluginId: string,
  { required, optional }: PermissionClaims,
  origin: PluginOrigin,
  refusalOf: (request: PermissionRequest) => Promise<DenialReason | undefined>,
): Promise<Decision> {
  const granted: Permission[] = []
  const refused: Permission[] = []
  let reason: DenialReason | undefined
  const ask = async (permission: Permission, isRequired: boolean): Promise<void> => {
    const refusal = await refusalOf({ pluginId, permission, when: 'install', required: isRequired, origin })
    reason ??= refusal
    if (refusal === undefined) granted.push(permission)
    else if (isRequired) refused.push(permission)
  }
  const needed = new Set(required)
  for (const permission of needed) await ask(permission, true)
  const wished = refused.length > 0 ? [] : optional.filter((each) => !needed.has(each))
  for (const permission of new Set(wished)) await ask(permission, false)
  return { origin, granted, refused, reason }
}
