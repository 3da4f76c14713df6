import type { MetricSample, PluginMetrics } from '../definition/metrics.ts'

const fields = [
  'pluginId',
  'kind',
  'name',
  'labels',
  'count',
  'timed',
  'total',
  'mean',
  'p95',
  'max',
  'errors',
  'lastRun',
  'value',
] as const
type Row = Partial<Record<(typeof fields)[number], string | number>>

/** CSV by RFC 4180, with a header. What a spreadsheet would take for a formula has a `'` before it. */
export function metricsAsCsv(metrics: readonly PluginMetrics[]): string {
  const rows = metrics.flatMap(rowsOf)
  const lines = rows.map((row) => fields.map((field) => cell(row[field])).join(','))
  return [fields.join(','), ...lines].join('\r\n')
}

function rowsOf({ pluginId, handlers, custom }: PluginMetrics): Row[] {
  return [
    ...handlers.map(({ handler, ...figures }) => ({ pluginId, kind: 'handler', name: handler, ...figures })),
    ...custom.map((sample) => ({ pluginId, ...customRow(sample) })),
  ]
}

function customRow(sample: MetricSample): Row {
  const { kind, name } = sample
  const labels = Object.entries(sample.labels)
  const named: Row = { kind, name, labels: labels.length === 0 ? '' : JSON.stringify(sample.labels) }
  if (sample.kind !== 'histogram') return { ...named, value: sample.value }
  const { count, sum } = sample
  return { ...named, count, total: sum, ...(count === 0 ? {} : { mean: sum / count }) }
}

function cell(value: string | number | undefined): string {
  const text = String(value ?? '')
  const harmless = typeof value === 'string' && /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
