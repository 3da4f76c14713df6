import { DevalueError, parse, stringify, type StringifyOptions } from 'devalue'
import { storageValueInvalid } from '../errors/storage-errors.ts'
import { messageOf } from '../errors/gridkit-error.ts'

/** What is kept as it is. Anything else, devalue's own `URL` and `Temporal` too, is not structured-clonable. */
const kept =
  /^(Object|Array|Map|Set|Date|RegExp|Number|String|Boolean|BigInt|Error|ArrayBuffer|DataView|(Big)?(Int|Uint|Float)(8|16|32|64)(Clamped)?Array)$/

const errorMembers = new Set(['name', 'message', 'stack', 'cause'])
const errorClasses = [Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError]

type Operations = NonNullable<StringifyOptions['operations']>

const operations: Operations = {
  tagOf(value: object) {
    const tag = Object.prototype.toString.call(value).slice(8, -1)
    return kept.test(tag) && isWhole(value, tag) ? tag : 'refused'
  },
  shapeOf(value: object) {
    const prototype: unknown = Object.getPrototypeOf(value)
    if (nameOf(value) !== 'Object' || hasSymbols(value)) return { kind: 'not-plain' }
    return { kind: prototype === null ? 'null-proto' : 'plain', keys: Object.keys(value) }
  },
}

/** Whether nothing but its contents would have to be kept: no class of its own, no members on a list. */
function isWhole(value: object, tag: string): boolean {
  if (tag === 'Object') return true
  if (nameOf(value) !== tag) return false
  if (tag === 'ArrayBuffer') return (value as { resizable?: boolean }).resizable !== true
  // Indexes come first, so the last member tells whether there are others.
  return tag !== 'Array' || /^\d*$/.test(Object.keys(value).at(-1) ?? '')
}

/** The name of the class that made it; that of a plain object of any realm, or of none, is `Object`. */
function nameOf(value: object): string {
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name?: unknown } } | null
  if (prototype === null) return 'Object'
  return Object.hasOwn(prototype, 'constructor') ? String(prototype.constructor?.name) : ''
}

function hasSymbols(value: object): boolean {
  return Object.getOwnPropertySymbols(value).some((each) =>
    Object.prototype.propertyIsEnumerable.call(value, each),
  )
}

interface ErrorParts {
  readonly name: string
  readonly message: string
  readonly stack: string | undefined
  readonly cause?: unknown
}

function partsOf(value: unknown): ErrorParts | undefined {
  if (!(value instanceof Error) || Object.keys(value).some((each) => !errorMembers.has(each)))
    return undefined
  if (!errorClasses.some((each) => Object.getPrototypeOf(value) === each.prototype)) return undefined
  const { name, message, stack } = value
  return { name, message, stack, ...('cause' in value ? { cause: value.cause } : {}) }
}

function errorFrom({ name, message, stack, ...cause }: ErrorParts): Error {
  const Class = errorClasses.find((each) => each.name === name) ?? Error
  const error = new Class(message, cause)
  const hidden = { configurable: true, enumerable: false, writable: true }
  if (error.name !== name) Object.defineProperty(error, 'name', { ...hidden, value: name })
  Object.defineProperty(error, 'stack', { ...hidden, value: stack })
  return error
}

/** The text that {@link valueOf} reads as an equal value. @throws GK_STORAGE_VALUE_INVALID */
export function textOf(pluginId: string, key: string, value: unknown): string {
  let errors = 0
  const reducers = {
    Error: (each: unknown) => {
      const parts = partsOf(each)
      if (parts) errors += 1
      return parts
    },
  }
  try {
    const text = stringify(value, reducers, { operations })
    if (errors > 0) requireNoErrorInItself(text)
    // Not every medium keeps halves of surrogate pairs.
    return text.replace(/\p{Surrogate}/gu, (half) => `\\u${half.charCodeAt(0).toString(16)}`)
  } catch (error) {
    const path = error instanceof DevalueError ? key + error.path : key
    throw storageValueInvalid(pluginId, key, path, flawOf(error), error)
  }
}

/** An error that is part of its own cause would be read as two. */
function requireNoErrorInItself(text: string): void {
  const read = new Set<ErrorParts>()
  parse(text, {
    Error(parts: ErrorParts) {
      if (read.has(parts)) throw new TypeError('an error is part of its own cause')
      read.add(parts)
      return errorFrom(parts)
    },
  })
}

/** Reads what {@link textOf} wrote; throws when it is anything else. */
export function valueOf(text: string): unknown {
  return parse(text, { Error: errorFrom })
}

export function isReadable(text: string): boolean {
  try {
    valueOf(text)
    return true
  } catch {
    return false
  }
}

function flawOf(error: unknown): string {
  if (!(error instanceof DevalueError)) return `what can't be serialised: ${messageOf(error)}`
  const value: unknown = error.value
  if (typeof value !== 'object' || value === null) return `a ${typeof value}`
  const name = nameOf(value)
  return name === 'Object' || name === 'Array'
    ? `an ${name.toLowerCase()} with members that can't be kept`
    : `an instance of ${name || 'a class'}`
}
