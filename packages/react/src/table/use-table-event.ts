import { useEffect, useEffectEvent } from 'react'
import type {
  DeclaredPattern,
  EnhancedEventBus,
  EventHandler,
  EventPattern,
  PluginEventBus,
} from '@gridkit/core'

/** A table with events, as far as this hook needs it. */
export interface WithEvents {
  readonly events: EnhancedEventBus
}

/** Calls the handler, always the one of the last render, for each matching event while the component is mounted. */
export function useTableEvent<TEvents extends object, TPattern extends DeclaredPattern<TEvents>>(
  table: { readonly events: PluginEventBus<TEvents> },
  pattern: TPattern,
  handler: EventHandler<TPattern, TEvents>,
): void
export function useTableEvent<TPattern extends EventPattern>(
  table: WithEvents,
  pattern: TPattern,
  handler: EventHandler<TPattern>,
): void
export function useTableEvent({ events }: WithEvents, pattern: EventPattern, handler: EventHandler): void {
  const receive = useEffectEvent(handler)
  useEffect(() => events.on(pattern, (event) => receive(event)), [events, pattern])
}
