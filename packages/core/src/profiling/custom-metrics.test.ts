import { describe, expect, test } from 'vitest'
import { errorOf } from '../../test/error-of.ts'
import { FakeClock } from '../../test/fake-clock.ts'
import type { MetricSample, PluginMetricsRecorder } from '../definition/metrics.ts'
import { Profiler } from './profiler.ts'

function recorder(): { metrics: PluginMetricsRecorder; samples: () => readonly MetricSample[] } {
  const profiler = new Profiler({ clock: new FakeClock() })
  return {
    metrics: profiler.open('acme').metrics,
    samples: () => profiler.metrics('acme')?.custom ?? [],
  }
}

const codeOf = async (run: () => unknown): Promise<string> => (await errorOf(run)).code

describe("a plugin's own metrics", () => {
  test('count, go up and down, and sort values by size', () => {
    const { metrics, samples } = recorder()
    const counter = metrics.counter('rows', { help: 'Rows that were exported.' })
    counter.add()
    counter.add(2.5)
    counter.add(0)
    const gauge = metrics.gauge('queue')
    gauge.set(7)
    gauge.add(-10)
    const histogram = metrics.histogram('size', { buckets: [1, 10, 100] })
    for (const value of [1, 5, 10, 1000, -3]) histogram.observe(value)
    expect(samples()).toEqual([
      { kind: 'counter', name: 'rows', help: 'Rows that were exported.', labels: {}, value: 3.5 },
      { kind: 'gauge', name: 'queue', help: '', labels: {}, value: -3 },
      {
        kind: 'histogram',
        name: 'size',
        help: '',
        labels: {},
        count: 5,
        sum: 1013,
        buckets: [
          { upTo: 1, count: 2 },
          { upTo: 10, count: 4 },
          { upTo: 100, count: 4 },
        ],
      },
    ])
    expect([samples(), ...samples()].every(Object.isFrozen)).toBe(true)
  })

  test('have buckets for seconds, unless others are given', () => {
    const { metrics, samples } = recorder()
    metrics.histogram('seconds').observe(0.03)
    const [sample] = samples()
    expect(sample?.kind === 'histogram' && sample.buckets.map(({ upTo }) => upTo)).toEqual([
      0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ])
  })

  test('are the same for the same name and labels, in whatever order', () => {
    const { metrics, samples } = recorder()
    const labels = { format: 'csv', size: 'big' }
    const counter = metrics.counter('rows', { labels })
    labels.format = 'changed later'
    expect(metrics.counter('rows', { labels: { size: 'big', format: 'csv' } })).toBe(counter)
    expect(metrics.counter('rows', { labels: { format: 'xlsx', size: 'big' } })).not.toBe(counter)
    expect(metrics.counter('rows', { help: 'Later.' })).not.toBe(counter)
    counter.add()
    const untyped = { size: 7 as unknown as string }
    expect(metrics.counter('sized', { labels: untyped })).toBe(
      metrics.counter('sized', { labels: { size: '7' } }),
    )
    expect(samples().slice(0, 3)).toMatchObject([
      { labels: { format: 'csv', size: 'big' }, value: 1, help: 'Later.' },
      { labels: { format: 'xlsx', size: 'big' }, value: 0, help: 'Later.' },
      { labels: {}, value: 0, help: 'Later.' },
    ])
  })

  test('are kept over reloads, without a call that asks for them anew', () => {
    const profiler = new Profiler({ clock: new FakeClock() })
    profiler.open('acme').metrics.counter('rows', { help: 'Rows.' }).add(3)
    expect(profiler.metrics('acme')?.custom).toMatchObject([{ value: 3 }])
    profiler.open('acme').metrics.counter('rows').add()
    expect(profiler.metrics('acme')?.custom).toMatchObject([{ value: 4, help: 'Rows.' }])
    expect(profiler.open('other').metrics.counter('rows')).toBeDefined()
    expect(profiler.metrics('other')?.custom).toMatchObject([{ value: 0 }])
  })

  test('are recorded while calls are not', () => {
    const profiler = new Profiler({ clock: new FakeClock() })
    profiler.enabled = false
    profiler.open('acme').metrics.counter('rows').add()
    expect(profiler.metrics('acme')?.custom).toMatchObject([{ value: 1 }])
  })
})

