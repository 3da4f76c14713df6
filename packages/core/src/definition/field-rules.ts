import type { Problem } from '../errors/problem.ts'
import type { VersionRanges } from './version-ranges.ts'

/** What a rule may want to know of the plugin that has the field. */
interface FieldOwner {
  readonly id: unknown
  readonly ranges: VersionRanges
}

/** What is wrong with the value of a field, which may be anything. Nothing when it is sound. */
export type FieldRule = (value: unknown, path: string, owner: FieldOwner) => readonly Problem[]
/** As {@link FieldRule}, whichever plugin has the field. */
export type ValueRule = (value: unknown, path: string) => readonly Problem[]

export const isText = (value: unknown): value is string => typeof value === 'string'
export const isFunction = (value: unknown): boolean => typeof value === 'function'

/** An array without holes: most loops pass over those, and the others find what no list of the type has. */
export function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value) && Object.keys(value).length >= value.length
}

/** An object with fields: no list, no `Map`, which would be taken for one without any. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return Object.prototype.toString.call(value) === '[object Object]'
}

/** A value as a message names it: objects may throw when they are asked for their text. */
export function shown(value: unknown): string {
  const isObject = typeof value === 'object' && value !== null
  return isObject || typeof value === 'function' ? Object.prototype.toString.call(value) : String(value)
}

/** The field may be left out; what is there must be `what`. */
export function optional(holds: (value: unknown) => boolean, what: string, hint: string): ValueRule {
  return (value, path) =>
    value === undefined || holds(value)
      ? []
      : [{ path, message: `invalid ${fieldOf(path)}: must be ${what}`, hint }]
}

/** A text that is not blank, and that the other rule finds sound. */
export function required(rule: (text: string, path: string) => readonly Problem[] = () => []): ValueRule {
  return (value, path) => {
    if (isText(value) && value.trim() !== '') return rule(value, path)
    const field = fieldOf(path)
    return [{ path, message: `missing required field: ${field}`, hint: `give the plugin's ${field}` }]
  }
}

/** A list that may be left out, each of its entries as the other rule wants it. */
export function listOf(what: string, hint: string, rule: ValueRule): ValueRule {
  const list = optional(isList, `a list of ${what}`, hint)
  return (value, path) => (isList(value) ? value.flatMap((each) => rule(each, path)) : list(value, path))
}

export const text: ValueRule = optional(isText, 'a text', 'write a text, or leave it out')
export const texts: ValueRule = optional(
  (value) => isList(value) && value.every(isText),
  'a list of texts',
  "write a list, such as ['one', 'other']",
)
export const hook: ValueRule = optional(isFunction, 'a function', 'write a function, or leave it out')

const givenRange: FieldRule = (value, path, { ranges }) => {
  if (isText(value) && ranges.isRange(value)) return []
  const message = `invalid version range: ${isText(value) ? `'${value}'` : shown(value)}`
  return [{ path, message, hint: "write a semver range, such as '^1.0.0' or '*'" }]
}

/** A range of versions, which may be left out. */
export const range: FieldRule = (value, path, owner) =>
  value === undefined ? [] : givenRange(value, path, owner)

const rangesRecord = optional(
  isRecord,
  'an object of version ranges by plugin id',
  "write { 'plugin-id': '^1.0.0' }",
)

/** Ranges of versions of other plugins, by their id. */
export const rangesById: FieldRule = (value, path, owner) => {
  if (!isRecord(value)) return rangesRecord(value, path)
  return Object.entries(value).flatMap(([id, each]) => {
    const at = `${path}.${id}`
    if (id !== owner.id) return givenRange(each, at, owner)
    const message = `circular dependency detected: ${id} -> ${id}`
    return [{ path: at, message, hint: 'leave it out: no plugin needs itself' }]
  })
}

function fieldOf(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1)
}
