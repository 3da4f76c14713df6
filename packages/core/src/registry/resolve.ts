import type { VersionRanges } from '../definition/version-ranges.ts'
import type { Problem } from '../errors/problem.ts'

/** What resolution needs to know of a plugin. */
export interface Manifest {
  readonly id: string
  readonly version: string
  readonly coreVersion?: string | undefined
  readonly priority: number
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
  readonly incompatibleWith: readonly string[]
}

/** The order to initialise in, dependencies first; or everything that stands in the way. */
export type Resolution =
  | { readonly kind: 'plan'; readonly order: readonly string[] }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }

/**
 * Resolves a set of plugins together with those already running. Pure.
 *
 * @param incoming The set to install; the plan orders these.
 * @param installed What is there already.
 * @param coreVersion The version of the framework.
 * @param ranges How versions compare with ranges.
 */
export function resolve(
  incoming: readonly Manifest[],
  installed: readonly Manifest[],
  coreVersion: string,
  ranges: VersionRanges,
): Resolution {
  const incomingIds = new Set(incoming.map(({ id }) => id))
  const all = new Map([...installed, ...incoming].map((manifest) => [manifest.id, manifest]))
  const problems = [
    ...duplicateProblems(incoming),
    ...incoming.flatMap((manifest) => [
      ...coreProblems(manifest, coreVersion, ranges),
      ...dependencyProblems(manifest, all, ranges),
      ...conflictProblems(manifest, all, incomingIds),
    ]),
  ]
  const { order, cycle } = sort(incoming)
  if (cycle.length > 0) problems.push(cycleProblem(cycle))
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'plan', order }
}

function* duplicateProblems(incoming: readonly Manifest[]): Generator<Problem> {
  const seen = new Set<string>()
  for (const { id } of incoming) {
    if (seen.has(id)) {
      yield {
        path: id,
        message: `plugin '${id}' is listed twice`,
        hint: 'list it once, or give one of them another id',
      }
    }
    seen.add(id)
  }
}

function* coreProblems(
  { id, coreVersion: range }: Manifest,
  coreVersion: string,
  { includes }: VersionRanges,
): Generator<Problem> {
  if (range === undefined || includes(range, coreVersion, true)) return
  yield {
    path: id,
    message: `framework version mismatch: plugin requires ${range}, found ${coreVersion}`,
    hint: `install a version of '${id}' made for ${coreVersion}, or @gridkit/core ${range}`,
  }
}

function* dependencyProblems(
  manifest: Manifest,
  all: ReadonlyMap<string, Manifest>,
  { includes }: VersionRanges,
): Generator<Problem> {
  for (const [id, range] of Object.entries(manifest.dependencies)) {
    const found = all.get(id)
    if (found === undefined) {
      yield {
        path: manifest.id,
        message: `missing dependency: plugin '${manifest.id}' requires '${id}' version '${range}'`,
        hint: `add '${id}' to the plugins`,
      }
    } else if (!includes(range, found.version, false)) yield mismatch(manifest.id, id, range, found.version)
  }
  for (const [id, range] of Object.entries(manifest.optionalDependencies)) {
    const found = all.get(id)
    if (found && !includes(range, found.version, false)) yield mismatch(manifest.id, id, range, found.version)
  }
}

function mismatch(id: string, dependency: string, range: string, found: string): Problem {
  return {
    path: id,
    message: `version mismatch: plugin '${id}' requires '${dependency}' ${range}, found ${found}`,
    hint: `install a version of '${dependency}' in ${range}`,
  }
}

/** Each conflict once: where it is declared, or where a plugin comes that one already there declares against. */
function* conflictProblems(
  manifest: Manifest,
  all: ReadonlyMap<string, Manifest>,
  incoming: ReadonlySet<string>,
): Generator<Problem> {
  for (const other of all.values()) {
    if (other.id === manifest.id) continue
    const declared = manifest.incompatibleWith.includes(other.id)
    if (!declared && (incoming.has(other.id) || !other.incompatibleWith.includes(manifest.id))) continue
    const [by, against] = declared ? [manifest.id, other.id] : [other.id, manifest.id]
    yield {
      path: manifest.id,
      message: `incompatible plugins: '${by}' can't run with '${against}'`,
      hint: 'leave one of them out',
    }
  }
}

function cycleProblem(cycle: readonly string[]): Problem {
  return {
    path: cycle[0] ?? '',
    message: `circular dependency detected: ${cycle.join(' -> ')}`,
    hint: 'let both depend on a third plugin instead, or make one of the dependencies optional',
  }
}

type Edges = ReadonlyMap<string, readonly string[]>

/** Depth first; siblings by priority, then as listed. */
function sort(incoming: readonly Manifest[]): { order: readonly string[]; cycle: readonly string[] } {
  const priorities = new Map(incoming.map(({ id, priority }) => [id, priority]))
  const byPriority = (ids: readonly string[]): readonly string[] =>
    [...ids].sort((a, b) => (priorities.get(b) ?? 0) - (priorities.get(a) ?? 0))
  const edges = edgesOf(incoming)
  const order = new Set<string>()
  const path: string[] = []
  let cycle: readonly string[] = []

  const visit = (id: string): void => {
    if (order.has(id)) return
    if (path.includes(id)) {
      if (cycle.length === 0) cycle = [...path.slice(path.indexOf(id)), id]
      return
    }
    path.push(id)
    for (const next of byPriority(edges.get(id) ?? [])) visit(next)
    path.pop()
    order.add(id)
  }
  for (const id of byPriority([...edges.keys()])) visit(id)
  return { order: [...order], cycle }
}

/** What must come before what. An optional dependency counts only where it closes no cycle. */
function edgesOf(incoming: readonly Manifest[]): Edges {
  const present = new Set(incoming.map(({ id }) => id))
  const among = (ranges: Readonly<Record<string, string>>): string[] =>
    Object.keys(ranges).filter((id) => present.has(id))
  const edges = new Map(incoming.map(({ id, dependencies }) => [id, among(dependencies)]))
  for (const { id, optionalDependencies } of incoming) {
    for (const optional of among(optionalDependencies)) {
      if (!reaches(edges, optional, id)) edges.get(id)?.push(optional)
    }
  }
  return edges
}

function reaches(edges: Edges, from: string, to: string, seen = new Set<string>()): boolean {
  if (from === to) return true
  if (seen.has(from)) return false
  seen.add(from)
  return (edges.get(from) ?? []).some((next) => reaches(edges, next, to, seen))
}
