const bucketCount = 10

/**
 * Adds up the main-thread time of the last so many milliseconds, in ten equal
 * parts: the oldest leaves as a whole when a new one begins.
 */
export class CpuWindow {
  /** In milliseconds. */
  readonly length: number
  readonly #width: number
  readonly #buckets = new Float64Array(bucketCount)
  /** The number of the newest bucket, counted from the clock's beginning. */
  #newest = 0
  #sum = 0

  constructor(length: number) {
    this.length = length
    this.#width = length / bucketCount
  }

  add(now: number, milliseconds: number): void {
    this.#advance(now)
    const place = this.#newest % bucketCount
    this.#buckets[place] = (this.#buckets[place] ?? 0) + milliseconds
    this.#sum += milliseconds
  }

  /** The milliseconds in the window. */
  busy(now: number): number {
    this.#advance(now)
    return this.#sum
  }

  /** How long, in milliseconds, until no more than `limit` of them are left if none are added. */
  until(now: number, limit: number): number {
    let left = this.busy(now)
    let bucket = this.#newest - bucketCount
    while (left > limit && bucket < this.#newest) {
      bucket += 1
      left -= this.#buckets[(bucket + bucketCount) % bucketCount] ?? 0
    }
    return Math.max(0, (bucket + bucketCount) * this.#width - now)
  }

  #advance(now: number): void {
    const newest = Math.floor(now / this.#width)
    if (newest <= this.#newest) return
    const first = Math.max(this.#newest, newest - bucketCount) + 1
    for (let bucket = first; bucket <= newest; bucket += 1) this.#buckets[bucket % bucketCount] = 0
    this.#newest = newest
    // Anew rather than by subtraction: what is lost in rounding would add up.
    this.#sum = this.#buckets.reduce((sum, milliseconds) => sum + milliseconds, 0)
  }
}
