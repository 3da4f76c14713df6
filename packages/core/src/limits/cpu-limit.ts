import type { Clock } from '../lifetime/clock.ts'
import type { Undo } from '../lifetime/scope.ts'
import { CpuWindow } from './cpu-window.ts'

/** All in milliseconds. */
const usualWindow = 10_000
const trialWindow = 1_000
/** How long a plugin over its limit has to get below it, by the delay of its asynchronous work. */
const grace = 2_000
/** How long it is on probation after its last breach. */
const probation = 10_000

/** A breach: how much of the main thread was taken, of the last so many milliseconds. */
export interface CpuBreach {
  readonly percent: number
  readonly window: number
}

/** Watches how much of the main thread a plugin takes, and says when it has to wait, or has gone too far. */
export class CpuLimit {
  readonly #clock: Clock
  readonly #limit: number
  readonly #breached: (breach: CpuBreach) => void
  #usual = new CpuWindow(usualWindow)
  #trial: CpuWindow | undefined
  #trialEnds = 0
  #overSince: number | undefined
  #waiting: (() => void)[] = []
  #cancelWake: Undo | undefined
  #closed = false

  /**
   * @param percent Of the main thread; 100 or more is no limit.
   * @param breached Told at each call of {@link busy} that goes too far.
   */
  constructor(clock: Clock, percent: number, breached: (breach: CpuBreach) => void) {
    this.#clock = clock
    this.#limit = percent >= 100 ? Infinity : percent
    this.#breached = breached
  }

  /** @param now When the milliseconds ended, by the clock's `elapsed`. */
  busy(milliseconds: number, now: number): void {
    if (this.#closed) return
    // It may have been below the limit in the meantime, which begins its grace anew.
    if (this.#overSince !== undefined) this.#look(now)
    this.#usual.add(now, milliseconds)
    this.#trial?.add(now, milliseconds)
    if (this.#isOver(now)) this.#exceed(now)
  }

  get throttled(): boolean {
    if (this.#overSince === undefined) return false
    this.#look(this.#clock.elapsed())
    return this.#overSince !== undefined
  }

  /** Resolves when the plugin is below its limit, or gone. Never rejects. */
  pause(): Promise<void> {
    if (!this.throttled) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.push(resolve)
      if (!this.#cancelWake) this.#sleep()
    })
  }

  /** Forgets what was, and looks at a shorter window, without grace, until all went well for 10 seconds. */
  onProbation(): void {
    this.#usual = new CpuWindow(usualWindow)
    this.#trial = new CpuWindow(trialWindow)
    this.#trialEnds = this.#clock.elapsed() + probation
    this.#resume()
  }

  /** Of the main thread, over the usual window. */
  get percent(): number {
    return percentOf(this.#usual, this.#clock.elapsed())
  }

  close(): void {
    this.#closed = true
    this.#resume()
  }

  #exceed(now: number): void {
    this.#overSince ??= now
    const window = this.#judged(now)
    if (this.#trial) this.#trialEnds = now + probation
    else if (now - this.#overSince < grace) return
    this.#breached({ percent: percentOf(window, now), window: window.length })
  }

  #judged(now: number): CpuWindow {
    if (now >= this.#trialEnds) this.#trial = undefined
    return this.#trial ?? this.#usual
  }

  #isOver(now: number): boolean {
    const window = this.#judged(now)
    return window.busy(now) > this.#mostOf(window)
  }

  /** In milliseconds. */
  #mostOf({ length }: CpuWindow): number {
    return (length * this.#limit) / 100
  }

  #look(now: number): void {
    if (!this.#isOver(now)) this.#resume()
  }

  #sleep(): void {
    const now = this.#clock.elapsed()
    const window = this.#judged(now)
    // Timers may be early by a part of a millisecond; waiting for that part again and again would take many.
    const milliseconds = Math.ceil(window.until(now, this.#mostOf(window)))
    this.#cancelWake = this.#clock.after(milliseconds, () => {
      this.#cancelWake = undefined
      if (this.throttled) this.#sleep()
    })
  }

  #resume(): void {
    this.#overSince = undefined
    this.#cancelWake?.()
    this.#cancelWake = undefined
    const waiting = this.#waiting
    this.#waiting = []
    for (const resolve of waiting) resolve()
  }
}

function percentOf(window: CpuWindow, now: number): number {
  return (window.busy(now) / window.length) * 100
}
