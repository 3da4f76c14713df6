import { useEffect, useEffectEvent } from 'react'
import type { EnhancedEventBus, EventHandler, EventPattern } from '@gridkit/core'

/** A table with events, as far as this hook needs it. */
export interface WithEvents {
  readonly events: EnhancedEventBus
}

/** Calls the handler, always the one of the last render, for each matching event while the component is mounted. */
export function useTableEvent<TPattern extends EventPattern>(
  { events }: WithEvents,
  pattern: TPattern,
  handler: EventHandler<TPattern>,
): void {
  const receive = useEffectEvent(handler)
  useEffect(() => events.on(pattern, (event) => receive(event)), [events, pattern])
}
