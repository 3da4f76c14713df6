import type { GridKitEvent } from '../definition/events.ts'
import type { EnhancedEventBus } from '../events/enhanced-event-bus.ts'
import type { Undo } from '../lifetime/scope.ts'

/** Each may hold on to rows, so that there is an end to what is kept. */
const most = 10_000

/** Writes down the events of a host, from when it is made until it is closed. */
export class EventJournal {
  /** How many came when it was full, and are not in it. */
  lost = 0
  #events: GridKitEvent[] = []
  readonly #unsubscribe: Undo

  constructor(bus: EnhancedEventBus) {
    this.#unsubscribe = bus.on('*', (event) => this.#add(event))
  }

  /** All of them, oldest first, and those that come while they are walked. */
  get events(): Iterable<GridKitEvent> {
    return this.#events
  }

  close(): void {
    this.#unsubscribe()
    this.#events = []
  }

  #add(event: GridKitEvent): void {
    if (this.#events.length < most) this.#events.push(event)
    else this.lost += 1
  }
}
