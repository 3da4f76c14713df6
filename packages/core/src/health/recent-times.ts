/** Moments, in milliseconds of `Clock.elapsed`, of which those within a window count. */
export class RecentTimes {
  #times: readonly number[] = []

  /** @param most How many to remember. */
  add(now: number, window: number, most: number): void {
    const from = Math.max(0, this.#times.length + 1 - most)
    this.#times = [...this.#times, now].slice(from).filter((time) => time > now - window)
  }

  /** How many there were in the `window` that ends at `now`. */
  count(now: number, window: number): number {
    return this.#times.filter((time) => time > now - window).length
  }

  clear(): void {
    this.#times = []
  }
}
