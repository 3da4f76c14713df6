import type { EventInput } from '../definition/context.ts'
import type { EventHandler, EventPattern, GridKitEvent, SubscribeOptions } from '../definition/events.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { ContextOwner, ContextRooms } from './context-rooms.ts'

export function subscribe<TPattern extends EventPattern>(
  { bus, permissions }: ContextRooms,
  { pluginId, scope, guard }: ContextOwner,
  pattern: TPattern,
  handler: EventHandler<TPattern>,
  { priority, once, signal }: SubscribeOptions = {},
): Undo {
  if (signal?.aborted) return () => {}
  const call = guard.callback((event: GridKitEvent) => `handler of '${event.type}'`, handler as EventHandler)
  const receive: EventHandler = (event) => {
    // A revoked right, of part of the pattern too, cuts what was subscribed under it.
    if (!permissions.has(pluginId, `events:subscribe:${event.type}`)) return
    if (once) undo()
    call(event)
  }
  const undo = scope.add(bus.on(pattern, receive, priority === undefined ? {} : { priority }, pluginId))
  signal?.addEventListener('abort', undo, { once: true, signal: scope.signal })
  return undo
}

export function emit({ bus }: ContextRooms, { pluginId, guard }: ContextOwner, event: EventInput): void {
  const { type, payload } = event
  const own = type.startsWith(`${pluginId}/`)
  guard.out('emit', own ? undefined : `events:emit:${type}`, () =>
    bus.emit({ type, payload, source: pluginId }),
  )
}
