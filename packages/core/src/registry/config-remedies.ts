import type { OutputUnit } from '@cfworker/json-schema'
import { isPlainObject, own } from './json-values.ts'
import { nearestName } from './nearest-name.ts'
import { targetOf, type CompiledSchema, type SchemaNode } from './schema-nodes.ts'

/** What was checked, and against what. */
export interface Checked extends CompiledSchema {
  /** The value as JSON. */
  readonly view: unknown
  /** What it is called in paths. */
  readonly name: string
}

/** What to do about one thing that the schema does not allow. */
interface Remedy {
  readonly path: string
  /** Reads on from the path: `must be at least 1`. */
  readonly remedy: string
  /** What is there instead; empty where that says nothing, or may be confidential. */
  readonly found: string
}

const typeTexts: Readonly<Record<string, string>> = {
  array: 'a list',
  boolean: 'true or false',
  integer: 'a whole number',
  null: 'null',
  number: 'a number',
  object: 'an object',
  string: 'a text',
}

/** Remedies of keywords that limit a value, from what the schema says there. */
const limits: Readonly<Record<string, (limit: unknown) => string>> = {
  const: (value) => `must be ${literal(value)}`,
  enum: (values) => `must be ${either(asList(values).map(literal))}`,
  exclusiveMaximum: (limit) => `must be less than ${String(limit)}`,
  exclusiveMinimum: (limit) => `must be greater than ${String(limit)}`,
  format: (format) => `must be a valid ${String(format)}`,
  maxContains: (limit) => `must have at most ${String(limit)} items that fit`,
  maximum: (limit) => `must be at most ${String(limit)}`,
  maxItems: (limit) => `must have at most ${counted(limit, 'item')}`,
  maxLength: (limit) => `must have at most ${counted(limit, 'character')}`,
  maxProperties: (limit) => `must have at most ${counted(limit, 'property', 'properties')}`,
  minContains: (limit) => `must have at least ${String(limit)} items that fit`,
  minimum: (limit) => `must be at least ${String(limit)}`,
  minItems: (limit) => `must have at least ${counted(limit, 'item')}`,
  minLength: (limit) => `must have at least ${counted(limit, 'character')}`,
  minProperties: (limit) => `must have at least ${counted(limit, 'property', 'properties')}`,
  multipleOf: (limit) => `must be a multiple of ${String(limit)}`,
  pattern: (pattern) => `must match /${String(pattern)}/`,
  type: (types) => `must be ${either(asList(types).map((type) => typeTexts[String(type)] ?? String(type)))}`,
  contains: () => 'must have an item that fits',
  uniqueItems: () => 'must not have the same item twice',
}

/**
 * Puts an error of the validator into words that people can act on.
 *
 * @param branches What the branches of `anyOf` and `oneOf` would want.
 */
export function remedyFor(error: OutputUnit, checked: Checked, branches: readonly string[]): Remedy {
  const { keyword } = error
  const place = tokensOf(error.instanceLocation)
  const path = pathText(checked.name, place)
  // The library says which property only in its message.
  const [first = '', second = ''] = [...error.error.matchAll(/"(.*?)"/gs)].map(([, name = '']) => name)
  const missing = pathText(checked.name, [...place, second || first])
  const value = valueAt(checked.view, place)
  if (keyword === 'required') return { path: missing, remedy: 'must be given', found: '' }
  if (keyword === 'dependentRequired')
    return { path: missing, remedy: `must be given where '${first}' is`, found: '' }
  if (keyword === 'propertyNames')
    return { path, remedy: `must not have a property named '${first}'`, found: '' }
  if (keyword === 'not') return { path, remedy: exclusion(error, checked, place.at(-1) ?? ''), found: '' }
  if (keyword === 'anyOf' || keyword === 'oneOf') {
    const remedy = branches.length > 0 ? either(branches) : 'must fit only one of the forms allowed'
    return { path, remedy, found: described(value, false) }
  }
  const text = limits[keyword]?.(keywordAt(error, checked))
  return {
    path,
    remedy: text ?? `is not allowed: ${error.error}`,
    found: described(value, keyword === 'type'),
  }
}

/** `false` was made `{ not: {} }`; with it a schema forbids names that it does not know. */
function exclusion(error: OutputUnit, checked: Checked, name: string): string {
  const excluded = keywordAt(error, checked)
  if (isPlainObject(excluded) && Object.keys(excluded).length > 0)
    return 'must not be what the schema excludes'
  // An `else` may have been put around it to admit what is not JSON.
  const around = tokensOf(error.keywordLocation.replace(/(\/else)?\/not$/, ''))
  if (!around.at(-1)?.endsWith('Properties')) return 'must be left out'
  const known = Object.keys(asMap(own(nodeAt(checked, around.slice(0, -1)) ?? {}, 'properties')))
  const meant = nearestName(name, known)
  if (meant !== undefined) return `is not known: did you mean '${meant}'?`
  return known.length > 0 ? `is not known: there are ${known.join(', ')}` : 'must be left out'
}

function keywordAt(error: OutputUnit, checked: Checked): unknown {
  const tokens = tokensOf(error.keywordLocation)
  return own(nodeAt(checked, tokens.slice(0, -1)) ?? {}, tokens.at(-1) ?? '')
}

/** Follows a location through references. */
function nodeAt({ root, lookup }: CompiledSchema, tokens: readonly string[]): SchemaNode | undefined {
  let node: unknown = root
  for (const token of tokens) {
    if (typeof node !== 'object' || node === null) return undefined
    node = token === '$ref' ? targetOf(node as SchemaNode, lookup) : own(node as SchemaNode, token)
  }
  return isPlainObject(node) ? node : undefined
}

function valueAt(value: unknown, tokens: readonly string[]): unknown {
  return tokens.reduce<unknown>(
    (at, token) => (typeof at === 'object' && at !== null ? own(at as SchemaNode, token) : undefined),
    value,
  )
}

/** The steps of a JSON pointer, as the validator writes it. */
export function tokensOf(pointer: string): readonly string[] {
  const steps = pointer.split('/').slice(1)
  return steps.map((step) => decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~'))
}

/** `config.columns[0]["a b"]` */
export function pathText(name: string, tokens: readonly string[]): string {
  const steps = tokens.map((token) => {
    if (/^\d+$/.test(token)) return `[${token}]`
    return /^[\w$@-]+$/.test(token) ? `.${token}` : `[${JSON.stringify(token)}]`
  })
  return [name, ...steps].join('')
}

/** Texts may be secrets, and are not repeated. */
function described(value: unknown, byType: boolean): string {
  if (value === null || typeof value === 'number' || typeof value === 'boolean') return String(value)
  if (!byType) return ''
  return (Array.isArray(value) ? typeTexts['array'] : typeTexts[typeof value]) ?? ''
}

function literal(value: unknown): string {
  return typeof value === 'string' ? `'${value}'` : JSON.stringify(value)
}

function either(texts: readonly string[]): string {
  return texts.length > 1 ? `${texts.slice(0, -1).join(', ')} or ${texts.at(-1)}` : (texts[0] ?? '')
}

function counted(count: unknown, one: string, many = `${one}s`): string {
  return `${String(count)} ${count === 1 ? one : many}`
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value]
}

function asMap(value: unknown): SchemaNode {
  return isPlainObject(value) ? value : {}
}
