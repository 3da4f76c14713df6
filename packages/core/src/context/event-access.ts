import type { EventInput } from '../definition/context.ts'
import type { EventHandler, EventPattern, GridKitEvent, SubscribeOptions } from '../definition/events.ts'
import type { TableView } from '../definition/table-access.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { ContextOwner, ContextRooms } from './context-rooms.ts'

export function subscribe<TPattern extends EventPattern>(
  { bus, permissions }: ContextRooms,
  { pluginId, scope, guard }: ContextOwner,
  view: TableView | undefined,
  pattern: TPattern,
  handler: EventHandler<TPattern>,
  { priority, once, signal }: SubscribeOptions = {},
): Undo {
  if (signal?.aborted) return () => {}
  const call = guard.callback((event: GridKitEvent) => `handler of '${event.type}'`, handler as EventHandler)
  const mayReceive = receiverRights(permissions, pluginId)
  const receive: EventHandler = (event) => {
    // A revoked right, of part of the pattern too, cuts what was subscribed under it.
    if (!mayReceive(event.type)) return
    if (once) undo()
    call(view === undefined ? event : view.projectEvent(event))
  }
  const unsubscribe = bus.on(pattern, receive, priority === undefined ? {} : { priority }, pluginId)
  const undo = scope.add(() => {
    signal?.removeEventListener('abort', undo)
    unsubscribe()
  })
  signal?.addEventListener('abort', undo)
  return undo
}

/** Whether a plugin may receive a type of event, asked once as long as no rights change. */
function receiverRights(
  permissions: ContextRooms['permissions'],
  pluginId: string,
): (type: string) => boolean {
  const known = new Map<string, boolean>()
  let revision = permissions.revision
  return (type) => {
    if (revision !== permissions.revision) known.clear()
    revision = permissions.revision
    let allowed = known.get(type)
    if (allowed === undefined) {
      allowed = permissions.has(pluginId, `events:subscribe:${type}`)
      known.set(type, allowed)
    }
    return allowed
  }
}

export function emit({ bus }: ContextRooms, { pluginId, guard }: ContextOwner, event: EventInput): void {
  const { type, payload } = event
  const own = type.startsWith(`${pluginId}/`)
  guard.out('emit', own ? undefined : `events:emit:${type}`, () =>
    bus.emit({ type, payload, source: pluginId }),
  )
}
