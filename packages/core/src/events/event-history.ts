import type { GridKitEvent } from '../definition/events.ts'

/** The latest events, up to a number; an older one makes room for each that comes. */
export class EventHistory {
  readonly #events: GridKitEvent[] = []
  readonly #size: number
  #oldest = 0

  constructor(size: number) {
    this.#size = size
  }

  add(event: GridKitEvent): void {
    if (this.#events.length < this.#size) return void this.#events.push(event)
    this.#events[this.#oldest] = event
    this.#oldest = (this.#oldest + 1) % this.#size
  }

  /** Oldest first. */
  list(): readonly GridKitEvent[] {
    return [...this.#events.slice(this.#oldest), ...this.#events.slice(0, this.#oldest)]
  }
}
