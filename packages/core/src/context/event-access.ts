import type { EventInput } from '../definition/context.ts'
import type { EventHandler, EventPattern, GridKitEvent, SubscribeOptions } from '../definition/events.ts'
import type { TableView } from '../definition/table-access.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { ContextOwner, ContextRooms } from './context-rooms.ts'

/** As on the bus. */
const defaultPriority = 100

export function subscribe<TPattern extends EventPattern>(
  { bus, permissions }: ContextRooms,
  { pluginId, scope, guard, inbox, meter }: ContextOwner,
  view: TableView | undefined,
  pattern: TPattern,
  handler: EventHandler<TPattern>,
  { priority = defaultPriority, once, signal }: SubscribeOptions = {},
): Undo {
  if (signal?.aborted) return () => {}
  const call = guard.callback(
    `handler of '${pattern}'`,
    handler as EventHandler,
    (event: GridKitEvent) => `handler of '${event.type}'`,
  )
  const mayReceive = receiverRights(permissions, pluginId)
  const receive = (event: GridKitEvent): void => {
    // A revoked right, of part of the pattern too, cuts what was subscribed under it.
    if (!mayReceive(event.type)) return
    if (once) undo()
    call(view === undefined ? event : view.projectEvent(event))
  }
  const forget = meter.addHandler()
  const take = (event: GridKitEvent): void => {
    // One that is suspended is passed by as quickly as can be: there may be many, and the events go on.
    if (!inbox.held && !guard.suspended) receive(event)
  }
  const unsubscribe = onBus(forget, () => bus.on(pattern, take, { priority }, pluginId))
  const leave = inbox.add(pattern, priority, receive)
  const undo = scope.add(() => {
    signal?.removeEventListener('abort', undo)
    for (const end of [unsubscribe, leave, forget]) end()
  })
  signal?.addEventListener('abort', undo)
  return undo
}

/** Where the bus refuses the pattern, there is no handler to count. */
function onBus(forget: Undo, subscribe: () => Undo): Undo {
  try {
    return subscribe()
  } catch (error) {
    forget()
    throw error
  }
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
  const permission = own ? undefined : `events:emit:${type}`
  guard.out('emit', permission, () => bus.emit({ type, payload, source: pluginId }), true)
}
