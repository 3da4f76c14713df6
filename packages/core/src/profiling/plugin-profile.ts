import type { HandlerMetrics, PluginMetrics, PluginMetricsRecorder } from '../definition/metrics.ts'
import { CustomMetrics } from './custom-metrics.ts'
import { DurationHistogram } from './duration-histogram.ts'
import { Probe, type ProbeRooms } from './probe.ts'

/** Names that are made up, by ids of rows for example, would have no end. */
const mostHandlers = 500
const others = 'other'

/** All figures of one plugin, over all its reloads. */
export class PluginProfile {
  /** What the plugin records itself. */
  readonly metrics: PluginMetricsRecorder
  readonly #rooms: ProbeRooms
  readonly #custom: CustomMetrics
  readonly #probes = new Map<string, Probe>()

  constructor(rooms: ProbeRooms) {
    this.#rooms = rooms
    this.#custom = new CustomMetrics(rooms.pluginId)
    this.metrics = this.#custom.recorder
  }

  /** Where a handler's calls are recorded: one object for each text. Above 500, new ones share that of `other`. */
  probe(handler: string): Probe {
    const known = this.#probes.get(handler)
    if (known) return known
    if (this.#probes.size >= mostHandlers && handler !== others) return this.probe(others)
    const probe = new Probe(handler, this.#rooms)
    this.#probes.set(handler, probe)
    return probe
  }

  /** Whether calls are recorded. What the plugin records itself always is. */
  set isOn(isOn: boolean) {
    this.#rooms.isOn = isOn
  }

  /** Whether the plugin's time has a limit: its calls are timed then, recorded or not. By default it has. */
  set isLimited(isLimited: boolean) {
    this.#rooms.isLimited = isLimited
  }

  figures(): PluginMetrics {
    const probes = [...this.#probes.values()]
    const handlers = probes.map((probe) => probe.figures())
    const durations = new DurationHistogram()
    for (const probe of probes) durations.addAll(probe.durations)
    return Object.freeze({
      pluginId: this.#rooms.pluginId,
      ...together(handlers, durations),
      handlers: Object.freeze(handlers),
      custom: this.#custom.samples(),
    })
  }
}

function together(
  handlers: readonly HandlerMetrics[],
  durations: DurationHistogram,
): Omit<HandlerMetrics, 'handler'> {
  const sum = (of: (handler: HandlerMetrics) => number): number =>
    handlers.reduce((all, handler) => all + of(handler), 0)
  const highest = (of: (handler: HandlerMetrics) => number): number =>
    handlers.reduce((most, handler) => Math.max(most, of(handler)), 0)
  const count = sum((handler) => handler.count)
  const max = highest((handler) => handler.max)
  const lastRun = highest((handler) => handler.lastRun ?? 0)
  return {
    count,
    timed: sum((handler) => handler.timed),
    total: sum((handler) => handler.total),
    mean: count === 0 ? 0 : sum((handler) => handler.mean * handler.count) / count,
    p95: Math.min(durations.quantile(0.95), max),
    max,
    errors: sum((handler) => handler.errors),
    ...(count === 0 ? {} : { lastRun }),
  }
}
