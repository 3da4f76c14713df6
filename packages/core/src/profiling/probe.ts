import type { HandlerMetrics } from '../definition/metrics.ts'
import type { Clock } from '../lifetime/clock.ts'
import { CallSampling } from './call-sampling.ts'
import { DurationHistogram } from './duration-histogram.ts'
import type { TaskStamp, TaskTime } from './task-time.ts'
import type { TraceRing } from './trace-ring.ts'
import { showInTimeline } from './user-timing.ts'

/** Of a handler that takes 0.03 ms on average, each call is timed: that costs 1 % at most. Less by what sums are rounded. */
const slow = 0.029_999

/** Of a handler that was not called yet. */
const never: TaskStamp = { at: Number.NaN }

/** What the probes of one plugin record with. */
export interface ProbeRooms {
  readonly pluginId: string
  /** Whether anything is recorded. */
  isOn: boolean
  /** Whether the plugin's main-thread time has a limit, and so has to be known. */
  isLimited: boolean
  readonly clock: Clock
  readonly time: TaskTime
  readonly traces: TraceRing
  readonly userTiming: boolean
  readonly random: () => number
}

/** One handler's figures; {@link CallSampling} says which of its calls are timed. */
export class Probe {
  readonly handler: string
  readonly durations: DurationHistogram = new DurationHistogram()
  readonly #rooms: ProbeRooms
  readonly #time: TaskTime
  readonly #sampling: CallSampling
  /** How many calls each of those stands for that are being timed, one inside of the other. */
  readonly #open: number[] = []
  /** Those too that came while nothing was recorded. */
  #calls = 0
  #unrecorded = 0
  /** The call at which {@link CallSampling} is to be asked. Here too, as each call is compared with it. */
  #next = 1
  #timed = 0
  #total = 0
  /** How many calls those that were timed stand for. */
  #covered = 0
  /** The mean of the last calls that were timed, for a handler that turns slow. */
  #recent = 0
  #max = 0
  #errors = 0
  #lastRun: TaskStamp = never

  constructor(handler: string, rooms: ProbeRooms) {
    this.handler = handler
    this.#rooms = rooms
    this.#time = rooms.time
    this.#sampling = new CallSampling(rooms.random)
  }

  get pluginId(): string {
    return this.#rooms.pluginId
  }

  /**
   * Counts a call. Whether this one is to be timed; {@link end} has to follow then. Calls are timed also while
   * nothing is recorded, where a limit goes by their time.
   */
  begin(): boolean {
    const rooms = this.#rooms
    if (rooms.isOn) {
      // Told apart before it is kept: keeping an object that is new takes longer than all the rest.
      if (this.#time.known !== this.#lastRun) this.#lastRun = this.#time.known ?? this.#time.read()
    } else if (rooms.isLimited) this.#unrecorded += 1
    else return false
    this.#calls += 1
    return this.#calls === this.#next && this.#isChosen()
  }

  /** How many calls the one stands for that is being timed, the innermost where there are several. */
  get weight(): number {
    return this.#open[this.#open.length - 1] ?? 1
  }

  /**
   * Records the call that is being timed, the innermost where there are several.
   *
   * @param started By the clock's `elapsed`.
   * @param milliseconds Its main-thread time, without the calls into plugins that it led to.
   */
  end(started: number, milliseconds: number): void {
    const weight = this.#open.pop() ?? 1
    const own = milliseconds > 0 ? milliseconds : 0
    this.#recent += (own - this.#recent) / 8
    if (!this.#rooms.isOn) return
    this.#timed += 1
    this.#covered += weight
    this.#total += own * weight
    if (own > this.#max) this.#max = own
    this.durations.add(own, weight)
    this.#rooms.traces.add(this, started, own)
    if (this.#rooms.userTiming) this.#show(started, own)
  }

  /** Counts an error. */
  failed(): void {
    if (this.#rooms.isOn) this.#errors += 1
  }

  figures(): HandlerMetrics {
    return Object.freeze({
      handler: this.handler,
      count: this.#calls - this.#unrecorded,
      timed: this.#timed,
      total: this.#total,
      mean: this.#mean,
      // The middle of its bucket may be beyond all calls.
      p95: Math.min(this.durations.quantile(0.95), this.#max),
      max: this.#max,
      errors: this.#errors,
      ...(this.#lastRun === never ? {} : { lastRun: this.#lastRun.at }),
    })
  }

  /** By the calls that are covered, not by all: so that it is never more than the longest of few calls. */
  get #mean(): number {
    return this.#covered === 0 ? 0 : this.#total / this.#covered
  }

  #isChosen(): boolean {
    const isChosen = this.#sampling.choose(this.#mean >= slow || this.#recent >= slow)
    this.#next = this.#sampling.next
    if (!isChosen) return false
    this.#open.push(this.#sampling.length)
    return true
  }

  #show(start: number, own: number): void {
    const { pluginId, clock } = this.#rooms
    showInTimeline({ pluginId, handler: this.handler, start, end: clock.elapsed(), own })
  }
}
