import { describe, expect, test, vi } from 'vitest'
import { FakeClock } from '../../test/fake-clock.ts'
import { randomNumbers } from '../../test/numbers.ts'
import { Profiler, type Probe } from './profiler.ts'

const profilerWith = (options: { traces?: number; clock?: FakeClock; userTiming?: boolean } = {}): Profiler =>
  new Profiler({ clock: new FakeClock(), random: randomNumbers(1), ...options })

function call(probe: Probe, milliseconds: number, started = 0): void {
  if (probe.begin()) probe.end(started, milliseconds)
}

function callAll(probe: Probe, durations: readonly number[]): void {
  for (const duration of durations) call(probe, duration)
}

const repeated = (times: number, value: number): number[] => Array.from({ length: times }, () => value)

describe('figures of a plugin', () => {
  test('are those of its handlers, and of all together', async () => {
    const clock = new FakeClock()
    const profiler = profilerWith({ clock })
    const profile = profiler.open('acme')
    callAll(profile.probe('a'), [1, 2, 3])
    await clock.advance(500)
    callAll(profile.probe('b'), [10])
    profile.probe('b').failed()
    const metrics = profiler.metrics('acme')
    expect(metrics).toEqual({
      pluginId: 'acme',
      count: 4,
      timed: 4,
      total: 16,
      mean: 4,
      p95: expect.closeTo(10, 0),
      max: 10,
      errors: 1,
      lastRun: 1500,
      custom: [],
      handlers: [
        {
          handler: 'a',
          count: 3,
          timed: 3,
          total: 6,
          mean: 2,
          p95: expect.closeTo(3, 0),
          max: 3,
          errors: 0,
          lastRun: 1000,
        },
        {
          handler: 'b',
          count: 1,
          timed: 1,
          total: 10,
          mean: 10,
          p95: expect.closeTo(10, 0),
          max: 10,
          errors: 1,
          lastRun: 1500,
        },
      ],
    })
    expect(JSON.parse(JSON.stringify(metrics))).toEqual(metrics)
    expect([metrics, metrics?.handlers, metrics?.handlers[0], profiler.all()].every(Object.isFrozen)).toBe(
      true,
    )
  })

  test('stand still once given', () => {
    const profiler = profilerWith()
    const probe = profiler.open('acme').probe('a')
    const before = profiler.metrics('acme')
    call(probe, 1)
    expect([before?.count, profiler.metrics('acme')?.count]).toEqual([0, 1])
  })

  test('are there before any call', () => {
    const profiler = profilerWith()
    expect([profiler.metrics('acme'), profiler.all(), profiler.traces()]).toEqual([undefined, [], []])
    profiler.open('acme').probe('a')
    const nothing = { count: 0, timed: 0, total: 0, mean: 0, p95: 0, max: 0, errors: 0 }
    expect(profiler.metrics('acme')).toEqual({
      pluginId: 'acme',
      ...nothing,
      custom: [],
      handlers: [{ handler: 'a', ...nothing }],
    })
  })

  test('of a call that has not ended have its count only', () => {
    const profiler = profilerWith()
    const probe = profiler.open('acme').probe('a')
    probe.begin()
    expect(profiler.metrics('acme')).toMatchObject({ count: 1, timed: 0, mean: 0 })
  })

  test('tell the 95th of 100 calls, whether each is timed or not', () => {
    const profiler = profilerWith()
    callAll(
      profiler.open('acme').probe('timed'),
      Array.from({ length: 1000 }, (_, index) => 1 + index / 100),
    )
    const random = randomNumbers(3)
    callAll(
      profiler.open('acme').probe('sampled'),
      Array.from({ length: 200_000 }, () => 0.002 + random() / 100),
    )
    const [timed, sampled] = profiler.metrics('acme')?.handlers ?? []
    expect(timed?.p95).toBeGreaterThan(10.49 * 0.95)
    expect(timed?.p95).toBeLessThan(10.49 * 1.05)
    expect(sampled?.p95).toBeGreaterThan(0.0115 * 0.94)
    expect(sampled?.p95).toBeLessThan(0.0115 * 1.06)
    expect(sampled?.timed).toBeLessThan(4000)
  })

  test('count a call that was timed as often as it stands for', () => {
    const profiler = profilerWith()
    const durations = [...repeated(80, 0.02), ...repeated(4000, 0.001)]
    callAll(profiler.open('acme').probe('slow at first'), durations)
    const { timed, p95, max } = profiler.metrics('acme') ?? {}
    expect([timed, p95, max]).toEqual([expect.closeTo(80, -2), expect.closeTo(0.001, 4), 0.02])
  })

  test('never have a 95th of 100 calls that is longer than the longest', () => {
    const profiler = profilerWith()
    for (let step = 0; step < 50; step += 1) {
      const duration = 1.1 ** (step / 10)
      callAll(profiler.open(`acme ${step}`).probe('a'), [duration])
      const { p95, max, handlers } = profiler.metrics(`acme ${step}`) ?? {}
      expect([max, p95 ?? 0, handlers?.[0]?.p95]).toEqual([duration, Math.min(duration, p95 ?? 0), p95])
    }
  })

  test('read the time of day once in a task', async () => {
    const clock = new FakeClock()
    const now = vi.spyOn(clock, 'now')
    const profiler = profilerWith({ clock })
    callAll(profiler.open('acme').probe('a'), repeated(5, 1))
    callAll(profiler.open('other').probe('a'), repeated(5, 1))
    expect(now).toHaveBeenCalledTimes(1)
    await clock.advance(1)
    callAll(profiler.open('acme').probe('a'), repeated(5, 1))
    expect(now).toHaveBeenCalledTimes(2)
  })

  test('are right for a handler that calls itself', () => {
    const profiler = profilerWith()
    const probe = profiler.open('acme').probe('a')
    for (let round = 0; round < 40_000; round += 1) {
      const outer = probe.begin()
      call(probe, 0.001)
      if (outer) probe.end(0, 0.003)
    }
    const { count, total } = profiler.metrics('acme') ?? { count: 0, total: 0 }
    expect([count, total > 140 && total < 180]).toEqual([80_000, true])
  })

  test('take a time that is none for 0', () => {
    const profiler = profilerWith()
    callAll(profiler.open('acme').probe('a'), [-1, Number.NaN, 2])
    expect(profiler.metrics('acme')).toMatchObject({ timed: 3, total: 2, max: 2 })
  })

  test('say when it last ran, though that call was not timed', async () => {
    const clock = new FakeClock()
    const profiler = profilerWith({ clock })
    const probe = profiler.open('acme').probe('a')
    callAll(probe, repeated(10_000, 0.001))
    await clock.advance(60_000)
    expect(probe.begin()).toBe(false)
    expect(profiler.metrics('acme')?.lastRun).toBe(61_000)
  })
})

