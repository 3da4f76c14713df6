/** An object as JSON has it: no array, and of no class. Also one of another realm. */
export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Whether all of a value is JSON, circles excluded. */
export function isJson(value: unknown, above: readonly unknown[] = []): boolean {
  if (typeof value === 'number') return Number.isFinite(value)
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return true
  if (above.includes(value)) return false
  const around = [...above, value]
  if (Array.isArray(value)) return value.every((item) => isJson(item, around))
  return isPlainObject(value) && Object.values(value).every((each) => isJson(each, around))
}

/** A copy of lists and plain objects, all the way down; what is neither stays what it is. */
export function copyJson(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyJson)
  if (!isPlainObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, copyJson(each)]))
}

/** The property of that name, inherited ones aside. */
export function own(object: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(object, key) ? object[key] : undefined
}

/**
 * A copy of lists and plain objects as JSON would say it: without properties
 * that are `undefined`, and with `standIn()` for each value that JSON can't say.
 */
export function jsonView(value: unknown, standIn: () => unknown, above: readonly unknown[] = []): unknown {
  if (value === null || ['boolean', 'number', 'string'].includes(typeof value)) return value
  if (above.includes(value)) return standIn()
  const around = [...above, value]
  if (Array.isArray(value)) return value.map((item) => jsonView(item, standIn, around))
  if (!isPlainObject(value)) return standIn()
  const given = Object.entries(value).filter(([, each]) => each !== undefined)
  return Object.fromEntries(given.map(([key, each]) => [key, jsonView(each, standIn, around)]))
}
