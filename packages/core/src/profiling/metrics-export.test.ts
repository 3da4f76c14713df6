import { array, assert, double, integer, property, string, tuple, uniqueArray } from 'fast-check'
import parsePrometheusTextFormat from 'parse-prometheus-text-format'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../test/fake-clock.ts'
import type { MetricSample, PluginMetrics, PluginMetricsRecorder } from '../definition/metrics.ts'
import { exportMetrics } from './metrics-export.ts'
import { Profiler } from './profiler.ts'

type Calls = readonly (readonly [handler: string, durations: readonly number[]])[]

/** What a profiler has of these calls and records. */
function recorded(
  plugins: Readonly<Record<string, Calls>>,
  record: Readonly<Record<string, (metrics: PluginMetricsRecorder) => void>> = {},
): readonly PluginMetrics[] {
  const profiler = new Profiler({ clock: new FakeClock() })
  for (const [pluginId, calls] of Object.entries(plugins))
    for (const [handler, durations] of calls) {
      const probe = profiler.open(pluginId).probe(handler)
      for (const duration of durations) if (probe.begin()) probe.end(0, duration)
    }
  for (const [pluginId, run] of Object.entries(record)) run(profiler.open(pluginId).metrics)
  return profiler.all()
}

type Parsed = readonly (readonly [name: string, labels: Readonly<Record<string, string>>, value: number])[]

/** All samples of a text. Without types, because the parser drops labels of summaries and histograms. */
function samplesIn(text: string): Parsed {
  const lines = text.split('\n').filter((line) => !line.startsWith('# TYPE '))
  return parsePrometheusTextFormat(lines.join('\n')).flatMap(({ name, metrics }) =>
    metrics.map(({ labels = {}, value }) => [name, labels, Number(value)] as const),
  )
}

/** What a text has to say of the handlers. */
function handlerSamples(metrics: readonly PluginMetrics[]): Parsed {
  return metrics.flatMap(({ pluginId: plugin, handlers }) =>
    handlers.flatMap(({ handler, count, errors, total, p95, max }): Parsed => {
      const labels = { plugin, handler }
      return [
        ['gridkit_plugin_calls_total', labels, count],
        ['gridkit_plugin_errors_total', labels, errors],
        ['gridkit_plugin_duration_seconds', { ...labels, quantile: '0.95' }, p95 / 1000],
        ['gridkit_plugin_duration_seconds_sum', labels, total / 1000],
        ['gridkit_plugin_duration_seconds_count', labels, count],
        ['gridkit_plugin_duration_max_seconds', labels, max / 1000],
      ]
    }),
  )
}

const byText = (samples: Parsed): string[] => samples.map((sample) => JSON.stringify(sample)).sort()

const hostile = [
  'a"b\\c\nd',
  '\\',
  '"',
  '\n',
  '\\n',
  '{le="1"} 7',
  '# TYPE x gauge',
  'größe 名 🧮',
  ' ',
  '',
  '\r\t',
]

