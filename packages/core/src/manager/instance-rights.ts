import { permissionDenied } from '../errors/context-errors.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { PermissionClaims } from '../permissions/permission-registry.ts'
import { failureIn } from './phase-failure.ts'
import type { InstanceRooms } from './host-rooms.ts'

/** The rights that a plugin asks for. */
export function claimsOf({
  requiredPermissions: required = [],
  optionalPermissions: optional = [],
}: AnyPlugin): PermissionClaims {
  return { required, optional }
}

/** Asks for the rights that another configuration needs, and reports those that are refused. Never rejects. */
export async function claimAnew(wanted: AnyPlugin, { permissions, report }: InstanceRooms): Promise<void> {
  const pluginId = wanted.metadata.id
  const tell = (error: unknown): void => report({ pluginId, phase: 'onConfigChange', error })
  try {
    for (const permission of await permissions.reopen(pluginId, claimsOf(wanted)))
      tell(permissionDenied(pluginId, permission, permissions.refusalOf(pluginId, permission)))
  } catch (error) {
    tell(failureIn(pluginId, 'the permission policy', error))
  }
}
