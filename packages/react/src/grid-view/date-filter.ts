import { constructFilterFn, filterFn_inDateRange } from '@tanstack/react-table'
import { spanOf } from './dates.ts'

/**
 * TanStack's `inDateRange` by the wall clock. TanStack reads `2026-03-29` as
 * midnight in UTC; here it is that day of the browser's time zone, up to its
 * last millisecond, for dates of all kinds.
 */
export const dateFilterFn = constructFilterFn({
  ...filterFn_inDateRange,
  resolveFilterValue: rangeOf,
  resolveDataValue: (value: unknown) => spanOf(value)?.[0] ?? Number.NaN,
})

/** From the first moment to the last; ends the wrong way round are swapped, as TanStack does. */
function rangeOf(value: unknown): readonly [number, number] {
  const [one, other] = (Array.isArray(value) ? (value as unknown[]) : []).map(spanOf)
  const [from, to] = one && other && one[0] > other[0] ? [other, one] : [one, other]
  return [from?.[0] ?? -Infinity, to?.[1] ?? Infinity]
}
