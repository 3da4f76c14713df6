/** Of a quick handler, one call in so many is timed: timing one costs some microseconds, 1 % of as many calls of 1 µs. */
const longestRun = 512

/**
 * Chooses which calls of a handler are timed: reading the clock twice takes
 * longer than a quick handler does.
 *
 * Calls are taken in runs, and one call of each, drawn at random, is timed and
 * stands for the whole run. Each call is thus timed with probability 1 / run
 * length, and the sum of the times, each multiplied by the length of its run,
 * has the true total as its expectation: after any number of calls, whatever
 * pattern their times have, and also where the length of a run depends on
 * what was measured in runs before. That is the estimator of Horvitz and Thompson
 * (A Generalization of Sampling Without Replacement From a Finite Universe,
 * JASA 47, 1952), stratified by runs. The sum never falls.
 *
 * A run is an eighth of the calls before it, so that what is not known yet is
 * an eighth of the calls at most: 1 up to the 16th call, 512 from the 4,097th on. It is
 * 1, each call is timed, while the handler is slow.
 */
export class CallSampling {
  /** The call, counted from 1, at which {@link choose} is to be asked. */
  next = 1
  /** How many calls the run of the call that was last chosen has. */
  length = 1
  #nextRun = 1
  readonly #random: () => number

  /** @param random A number from 0 to below 1. */
  constructor(random: () => number) {
    this.#random = random
  }

  /** Whether the call that is {@link next} is to be timed; goes on to the next to be asked about. */
  choose(isSlow: boolean): boolean {
    const call = this.next
    if (call === this.#nextRun) {
      this.length = isSlow ? 1 : runLengthAt(call)
      this.#nextRun = call + this.length
      this.next = call + Math.floor(this.#random() * this.length)
      if (this.next > call) return false
    }
    this.next = this.#nextRun
    return true
  }
}

function runLengthAt(call: number): number {
  return Math.min(Math.max(Math.floor((call - 1) / 8), 1), longestRun)
}
