import { array, assert, constantFrom, integer, option, property, record, shuffledSubarray } from 'fast-check'
import { satisfies } from 'semver'
import { describe, expect, test } from 'vitest'
import { semverRanges } from './semver-ranges.ts'
import { resolve, type Manifest, type Resolution } from './resolve.ts'

const messagesOf = (resolution: Resolution): readonly string[] =>
  resolution.kind === 'problems' ? resolution.problems.map(({ message }) => message) : []

type Edge = readonly [from: string, to: string]

/** Every order of the ids. Exponential, which is why it is easy to believe. */
function* permutations(ids: readonly string[]): Generator<readonly string[]> {
  if (ids.length === 0) yield []
  for (const [index, id] of ids.entries()) {
    for (const rest of permutations(ids.toSpliced(index, 1))) yield [id, ...rest]
  }
}

const holds = (order: readonly string[], edges: readonly Edge[]): boolean =>
  edges.every(([from, to]) => from !== to && order.indexOf(to) < order.indexOf(from))

const edgesOf = (
  set: readonly Manifest[],
  kind: 'dependencies' | 'optionalDependencies',
): readonly Edge[] => {
  const ids = new Set(set.map(({ id }) => id))
  return set.flatMap((manifest) =>
    Object.keys(manifest[kind])
      .filter((to) => ids.has(to))
      .map((to) => [manifest.id, to] as const),
  )
}

/**
 * The order that the rule demands, or `undefined` where no order is possible: of all orders that
 * hold, the one whose first plugin ranks highest, then whose second does, and so on. An optional
 * dependency counts unless no order could hold with it and those counted before it, lowest rank first.
 */
function demandedOrder(set: readonly Manifest[]): readonly string[] | undefined {
  const rank = set.toSorted((a, b) => b.priority - a.priority).map(({ id }) => id)
  // Made from the highest rank down, so the first that holds is the one demanded.
  let possible = [...permutations(rank)].filter((order) => holds(order, edgesOf(set, 'dependencies')))
  const soft = edgesOf(set, 'optionalDependencies')
  for (const edge of soft.toSorted(([a], [b]) => rank.indexOf(b) - rank.indexOf(a))) {
    const left = possible.filter((order) => holds(order, [edge]))
    if (left.length > 0) possible = left
  }
  return possible[0]
}

/** What stands in the way but for cycles, found by looking at each pair of plugins. */
function expectedProblems(incoming: readonly Manifest[], installed: readonly Manifest[]): readonly string[] {
  const all = [...incoming, ...installed]
  const comes = ({ id }: Manifest): boolean => incoming.some((each) => each.id === id)
  const found: string[] = []
  for (const manifest of incoming) {
    for (const [kind, ranges] of [
      ['dependency', manifest.dependencies],
      ['peer', manifest.peers],
    ] as const) {
      for (const [id, range] of Object.entries(ranges)) {
        if (all.some((each) => each.id === id)) continue
        found.push(`missing ${kind}: plugin '${manifest.id}' requires '${id}' version '${range}'`)
      }
    }
  }
  for (const a of all) {
    for (const b of all) {
      if (!comes(a) && !comes(b)) continue
      const kinds = [a.optionalDependencies, a.peers, ...(comes(a) ? [a.dependencies] : [])]
      for (const range of kinds.flatMap((ranges) => ranges[b.id] ?? [])) {
        if (satisfies(b.version, range)) continue
        found.push(`version mismatch: plugin '${a.id}' requires '${b.id}' ${range}, found ${b.version}`)
      }
    }
  }
  return found
}

const pairOf = (ids: readonly string[]): string => ids.toSorted().join(' ')

function expectedConflicts(incoming: readonly Manifest[], installed: readonly Manifest[]): readonly string[] {
  const all = [...incoming, ...installed]
  return all.flatMap((a, index) =>
    all
      .slice(index + 1)
      .filter((b) => incoming.includes(a) || incoming.includes(b))
      .filter((b) => a.incompatibleWith.includes(b.id) || b.incompatibleWith.includes(a.id))
      .map((b) => pairOf([a.id, b.id])),
  )
}

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
const range = constantFrom('*', '^1.0.0', '>=1.1.0', '~1.0.0', '2.x', '>=2.0.0-rc.1')
const ranges = (from: readonly string[]) =>
  array(record({ id: constantFrom(...from), range }), { maxLength: 2 }).map((entries) =>
    Object.fromEntries(entries.map(({ id, range }) => [id, range])),
  )
