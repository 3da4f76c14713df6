/** In milliseconds. */
const longestCoolDown = 300_000
/** By how much a cool-down may be shorter or longer, so that plugins that failed together don't return together. */
const jitter = 0.2

/** How long suspensions take: each twice as long as the one before, until the plugin has been sound for long enough. */
export class BackOff {
  readonly #random: () => number
  /** In a row. */
  #suspensions = 0
  #soundSince: number

  constructor(now: number, random: () => number) {
    this.#soundSince = now
    this.#random = random
  }

  /** Since now, the plugin has run without a failure. */
  soundSince(now: number): void {
    this.#soundSince = now
  }

  /** Forgets earlier suspensions, if the plugin was sound for a window. */
  forgive(now: number, window: number): void {
    if (now - this.#soundSince >= window) this.#suspensions = 0
  }

  /** How long the suspension that begins now takes, in milliseconds. */
  next(coolDown: number): number {
    const longest = Math.max(coolDown, longestCoolDown)
    const wait = Math.min(coolDown * 2 ** this.#suspensions, longest)
    this.#suspensions += 1
    return Math.round(wait * (1 - jitter + 2 * jitter * this.#random()))
  }

  reset(): void {
    this.#suspensions = 0
  }
}