describe('prometheus text', () => {
  test('as it stands', () => {
    const metrics = recorded(
      { acme: [['start', [2]]] },
      {
        acme: (own) => {
          own.counter('rows', { help: 'Rows \\ that\nwere exported.', labels: { format: 'csv' } }).add(3)
          own.histogram('size', { buckets: [1, 2.5] }).observe(2)
        },
      },
    )
    expect(exportMetrics(metrics, 'prometheus').replace(/(0\.95"\}) \S+/, '$1 p95')).toBe(`\
# HELP gridkit_plugin_calls_total Calls into the plugin.
# TYPE gridkit_plugin_calls_total counter
gridkit_plugin_calls_total{plugin="acme",handler="start"} 1
# HELP gridkit_plugin_errors_total Calls into the plugin that failed.
# TYPE gridkit_plugin_errors_total counter
gridkit_plugin_errors_total{plugin="acme",handler="start"} 0
# HELP gridkit_plugin_duration_seconds Main-thread time of the calls into the plugin.
# TYPE gridkit_plugin_duration_seconds summary
gridkit_plugin_duration_seconds{plugin="acme",handler="start",quantile="0.95"} p95
gridkit_plugin_duration_seconds_sum{plugin="acme",handler="start"} 0.002
gridkit_plugin_duration_seconds_count{plugin="acme",handler="start"} 1
# HELP gridkit_plugin_duration_max_seconds Main-thread time of the longest call into the plugin.
# TYPE gridkit_plugin_duration_max_seconds gauge
gridkit_plugin_duration_max_seconds{plugin="acme",handler="start"} 0.002
# HELP gridkit_custom_rows Rows \\\\ that\\nwere exported.
# TYPE gridkit_custom_rows counter
gridkit_custom_rows{plugin="acme",format="csv"} 3
# TYPE gridkit_custom_size histogram
gridkit_custom_size_bucket{plugin="acme",le="1"} 0
gridkit_custom_size_bucket{plugin="acme",le="2.5"} 1
gridkit_custom_size_bucket{plugin="acme",le="+Inf"} 1
gridkit_custom_size_sum{plugin="acme"} 2
gridkit_custom_size_count{plugin="acme"} 1
`)
  })

  test('is read by others as it was recorded, whatever the names', { timeout: 60_000 }, () => {
    const name = string({ unit: 'binary' })
    const calls = uniqueArray(
      tuple(name, array(double({ min: 0, max: 1e6, noNaN: true }), { maxLength: 20, minLength: 1 })),
      { selector: ([handler]) => handler, maxLength: 4 },
    )
    const plugins = uniqueArray(tuple(name, calls), { selector: ([pluginId]) => pluginId, maxLength: 4 })
    assert(
      property(plugins, (entries) => {
        const metrics = recorded(Object.fromEntries(entries))
        expect(byText(samplesIn(exportMetrics(metrics, 'prometheus')))).toEqual(
          byText(handlerSamples(metrics)),
        )
      }),
      { numRuns: 200 },
    )
  })

  test.each(hostile)('is read as it was recorded by plugin, handler and label %j', (text) => {
    const metrics = recorded(
      { [text]: [[text, [1]]] },
      { [text]: (own) => own.gauge('queue', { labels: { of: text } }).set(-1.5e300) },
    )
    const samples = samplesIn(exportMetrics(metrics, 'prometheus'))
    expect(byText(samples)).toEqual(
      byText([...handlerSamples(metrics), ['gridkit_custom_queue', { plugin: text, of: text }, -1.5e300]]),
    )
  })

  test('says of each name once, and in one place, what it is', () => {
    const calls: Calls = [
      ['a', [1]],
      ['b', [2]],
    ]
    const text = exportMetrics(
      recorded(
        { one: calls, two: calls },
        {
          one: (own) => own.counter('rows').add(1),
          two: (own) => own.counter('rows', { help: 'First help \\ there\nis.' }).add(2),
        },
      ),
      'prometheus',
    )
    const families = parsePrometheusTextFormat(text)
    expect(families.map(({ name, type }) => [name, type])).toEqual([
      ['gridkit_plugin_calls_total', 'COUNTER'],
      ['gridkit_plugin_errors_total', 'COUNTER'],
      ['gridkit_plugin_duration_seconds', 'SUMMARY'],
      ['gridkit_plugin_duration_max_seconds', 'GAUGE'],
      ['gridkit_custom_rows', 'COUNTER'],
    ])
    expect(families.at(-1)).toMatchObject({
      help: 'First help \\ there\nis.',
      metrics: [
        { labels: { plugin: 'one' }, value: '1' },
        { labels: { plugin: 'two' }, value: '2' },
      ],
    })
  })

  test('has one kind for each name, though plugins have several', () => {
    const metrics = recorded(
      {},
      {
        a: (own) => own.gauge('x').set(1),
        b: (own) => own.counter('x').add(2),
        c: (own) => own.histogram('x', { buckets: [1] }).observe(3),
        d: (own) => own.counter('x_histogram_sum').add(4),
        e: (own) => own.gauge('x_gauge').set(5),
      },
    )
    const text = exportMetrics(metrics, 'prometheus')
    const types = text.split('\n').filter((line) => line.startsWith('# TYPE '))
    expect(types).toEqual([
      '# TYPE gridkit_custom_x counter',
      '# TYPE gridkit_custom_x_gauge gauge',
      '# TYPE gridkit_custom_x_histogram histogram',
      '# TYPE gridkit_custom_x_gauge_gauge gauge',
      '# TYPE gridkit_custom_x_histogram_sum_counter counter',
    ])
    const values = samplesIn(text).map(([name, { plugin, le }, value]) => [name, plugin, le, value])
    expect(values).toEqual([
      ['gridkit_custom_x', 'b', undefined, 2],
      ['gridkit_custom_x_gauge', 'a', undefined, 1],
      ['gridkit_custom_x_histogram_bucket', 'c', '1', 0],
      ['gridkit_custom_x_histogram_bucket', 'c', '+Inf', 1],
      ['gridkit_custom_x_histogram_sum', 'c', undefined, 3],
      ['gridkit_custom_x_histogram_count', 'c', undefined, 1],
      ['gridkit_custom_x_gauge_gauge', 'e', undefined, 5],
      ['gridkit_custom_x_histogram_sum_counter', 'd', undefined, 4],
    ])
  })

  test('has histograms whose buckets add up', () => {
    const values = array(double({ min: -100, max: 100, noNaN: true }), { maxLength: 50 })
    const bounds = uniqueArray(integer({ min: -100, max: 100 }), { minLength: 1, maxLength: 20 })
    assert(
      property(values, bounds, (observed, given) => {
        const buckets = given.toSorted((a, b) => a - b)
        const metrics = recorded(
          {},
          {
            acme: (own) => {
              const histogram = own.histogram('size', { buckets })
              for (const value of observed) histogram.observe(value)
            },
          },
        )
        const found = samplesIn(exportMetrics(metrics, 'prometheus'))
          .filter(([name]) => name.endsWith('_bucket'))
          .map(([, { le }, value]) => [Number(le?.replace('+Inf', 'Infinity')), value])
        expect(found).toEqual(
          [...buckets, Number.POSITIVE_INFINITY].map((le) => [
            le,
            observed.filter((value) => value <= le).length,
          ]),
        )
      }),
      { numRuns: 200 },
    )
  })

  test('has no 95th of 100 calls before any, and is empty of nobody', () => {
    const text = exportMetrics(recorded({ acme: [['start', []]] }), 'prometheus')
    expect(text).toContain('quantile="0.95"} NaN\n')
    expect(exportMetrics([], 'prometheus')).toBe('')
  })
})

describe('csv', () => {
  test('has a row for each handler and each of the metrics of a plugin', () => {
    const metrics = recorded(
      { acme: [['start', [2, 4]]], idle: [['start', []]] },
      {
        acme: (own) => {
          own.gauge('queue', { labels: { of: 'rows' } }).set(-3)
          own.histogram('size').observe(5)
          own.histogram('none')
        },
      },
    )
    const text = exportMetrics(metrics, 'csv').replace(/(,6,3),[^,]+,/, '$1,p95,')
    expect(text.split('\r\n')).toEqual([
      'pluginId,kind,name,labels,count,timed,total,mean,p95,max,errors,lastRun,value',
      'acme,handler,start,,2,2,6,3,p95,4,0,1000,',
      'acme,gauge,queue,"{""of"":""rows""}",,,,,,,,,-3',
      'acme,histogram,size,,1,,5,5,,,,,',
      'acme,histogram,none,,0,,0,,,,,,',
      'idle,handler,start,,0,0,0,0,0,0,0,,',
    ])
  })

  test.each([
    ['a,b', '"a,b"'],
    ['a"b', '"a""b"'],
    ['a\r\nb', '"a\r\nb"'],
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@a/b', "'@a/b"],
    ['\t=1', "'\t=1"],
    ['=1,"', '"\'=1,"""'],
    ['größe', 'größe'],
  ])('writes the handler %j', (handler, cell) => {
    const text = exportMetrics(recorded({ acme: [[handler, []]] }), 'csv')
    expect(text.slice(text.indexOf('\r\n') + 2)).toBe(`acme,handler,${cell},,0,0,0,0,0,0,0,,`)
  })

  test('is a header of nobody', () => {
    expect(exportMetrics([], 'csv').split('\r\n')).toHaveLength(1)
  })
})

describe('json', () => {
  test('is what was recorded', () => {
    const metrics = recorded(
      { [hostile.join('')]: [['start', [2]]] },
      { b: (own) => own.counter('rows').add() },
    )
    const read = JSON.parse(exportMetrics(metrics, 'json')) as readonly { custom: readonly MetricSample[] }[]
    expect(read).toEqual(metrics)
    expect(read[1]?.custom).toHaveLength(1)
  })
})
