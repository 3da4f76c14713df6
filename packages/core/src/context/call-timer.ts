import type { Clock } from '../lifetime/clock.ts'

/** What a handler's calls are counted by. */
export interface CallProbe {
  /** Counts a call. Whether this one is to be timed. */
  begin(): boolean
  /** How many calls the one that is timed stands for. */
  readonly weight: number
  end(started: number, milliseconds: number): void
  failed(): void
}

/**
 * A call that takes longer than so many milliseconds stands for itself only: it may have been interrupted, and
 * 512 of that would be a plugin's whole allowance. A handler that takes so long more often is timed each time.
 */
const longestOfMany = 0.1

/** Who pays for the time. */
export interface Payer {
  /** @param now By the clock that was read last. */
  busy(milliseconds: number, now: number): void
}

/**
 * Times calls into plugins, each without the calls into plugins that it leads
 * to. One per host, because those may be of other plugins. Few calls are timed,
 * as reading the clock takes longer than most handlers.
 */
export class CallTimer {
  readonly #clock: Clock
  /** How many calls are being timed, one inside of the other. */
  #depth = 0
  /** What was taken by calls inside of the one being timed. */
  #inner = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  run<TInput, TResult>(
    probe: CallProbe,
    payer: Payer,
    call: (input: TInput) => TResult,
    input: TInput,
  ): TResult {
    const isSample = probe.begin()
    // Inside of a call that is timed all are, so that their time is not taken for its own.
    if (!isSample && this.#depth === 0) return call(input)
    return this.#time(isSample ? probe : undefined, payer, call, input)
  }

  /** Runs what a plugin passes back to its host, and whose time is not its own. */
  outside<T>(run: () => T): T {
    if (this.#depth === 0) return run()
    const before = this.#inner
    const started = this.#clock.elapsed()
    try {
      return run()
    } finally {
      // What was timed in there is part of it.
      this.#inner = before + this.#clock.elapsed() - started
    }
  }

  #time<TInput, TResult>(
    probe: CallProbe | undefined,
    payer: Payer,
    call: (input: TInput) => TResult,
    input: TInput,
  ): TResult {
    const before = this.#inner
    this.#inner = 0
    this.#depth += 1
    const started = this.#clock.elapsed()
    try {
      return call(input)
    } finally {
      const now = this.#clock.elapsed()
      const took = now - started
      const own = Math.max(took - this.#inner, 0)
      this.#depth -= 1
      this.#inner = this.#depth === 0 ? 0 : before + took
      if (probe) {
        payer.busy(own > longestOfMany ? own : own * probe.weight, now)
        probe.end(started, own)
      }
    }
  }
}
