import type {
  MetricCounter,
  MetricGauge,
  MetricHistogram,
  PluginMetricsRecorder,
} from '../definition/metrics.ts'
import type { ContextOwner } from './context-rooms.ts'

const silent: MetricCounter & MetricGauge & MetricHistogram = {
  add: () => {},
  set: () => {},
  observe: () => {},
}

/** Records for as long as the plugin is there: what is left of an older version must not write to the figures of the next. */
export function metricsOf({ metrics, scope }: ContextOwner): PluginMetricsRecorder {
  const unlessClosed =
    <TParameters extends readonly unknown[]>(record: (...parameters: TParameters) => void) =>
    (...parameters: TParameters): void => {
      if (!scope.closed) record(...parameters)
    }
  return {
    counter(name, options) {
      if (scope.closed) return silent
      const counter = metrics.counter(name, options)
      return { add: unlessClosed((count) => counter.add(count)) }
    },
    gauge(name, options) {
      if (scope.closed) return silent
      const gauge = metrics.gauge(name, options)
      return {
        set: unlessClosed((value) => gauge.set(value)),
        add: unlessClosed((value) => gauge.add(value)),
      }
    },
    histogram(name, options) {
      if (scope.closed) return silent
      const histogram = metrics.histogram(name, options)
      return { observe: unlessClosed((value) => histogram.observe(value)) }
    },
  }
}
