/**
 * Whether two configurations say the same, functions aside: those are new in
 * every render that writes them inline, and are taken over without a restart.
 */
export function sameConfig(a: unknown, b: unknown): boolean {
  return same(a, b, new Set())
}

/** `above` has what contains `a`: where that comes again, the circle says nothing new. */
function same(a: unknown, b: unknown, above: ReadonlySet<unknown>): boolean {
  if (Object.is(a, b) || above.has(a)) return true
  if (typeof a === 'function' && typeof b === 'function') return true
  if (a instanceof Date && b instanceof Date) return Object.is(a.getTime(), b.getTime())
  if (!isContainer(a) || !isContainer(b) || Array.isArray(a) !== Array.isArray(b)) return false
  const keys = Object.keys(a)
  if (keys.length !== Object.keys(b).length) return false
  const around = new Set(above).add(a)
  return keys.every((key) => Object.hasOwn(b, key) && same(a[key], b[key], around))
}

function isContainer(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return Array.isArray(value) || prototype === Object.prototype || prototype === null
}
