import { performance } from 'node:perf_hooks'
import { clearInterval, clearTimeout, setInterval, setTimeout } from 'node:timers'
import type { Clock } from '@gridkit/core'

/** A clock whose timers run `speed` times as fast, so that back-offs and deadlines can be lived through. */
export function hurriedClock(speed: number): Clock {
  return {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    after(milliseconds, run) {
      const timer = setTimeout(run, milliseconds / speed)
      return () => clearTimeout(timer)
    },
    every(milliseconds, run) {
      const timer = setInterval(run, milliseconds / speed)
      return () => clearInterval(timer)
    },
  }
}
