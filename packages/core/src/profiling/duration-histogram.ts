/** Each bucket ends at so many times its beginning. */
const growth = 1.1
/** What is shorter, in milliseconds, no clock can tell from nothing. */
const shortest = 1e-4
/** Enough for three hours. */
const size = 270
const scale = 1 / Math.log(growth)
/** From the beginning of a bucket to where its beginning and its end are the same part away. */
const middle = (2 * growth) / (1 + growth)

/**
 * Durations, each standing for a number of calls, in buckets that grow by a
 * tenth: a quantile is less than 5 % off, however long it is. Histograms can be
 * added up. As DDSketch (Masson, Rim and Lee, VLDB 2019), with bounds that are fixed.
 */
export class DurationHistogram {
  /** The first bucket is for what is shorter than can be told. */
  #weights: Float64Array | undefined

  add(milliseconds: number, weight: number): void {
    this.#weights ??= new Float64Array(size)
    const bucket = bucketOf(milliseconds)
    this.#weights[bucket] = (this.#weights[bucket] ?? 0) + weight
  }

  addAll(other: DurationHistogram): void {
    if (other.#weights === undefined) return
    this.#weights ??= new Float64Array(size)
    for (const [bucket, weight] of other.#weights.entries())
      this.#weights[bucket] = (this.#weights[bucket] ?? 0) + weight
  }

  /** The duration, in milliseconds, that this part of the calls (0 to 1) do not exceed; 0 when there are none. */
  quantile(part: number): number {
    const weights = this.#weights ?? new Float64Array()
    const rank = part * weights.reduce((sum, weight) => sum + weight, 0)
    let reached = 0
    const bucket = weights.findIndex((weight) => (reached += weight) >= rank)
    return bucket <= 0 ? 0 : shortest * growth ** (bucket - 1) * middle
  }
}

function bucketOf(milliseconds: number): number {
  if (milliseconds < shortest) return 0
  return Math.min(1 + Math.floor(Math.log(milliseconds / shortest) * scale), size - 1)
}
