import type { VersionRanges } from '../definition/version-ranges.ts'
import type { Problem } from '../errors/problem.ts'
import { cyclesIn, orderOf } from './order.ts'

/** Ranges of versions, by the id of the plugin. */
type RangesById = Readonly<Record<string, string>>

/** What resolution needs to know of a plugin. */
export interface Manifest {
  readonly id: string
  readonly version: string
  readonly coreVersion?: string | undefined
  readonly priority: number
  readonly dependencies: RangesById
  readonly optionalDependencies: RangesById
  /** Must be there too, but neither before nor after. */
  readonly peers: RangesById
  readonly incompatibleWith: readonly string[]
}

/** The order to initialise in, dependencies first; or everything that stands in the way. */
export type Resolution =
  | { readonly kind: 'plan'; readonly order: readonly string[] }
  | { readonly kind: 'problems'; readonly problems: readonly Problem[] }

type Manifests = ReadonlyMap<string, Manifest>

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
  const coming = byId(incoming)
  const all = byId([...installed, ...incoming])
  const problems = [
    ...duplicateProblems(incoming),
    ...incoming.flatMap((manifest) => [
      ...coreProblems(manifest, coreVersion, ranges),
      ...missingProblems(manifest, all),
      ...mismatchProblems(manifest, manifest.dependencies, all, ranges),
    ]),
    ...[...incoming, ...installed].flatMap((manifest) => {
      // Those installed came to terms with each other before.
      const others = coming.has(manifest.id) ? all : coming
      return [
        ...mismatchProblems(manifest, manifest.optionalDependencies, others, ranges),
        ...mismatchProblems(manifest, manifest.peers, others, ranges),
      ]
    }),
    ...conflictProblems(coming, all),
    ...cyclesIn(coming).map(cycleProblem),
  ]
  return problems.length > 0 ? { kind: 'problems', problems } : { kind: 'plan', order: orderOf(coming) }
}

function byId(manifests: readonly Manifest[]): Manifests {
  return new Map(manifests.map((manifest) => [manifest.id, manifest]))
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

function* missingProblems({ id, dependencies, peers }: Manifest, all: Manifests): Generator<Problem> {
  for (const [kind, ranges] of Object.entries({ dependency: dependencies, peer: peers })) {
    for (const [needed, range] of Object.entries(ranges)) {
      if (all.has(needed)) continue
      yield {
        path: id,
        message: `missing ${kind}: plugin '${id}' requires '${needed}' version '${range}'`,
        hint: `add '${needed}' to the plugins`,
      }
    }
  }
}

function* mismatchProblems(
  { id }: Manifest,
  ranges: RangesById,
  others: Manifests,
  { includes }: VersionRanges,
): Generator<Problem> {
  for (const [other, range] of Object.entries(ranges)) {
    const found = others.get(other)
    if (found === undefined || includes(range, found.version, false)) continue
    yield {
      path: id,
      message: `version mismatch: plugin '${id}' requires '${other}' ${range}, found ${found.version}`,
      hint: `install a version of '${other}' in ${range}`,
    }
  }
}

/** Each pair once, whichever of the two declares it. */
function* conflictProblems(coming: Manifests, all: Manifests): Generator<Problem> {
  const told = new Set<string>()
  for (const { id, incompatibleWith } of [...coming.values(), ...all.values()]) {
    for (const other of incompatibleWith) {
      const pair = [id, other].sort().join(' ')
      const meet = (coming.has(id) ? all : coming).has(other)
      if (!meet || other === id || told.has(pair)) continue
      told.add(pair)
      yield {
        path: coming.has(id) ? id : other,
        message: `incompatible plugins: '${id}' can't run with '${other}'`,
        hint: 'leave one of them out',
      }
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
