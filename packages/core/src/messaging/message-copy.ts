import { messageInvalid } from '../errors/message-errors.ts'

/**
 * A copy that shares nothing with the value.
 *
 * @throws GK_MESSAGE_INVALID, with the path of the part that can't be copied.
 */
export function copyOf(value: unknown, pluginId: string, name: string): unknown {
  try {
    return structuredClone(value)
  } catch (error) {
    throw messageInvalid(pluginId, culpritIn(value, name, new Set()), error)
  }
}

function culpritIn(value: unknown, path: string, seen: Set<unknown>): string {
  if (typeof value !== 'object' || value === null) return path
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
