import { isContainer, isObject } from './path.ts'

/**
 * Makes the difference between `before` and `wanted`, which may lack fields of the row, in
 * a draft of the row, and leaves alone what both do not have. Reads each wanted value once:
 * a getter can't give the next reader another.
 */
export function mergeInto(
  draft: Record<string, unknown>,
  before: Readonly<Record<string, unknown>>,
  wanted: Readonly<Record<string, unknown>>,
): void {
  for (const key of new Set([...Object.keys(before), ...Object.keys(wanted)])) {
    if (key === '__proto__') continue
    const previous = before[key]
    if (!Object.hasOwn(wanted, key)) remove(draft, key, previous)
    else {
      const value = wanted[key]
      if (!Object.hasOwn(before, key) || !Object.is(value, previous)) assign(draft, key, previous, value)
    }
  }
  if (Array.isArray(draft) && Array.isArray(wanted)) draft.length = wanted.length
}

function assign(draft: Record<string, unknown>, key: string, previous: unknown, value: unknown): void {
  const current = draft[key]
  if (isContainer(current) && isContainer(value) && Array.isArray(current) === Array.isArray(value))
    mergeInto(current, isObject(previous) ? previous : {}, value)
  else draft[key] = settled(value, new Map())
}

/** What is hidden in a value that is taken away stays. */
function remove(draft: Record<string, unknown>, key: string, previous: unknown): void {
  const current = draft[key]
  if (isContainer(current) && isContainer(previous)) {
    mergeInto(current, previous, {})
    if (Object.keys(current).length > 0) return
  }
  Reflect.deleteProperty(draft, key)
}

/** A copy of the value, as far as it is made of plain fields. */
export function settled(value: unknown, made: Map<object, unknown>): unknown {
  if (!isContainer(value)) return value
  const known = made.get(value)
  if (known !== undefined) return known
  const copy: Record<string, unknown> = Array.isArray(value) ? ([] as never) : {}
  made.set(value, copy)
  for (const [key, each] of Object.entries(value)) if (key !== '__proto__') copy[key] = settled(each, made)
  return copy
}
