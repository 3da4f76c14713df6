import type { MetricsFormat, PluginMetrics } from '../definition/metrics.ts'
import { metricsAsCsv } from './metrics-csv.ts'
import { metricsAsPrometheusText } from './prometheus-text.ts'

/**
 * The figures of the plugins of one host, as text.
 *
 * - `json`: an array, indented to be read.
 * - `csv`: a row for each handler and each metric of a plugin's own; times in milliseconds.
 * - `prometheus`: text exposition format 0.0.4; times in seconds.
 */
export function exportMetrics(metrics: readonly PluginMetrics[], format: MetricsFormat): string {
  if (format === 'csv') return metricsAsCsv(metrics)
  return format === 'prometheus' ? metricsAsPrometheusText(metrics) : JSON.stringify(metrics, null, 2)
}
