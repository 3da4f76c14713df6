import { validate, type OutputUnit } from '@cfworker/json-schema'
import type { Problem } from '../errors/problem.ts'
import { messageOf } from '../errors/gridkit-error.ts'
import { jsonView } from './json-values.ts'
import { pathText, remedyFor, tokensOf, type Checked } from './config-remedies.ts'
import { nodesIn, type CompiledSchema, type SchemaNode } from './schema-nodes.ts'

/** Say only that something below them is wrong. */
const frames: ReadonlySet<string> = new Set([
  '$ref',
  'additionalItems',
  'additionalProperties',
  'allOf',
  'dependentSchemas',
  'if',
  'items',
  'patternProperties',
  'prefixItems',
  'properties',
  'unevaluatedItems',
  'unevaluatedProperties',
])

/** Say themselves what is wrong; what comes from below them is detail. */
const summaries: ReadonlySet<string> = new Set(['anyOf', 'contains', 'minContains', 'oneOf', 'propertyNames'])

const standInPattern = '^\\u0000opaque \\d+$'

/**
 * All that a schema does not allow in a value, in the order of the schema.
 * Values that are not JSON (functions, instances of classes) count as present
 * and fit every schema.
 *
 * @param name What the value is called in paths.
 */
export function configProblems(
  value: unknown,
  { root, lookup }: CompiledSchema,
  name: string,
): readonly Problem[] {
  let opaque = 0
  const view = jsonView(value, () => `\u0000opaque ${(opaque += 1)}`)
  if (opaque > 0) admitStandIns(root)
  try {
    const { errors } = validate(view, root, '2020-12', { ...lookup }, false)
    return problemsFrom(errors, { view, root, lookup, name })
  } catch (error) {
    // Such as a key that is no Unicode text, or a value nested too deep.
    return [{ path: name, message: `${name} can't be checked: ${messageOf(error)}`, hint: 'simplify it' }]
  }
}

function problemsFrom(errors: readonly OutputUnit[], checked: Checked): readonly Problem[] {
  const summarizing = errors.filter(({ keyword }) => summaries.has(keyword))
  const problems = new Map<string, Problem>()
  for (const error of errors) {
    if (frames.has(error.keyword) || summarizing.some((summary) => isDetail(error, summary))) continue
    const branches = alternativesOf(error, errors, checked)
    const { path, remedy, found } = remedyFor(error, checked, branches)
    const message = `${path} ${remedy}${found === '' ? '' : `, found ${found}`}`
    problems.set(message, { path, message, hint: remedy })
  }
  return [...problems.values()]
}

/** What each branch of `anyOf` or `oneOf` would want. */
function alternativesOf(
  error: OutputUnit,
  errors: readonly OutputUnit[],
  checked: Checked,
): readonly string[] {
  if (error.keyword !== 'anyOf' && error.keyword !== 'oneOf') return []
  const here = pathText(checked.name, tokensOf(error.instanceLocation))
  const details = errors.filter((each) => isDetail(each, error))
  const branchOf = ({ keywordLocation }: OutputUnit): string =>
    keywordLocation.slice(error.keywordLocation.length + 1).replace(/\/.*/s, '')
  return [...new Set(details.map(branchOf))].map((branch) =>
    problemsFrom(
      details.filter((each) => branchOf(each) === branch),
      checked,
    )
      .map(({ path, hint }) => (path === here ? hint : `${path} ${hint}`))
      .join(' and '),
  )
}

function isDetail(error: OutputUnit, summary: OutputUnit): boolean {
  const keyword = summary.keywordLocation.replace(/minContains$/, 'contains')
  const { instanceLocation: place } = summary
  return (
    error !== summary &&
    error.keywordLocation.startsWith(`${keyword}/`) &&
    (error.instanceLocation === place || error.instanceLocation.startsWith(`${place}/`))
  )
}

/** Lets every schema accept what stands for values that it can't speak of. */
function admitStandIns(root: SchemaNode): void {
  // All of them first: those put in are not to be changed again.
  const nodes = [...nodesIn(root)]
  for (const { node } of nodes) {
    if (Object.keys(node).length === 0) continue
    const condition = Object.defineProperties({}, Object.getOwnPropertyDescriptors(node))
    const changing = node as Record<string, unknown>
    for (const keyword of Object.keys(node)) delete changing[keyword]
    changing['if'] = { type: 'string', pattern: standInPattern }
    changing['else'] = condition
  }
}
