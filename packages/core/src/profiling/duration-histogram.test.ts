import { array, assert, double, integer, property, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DurationHistogram } from './duration-histogram.ts'

type Weighted = readonly (readonly [milliseconds: number, weight: number])[]

/** The least duration that this part of the calls does not exceed. */
function exactQuantile(durations: Weighted, part: number): number {
  const sorted = durations.toSorted(([a], [b]) => a - b)
  const rank = part * sorted.reduce((sum, [, weight]) => sum + weight, 0)
  let reached = 0
  return sorted.find(([, weight]) => (reached += weight) >= rank)?.[0] ?? 0
}

function histogramOf(durations: Weighted): DurationHistogram {
  const histogram = new DurationHistogram()
  for (const [milliseconds, weight] of durations) histogram.add(milliseconds, weight)
  return histogram
}

/** As often tiny as huge. */
const durations = array(
  tuple(
    double({ min: -3.99, max: 6.9, noNaN: true }).map((power) => 10 ** power),
    integer({ min: 1, max: 64 }),
  ),
  { minLength: 1, maxLength: 300 },
)

describe('a quantile', () => {
  test('is at most 5 % off the exact one of the calls, each as often as it stands for', () => {
    assert(
      property(durations, double({ min: 0.01, max: 1, noNaN: true }), (all, part) => {
        const exact = exactQuantile(all, part)
        expect(Math.abs(histogramOf(all).quantile(part) / exact - 1)).toBeLessThanOrEqual(0.05)
      }),
      { numRuns: 2000 },
    )
  })

  test('of two histograms together is that of all their calls', () => {
    assert(
      property(durations, durations, (some, others) => {
        const histogram = histogramOf(some)
        histogram.addAll(histogramOf(others))
        expect(histogram.quantile(0.95)).toBe(histogramOf([...some, ...others]).quantile(0.95))
      }),
    )
  })

  test('is 0 of none, and of what no clock can tell from nothing', () => {
    const histogram = new DurationHistogram()
    histogram.addAll(new DurationHistogram())
    expect(histogram.quantile(0.95)).toBe(0)
    histogram.add(0, 1)
    histogram.add(0.00005, 1)
    expect(histogram.quantile(0.95)).toBe(0)
  })

  test('of what takes days is that of hours', () => {
    expect(histogramOf([[1e9, 1]]).quantile(0.95)).toBeGreaterThan(1e7)
  })
})
