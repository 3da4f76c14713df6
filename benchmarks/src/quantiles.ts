import type { Measurement } from './measure.ts'

/** The middle and the 95th of 100 of some times, beside the goal for the latter. All but the goal in milliseconds. */
export function summary(
  suite: string,
  discipline: string,
  milliseconds: readonly number[],
  goalNanoseconds: number,
): readonly Measurement[] {
  return [
    { suite, discipline, contestant: 'p50', nanoseconds: quantile(milliseconds, 0.5), baseline: false },
    { suite, discipline, contestant: 'p95', nanoseconds: quantile(milliseconds, 0.95), baseline: false },
    { suite, discipline, contestant: 'goal for p95', nanoseconds: goalNanoseconds, baseline: true },
  ]
}

function quantile(milliseconds: readonly number[], part: number): number {
  const sorted = milliseconds.toSorted((a, b) => a - b)
  return (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN) * 1e6
}
