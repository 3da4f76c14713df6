import type { GridKitEvent } from '../definition/events.ts'
import { matches } from '../events/event-pattern.ts'
import type { Undo } from '../lifetime/scope.ts'

interface Receiver {
  readonly pattern: string
  readonly priority: number
  readonly receive: (event: GridKitEvent) => void
}

/** What one plugin is subscribed to, where its events come in. */
export class EventInbox {
  /** Whether events are kept from the plugin, because somebody keeps them for it. */
  held = false
  /** By priority, then by registration, as on the bus. */
  #receivers: readonly Receiver[] = []

  add(pattern: string, priority: number, receive: (event: GridKitEvent) => void): Undo {
    const receiver = { pattern, priority, receive }
    this.#receivers = [...this.#receivers, receiver].sort((a, b) => b.priority - a.priority)
    return () => {
      this.#receivers = this.#receivers.filter((each) => each !== receiver)
    }
  }

  /** Gives an event that was kept to those who are subscribed to it now. */
  deliver(event: GridKitEvent): void {
    for (const { pattern, receive } of this.#receivers) if (matches(pattern, event.type)) receive(event)
  }
}