const plugin = (targets: readonly string[], conflicts: number) =>
  record({
    version: constantFrom('1.0.0', '1.1.0', '2.0.0', '2.0.0-rc.2'),
    priority: integer({ min: -1, max: 2 }),
    dependencies: ranges(targets),
    optionalDependencies: ranges([...targets, 'absent']),
    peers: option(ranges(targets), { nil: {}, freq: 1 }),
    incompatibleWith: shuffledSubarray(ids, { maxLength: conflicts }),
  })
const edges = array(
  record({
    required: shuffledSubarray(ids, { maxLength: 2 }),
    optional: shuffledSubarray(ids, { maxLength: 2 }),
    priority: integer({ min: 0, max: 2 }),
  }),
  { minLength: 1, maxLength: ids.length },
)
const anyRange = (targets: readonly string[]): Record<string, string> =>
  Object.fromEntries(targets.map((id) => [id, '*']))

describe('resolve, against an oracle that tries every order', () => {
  test('gives the order that priorities demand, or cycles that leave none', () => {
    assert(
      property(edges, (nodes) => {
        const present = new Set(ids.slice(0, nodes.length))
        const set = nodes.map(({ required, optional, priority }, index) => ({
          id: ids[index] ?? '',
          version: '1.0.0',
          priority,
          dependencies: anyRange(required.filter((id) => present.has(id))),
          optionalDependencies: anyRange(optional),
          peers: {},
          incompatibleWith: [],
        }))
        const demanded = demandedOrder(set)
        const resolution = resolve(set, [], '1.0.0', semverRanges)
        expect(resolution.kind === 'plan' ? resolution.order : undefined).toEqual(demanded)
        expectCycles(set, messagesOf(resolution))
      }),
      { numRuns: 150 },
    )
  }, 60_000)

  test('finds all that stands in the way, once, and nothing else', () => {
    const sets = record({
      plugins: array(plugin([...ids, 'nowhere'], 1), { minLength: 2, maxLength: ids.length }),
      installed: integer({ min: 0, max: 2 }),
    })
    assert(
      property(sets, ({ plugins, installed: count }) => {
        const set = plugins.map((rest, index) => ({ id: ids[index] ?? '', ...rest }))
        const [installed, incoming] = [set.slice(0, count), set.slice(count)]
        const resolution = resolve(incoming, installed, '1.0.0', semverRanges)
        const messages = messagesOf(resolution)
        const of = (start: string): readonly string[] => messages.filter((each) => each.startsWith(start))
        expect([...of('missing'), ...of('version')].toSorted()).toEqual(
          expectedProblems(incoming, installed).toSorted(),
        )
        const conflicts = of('incompatible').map((each) => pairOf(each.match(/(?<=')[a-g](?=')/gu) ?? []))
        expect(conflicts.toSorted()).toEqual(expectedConflicts(incoming, installed).toSorted())
        const cycles = of('circular')
        expect(cycles.length === 0).toBe(demandedOrder(incoming) !== undefined)
        expectCycles(incoming, cycles)
        expect(messages).toHaveLength(
          of('missing').length + of('version').length + conflicts.length + cycles.length,
        )
      }),
      { numRuns: 150 },
    )
  }, 60_000)
})

/** Each cycle is one, no two share a dependency, and without them there would be an order. */
function expectCycles(set: readonly Manifest[], messages: readonly string[]): void {
  const cycles = messages.map((message) =>
    message.replace('circular dependency detected: ', '').split(' -> '),
  )
  const dependencies = edgesOf(set, 'dependencies').map((edge) => edge.join())
  const steps = cycles.flatMap((cycle) => cycle.slice(1).map((to, index) => `${cycle[index]},${to}`))
  expect(dependencies).toEqual(expect.arrayContaining(steps))
  expect(new Set(steps).size).toBe(steps.length)
  for (const cycle of cycles) {
    expect(cycle.at(-1)).toBe(cycle[0])
    expect(new Set(cycle).size).toBe(cycle.length - 1)
  }
  const rest = edgesOf(set, 'dependencies').filter((edge) => !steps.includes(edge.join()))
  const orders = [...permutations(set.map(({ id }) => id))]
  expect(orders.some((order) => holds(order, rest))).toBe(true)
}
