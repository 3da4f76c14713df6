/** Figures of one handler of a plugin. Durations are in milliseconds, of its own main-thread time. Plain data. */
export interface HandlerMetrics {
  /** Such as `handler of 'row:update'`; `other` where a plugin has more than 500. */
  readonly handler: string
  /** How often it was called. */
  readonly count: number
  /** How many of the calls were timed: all of a handler that takes long, few of one that is quick. */
  readonly timed: number
  /** All calls together: exact where each was timed, else an unbiased estimate. Never falls. */
  readonly total: number
  readonly mean: number
  /** 95 of 100 calls take no longer; at most 5 % off. */
  readonly p95: number
  /** The longest of the calls that were timed. */
  readonly max: number
  readonly errors: number
  /** Milliseconds since the epoch at the beginning of the task in which it was last called. Absent before. */
  readonly lastRun?: number
}

/** Figures of a plugin: those of all its handlers together, and each. Plain data. */
export interface PluginMetrics extends Omit<HandlerMetrics, 'handler'> {
  readonly pluginId: string
  readonly handlers: readonly HandlerMetrics[]
  /** What the plugin recorded by `context.metrics`. */
  readonly custom: readonly MetricSample[]
}

/** What is common to all that a plugin records itself. */
interface SampleOf<TKind extends string> {
  readonly kind: TKind
  readonly name: string
  readonly help: string
  readonly labels: Readonly<Record<string, string>>
}

/** A counter or gauge, as it stands. */
interface NumberSample extends SampleOf<'counter' | 'gauge'> {
  readonly value: number
}

/** A histogram, as it stands. */
export interface HistogramSample extends SampleOf<'histogram'> {
  /** How many values were observed. */
  readonly count: number
  readonly sum: number
  /** How many of the values were `upTo` that or less, in ascending order. */
  readonly buckets: readonly { readonly upTo: number; readonly count: number }[]
}

/** One thing that a plugin records itself, with one set of labels. Plain data. */
export type MetricSample = NumberSample | HistogramSample

/** One call that was timed. Plain data. */
export interface Trace {
  readonly pluginId: string
  readonly handler: string
  /** Milliseconds since the epoch. */
  readonly startedAt: number
  /** Milliseconds that it took of the main thread, without the calls into plugins that it led to. */
  readonly duration: number
}

/** Which traces to give. What is left out does not restrict. */
export interface TraceFilter {
  readonly pluginId?: string | undefined
  readonly handler?: string | undefined
  /** Calls that took longer than so many milliseconds. */
  readonly slowerThan?: number | undefined
  /** At most so many, the newest of them. */
  readonly limit?: number | undefined
}

/** A handler that holds the main thread up. Plain data; durations in milliseconds. */
export interface Bottleneck extends Pick<HandlerMetrics, 'handler' | 'count' | 'total' | 'p95' | 'max'> {
  readonly pluginId: string
  /** Its part in the time of all handlers of the plugin, from 0 to 1. */
  readonly share: number
  /** For people. */
  readonly reason: string
}

/** `prometheus`: text exposition format 0.0.4. */
export type MetricsFormat = 'json' | 'csv' | 'prometheus'

/** What may be said of a metric. */
export interface MetricOptions {
  /** What is counted, for people. */
  readonly help?: string | undefined
  /**
   * What tells it apart from others of its name, such as `{ format: 'csv' }`. Each set of labels is kept on its own
   * and is one of the 100 that a plugin may have.
   */
  readonly labels?: Readonly<Record<string, string>> | undefined
}

/** What may be said of a histogram. */
export interface HistogramOptions extends MetricOptions {
  /** Ascending numbers, at most 100. Default: 0.005 to 10, meant for seconds. */
  readonly buckets?: readonly number[] | undefined
}

/** Only ever goes up. */
export interface MetricCounter {
  /** @param n Default 1. @throws GK_METRIC_VALUE_INVALID when it is negative or not finite */
  add(n?: number): void
}

/** Goes up and down. */
export interface MetricGauge {
  /** @throws GK_METRIC_VALUE_INVALID when it is not finite */
  set(n: number): void
  /** @throws GK_METRIC_VALUE_INVALID when it is not finite */
  add(n: number): void
}

/** Counts values by their size. */
export interface MetricHistogram {
  /** @throws GK_METRIC_VALUE_INVALID when it is not finite */
  observe(n: number): void
}

/**
 * Where a plugin records figures of its own. They are kept over reloads, and gone after it is uninstalled.
 *
 * Asked for the same name and labels again, each gives the same metric. Names and labels are made of letters, digits
 * and `_`, and don't begin with a digit.
 *
 * @throws GK_METRIC_NAME_INVALID, GK_METRIC_EXISTS, GK_METRIC_BUCKETS_INVALID, GK_TOO_MANY_METRICS
 */
export interface PluginMetricsRecorder {
  counter(name: string, options?: MetricOptions): MetricCounter
  gauge(name: string, options?: MetricOptions): MetricGauge
  histogram(name: string, options?: HistogramOptions): MetricHistogram
}
