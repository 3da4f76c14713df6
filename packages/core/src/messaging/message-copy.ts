import { messageInvalid } from '../errors/message-errors.ts'

/**
 * A copy that shares nothing with the value.
 *
 * @throws GK_MESSAGE_INVALID, with the path of the part that can't be copied.
 */
export function copyOf(value: unknown, pluginId: string, name: string): unknown {
  try {
    // Most messages are plain data, and small: those are copied in a fraction of the time.
    const copy = plainCopy(value, new Set())
    return copy === notPlain ? structuredClone(value) : copy
  } catch (error) {
    throw messageInvalid(pluginId, culpritIn(value, name, new Set()), error)
  }
}

/** How deep the part that can't be copied is looked for. */
const deepest = 20
const notPlain = Symbol('not plain')

/** As a structured clone, of what has nothing in it that needs one; `notPlain` for the rest. */
function plainCopy(value: unknown, seen: Set<object>): unknown {
  if (typeof value === 'function' || typeof value === 'symbol') return notPlain
  if (typeof value !== 'object' || value === null) return value
  const keys = Object.keys(value)
  if (seen.has(value) || !isPlain(value, keys)) return notPlain
  seen.add(value)
  const copy: Record<string, unknown> = Array.isArray(value) ? ([] as never) : {}
  for (const key of keys) {
    const part = plainCopy((value as Record<string, unknown>)[key], seen)
    if (part === notPlain) return notPlain
    copy[key] = part
  }
  return copy
}

/** A plain object, or a list without holes. */
function isPlain(value: object, keys: readonly string[]): boolean {
  if (Array.isArray(value))
    return keys.length === value.length && Object.getPrototypeOf(value) === Array.prototype
  return Object.getPrototypeOf(value) === Object.prototype && !keys.includes('__proto__')
}

function culpritIn(value: unknown, path: string, seen: Set<unknown>): string {
  if (typeof value !== 'object' || value === null || seen.size > deepest) return path
  seen.add(value)
  for (const key of Object.keys(value)) {
    const part = partOf(value, key)
    if (!seen.has(part) && !isCopied(part)) return culpritIn(part, pathTo(path, value, key), seen)
  }
  return path
}

function pathTo(path: string, parent: object, key: string): string {
  return Array.isArray(parent) ? `${path}[${key}]` : `${path}.${key}`
}

/** What a getter throws stands for the part, and is no more to be copied. */
function partOf(parent: object, key: string): unknown {
  try {
    return (parent as Record<string, unknown>)[key]
  } catch {
    return Symbol('unreadable')
  }
}

function isCopied(value: unknown): boolean {
  try {
    structuredClone(value)
    return true
  } catch {
    return false
  }
}