describe('what can not be recorded is refused, and changes nothing', () => {
  test.each(['', '1st', 'a b', 'a:b', 'ä', 'a\n', '"'])('the name %j', async (name) => {
    const { metrics, samples } = recorder()
    for (const kind of ['counter', 'gauge', 'histogram'] as const)
      await expect(codeOf(() => metrics[kind](name))).resolves.toBe('GK_METRIC_NAME_INVALID')
    expect(samples()).toEqual([])
  })

  test.each(['', 'a b', 'le', 'quantile', 'plugin', '__name__'])('the label %j', async (label) => {
    const { metrics, samples } = recorder()
    const error = await errorOf(() => metrics.gauge('rows', { labels: { [label]: 'x' } }))
    expect(error).toMatchObject({ code: 'GK_METRIC_NAME_INVALID', pluginId: 'acme' })
    expect(error.message).toContain(`label named '${label}'`)
    expect(samples()).toEqual([])
    expect(metrics.counter('rows')).toBeDefined()
  })

  test('a name that is of another kind, or has other buckets', async () => {
    const { metrics } = recorder()
    metrics.counter('rows')
    const error = await errorOf(() => metrics.gauge('rows', { labels: { a: 'b' } }))
    expect(error).toMatchObject({ code: 'GK_METRIC_EXISTS', pluginId: 'acme' })
    expect(error.message).toContain("'rows', which is a counter")
    const buckets = [1, 2]
    const histogram = metrics.histogram('size', { buckets })
    buckets.push(3)
    await expect(codeOf(() => metrics.histogram('size', { buckets }))).resolves.toBe('GK_METRIC_EXISTS')
    expect(metrics.histogram('size', { buckets: [1, 2] })).toBe(histogram)
    expect(metrics.histogram('size')).toBe(histogram)
  })

  test.each([[[]], [[2, 1]], [[1, 1]], [[Number.NaN]], [[1, Number.POSITIVE_INFINITY]]])(
    'the buckets %j',
    async (buckets) => {
      const { metrics, samples } = recorder()
      const histogram = (): unknown => metrics.histogram('size', { buckets })
      await expect(codeOf(histogram)).resolves.toBe('GK_METRIC_BUCKETS_INVALID')
      expect(samples()).toEqual([])
      expect(metrics.histogram('size', { buckets: [1] })).toBeDefined()
    },
  )

  test('more than 100 buckets', async () => {
    const { metrics } = recorder()
    const buckets = Array.from({ length: 101 }, (_, index) => index)
    await expect(codeOf(() => metrics.histogram('size', { buckets }))).resolves.toBe(
      'GK_METRIC_BUCKETS_INVALID',
    )
    expect(metrics.histogram('size', { buckets: buckets.slice(1) })).toBeDefined()
  })

  const wrong = [
    Number.NaN,
    Number.POSITIVE_INFINITY,
    Number.NEGATIVE_INFINITY,
    '1' as unknown as number,
    1n as unknown as number,
  ]
  test.each(wrong)('the value %s', async (value) => {
    const { metrics, samples } = recorder()
    const counter = metrics.counter('rows')
    const gauge = metrics.gauge('queue')
    const histogram = metrics.histogram('size')
    const before = samples()
    const calls = [
      () => counter.add(value),
      () => gauge.set(value),
      () => gauge.add(value),
      () => histogram.observe(value),
    ]
    for (const call of calls) await expect(codeOf(call)).resolves.toBe('GK_METRIC_VALUE_INVALID')
    expect(samples()).toEqual(before)
  })

  test('less than nothing for a counter, and more than numbers can be', async () => {
    const { metrics, samples } = recorder()
    const counter = metrics.counter('rows')
    const error = await errorOf(() => counter.add(-1))
    expect(error.message).toContain("can't record -1 for its metric 'rows'")
    const gauge = metrics.gauge('queue')
    const histogram = metrics.histogram('size')
    const most = [
      () => counter.add(Number.MAX_VALUE),
      () => gauge.add(Number.MAX_VALUE),
      () => histogram.observe(Number.MAX_VALUE),
    ]
    for (const add of most) {
      add()
      await expect(codeOf(add)).resolves.toBe('GK_METRIC_VALUE_INVALID')
    }
    expect(samples()).toMatchObject([
      { value: Number.MAX_VALUE },
      { value: Number.MAX_VALUE },
      { count: 1, sum: Number.MAX_VALUE },
    ])
  })

  test('the 101st, by name or by label; those there are go on', async () => {
    const { metrics, samples } = recorder()
    for (let index = 0; index < 50; index += 1) {
      metrics.counter(`rows_${index}`)
      metrics.gauge('queue', { labels: { row: String(index) } })
    }
    const more = [() => metrics.counter('more'), () => metrics.gauge('queue', { labels: { row: '50' } })]
    for (const one of more) await expect(codeOf(one)).resolves.toBe('GK_TOO_MANY_METRICS')
    metrics.counter('rows_7').add()
    expect([samples().length, samples().filter(({ name }) => name === 'more')]).toEqual([100, []])
  })
})
