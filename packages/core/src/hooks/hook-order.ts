import type { Hook } from './hook.ts'

/** The order in which hooks run. */
export interface HookOrder {
  readonly hooks: readonly Hook[]
  /** Plugins whose wishes contradict each other, so that none of the wishes counted. */
  readonly contradicting: readonly string[]
}

type Followers = ReadonlyMap<Hook, ReadonlySet<Hook>>
type Places = ReadonlyMap<Hook, number>

/**
 * Higher priority first, then in the order of registration; but never against `before` and `after`. A hook that
 * is to run before another one comes as early as that one's place needs it to.
 */
export function orderHooks(registered: readonly Hook[]): HookOrder {
  const byPriority = registered.toSorted((a, b) => b.priority - a.priority)
  if (byPriority.every(({ before, after }) => before.length + after.length === 0))
    return { hooks: byPriority, contradicting: [] }
  const followers = followersOf(byPriority)
  const places = new Map(byPriority.map((hook, place) => [hook, place]))
  const ordered = arrange(byPriority, followers, places)
  if (ordered.length === byPriority.length)
    return { hooks: arrange(byPriority, followers, wantedPlaces(ordered, places)), contradicting: [] }
  const stuck = byPriority.filter((hook) => !ordered.includes(hook))
  // Others only wait for those.
  const circle = stuck.filter((hook) => stuck.some((other) => followers.get(hook)?.has(other)))
  return { hooks: byPriority, contradicting: [...new Set(circle.map(({ owner }) => owner))] }
}

/** Who must run after whom. */
function followersOf(hooks: readonly Hook[]): Followers {
  const followers = new Map(hooks.map((hook) => [hook, new Set<Hook>()]))
  for (const hook of hooks)
    for (const other of hooks) {
      if (other.owner === hook.owner) continue
      if (hook.before.includes(other.owner)) followers.get(hook)?.add(other)
      if (hook.after.includes(other.owner)) followers.get(other)?.add(hook)
    }
  return followers
}

/** Each as soon as those it follows have had their turn; of several, the one with the first place. Leaves out what waits in a circle. */
function arrange(hooks: readonly Hook[], followers: Followers, places: Places): readonly Hook[] {
  const left = new Set(hooks)
  const arranged: Hook[] = []
  for (;;) {
    const free = [...left].filter((hook) => ![...left].some((other) => followers.get(other)?.has(hook)))
    const [first] = free.sort((a, b) => placeOf(a, places) - placeOf(b, places))
    if (first === undefined) return arranged
    arranged.push(first)
    left.delete(first)
  }
}

/** The place of each: its own, or the first of those it wants to run before. */
function wantedPlaces(ordered: readonly Hook[], places: Places): Places {
  const wanted = new Map(places)
  for (const hook of ordered.toReversed()) {
    const others = ordered.filter(({ owner }) => owner !== hook.owner && hook.before.includes(owner))
    wanted.set(hook, Math.min(...[hook, ...others].map((each) => placeOf(each, wanted))))
  }
  return wanted
}

function placeOf(hook: Hook, places: Places): number {
  return places.get(hook) ?? 0
}
