import { stateSlicesEqual } from '@tanstack/table-core'
import type { OperationType } from '../../definition/operations.ts'
import { isObject } from '../column-rights/path.ts'

/** The operation that a change of a state slice is. Slices not named here are TanStack's own affair. */
export const operationOfSlice: Readonly<Record<string, OperationType>> = {
  sorting: 'sort:change',
  columnFilters: 'filter:apply',
  globalFilter: 'filter:apply',
  grouping: 'group:change',
  pagination: 'page:change',
  rowSelection: 'row:select',
  expanded: 'row:expand',
  rowPinning: 'row:pin',
  cellSelection: 'cell:select',
  columnSizing: 'column:resize',
  columnOrder: 'column:reorder',
  columnPinning: 'column:pin',
  columnVisibility: 'column:visibility',
}

/** The name of TanStack's option that hears of a slice: `sorting` has `onSortingChange`. */
export function changeHandlerOf(slice: string): string {
  return `on${slice.charAt(0).toUpperCase()}${slice.slice(1)}Change`
}

/**
 * Whether nothing changed, as TanStack compares slices. That reads all keys of
 * both first; among the selection of 100,000 rows a difference shows much sooner.
 */
export function sameSlice(before: unknown, after: unknown): boolean {
  if (differsAtASight(before, after) || differsAtASight(after, before)) return false
  return stateSlicesEqual(before, after)
}

function differsAtASight(one: unknown, other: unknown): boolean {
  if (!isObject(one) || !isObject(other)) return false
  for (const key in one) {
    const value = one[key]
    if (!isObject(value) && !Object.is(value, other[key])) return true
  }
  return false
}
