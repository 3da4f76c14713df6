/** How many of those forgotten are dropped together, at the least: each on its own would move all others. */
const fewest = 32

/** Moments, in milliseconds of `Clock.elapsed`, of which those within a window count. They come in order. */
export class RecentTimes {
  #times: number[] = []
  /** Where the first is that is remembered. */
  #first = 0

  /** @param most How many to remember. */
  add(now: number, window: number, most: number): void {
    this.#times.push(now)
    const first = this.#firstWithin(now, window)
    this.#first = Math.max(first, this.#times.length - most)
    if (this.#first < fewest || this.#first * 2 < this.#times.length) return
    this.#times = this.#times.slice(this.#first)
    this.#first = 0
  }

  /** How many there were in the `window` that ends at `now`. */
  count(now: number, window: number): number {
    return this.#times.length - this.#firstWithin(now, window)
  }

  clear(): void {
    this.#times = []
    this.#first = 0
  }

  #firstWithin(now: number, window: number): number {
    let from = this.#first
    let to = this.#times.length
    while (from < to) {
      const middle = (from + to) >>> 1
      if ((this.#times[middle] ?? 0) > now - window) to = middle
      else from = middle + 1
    }
    return from
  }
}
