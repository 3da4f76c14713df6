import type { OperationType } from '../definition/operations.ts'

const types: Readonly<Record<OperationType, true>> = {
  'row:create': true,
  'row:update': true,
  'row:delete': true,
  'row:select': true,
  'row:expand': true,
  'row:pin': true,
  'cell:select': true,
  'sort:change': true,
  'filter:apply': true,
  'group:change': true,
  'page:change': true,
  'column:resize': true,
  'column:reorder': true,
  'column:pin': true,
  'column:visibility': true,
}

/** Whether there are operations that a value names: one type, all of a noun, or all. */
export function isOperationPattern(value: unknown): value is string {
  if (typeof value !== 'string') return false
  return Object.keys(types).some((type) => concerns(value, type))
}

/** Whether an operation is among those that a pattern names. */
export function concerns(operations: string, type: string): boolean {
  if (operations === '*' || operations === type) return true
  return operations.endsWith(':*') && type.startsWith(operations.slice(0, -1))
}
