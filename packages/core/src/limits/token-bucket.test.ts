import { array, assert, asyncProperty, double, integer, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../test/fake-clock.ts'
import type { ResourceLimits } from '../index.ts'
import { ResourceMonitor, type ResourceMeter } from './resource-monitor.ts'

function createMeter(limits: ResourceLimits = {}) {
  const clock = new FakeClock()
  const monitor = new ResourceMonitor({ clock, report() {}, exceeded() {} })
  return { clock, meter: monitor.open('acme', limits) }
}

/** Whether a call passes. */
function passes(meter: ResourceMeter): boolean {
  try {
    meter.take('emit')
    return true
  } catch {
    return false
  }
}

function passed(meter: ResourceMeter, calls: number): number {
  return Array.from({ length: calls }, () => passes(meter)).filter(Boolean).length
}

describe('calls to the host', () => {
  test('are 100 a second, and 200 at once', async () => {
    const { clock, meter } = createMeter()
    expect(meter.usage()).toMatchObject({ callsLeft: 200, callsRefused: 0 })
    expect(passed(meter, 300)).toBe(200)
    expect(meter.usage()).toMatchObject({ callsLeft: 0, callsRefused: 100 })
    await clock.advance(999)
    expect(meter.usage().callsLeft).toBe(99)
    await clock.advance(1)
    expect(meter.usage().callsLeft).toBe(100)
    expect(passed(meter, 300)).toBe(100)
    await clock.advance(60_000)
    expect(passed(meter, 300)).toBe(200)
  })

  test.each([
    [{ maxCallsPerSecond: 10 }, 20],
    [{ maxCallsPerSecond: 10, maxCallBurst: 3 }, 3],
    [{ maxCallBurst: 3 }, 3],
    [{ maxCallsPerSecond: 0.1 }, 1],
    [{ maxCallsPerSecond: Number.MAX_VALUE, maxCallBurst: 5 }, 5],
  ])('with the limits %o are %i at once', (limits, burst) => {
    expect(passed(createMeter(limits).meter, 100)).toBe(burst)
  })

  test('are counted as by a model that knows no fractions', async () => {
    await assert(
      asyncProperty(
        integer({ min: 1, max: 50 }),
        integer({ min: 1, max: 100 }),
        array(record({ wait: integer({ min: 0, max: 3_000 }), calls: integer({ min: 0, max: 60 }) })),
        async (rate, burst, steps) => {
          const { clock, meter } = createMeter({ maxCallsPerSecond: rate, maxCallBurst: burst })
          const times: number[] = []
          let thousandths = burst * 1_000
          for (const { wait, calls } of steps) {
            await clock.advance(wait)
            thousandths = Math.min(burst * 1_000, thousandths + wait * rate)
            const expected = Math.min(calls, Math.floor(thousandths / 1_000))
            thousandths -= expected * 1_000
            expect(passed(meter, calls)).toBe(expected)
            for (let call = 0; call < expected; call += 1) times.push(clock.elapsed())
          }
          expectWithin(times, rate, burst)
        },
      ),
      { numRuns: 200 },
    )
  })

  test('of one who keeps to the rate are never refused', async () => {
    await assert(
      asyncProperty(
        double({ min: 0.1, max: 1_000, noNaN: true }),
        array(double({ min: 0, max: 10, noNaN: true }), { minLength: 20 }),
        async (rate, delays) => {
          const { clock, meter } = createMeter({ maxCallsPerSecond: rate, maxCallBurst: 1 })
          for (const delay of delays) {
            expect(passes(meter)).toBe(true)
            await clock.advance(1_000 / rate + delay)
          }
        },
      ),
      { numRuns: 100 },
    )
  })
})

/** In no interval there are more than the burst, and those of the time it takes. */
function expectWithin(times: readonly number[], rate: number, burst: number): void {
  for (const [first, from] of times.entries())
    for (const [more, to] of times.slice(first).entries())
      if (more + 1 > burst + ((to - from) / 1_000) * rate + 0.001)
        throw new Error(`${more + 1} calls from ${from} to ${to}`)
}
