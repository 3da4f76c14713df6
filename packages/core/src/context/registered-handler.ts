import type { Undo } from '../lifetime/scope.ts'
import type { ContextOwner, ContextRooms } from './context-rooms.ts'

/** Registers what counts as a handler, until it goes. Where that is refused, there is none to count. @throws GK_TOO_MANY_HANDLERS */
export function countedHandler({ scope, meter }: ContextOwner, register: () => Undo): Undo {
  const forget = meter.addHandler()
  try {
    const undo = register()
    return scope.add(() => {
      undo()
      forget()
    })
  } catch (error) {
    forget()
    throw error
  }
}

/**
 * Whether a plugin has an action's right for a resource, asked once for each as long as no rights change: what was
 * registered under a right is called as often as things happen.
 */
export function standingRight(
  { permissions }: ContextRooms,
  pluginId: string,
  action: 'hooks:register' | 'events:subscribe',
): (resource: string) => boolean {
  const known = new Map<string, boolean>()
  let revision = permissions.revision
  return (resource) => {
    if (revision !== permissions.revision) known.clear()
    revision = permissions.revision
    let allowed = known.get(resource)
    if (allowed === undefined) {
      allowed = permissions.has(pluginId, `${action}:${resource}`)
      known.set(resource, allowed)
    }
    return allowed
  }
}
