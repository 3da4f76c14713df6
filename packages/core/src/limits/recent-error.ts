import type { GridKitError } from '../errors/gridkit-error.ts'
import type { Clock } from '../lifetime/clock.ts'

/** How long an error is thrown again, in milliseconds. */
const reuse = 1_000

/**
 * The error of a limit. Whoever runs into a limit does so in a loop, and making
 * errors takes far longer than refusing a call: for a second it is the same,
 * frozen object, whose stack is that of the first refusal.
 */
export class RecentError {
  readonly #clock: Clock
  readonly #told: (error: GridKitError) => void
  #error: GridKitError | undefined
  #madeAt = 0

  /** @param told Hears of each error once. */
  constructor(clock: Clock, told: (error: GridKitError) => void) {
    this.#clock = clock
    this.#told = told
  }

  /** The error of this second; made, and told, where there is none. */
  get(create: () => GridKitError): GridKitError {
    const now = this.#clock.elapsed()
    if (this.#error !== undefined && now - this.#madeAt < reuse) return this.#error
    const error = Object.freeze(create())
    this.#error = error
    this.#madeAt = now
    this.#told(error)
    return error
  }
}
