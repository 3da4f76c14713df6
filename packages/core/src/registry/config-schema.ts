import type { JsonSchema } from '../definition/json-schema.ts'
import { messageOf } from '../errors/gridkit-error.ts'
import type { Problem } from '../errors/problem.ts'
import { withDefaults } from './config-defaults.ts'
import { configProblems } from './config-problems.ts'
import { pathText } from './config-remedies.ts'
import {
  compileSchema,
  nodesIn,
  sameValueKeywords,
  schemasIn,
  targetOf,
  type CompiledSchema,
  type SchemaNode,
} from './schema-nodes.ts'
import { formProblems } from './schema-problems.ts'

/** A configuration with its defaults, and what its schema does not allow in it. */
export interface CheckedConfig {
  readonly config: unknown
  /** Empty when the configuration is sound. */
  readonly problems: readonly Problem[]
}

const schemaName = 'configSchema'

/**
 * Everything that is wrong with a schema (JSON Schema, draft 2020-12), with
 * paths from `configSchema`. Keywords that are not of JSON Schema are ignored.
 * References lead only into the same schema; nothing is fetched.
 */
export function schemaProblems(schema: unknown): readonly Problem[] {
  const form = [...formProblems(schema, schemaName)]
  if (form.length > 0) return form
  try {
    const compiled = compileSchema(schema)
    const references = [...referenceProblems(compiled)]
    return references.length > 0 ? references : [...defaultProblems(compiled)]
  } catch (error) {
    const hint = 'give each part an address ($id, $anchor) of its own'
    return [{ path: schemaName, message: `${schemaName} can't be read: ${messageOf(error)}`, hint }]
  }
}

/**
 * Fills in the defaults of a schema (see {@link withDefaults}), then checks the
 * whole. Neither the configuration given nor the schema is changed. Functions
 * and instances of classes in a configuration stay as they are; JSON Schema
 * can't describe them, so they are there for `required`, and fit any schema.
 *
 * @param schema One without {@link schemaProblems}.
 * @param config `undefined` is taken for the default of the schema, or else for `{}`.
 */
export function checkConfig(schema: JsonSchema, config: unknown): CheckedConfig {
  const compiled = compileSchema(schema)
  const complete = withDefaults(config, compiled)
  return { config: complete, problems: configProblems(complete, compiled, 'config') }
}

function* referenceProblems(compiled: CompiledSchema): Generator<Problem> {
  const { root, lookup } = compiled
  for (const { node, path } of nodesIn(root)) {
    if (node['$ref'] === undefined) continue
    const at = pathText(schemaName, path)
    if (targetOf(node, lookup) === undefined)
      yield {
        path: `${at}.$ref`,
        message: `${at}.$ref leads nowhere: ${JSON.stringify(node['$ref'])}`,
        hint: "refer to a part of the same schema, such as '#/$defs/size'",
      }
    else if (appliesToItself(node, lookup))
      yield {
        path: at,
        message: `${at} refers to itself without end`,
        hint: 'refer to it from a property or an item, not from where it applies itself',
      }
  }
}

/** Whether a node is among those that hold for its own value because of it: checking would never end. */
function appliesToItself(start: SchemaNode, lookup: CompiledSchema['lookup']): boolean {
  const reached = new Set<SchemaNode>()
  const visit = (node: SchemaNode): void => {
    const target = targetOf(node, lookup)
    const held = [...schemasIn(node)].filter(({ keyword }) => sameValueKeywords.includes(keyword))
    for (const next of [...(target ? [target] : []), ...held.map(({ schema }) => schema as SchemaNode)]) {
      if (reached.has(next)) continue
      reached.add(next)
      visit(next)
    }
  }
  visit(start)
  return reached.has(start)
}

function* defaultProblems({ root, lookup }: CompiledSchema): Generator<Problem> {
  const nodes = [...nodesIn(root)]
  const endless = endlessDefaults(
    nodes.map(({ node }) => node),
    lookup,
  )
  for (const { node, path } of nodes) {
    if (node['default'] === undefined) continue
    const at = pathText(schemaName, [...path, 'default'])
    if (endless.has(node))
      yield { path: at, message: `${at} contains itself without end`, hint: 'leave out the inner default' }
    else yield* configProblems(withDefaults(undefined, { root: node, lookup }), { root: node, lookup }, at)
  }
}

/** The schemas whose defaults would be filled in with themselves: by themselves, or by what holds beside them. */
function endlessDefaults(
  nodes: readonly SchemaNode[],
  lookup: CompiledSchema['lookup'],
): ReadonlySet<SchemaNode> {
  const endless = new Set<SchemaNode>()
  for (const node of nodes)
    for (const value of [undefined, {}])
      withDefaults(value, { root: node, lookup }, (source) => endless.add(source))
  return endless
}
