import { systemClock, type Clock } from '../lifetime/clock.ts'

/** How many events at most one reading of the system's clock is for, in a burst. */
const eventsPerReading = 16
const settled = Promise.resolve()

/**
 * The time of events. An injected clock is asked for each event. The system's takes as long to read as the rest
 * of an event to make; so when two readings in a row give the same millisecond, which is how a burst shows, up
 * to 15 events that follow take over the latter, if they come before the microtasks that are queued by then are
 * done. A timestamp is thus never later than its event, never earlier than the timestamp before it unless the
 * system's clock was set back, and never earlier than the start of the task of the event loop that the event
 * was emitted in: after a timer or the user's input, the clock is read again.
 */
export class EventTime {
  readonly #clock: Clock
  readonly #isSystem: boolean
  #reading = 0
  /** How many more events the reading is for. */
  #left = 0
  #willForget = false

  constructor(clock: Clock) {
    this.#clock = clock
    this.#isSystem = clock === systemClock
  }

  /** Milliseconds since the epoch. */
  next(): number {
    if (this.#left === 0) return this.#read()
    this.#left -= 1
    return this.#reading
  }

  #read(): number {
    const now = this.#clock.now()
    if (now === this.#reading && this.#isSystem) this.#share()
    this.#reading = now
    return now
  }

  #share(): void {
    this.#left = eventsPerReading - 1
    if (this.#willForget) return
    this.#willForget = true
    // `queueMicrotask` would take ten times as long.
    void settled.then(() => {
      this.#left = 0
      this.#willForget = false
    })
  }
}
