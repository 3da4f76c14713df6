import { dereference, type Schema } from '@cfworker/json-schema'
import { copyJson, isPlainObject } from './json-values.ts'

/** A schema that is an object, as written or as {@link compileSchema} made it. */
export type SchemaNode = Readonly<Record<string, unknown>>

/** A schema ready for use: its nodes, and where each reference leads. */
export interface CompiledSchema {
  readonly root: SchemaNode
  /** Nodes by their absolute addresses. */
  readonly lookup: Readonly<Record<string, Schema | boolean>>
}

const keywordsByKind = {
  schema: [
    'additionalProperties',
    'contains',
    'else',
    'if',
    'items',
    'not',
    'propertyNames',
    'then',
    'unevaluatedItems',
    'unevaluatedProperties',
  ],
  list: ['allOf', 'anyOf', 'oneOf', 'prefixItems'],
  map: ['$defs', 'definitions', 'dependentSchemas', 'patternProperties', 'properties'],
} as const

/** Which keywords hold schemas: one, a list of them, or some by name. */
export const schemaKeywords: ReadonlyMap<string, keyof typeof keywordsByKind> = new Map(
  (['schema', 'list', 'map'] as const).flatMap((kind) =>
    keywordsByKind[kind].map((keyword) => [keyword, kind] as const),
  ),
)

/** Keywords whose schemas apply to the very value that the schema around them applies to. */
export const sameValueKeywords: readonly string[] = [
  'allOf',
  'anyOf',
  'dependentSchemas',
  'else',
  'if',
  'not',
  'oneOf',
  'then',
]

/** The schemas directly in a schema, each with its keyword and its path from there. */
export function* schemasIn(
  node: SchemaNode,
): Generator<{ keyword: string; path: readonly string[]; schema: unknown }> {
  for (const [keyword, kind] of schemaKeywords) {
    const value = Object.hasOwn(node, keyword) ? node[keyword] : undefined
    if (value === undefined) continue
    if (kind === 'schema') yield { keyword, path: [keyword], schema: value }
    else if (typeof value === 'object' && value !== null)
      for (const [name, schema] of Object.entries(value)) yield { keyword, path: [keyword, name], schema }
  }
}

/** All nodes of a compiled schema, each with its path. */
export function* nodesIn(
  node: SchemaNode,
  path: readonly string[] = [],
): Generator<{ node: SchemaNode; path: readonly string[] }> {
  yield { node, path }
  for (const { path: below, schema } of schemasIn(node))
    yield* nodesIn(schema as SchemaNode, [...path, ...below])
}

/**
 * Makes a schema ready for use, without touching it.
 *
 * @throws Whatever the library does, where two parts of the schema have one address.
 */
export function compileSchema(schema: unknown): CompiledSchema {
  const root = normalized(schema)
  return { root, lookup: dereference(root) }
}

/** Where the `$ref` of a compiled node leads. */
export function targetOf(node: SchemaNode, lookup: CompiledSchema['lookup']): SchemaNode | undefined {
  if (node['$ref'] === undefined) return undefined
  // Set by the library, unless the reference is empty.
  const address = node['__absolute_ref__'] ?? node['$ref']
  return typeof address === 'string' ? (lookup[address] as SchemaNode | undefined) : undefined
}

/** A copy in which all schemas are objects: `{}` for `true`, `{ not: {} }` for `false`. */
function normalized(schema: unknown): SchemaNode {
  if (typeof schema === 'boolean') return schema ? {} : { not: {} }
  const entries = Object.entries(schema as SchemaNode).map(([keyword, value]) => [
    keyword,
    normalizedValue(schemaKeywords.get(keyword), value),
  ])
  return Object.fromEntries(entries) as SchemaNode
}

function normalizedValue(kind: 'schema' | 'list' | 'map' | undefined, value: unknown): unknown {
  if (kind === 'schema') return normalized(value)
  if (kind === 'list' && Array.isArray(value)) return value.map(normalized)
  if (kind === undefined || !isPlainObject(value)) return copyJson(value)
  return Object.fromEntries(Object.entries(value).map(([name, schema]) => [name, normalized(schema)]))
}
