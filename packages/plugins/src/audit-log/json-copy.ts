import type { Json } from '@gridkit/core'

/** What JSON says in one word. */
export type JsonPrimitive = null | boolean | number | string

/**
 * A value that is no object as JSON: bigints and numbers that JSON lacks as
 * text, what can't be said named in brackets. `undefined` stays, for members
 * that are left out.
 */
export function primitiveJson(value: unknown): JsonPrimitive | undefined {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value
    case 'number':
      return Number.isFinite(value) ? value : String(value)
    case 'bigint':
      return String(value)
    case 'function':
    case 'symbol':
      return `[${typeof value}]`
    default:
      return value === null ? null : undefined
  }
}

/** The members of an object, or the elements of an array, as they are to be recorded. */
export function partsOf(value: object): readonly unknown[] | Readonly<Record<string, unknown>> {
  if (Array.isArray(value)) return value
  if (value instanceof Set) return [...value]
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, each]) => [String(key), each]))
  return value as Readonly<Record<string, unknown>>
}

/** What an object says of itself to JSON: dates, decimals, temporal values. */
export function ownJson(value: object): unknown {
  if (value instanceof Date && Number.isNaN(value.getTime())) return 'Invalid Date'
  const { toJSON } = value as { toJSON?: unknown }
  return typeof toJSON === 'function' ? toJSON.call(value) : value
}

/** JSON text with the members of every object in order, so that equal values have equal text. */
export function canonicalText(value: Json): string {
  return JSON.stringify(value, (_, each: unknown) =>
    typeof each === 'object' && each !== null && !Array.isArray(each)
      ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
      : each,
  )
}
