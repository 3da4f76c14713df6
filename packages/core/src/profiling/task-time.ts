import type { Clock } from '../lifetime/clock.ts'

/** When a task ran. */
export interface TaskStamp {
  /** Milliseconds since the epoch. */
  readonly at: number
}

/**
 * The time, read once in each task: reading it for each call would cost more than counting the call. In an
 * object, because keeping a number of that size takes new memory each time, and keeping an object does not.
 */
export class TaskTime {
  /** Of this task, when it was read already. */
  known: TaskStamp | undefined
  readonly #clock: Clock
  readonly #forget = (): void => void (this.known = undefined)

  constructor(clock: Clock) {
    this.#clock = clock
  }

  read(): TaskStamp {
    queueMicrotask(this.#forget)
    return (this.known = { at: this.#clock.now() })
  }
}
