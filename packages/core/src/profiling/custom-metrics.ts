import type {
  HistogramOptions,
  MetricOptions,
  MetricSample,
  PluginMetricsRecorder,
} from '../definition/metrics.ts'
import { metricExists, metricNameInvalid, tooManyMetrics } from '../errors/metric-errors.ts'
import {
  bucketsOf,
  counterSeries,
  gaugeSeries,
  histogramSeries,
  type SeriesIdentity,
  type Series,
} from './metric-series.ts'

/** A set of labels counts as one: a plugin that labels by ids of rows would have no end. */
const mostSeries = 100
const wellFormed = /^[a-zA-Z_][a-zA-Z0-9_]*$/
const takenLabels = /^(plugin|le|quantile|__.*)$/

/** What the metrics of one name have in common. */
interface Family {
  readonly kind: MetricSample['kind']
  /** Ascending; of a histogram only. */
  readonly buckets: readonly number[]
  help: string
}

/** The metrics that one plugin records itself. */
export class CustomMetrics {
  readonly recorder: PluginMetricsRecorder = Object.freeze<PluginMetricsRecorder>({
    counter: (name, options) => this.#series(name, 'counter', options, counterSeries).handle,
    gauge: (name, options) => this.#series(name, 'gauge', options, gaugeSeries).handle,
    histogram: (name, options) => this.#series(name, 'histogram', options, histogramSeries).handle,
  })
  readonly #pluginId: string
  readonly #families = new Map<string, Family>()
  readonly #all = new Map<string, Series<unknown>>()

  constructor(pluginId: string) {
    this.#pluginId = pluginId
  }

  samples(): readonly MetricSample[] {
    const samples = [...this.#all.values()].map((series) =>
      series.sample(this.#families.get(series.name)?.help ?? ''),
    )
    return Object.freeze(samples)
  }

  #series<THandle>(
    name: string,
    kind: Family['kind'],
    options: HistogramOptions = {},
    create: (identity: SeriesIdentity, buckets: readonly number[]) => Series<THandle>,
  ): Series<THandle> {
    const labels = this.#labelsIn(options)
    const family = this.#family(name, kind, options)
    const key = JSON.stringify([name, labels])
    const series =
      this.#all.get(key) ??
      this.#add(key, name, () =>
        create(
          { pluginId: this.#pluginId, name, labels: Object.freeze(Object.fromEntries(labels)) },
          family.buckets,
        ),
      )
    // Only now: a metric that was refused has no name.
    this.#families.set(name, family)
    // What is of a family has its kind.
    return series as Series<THandle>
  }

  #add(key: string, name: string, create: () => Series<unknown>): Series<unknown> {
    if (this.#all.size >= mostSeries) throw tooManyMetrics(this.#pluginId, name, mostSeries)
    const series = create()
    this.#all.set(key, series)
    return series
  }

  #family(name: string, kind: Family['kind'], { help, buckets }: HistogramOptions): Family {
    const family = this.#families.get(name)
    if (!family) return this.#newFamily(name, kind, help, buckets)
    if (family.kind !== kind) throw metricExists(this.#pluginId, name, `a ${family.kind}`)
    if (buckets && bucketsOf(this.#pluginId, name, buckets).join() !== family.buckets.join())
      throw metricExists(this.#pluginId, name, 'a histogram of other buckets')
    family.help = help ?? family.help
    return family
  }

  #newFamily(
    name: string,
    kind: Family['kind'],
    help: string | undefined,
    buckets: readonly number[] | undefined,
  ): Family {
    if (!wellFormed.test(name)) throw metricNameInvalid(this.#pluginId, 'metric', name)
    return { kind, help: help ?? '', buckets: bucketsOf(this.#pluginId, name, buckets) }
  }

  /** In one order, however they were written. */
  #labelsIn({ labels = {} }: MetricOptions): (readonly [string, string])[] {
    const entries = Object.entries<unknown>(labels).map(([name, value]) => [name, String(value)] as const)
    for (const [name] of entries)
      if (!wellFormed.test(name) || takenLabels.test(name))
        throw metricNameInvalid(this.#pluginId, 'label', name)
    return entries.sort(([a], [b]) => (a < b ? -1 : 1))
  }
}
