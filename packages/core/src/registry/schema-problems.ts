import type { Problem } from '../errors/problem.ts'
import { isJson, isPlainObject } from './json-values.ts'
import { nearestName } from './nearest-name.ts'
import { pathText } from './config-remedies.ts'
import { schemaKeywords, schemasIn, type SchemaNode } from './schema-nodes.ts'

type Rule = readonly [holds: (value: unknown) => boolean, expected: string]

const types: readonly unknown[] = ['array', 'boolean', 'integer', 'null', 'number', 'object', 'string']
const isNumber = (value: unknown): boolean => typeof value === 'number' && Number.isFinite(value)
const isText = (value: unknown): boolean => typeof value === 'string'
const isTexts = (value: unknown): boolean => Array.isArray(value) && value.every(isText)
const isSchema = (value: unknown): boolean => typeof value === 'boolean' || isPlainObject(value)

const text: Rule = [isText, 'a text']
const number: Rule = [isNumber, 'a number']
const count: Rule = [(value) => Number.isInteger(value) && Number(value) >= 0, 'a whole number, 0 or more']
const json: Rule = [(value) => isJson(value), 'JSON: no functions, no instances of classes']

const rules: Readonly<Record<string, Rule>> = {
  $anchor: text,
  $id: text,
  $ref: text,
  const: json,
  default: json,
  dependentRequired: [
    (value) => isPlainObject(value) && Object.values(value).every(isTexts),
    'an object of lists of property names',
  ],
  enum: [
    (value) => Array.isArray(value) && value.length > 0 && isJson(value),
    'a list of at least one value',
  ],
  exclusiveMaximum: number,
  exclusiveMinimum: number,
  format: text,
  maxContains: count,
  maximum: number,
  maxItems: count,
  maxLength: count,
  maxProperties: count,
  minContains: count,
  minimum: number,
  minItems: count,
  minLength: count,
  minProperties: count,
  multipleOf: [(value) => isNumber(value) && Number(value) > 0, 'a number greater than 0'],
  pattern: [isPattern, 'a regular expression'],
  required: [isTexts, 'a list of property names'],
  type: [
    (value) =>
      types.includes(value) ||
      (Array.isArray(value) && value.length > 0 && value.every((each) => types.includes(each))),
    `one of ${types.join(', ')}, or a list of them`,
  ],
  uniqueItems: [(value) => typeof value === 'boolean', 'true or false'],
}

const schemaRules: Readonly<Record<'list' | 'map', Rule>> = {
  list: [(value) => Array.isArray(value) && value.length > 0, 'a list of at least one schema'],
  map: [isPlainObject, 'an object of schemas by name'],
}

/** Limits of which the first must not be over the second; with `true`, not equal to it either. */
const pairs: readonly (readonly [low: string, high: string, apart?: boolean])[] = [
  ['minimum', 'maximum'],
  ['minimum', 'exclusiveMaximum', true],
  ['exclusiveMinimum', 'maximum', true],
  ['exclusiveMinimum', 'exclusiveMaximum', true],
  ['minLength', 'maxLength'],
  ['minItems', 'maxItems'],
  ['minProperties', 'maxProperties'],
  ['minContains', 'maxContains'],
]

/** What is wrong with how a schema is written, all the way down. */
export function* formProblems(
  schema: unknown,
  name: string,
  path: readonly string[] = [],
  above: readonly unknown[] = [],
): Generator<Problem> {
  const at = pathText(name, path)
  if (!isSchema(schema)) yield wrong(at, 'a schema: an object, true or false')
  if (!isPlainObject(schema)) return
  if (above.includes(schema)) {
    yield {
      path: at,
      message: `${at} contains itself`,
      hint: "put it under $defs, and refer to it by { $ref: '#/$defs/…' }",
    }
    return
  }
  for (const [keyword, value] of Object.entries(schema)) {
    // JSON has no undefined, so there is no such keyword.
    if (value !== undefined) yield* keywordProblems(keyword, value, pathText(name, [...path, keyword]))
  }
  yield* pairProblems(schema, at)
  for (const { path: below, schema: inside } of schemasIn(schema)) {
    const [keyword = '', pattern = ''] = below
    const place = pathText(name, [...path, ...below])
    if (keyword === 'patternProperties' && !isPattern(pattern))
      yield wrong(place, 'under a regular expression')
    yield* formProblems(inside, name, [...path, ...below], [...above, schema])
  }
}

function* keywordProblems(keyword: string, value: unknown, at: string): Generator<Problem> {
  if (keyword === '$dynamicRef' || keyword === '$recursiveRef')
    yield { path: at, message: `${at} is not supported`, hint: 'use $ref' }
  const rule = ruleFor(keyword)
  if (rule === undefined || rule[0](value)) return
  const meant =
    keyword === 'type' && typeof value === 'string' ? nearestName(value, types.map(String)) : undefined
  yield wrong(at, rule[1], meant)
}

/** A single schema is looked into by itself, and needs no rule. */
function ruleFor(keyword: string): Rule | undefined {
  const kind = schemaKeywords.get(keyword)
  if (kind !== undefined) return kind === 'schema' ? undefined : schemaRules[kind]
  return Object.hasOwn(rules, keyword) ? rules[keyword] : undefined
}

function* pairProblems(schema: SchemaNode, at: string): Generator<Problem> {
  for (const [low, high, apart = false] of pairs) {
    const [from, to] = [schema[low], schema[high]]
    if (typeof from !== 'number' || typeof to !== 'number') continue
    if (from < to || (from === to && !apart)) continue
    yield {
      path: at,
      message: `${at} allows nothing: ${low} ${from} against ${high} ${to}`,
      hint: `raise ${high}, or lower ${low}`,
    }
  }
}

function wrong(path: string, expected: string, meant?: string): Problem {
  return {
    path,
    message: `${path} must be ${expected}`,
    hint: meant === undefined ? `write ${expected}` : `did you mean '${meant}'?`,
  }
}

function isPattern(value: unknown): boolean {
  try {
    return typeof value === 'string' && new RegExp(value, 'u') instanceof RegExp
  } catch {
    return false
  }
}
