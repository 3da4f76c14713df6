import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../test/fake-clock.ts'
import { randomNumbers } from '../../test/numbers.ts'
import type { HandlerMetrics } from '../definition/metrics.ts'
import { Profiler, type Probe } from './profiler.ts'

function figuresOf(probe: Probe): HandlerMetrics {
  return probe.figures()
}

function probeWith(random: () => number): Probe {
  return new Profiler({ clock: new FakeClock(), random }).open('acme').probe('handler')
}

/** Calls the handler, and tells which calls were timed, from 1. */
function callAll(probe: Probe, durations: readonly number[]): number[] {
  const timed: number[] = []
  for (const [index, duration] of durations.entries())
    if (probe.begin()) {
      probe.end(0, duration)
      timed.push(index + 1)
    }
  return timed
}

const quick = (count: number): number[] => Array.from({ length: count }, () => 0.001)

describe('which calls are timed', () => {
  test('the first 16 each, then fewer, in the end one in 512', () => {
    const timed = callAll(probeWith(randomNumbers(1)), quick(64_000))
    expect(timed.slice(0, 16)).toEqual(Array.from({ length: 16 }, (_, index) => index + 1))
    expect(timed.filter((call) => call > 16 && call <= 512).length).toBeLessThan(40)
    const late = timed.filter((call) => call > 32_000).length
    expect(late).toBeGreaterThanOrEqual(62)
    expect(late).toBeLessThanOrEqual(64)
    expect(timed.length).toBeLessThan(200)
  })

  test('each of a handler that takes 0.03 ms on average', () => {
    expect(
      callAll(
        probeWith(randomNumbers(1)),
        Array.from({ length: 2000 }, () => 0.03),
      ),
    ).toHaveLength(2000)
    const uneven = Array.from({ length: 2000 }, (_, index) => (index % 100 === 0 ? 4 : 0.001))
    expect(callAll(probeWith(randomNumbers(1)), uneven)).toHaveLength(2000)
  })

  test('each, soon after a quick handler turns slow', () => {
    const probe = probeWith(randomNumbers(1))
    callAll(probe, quick(100_000))
    const timed = callAll(
      probe,
      Array.from({ length: 3000 }, () => 1),
    )
    expect(timed.length).toBeGreaterThan(3000 - 2 * 512)
  })

  test('the call that is timed stands for its run, and those inside of it for theirs', () => {
    const probe = probeWith(() => 0)
    expect(probe.weight).toBe(1)
    callAll(probe, quick(24 + 3))
    expect([probe.begin(), probe.weight]).toEqual([true, 3])
    expect([probe.begin(), probe.begin(), probe.begin(), probe.weight]).toEqual([false, false, true, 3])
    probe.end(0, 0)
    expect(probe.weight).toBe(3)
    probe.end(0, 0)
    expect(probe.weight).toBe(1)
  })

  test('what is inside of a call is not counted as often as that call', () => {
    const probe = probeWith(() => 0)
    callAll(
      probe,
      Array.from({ length: 22 }, () => 0),
    )
    expect([probe.begin(), probe.weight, probe.begin()]).toEqual([true, 2, false])
    expect([probe.begin(), probe.weight]).toEqual([true, 3])
    probe.end(0, 0.001)
    probe.end(0, 0.01)
    expect(figuresOf(probe).total).toBeCloseTo(3 * 0.001 + 2 * 0.01, 10)
  })
})

describe('the total of a handler whose calls are not all timed', () => {
  /** The mean of what is estimated, and the truth. */
  function estimated(durations: readonly number[], tries: number): { mean: number; truth: number } {
    let sum = 0
    for (let seed = 0; seed < tries; seed += 1) {
      const probe = probeWith(randomNumbers(seed))
      callAll(probe, durations)
      sum += figuresOf(probe).total
    }
    return { mean: sum / tries, truth: durations.reduce((all, each) => all + each, 0) }
  }

  const patterns = {
    'every 128th is slow': (index: number) => (index % 128 === 10 ? 0.02 : 0.001),
    'slow at first': (index: number) => (index < 300 ? 0.02 : 0.001),
    'slow at last': (index: number) => (index > 1500 ? 0.02 : 0.001),
    'slower and slower': (index: number) => index / 100_000,
    'slow for a while, each timed': (index: number) => (index > 1000 && index < 1200 ? 0.5 : 0.001),
  }

  test.each(Object.entries(patterns))('is right on average: %s', (_, pattern) => {
    for (const count of [20, 100, 1800]) {
      const { mean, truth } = estimated(
        Array.from({ length: count }, (_, index) => pattern(index)),
        600,
      )
      expect(mean / truth).toBeGreaterThan(0.97)
      expect(mean / truth).toBeLessThan(1.03)
    }
  })

  test('is never off by more than an eighth while all take the same, and never falls', () => {
    const probe = probeWith(randomNumbers(7))
    let before = 0
    for (let count = 1; count <= 3000; count += 1) {
      callAll(probe, [0.002])
      const { total, mean, max } = figuresOf(probe)
      expect(Math.abs(total / (0.002 * count) - 1)).toBeLessThanOrEqual(0.125)
      expect(total).toBeGreaterThanOrEqual(before)
      expect([mean, max]).toEqual([expect.closeTo(0.002, 10), 0.002])
      before = total
    }
  })
})
