import type { Clock } from '../lifetime/clock.ts'

/** The time, read once in each task: reading it for each call would cost more than counting the call. */
export class TaskTime {
  /** Milliseconds since the epoch, when it was read in this task already. */
  known: number | undefined
  readonly #clock: Clock
  readonly #forget = (): void => void (this.known = undefined)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  read(): number {
    queueMicrotask(this.#forget)
    const now = this.#clock.now()
    this.known = now
    return now
  }
}
