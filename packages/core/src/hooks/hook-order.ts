import type { Hook } from './hook.ts'
import { SmallestFirst } from './smallest-first.ts'

/** The order in which hooks run. */
export interface HookOrder {
  readonly hooks: readonly Hook[]
  /** Plugins whose wishes contradict each other, so that none of the wishes counted. */
  readonly contradicting: readonly string[]
}

/** A hook among those to be put in order. */
interface Place {
  readonly hook: Hook
  /** Its place by priority. */
  readonly place: number
  /** Those that must run after it. */
  readonly followers: Set<Place>
  /** The first place of those it wants to run before, or its own. */
  wanted: number
}

/**
 * Higher priority first, then in the order of registration; but never against `before` and `after`. A hook that
 * is to run before another one comes as early as that one's place needs it to.
 */
export function orderHooks(registered: readonly Hook[]): HookOrder {
  const hooks = registered.toSorted((a, b) => b.priority - a.priority)
  if (hooks.every(({ before, after }) => before.length + after.length === 0))
    return { hooks, contradicting: [] }
  const places = hooks.map((hook, place): Place => ({ hook, place, followers: new Set(), wanted: place }))
  const byOwner = groupByOwner(places)
  link(places, byOwner)
  const ordered = arrange(places)
  if (ordered.length < places.length) return { hooks, contradicting: contradicting(places, new Set(ordered)) }
  hasten(ordered, byOwner)
  return { hooks: arrange(places).map(({ hook }) => hook), contradicting: [] }
}

type ByOwner = ReadonlyMap<string, readonly Place[]>

function groupByOwner(places: readonly Place[]): ByOwner {
  const groups = new Map<string, Place[]>()
  for (const each of places) {
    const group = groups.get(each.hook.owner)
    if (group) group.push(each)
    else groups.set(each.hook.owner, [each])
  }
  return groups
}

/** Finds out who must run after whom. */
function link(places: readonly Place[], byOwner: ByOwner): void {
  for (const each of places) {
    const { hook, followers } = each
    for (const other of othersOf(hook, hook.before, byOwner)) followers.add(other)
    for (const other of othersOf(hook, hook.after, byOwner)) other.followers.add(each)
  }
}

/** Each as soon as those it follows have had their turn; of several, the one with the first place. Leaves out what waits in a circle. */
function arrange(places: readonly Place[]): readonly Place[] {
  const awaited = new Map(places.map((each) => [each, 0]))
  const count = (place: Place, by: number): number => {
    const left = (awaited.get(place) ?? 0) + by
    awaited.set(place, left)
    return left
  }
  for (const { followers } of places) for (const each of followers) count(each, 1)
  const free = new SmallestFirst<Place>((a, b) => a.wanted - b.wanted || a.place - b.place)
  for (const each of places) if (awaited.get(each) === 0) free.add(each)
  const arranged: Place[] = []
  for (let first = free.take(); first !== undefined; first = free.take()) {
    arranged.push(first)
    for (const each of first.followers) if (count(each, -1) === 0) free.add(each)
  }
  return arranged
}

/** Wants each to be where the first of those is that it is to run before. */
function hasten(ordered: readonly Place[], byOwner: ByOwner): void {
  for (const each of ordered.toReversed())
    for (const { wanted } of othersOf(each.hook, each.hook.before, byOwner))
      each.wanted = Math.min(each.wanted, wanted)
}

/** Those who wait in a circle. Others that are left only wait for them. */
function contradicting(places: readonly Place[], arranged: ReadonlySet<Place>): readonly string[] {
  const stuck = places.filter((each) => !arranged.has(each))
  const circle = stuck.filter(({ followers }) => [...followers].some((each) => !arranged.has(each)))
  return [...new Set(circle.map(({ hook }) => hook.owner))]
}

function othersOf({ owner }: Hook, ids: readonly string[], byOwner: ByOwner): readonly Place[] {
  return ids.flatMap((id) => (id === owner ? [] : (byOwner.get(id) ?? [])))
}
