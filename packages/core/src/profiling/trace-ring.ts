import type { Trace, TraceFilter } from '../definition/metrics.ts'

/** More would be memory for nothing. */
const mostTraces = 1_000_000

/** Whose call a trace is of. One object for all calls of a handler. */
export interface TraceSource {
  readonly pluginId: string
  readonly handler: string
}

/** The newest of the calls that were timed, in room that is taken once; {@link Trace}s are made when asked for. */
export class TraceRing {
  readonly #sources: (TraceSource | undefined)[]
  readonly #starts: Float64Array
  readonly #durations: Float64Array
  /** Where the next one goes. */
  #end = 0

  /** @param size How many are kept; 0 for none. */
  constructor(size: number) {
    const length = Math.min(Math.max(Math.floor(size) || 0, 0), mostTraces)
    this.#sources = Array.from({ length }, () => undefined)
    this.#starts = new Float64Array(length)
    this.#durations = new Float64Array(length)
  }

  /** @param started By the clock that never goes back, in milliseconds. */
  add(source: TraceSource, started: number, milliseconds: number): void {
    if (this.#sources.length === 0) return
    const slot = this.#end
    this.#sources[slot] = source
    this.#starts[slot] = started
    this.#durations[slot] = milliseconds
    this.#end = slot + 1 === this.#sources.length ? 0 : slot + 1
  }

  /**
   * The newest first.
   *
   * @param epoch When that clock was at 0, in milliseconds since the epoch.
   */
  list(epoch: number, { limit = Number.POSITIVE_INFINITY, ...filter }: TraceFilter = {}): readonly Trace[] {
    const found: Trace[] = []
    const { length } = this.#sources
    for (let back = 1; back <= length && found.length < limit; back += 1) {
      const trace = this.#at((this.#end - back + length) % length, epoch)
      if (trace && isAskedFor(trace, filter)) found.push(trace)
    }
    return Object.freeze(found)
  }

  forget(pluginId: string): void {
    for (const [slot, source] of this.#sources.entries())
      if (source?.pluginId === pluginId) this.#sources[slot] = undefined
  }

  #at(slot: number, epoch: number): Trace | undefined {
    const source = this.#sources[slot]
    if (!source) return undefined
    const { pluginId, handler } = source
    const startedAt = epoch + (this.#starts[slot] ?? 0)
    return Object.freeze({ pluginId, handler, startedAt, duration: this.#durations[slot] ?? 0 })
  }
}

function isAskedFor(trace: Trace, { pluginId, handler, slowerThan }: TraceFilter): boolean {
  return (
    (pluginId === undefined || trace.pluginId === pluginId) &&
    (handler === undefined || trace.handler === handler) &&
    (slowerThan === undefined || trace.duration > slowerThan)
  )
}
