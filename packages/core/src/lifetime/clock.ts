import type { Undo } from './scope.ts'

/** The only way to time and timers in this package; tests pass their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number
  /** Milliseconds since some fixed moment; never goes back. */
  elapsed(): number
  after(milliseconds: number, run: () => void): Undo
  every(milliseconds: number, run: () => void): Undo
}

/** Timers take no more than this; what is longer, such as `Infinity`, would fire at once. */
const longestTimer = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  elapsed: () => performance.now(),
  after(milliseconds, run) {
    const timer = setTimeout(run, Math.min(milliseconds, longestTimer))
    return () => clearTimeout(timer)
  },
  every(milliseconds, run) {
    const timer = setInterval(run, Math.min(milliseconds, longestTimer))
    return () => clearInterval(timer)
  },
}
