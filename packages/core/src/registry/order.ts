/** What the order of plugins follows from. */
export interface Ordered {
  readonly id: string
  readonly priority: number
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}

/** For each plugin those that must come before it, both as places in {@link byRank}. */
type Edges = readonly number[][]

/**
 * The order to initialise in. Next is always the plugin of the highest rank among
 * those whose dependencies are all placed: higher priority first, then as listed.
 *
 * An optional dependency counts as one, but where it would close a cycle. Where
 * optional dependencies contradict each other, those of the lowest rank count first.
 *
 * @param plugins By id, without cycles.
 */
export function orderOf(plugins: ReadonlyMap<string, Ordered>): readonly string[] {
  const ranked = byRank(plugins)
  const required = edgesOf(ranked, 'dependencies')
  const optional = edgesOf(ranked, 'optionalDependencies')
  const order = sorted(required.map((before, place) => [...before, ...(optional[place] ?? [])]))
  // Most sets have no cycle at all, and need no search for those that optional dependencies close.
  const whole = order.length === ranked.length ? order : sorted(withoutCycles(required, optional))
  return whole.flatMap((place) => ranked[place]?.id ?? [])
}

/**
 * Cycles of dependencies, each with its path and no two with a dependency in
 * common. Broken up, all of them, they leave no other.
 */
export function cyclesIn(plugins: ReadonlyMap<string, Ordered>): readonly (readonly string[])[] {
  const ranked = byRank(plugins)
  const left = edgesOf(ranked, 'dependencies').map((before) => before.reverse())
  const done = new Set<number>()
  const cycles: string[][] = []
  for (const start of ranked.keys()) {
    const path = [start]
    // Insertion order is that of the path; the value is the place in it.
    const depths = new Map([[start, 0]])
    while (!done.has(start)) {
      const last = path.at(-1) ?? start
      // Each dependency is walked once, then gone: no two cycles can share it.
      const next = left[last]?.pop()
      const depth = next === undefined ? undefined : depths.get(next)
      if (next === undefined) {
        done.add(last)
        depths.delete(last)
        path.pop()
      } else if (depth !== undefined) {
        cycles.push([...path.slice(depth), next].flatMap((place) => ranked[place]?.id ?? []))
        for (const place of path.splice(depth + 1)) depths.delete(place)
      } else if (!done.has(next)) {
        depths.set(next, path.length)
        path.push(next)
      }
    }
  }
  return cycles
}

function byRank(plugins: ReadonlyMap<string, Ordered>): readonly Ordered[] {
  return [...plugins.values()].sort((a, b) => b.priority - a.priority)
}

function edgesOf(ranked: readonly Ordered[], kind: 'dependencies' | 'optionalDependencies'): Edges {
  const places = new Map(ranked.map(({ id }, place) => [id, place]))
  return ranked.map((plugin) => Object.keys(plugin[kind]).flatMap((id) => places.get(id) ?? []))
}

/** The places in order; without those that are in a cycle, or come after one. */
function sorted(edges: Edges): readonly number[] {
  const waitsFor = edges.map((before) => before.length)
  const after: number[][] = edges.map(() => [])
  for (const [place, before] of edges.entries()) for (const each of before) after[each]?.push(place)
  const ready = [...edges.keys()].filter((place) => waitsFor[place] === 0).reverse()
  const order: number[] = []
  for (let place = ready.pop(); place !== undefined; place = ready.pop()) {
    order.push(place)
    for (const each of after[place] ?? []) {
      const count = (waitsFor[each] ?? 0) - 1
      waitsFor[each] = count
      if (count === 0) insert(ready, each)
    }
  }
  return order
}

/** Keeps the highest rank, which is the lowest place, last. */
function insert(ready: number[], place: number): void {
  let low = 0
  let high = ready.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ready[middle] ?? 0) > place) low = middle + 1
    else high = middle
  }
  ready.splice(low, 0, place)
}

/** The required edges, and of the optional ones those that close no cycle. */
function withoutCycles(required: Edges, optional: Edges): Edges {
  const edges = required.map((before) => [...before])
  for (const place of [...optional.keys()].reverse()) {
    for (const before of optional[place] ?? []) {
      if (!reaches(edges, before, place)) edges[place]?.push(before)
    }
  }
  return edges
}

function reaches(edges: Edges, from: number, to: number): boolean {
  const seen = new Set([from])
  // A set visits what is added while it is walked.
  for (const place of seen) {
    for (const next of edges[place] ?? []) seen.add(next)
  }
  return seen.has(to)
}
