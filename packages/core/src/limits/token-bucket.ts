import type { Clock } from '../lifetime/clock.ts'

/** Of one token: parts of seconds don't add up to exact numbers. */
const rounding = 1e-6

/** Lets through `burst` calls at once, and `rate` a second in the long run. */
export class TokenBucket {
  readonly rate: number
  readonly burst: number
  readonly #clock: Clock
  #tokens: number
  #filledAt: number

  constructor(clock: Clock, rate: number, burst: number) {
    this.rate = rate
    this.burst = burst
    this.#clock = clock
    this.#tokens = burst
    this.#filledAt = clock.elapsed()
  }

  /** Whether a call may pass; if so, it is counted. */
  take(): boolean {
    this.#fill()
    if (this.#tokens < 1 - rounding) return false
    this.#tokens -= 1
    return true
  }

  /** How many calls may pass at once now. */
  get left(): number {
    this.#fill()
    return Math.max(0, Math.floor(this.#tokens + rounding))
  }

  #fill(): void {
    const now = this.#clock.elapsed()
    this.#tokens = Math.min(this.burst, this.#tokens + ((now - this.#filledAt) / 1000) * this.rate)
    this.#filledAt = now
  }
}
