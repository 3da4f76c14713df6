import type { HandlerMetrics, HistogramSample, MetricSample, PluginMetrics } from '../definition/metrics.ts'

/** Labels and value of one line, and what its metric's name has behind it, such as `_sum`. */
interface Line {
  readonly suffix?: string
  readonly labels: Readonly<Record<string, string | number>>
  readonly value: number
}

/** All lines of one name: they have to stand together, below what is said of them once. */
interface Family {
  readonly name: string
  readonly kind: string
  readonly help: string
  readonly lines: readonly Line[]
}

const suffixes = ['', '_bucket', '_sum', '_count']

/** Text exposition format 0.0.4. The name of each metric begins with `gridkit_`; times are in seconds. */
export function metricsAsPrometheusText(metrics: readonly PluginMetrics[]): string {
  const families = [...handlerFamilies(metrics), ...customFamilies(metrics)]
  return families
    .filter(({ lines }) => lines.length > 0)
    .map((family) => textOf(family))
    .join('')
}

function handlerFamilies(metrics: readonly PluginMetrics[]): Family[] {
  const linesOf = (of: (handler: HandlerMetrics, labels: Line['labels']) => readonly Line[]): Line[] =>
    metrics.flatMap(({ pluginId: plugin, handlers }) =>
      handlers.flatMap((each) => of(each, { plugin, handler: each.handler })),
    )
  return [
    {
      name: 'gridkit_plugin_calls_total',
      kind: 'counter',
      help: 'Calls into the plugin.',
      lines: linesOf(({ count }, labels) => [{ labels, value: count }]),
    },
    {
      name: 'gridkit_plugin_errors_total',
      kind: 'counter',
      help: 'Calls into the plugin that failed.',
      lines: linesOf(({ errors }, labels) => [{ labels, value: errors }]),
    },
    {
      name: 'gridkit_plugin_duration_seconds',
      kind: 'summary',
      help: 'Main-thread time of the calls into the plugin.',
      lines: linesOf(durationLines),
    },
    {
      name: 'gridkit_plugin_duration_max_seconds',
      kind: 'gauge',
      help: 'Main-thread time of the longest call into the plugin.',
      lines: linesOf(({ max }, labels) => [{ labels, value: max / 1000 }]),
    },
  ]
}

function durationLines(handler: HandlerMetrics, labels: Line['labels']): readonly Line[] {
  const { timed, p95, total, count } = handler
  return [
    { labels: { ...labels, quantile: '0.95' }, value: timed === 0 ? Number.NaN : p95 / 1000 },
    { suffix: '_sum', labels, value: total / 1000 },
    { suffix: '_count', labels, value: count },
  ]
}

/**
 * Those of all plugins by name and kind. A name has one kind in this format: where plugins have several for it,
 * or that of one is as the `_sum` of another, all but the first have their kind behind the name.
 */
function customFamilies(metrics: readonly PluginMetrics[]): Family[] {
  const byKind = new Map<string, { plugin: string; sample: MetricSample }[]>()
  for (const { pluginId: plugin, custom } of metrics)
    for (const sample of custom) {
      const key = `${sample.name} ${sample.kind}`
      byKind.set(key, [...(byKind.get(key) ?? []), { plugin, sample }])
    }
  const taken = new Set<string>()
  return [...byKind.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, samples]) => {
      const [name = '', kind = ''] = key.split(' ')
      return {
        name: freeName(`gridkit_custom_${name}`, kind, taken),
        kind,
        help: samples.find(({ sample }) => sample.help !== '')?.sample.help ?? '',
        lines: samples.flatMap(({ plugin, sample }) => customLines(plugin, sample)),
      }
    })
}

function freeName(name: string, kind: string, taken: Set<string>): string {
  const own = (candidate: string): string[] =>
    (kind === 'histogram' ? suffixes : ['']).map((suffix) => candidate + suffix)
  let free = name
  while (own(free).some((each) => taken.has(each))) free += `_${kind}`
  for (const each of own(free)) taken.add(each)
  return free
}

function customLines(plugin: string, sample: MetricSample): readonly Line[] {
  const labels = { plugin, ...sample.labels }
  return sample.kind === 'histogram' ? histogramLines(sample, labels) : [{ labels, value: sample.value }]
}

function histogramLines({ buckets, count, sum }: HistogramSample, labels: Line['labels']): readonly Line[] {
  return [
    ...buckets.map(({ upTo, count: value }) => ({
      suffix: '_bucket',
      labels: { ...labels, le: upTo },
      value,
    })),
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: count },
  ]
}

function textOf({ name, kind, help, lines }: Family): string {
  const samples = lines.map(({ suffix = '', labels, value }) => {
    const pairs = Object.entries(labels).map(([label, of]) => `${label}="${escaped(String(of))}"`)
    return `${name}${suffix}{${pairs.join(',')}} ${value}\n`
  })
  const about = help === '' ? '' : `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}\n`
  return `${about}# TYPE ${name} ${kind}\n${samples.join('')}`
}

function escaped(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')
}
