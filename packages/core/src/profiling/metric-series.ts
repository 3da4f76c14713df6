import type { MetricCounter, MetricGauge, MetricHistogram, MetricSample } from '../definition/metrics.ts'
import { metricBucketsInvalid, metricValueInvalid } from '../errors/metric-errors.ts'

const mostBuckets = 100
/** Those that clients of Prometheus have: seconds that a user waits. */
const usualBuckets: readonly number[] = Object.freeze([
  0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
])

/** Whose metric it is. */
export interface SeriesIdentity {
  readonly pluginId: string
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
}

/** One metric with one set of labels. */
export interface Series<THandle> {
  readonly name: string
  /** What the plugin has of it. */
  readonly handle: THandle
  sample(help: string): MetricSample
}

export function counterSeries({ pluginId, name, labels }: SeriesIdentity): Series<MetricCounter> {
  let value = 0
  const add = (n = 1): void => {
    if (!(n >= 0)) throw metricValueInvalid(pluginId, name, n, 'numbers that are not negative')
    value = finiteSum(pluginId, name, value, n)
  }
  const sample = (help: string): MetricSample => Object.freeze({ kind: 'counter', name, help, labels, value })
  return { name, handle: Object.freeze({ add }), sample }
}

export function gaugeSeries({ pluginId, name, labels }: SeriesIdentity): Series<MetricGauge> {
  let value = 0
  const set = (n: number): void => void (value = finiteSum(pluginId, name, 0, n))
  const add = (n: number): void => void (value = finiteSum(pluginId, name, value, n))
  const sample = (help: string): MetricSample => Object.freeze({ kind: 'gauge', name, help, labels, value })
  return { name, handle: Object.freeze({ set, add }), sample }
}

export function histogramSeries(
  { pluginId, name, labels }: SeriesIdentity,
  bounds: readonly number[],
): Series<MetricHistogram> {
  const counts = bounds.map(() => 0)
  let count = 0
  let sum = 0
  const observe = (n: number): void => {
    sum = finiteSum(pluginId, name, sum, n)
    count += 1
    const bucket = bounds.findIndex((bound) => n <= bound)
    if (bucket >= 0) counts[bucket] = (counts[bucket] ?? 0) + 1
  }
  const sample = (help: string): MetricSample =>
    Object.freeze({ kind: 'histogram', name, help, labels, count, sum, buckets: cumulative(bounds, counts) })
  return { name, handle: Object.freeze({ observe }), sample }
}

/** The bounds that a plugin gave, checked and copied. @throws GK_METRIC_BUCKETS_INVALID */
export function bucketsOf(
  pluginId: string,
  name: string,
  given: readonly number[] = usualBuckets,
): readonly number[] {
  const bounds = [...given]
  const isAscending = bounds.every(
    (bound, index) => Number.isFinite(bound) && bound > (bounds[index - 1] ?? Number.NEGATIVE_INFINITY),
  )
  if (!isAscending || bounds.length === 0 || bounds.length > mostBuckets)
    throw metricBucketsInvalid(pluginId, name)
  return Object.freeze(bounds)
}

function cumulative(
  bounds: readonly number[],
  counts: readonly number[],
): readonly { readonly upTo: number; readonly count: number }[] {
  let reached = 0
  const buckets = bounds.map((upTo, bucket) =>
    Object.freeze({ upTo, count: (reached += counts[bucket] ?? 0) }),
  )
  return Object.freeze(buckets)
}

/** Numbers that are too large together would make what is kept worthless. */
function finiteSum(pluginId: string, name: string, before: number, n: number): number {
  if (!Number.isFinite(n) || !Number.isFinite(before + n))
    throw metricValueInvalid(pluginId, name, n, 'finite numbers, also in sum')
  return before + n
}
