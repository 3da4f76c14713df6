import type { EventInput } from '../definition/context.ts'
import type { EventHandler, EventPattern, GridKitEvent, SubscribeOptions } from '../definition/events.ts'
import type { TableView } from '../definition/table-access.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { ContextOwner, ContextRooms } from './context-rooms.ts'
import { countedHandler, standingRight } from './registered-handler.ts'

/** As on the bus. */
const defaultPriority = 100

export function subscribe<TPattern extends EventPattern>(
  rooms: ContextRooms,
  owner: ContextOwner,
  view: TableView | undefined,
  pattern: TPattern,
  handler: EventHandler<TPattern>,
  { priority = defaultPriority, once, signal }: SubscribeOptions = {},
): Undo {
  if (signal?.aborted) return () => {}
  const { pluginId, guard, inbox } = owner
  const call = guard.callback(
    `handler of '${pattern}'`,
    handler as EventHandler,
    (event: GridKitEvent) => `handler of '${event.type}'`,
  )
  const mayReceive = standingRight(rooms, pluginId, 'events:subscribe')
  const receive = (event: GridKitEvent): void => {
    // A revoked right, of part of the pattern too, cuts what was subscribed under it.
    if (!mayReceive(event.type)) return
    if (once) undo()
    call(view === undefined ? event : view.projectEvent(event))
  }
  const take = (event: GridKitEvent): void => {
    // One that is suspended is passed by as quickly as can be: there may be many, and the events go on.
    if (!inbox.held && !guard.suspended) receive(event)
  }
  const undo = countedHandler(owner, () => {
    const unsubscribe = rooms.bus.on(pattern, take, { priority }, pluginId)
    const leave = inbox.add(pattern, priority, receive)
    return () => {
      signal?.removeEventListener('abort', undo)
      unsubscribe()
      leave()
    }
  })
  signal?.addEventListener('abort', undo)
  return undo
}

export function emit({ bus }: ContextRooms, { pluginId, guard }: ContextOwner, event: EventInput): void {
  const { type, payload } = event
  const own = type.startsWith(`${pluginId}/`)
  const permission = own ? undefined : `events:emit:${type}`
  guard.out('emit', permission, () => bus.emit({ type, payload, source: pluginId }), true)
}
