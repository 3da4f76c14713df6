import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createHook, type Hook } from './hook.ts'
import { orderHooks, type HookOrder } from './hook-order.ts'

const hookOf = (owner: string, options: Parameters<typeof createHook>[3] = {}): Hook =>
  createHook(owner, 'before:*', () => undefined, options)

const owners = ['a', 'b', 'c', 'd', 'e', 'f']
const wishes = fc.array(fc.constantFrom(...owners, 'nobody'), { maxLength: 2 })
const wish = fc.record({ priority: fc.nat(3), before: wishes, after: wishes })
const registered = fc.array(fc.tuple(fc.constantFrom(...owners), wish), { maxLength: 12 })

/** Whether one is to run before the other. */
const precedes = (one: Hook, other: Hook): boolean =>
  one.owner !== other.owner && (one.before.includes(other.owner) || other.after.includes(one.owner))

/** What the order is to be, as plainly as it can be said. */
function plainOrder(hooks: readonly Hook[]): HookOrder {
  const byPriority = hooks.toSorted((a, b) => b.priority - a.priority)
  const places = new Map(byPriority.map((hook, place) => [hook, place]))
  const ordered = inTurn(byPriority, places)
  if (ordered.length < byPriority.length) {
    const stuck = byPriority.filter((hook) => !ordered.includes(hook))
    const circle = stuck.filter((hook) => stuck.some((other) => precedes(hook, other)))
    return { hooks: byPriority, contradicting: [...new Set(circle.map(({ owner }) => owner))] }
  }
  const wanted = new Map(places)
  for (const hook of ordered.toReversed()) {
    const later = ordered.filter(({ owner }) => owner !== hook.owner && hook.before.includes(owner))
    wanted.set(hook, Math.min(...[hook, ...later].map((each) => wanted.get(each) ?? 0)))
  }
  return { hooks: inTurn(byPriority, wanted), contradicting: [] }
}

function inTurn(hooks: readonly Hook[], places: ReadonlyMap<Hook, number>): Hook[] {
  const left = new Set(hooks)
  const turns: Hook[] = []
  for (;;) {
    const free = [...left].filter((hook) => ![...left].some((other) => precedes(other, hook)))
    const [first] = free.sort((a, b) => (places.get(a) ?? 0) - (places.get(b) ?? 0))
    if (first === undefined) return turns
    turns.push(first)
    left.delete(first)
  }
}

test('the order is as it is said to be, whatever the hooks wish', () => {
  let [arranged, contradicting] = [0, 0]
  fc.assert(
    fc.property(registered, (given) => {
      const hooks = given.map(([owner, options]) => hookOf(owner, options))
      const expected = plainOrder(hooks)
      const order = orderHooks(hooks)
      expect(order.hooks.map((hook) => hooks.indexOf(hook))).toEqual(
        expected.hooks.map((hook) => hooks.indexOf(hook)),
      )
      expect(order.contradicting).toEqual(expected.contradicting)
      arranged += expected.contradicting.length === 0 && hooks.length > 3 ? 1 : 0
      contradicting += expected.contradicting.length > 0 ? 1 : 0
    }),
    { numRuns: 2_000 },
  )
  expect(Math.min(arranged, contradicting)).toBeGreaterThan(100)
})

test('thousands of hooks are put in order in no time, also where each names the next', () => {
  const many = Array.from({ length: 1_500 }, (_, at) =>
    hookOf(`p${at}`, { priority: at % 7, before: `p${at + 1}` }),
  )
  const began = performance.now()
  expect(orderHooks(many).hooks.map(({ owner }) => owner)).toEqual(many.map(({ owner }) => owner))
  const few = many.map((_, at) =>
    hookOf(`p${at}`, { priority: at % 7, ...(at === 5 ? { before: 'p1' } : {}) }),
  )
  expect(orderHooks(few).hooks[0]?.priority).toBe(6)
  expect(performance.now() - began).toBeLessThan(1_000)
}, 4_000)