describe('a probe', () => {
  test('is one for each text, over reloads', () => {
    const profiler = profilerWith()
    const profile = profiler.open('acme')
    expect(profiler.open('acme')).toBe(profile)
    expect(profile.probe('a')).toBe(profile.probe('a'))
    expect(profiler.open('other').probe('a')).not.toBe(profile.probe('a'))
  })

  test('is that of other for all beyond 500', () => {
    const profiler = profilerWith()
    const profile = profiler.open('acme')
    for (let row = 0; row < 600; row += 1) call(profile.probe(`row ${row}`), 1)
    const handlers = profiler.metrics('acme')?.handlers ?? []
    expect([handlers.length, handlers.at(-1)?.handler, handlers.at(-1)?.count]).toEqual([501, 'other', 100])
    expect(profile.probe('row 7')).not.toBe(profile.probe('other'))
    expect(profile.probe('row 599')).toBe(profile.probe('other'))
  })
})

describe('a profiler that is off', () => {
  test('records no calls, and goes on where it was', () => {
    const profiler = profilerWith()
    const probe = profiler.open('acme').probe('a')
    call(probe, 1)
    profiler.enabled = false
    const late = profiler.open('late').probe('a')
    for (const each of [probe, late]) {
      // Timed all the same, for the limits.
      expect(each.begin()).toBe(true)
      each.end(0, 5)
      each.failed()
    }
    expect(profiler.all().map(({ count, errors }) => [count, errors])).toEqual([
      [1, 0],
      [0, 0],
    ])
    profiler.enabled = true
    for (const each of [probe, late]) call(each, 1)
    expect([profiler.enabled, ...profiler.all().map(({ count }) => count)]).toEqual([true, 2, 1])
  })

  test('does not record the call during which it was put off', () => {
    const profiler = profilerWith()
    const probe = profiler.open('acme').probe('a')
    probe.begin()
    profiler.enabled = false
    probe.end(0, 5)
    profiler.enabled = true
    call(probe, 1)
    expect(profiler.metrics('acme')).toMatchObject({ count: 2, timed: 1, total: 1 })
  })
})

describe('forget', () => {
  test('leaves nothing, also not of calls that end later', () => {
    const profiler = profilerWith()
    const profile = profiler.open('acme')
    const probe = profile.probe('a')
    const counter = profile.metrics.counter('rows')
    call(probe, 1)
    call(profiler.open('other').probe('a'), 1)
    probe.begin()
    profiler.forget('acme')
    probe.end(0, 1)
    probe.failed()
    counter.add()
    profiler.enabled = false
    profiler.enabled = true
    probe.begin()
    probe.end(0, 1)
    expect(profiler.all().map(({ pluginId }) => pluginId)).toEqual(['other'])
    expect(profiler.traces().map(({ pluginId }) => pluginId)).toEqual(['other'])
    const again = profiler.open('acme')
    again.metrics.gauge('rows')
    expect(profiler.metrics('acme')).toMatchObject({ count: 0, errors: 0, custom: [{ value: 0 }] })
    profiler.forget('never there')
  })
})

