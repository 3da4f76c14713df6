import { copyJson, isPlainObject, own } from './json-values.ts'
import { targetOf, type CompiledSchema, type SchemaNode } from './schema-nodes.ts'

/** How far a filling has come. */
interface Filling {
  readonly lookup: CompiledSchema['lookup']
  /** Called for a default that would contain itself without end; it is left out. */
  readonly circular: (node: SchemaNode) => void
  /** Whose defaults are being filled in themselves. */
  readonly expanding: readonly SchemaNode[]
  /** The values around this one. */
  readonly above: readonly unknown[]
}

/**
 * A configuration with defaults filled in where a property is absent or
 * `undefined`. Defaults come from `properties`, also through `$ref` and `allOf`;
 * where several parts of the schema give one, the outermost counts, then the
 * first. What is given in a list or under other names is filled in itself. What
 * only `anyOf`, `oneOf`, `if` or `dependentSchemas` say is not well-defined, and
 * does not count.
 *
 * Copies only what it adds to; what is neither a list nor a plain object stays
 * as it is. Each call makes defaults of its own.
 *
 * @param value `undefined` becomes the default of the schema, or else `{}`.
 */
export function withDefaults(
  value: unknown,
  { root, lookup }: CompiledSchema,
  circular: (node: SchemaNode) => void = () => {},
): unknown {
  const filling: Filling = { lookup, circular, expanding: [], above: [] }
  const start = value === undefined ? defaultOf([root], [root], filling) : value
  return filled(start === undefined ? {} : start, [root], filling)
}

function filled(value: unknown, schemas: readonly SchemaNode[], filling: Filling): unknown {
  if (filling.above.includes(value)) return value
  const parts = allParts(schemas, filling.lookup)
  const inside = { ...filling, above: [...filling.above, value] }
  if (Array.isArray(value)) {
    const items = value.map((item, index) => filled(item, itemSchemas(parts, index), inside))
    return items.some((item, index) => item !== value[index]) ? items : value
  }
  if (!isPlainObject(value)) return value
  const names = new Set([
    ...Object.keys(value),
    ...parts.flatMap((part) => Object.keys(mapOf(part, 'properties'))),
  ])
  const changes = [...names].flatMap((name) => {
    const given = own(value, name)
    const next =
      given === undefined
        ? defaultOf(declaredFor(parts, name), schemasFor(parts, name), inside)
        : filled(given, schemasFor(parts, name), inside)
    return next === given ? [] : [[name, next] as const]
  })
  return changes.length === 0 ? value : Object.fromEntries([...Object.entries(value), ...changes])
}

/** A fresh default from the first of `declared` that has one, filled in by all that applies. */
function defaultOf(
  declared: readonly SchemaNode[],
  schemas: readonly SchemaNode[],
  filling: Filling,
): unknown {
  const parts = allParts(declared, filling.lookup)
  const source = parts.find((part) => own(part, 'default') !== undefined)
  if (source === undefined) return undefined
  if (filling.expanding.includes(source)) {
    filling.circular(source)
    return undefined
  }
  return filled(copyJson(source['default']), schemas, {
    ...filling,
    expanding: [...filling.expanding, source],
  })
}

/** The schemas and those that hold with them in any case, each once. */
function allParts(schemas: readonly SchemaNode[], lookup: CompiledSchema['lookup']): readonly SchemaNode[] {
  const parts = new Set<SchemaNode>()
  const visit = (schema: SchemaNode): void => {
    if (parts.has(schema)) return
    parts.add(schema)
    const target = targetOf(schema, lookup)
    if (target) visit(target)
    for (const part of listOf(schema, 'allOf')) visit(part)
  }
  for (const schema of schemas) visit(schema)
  return [...parts]
}

function itemSchemas(parts: readonly SchemaNode[], index: number): readonly SchemaNode[] {
  return parts.flatMap(
    (part): SchemaNode | readonly SchemaNode[] =>
      listOf(part, 'prefixItems')[index] ?? nodeAt(part, 'items') ?? [],
  )
}

function declaredFor(parts: readonly SchemaNode[], name: string): readonly SchemaNode[] {
  return parts.flatMap(
    (part): SchemaNode | readonly SchemaNode[] => nodeAt(mapOf(part, 'properties'), name) ?? [],
  )
}

/** All that applies to the property once it is there. */
function schemasFor(parts: readonly SchemaNode[], name: string): readonly SchemaNode[] {
  return parts.flatMap((part): SchemaNode | readonly SchemaNode[] => {
    const declared = nodeAt(mapOf(part, 'properties'), name)
    const matching = Object.entries(mapOf(part, 'patternProperties'))
      .filter(([pattern]) => new RegExp(pattern, 'u').test(name))
      .map(([, schema]) => schema as SchemaNode)
    const named = declared ? [declared, ...matching] : matching
    return named.length > 0 ? named : (nodeAt(part, 'additionalProperties') ?? [])
  })
}

function mapOf(node: SchemaNode, keyword: string): SchemaNode {
  return nodeAt(node, keyword) ?? {}
}

function nodeAt(node: SchemaNode, key: string): SchemaNode | undefined {
  const value = own(node, key)
  return isPlainObject(value) ? value : undefined
}

function listOf(node: SchemaNode, keyword: string): readonly SchemaNode[] {
  const value = own(node, keyword)
  return Array.isArray(value) ? value : []
}