describe('a plugin whose time has no limit', () => {
  test('is not timed while nothing is recorded', () => {
    const profiler = profilerWith()
    const profile = profiler.open('acme')
    const probe = profile.probe('a')
    profiler.enabled = false
    const timed = (): number => Array.from({ length: 10 }, () => probe.begin()).filter(Boolean).length
    expect(timed()).toBe(10)
    profile.isLimited = false
    expect(timed()).toBe(0)
    profile.isLimited = true
    expect(timed()).toBeGreaterThan(0)
    profile.isLimited = false
    profiler.enabled = true
    expect([timed() > 0, profiler.metrics('acme')?.count]).toEqual([true, 10])
  })
})

describe('traces', () => {
  test('are of the newest calls that were timed, the newest first', async () => {
    const clock = new FakeClock()
    const profiler = profilerWith({ traces: 3, clock })
    const probe = profiler.open('acme').probe('a')
    for (const duration of [1, 2, 3, 4]) {
      await clock.advance(10)
      call(probe, duration, clock.elapsed())
    }
    const traces = profiler.traces()
    expect(traces).toEqual(
      [4, 3, 2].map((duration) => ({
        pluginId: 'acme',
        handler: 'a',
        startedAt: 1000 + duration * 10,
        duration,
      })),
    )
    expect([traces, traces[0]].every(Object.isFrozen)).toBe(true)
  })

  test('say when a call began by the time of day', () => {
    class Clock extends FakeClock {
      override elapsed(): number {
        return super.elapsed() - 960
      }
    }
    const profiler = profilerWith({ clock: new Clock() })
    call(profiler.open('acme').probe('a'), 1, 30)
    expect(profiler.traces()[0]?.startedAt).toBe(990)
  })

  test('are told apart by plugin, handler, duration and number', () => {
    const profiler = profilerWith()
    callAll(profiler.open('acme').probe('a'), [1, 20])
    callAll(profiler.open('acme').probe('b'), [30, 2])
    callAll(profiler.open('other').probe('a'), [40])
    const durations = (filter: Parameters<Profiler['traces']>[0]): number[] =>
      profiler.traces(filter).map(({ duration }) => duration)
    expect(durations({ pluginId: 'acme' })).toEqual([2, 30, 20, 1])
    expect(durations({ handler: 'a' })).toEqual([40, 20, 1])
    expect(durations({ slowerThan: 20 })).toEqual([40, 30])
    expect(durations({ pluginId: 'acme', limit: 2 })).toEqual([2, 30])
    expect(durations({ limit: 0 })).toEqual([])
    expect(durations({ pluginId: 'nobody' })).toEqual([])
  })

  test.each([0, -1, Number.NaN])('of a ring of %d are none', (traces) => {
    const profiler = profilerWith({ traces })
    call(profiler.open('acme').probe('a'), 1)
    expect([profiler.traces(), profiler.metrics('acme')?.count]).toEqual([[], 1])
  })
})

describe('bottlenecks', () => {
  test('are handlers over the threshold, the worst first, with the reason', () => {
    const profiler = profilerWith()
    const profile = profiler.open('acme')
    callAll(profile.probe('quick'), repeated(100, 16))
    callAll(profile.probe('hung once'), [...repeated(99, 1), 301])
    callAll(profile.probe('hung longer'), [...repeated(99, 1), 901])
    callAll(profile.probe('slow'), repeated(100, 20))
    callAll(profiler.open('other').probe('slowest'), repeated(10, 50))
    const found = profiler.detectBottlenecks()
    expect(found.map(({ handler }) => handler)).toEqual(['slowest', 'slow', 'hung longer', 'hung once'])
    expect(found[1]).toEqual({
      pluginId: 'acme',
      handler: 'slow',
      count: 100,
      total: 2000,
      p95: expect.closeTo(20, -1),
      max: 20,
      share: 2000 / 5000,
      reason: expect.stringMatching(
        /^slow: one call in 20 takes \S+ ms or more, the longest took 20 ms; 40 % of the time of plugin 'acme'$/,
      ),
    })
    expect(found[2]?.reason).toMatch(
      /^hung longer: the longest call took 901 ms, though 95 of 100 take \S+ ms or less; 20 %/,
    )
    expect([found[0]?.share, Object.isFrozen(found), found.every(Object.isFrozen)]).toEqual([1, true, true])
  })

  test('follow the threshold', () => {
    const profiler = profilerWith()
    callAll(profiler.open('acme').probe('a'), repeated(20, 5))
    expect(profiler.detectBottlenecks()).toEqual([])
    expect(profiler.detectBottlenecks(4)).toHaveLength(1)
    expect(profiler.detectBottlenecks(5)).toEqual([])
    profiler.open('idle').probe('a')
    expect(profiler.detectBottlenecks(-1).map(({ share }) => share)).toEqual([1, 0])
  })
})

describe('user timing', () => {
  test('leaves nothing in the timeline, and a time that is none disturbs nobody', () => {
    const profiler = profilerWith({ userTiming: true })
    callAll(profiler.open('acme').probe('a'), [1, 2])
    call(profiler.open('acme').probe('a'), 3, -1)
    expect(performance.getEntriesByType('measure')).toEqual([])
    expect(profiler.metrics('acme')?.timed).toBe(3)
  })
})
