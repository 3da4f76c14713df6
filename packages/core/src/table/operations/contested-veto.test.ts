import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { createTable, type AnyPlugin, type GridColumnDef } from '../../index.ts'
import { holder, never, quietHost } from '../../../test/plugins.ts'

const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'] as const
type Id = (typeof ids)[number]

const behaviours = [
  'passes',
  'amends',
  'cancels',
  'throws',
  'rejects',
  'hangs',
  'passes later',
  'amends later',
  'cancels later',
  'amends and throws',
  'cancels and hangs',
] as const

const hook = fc.record({
  priority: fc.constantFrom(0, 50, 100, 199, 200, 300, 1000),
  before: fc.option(fc.constantFrom(...ids), { nil: undefined, freq: 3 }),
  after: fc.option(fc.constantFrom(...ids), { nil: undefined, freq: 3 }),
  behaviour: fc.constantFrom(...behaviours, 'passes', 'amends', 'amends later', 'throws'),
  timeout: fc.constantFrom(10, 20, 40),
  delay: fc.constantFrom(1, 5, 15, 35),
  onTimeout: fc.constantFrom(undefined, 'cancel', 'proceed'),
})
const contest = fc.array(hook, { minLength: ids.length, maxLength: ids.length })
type Hook = typeof hook extends fc.Arbitrary<infer T> ? T : never
interface Contestant extends Hook {
  readonly id: Id
}

interface Outcome {
  /** Who was asked, in order, about both operations. */
  ran: string[]
  /** What became of them: the sorting, or by whom and why not. */
  events: string[]
  errors: string[]
}

/** Two operations of one slice, one right after the other, in a table of these plugins. */
async function play(contestants: readonly Contestant[]): Promise<Outcome> {
  const { clock, ...host } = quietHost()
  const outcome: Outcome = { ran: [], events: [], errors: [] }
  const held = contestants.map(({ id }) => holder(id, { requiredPermissions: ['hooks:register'] }))
  const columns: GridColumnDef<{ id: string }>[] = [{ accessorKey: 'id' }]
  const table = createTable<{ plugins: readonly AnyPlugin[] }, { id: string }>({
    ...host,
    clock,
    data: [],
    columns,
    features: { plugins: held.map(({ plugin }) => plugin) },
  })
  await table.plugins.ready
  const later = (milliseconds: number): Promise<void> =>
    new Promise((resolve) => clock.after(milliseconds, resolve))
  for (const [
    at,
    { id, behaviour, delay, priority, before, after, timeout, onTimeout },
  ] of contestants.entries())
    held[at]?.context().registerHook(
      'before:sort:change',
      ({ operation, amend, cancel }) => {
        outcome.ran.push(id)
        const amendIt = (): void => amend({ after: [...operation.payload.after, { id, desc: false }] })
        const acts: Readonly<Record<Hook['behaviour'], () => unknown>> = {
          passes: () => undefined,
          amends: amendIt,
          cancels: () => {
            cancel(`${id} says no`)
            cancel('and no')
          },
          throws: () => {
            throw new Error(id)
          },
          rejects: () => Promise.reject(new Error(id)),
          hangs: never,
          'passes later': () => later(delay),
          'amends later': async () => {
            await later(delay)
            amendIt()
          },
          'cancels later': async () => {
            await later(delay)
            cancel(`${id} says no`)
          },
          'amends and throws': () => {
            amendIt()
            throw new Error(id)
          },
          'cancels and hangs': () => {
            cancel(`${id} says no`)
            return never()
          },
        }
        return acts[behaviour]()
      },
      { priority, timeout, ...given({ before, after, onTimeout }) },
    )
  table.events.on('plugin:error', ({ payload: { pluginId, code } }) =>
    outcome.errors.push(`${pluginId} ${code}`),
  )
  table.events.on('sort:change', ({ payload }) => outcome.events.push(idsOf(payload.after)))
  table.events.on('operation:cancelled', ({ payload }) =>
    outcome.events.push(`${payload.by}: ${payload.reason}`),
  )
  for (const id of ['one', 'two']) table.setSorting((old) => [...old, { id, desc: false }])
  await clock.advance(2_000)
  expect(clock.pending).toBe(0)
  await table.destroy()
  return { ...outcome, errors: outcome.errors.sort() }
}

function given<T extends object>(options: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)) as never
}

function idsOf(sorting: readonly { readonly id: string }[]): string {
  return sorting.map(({ id }) => id).join(' ')
}

/** What must come of it, thought out without hooks. */
function expected(contestants: readonly Contestant[]): Outcome {
  const outcome: Outcome = { ran: [], events: [], errors: [] }
  const inTurn = turnsOf(contestants)
  let sorting: string[] = []
  for (const id of ['one', 'two']) {
    const wanted = [...sorting, id]
    const veto = ask(inTurn, wanted, outcome)
    outcome.events.push(veto ?? wanted.join(' '))
    if (veto === undefined) sorting = wanted
  }
  return { ...outcome, errors: outcome.errors.sort() }
}

function ask(inTurn: readonly Contestant[], wanted: string[], { ran, errors }: Outcome): string | undefined {
  for (const { id, behaviour, delay, timeout, priority, onTimeout } of inTurn) {
    ran.push(id)
    const isLate = behaviour === 'hangs' || (behaviour.endsWith('later') && delay > timeout)
    if (isLate) errors.push(`${id} GK_HOOK_TIMED_OUT`)
    if (isLate && /^(amends|cancels)/.test(behaviour)) errors.push(`${id} GK_HOOK_ENDED`)
    if (isLate && (onTimeout ?? (priority < 200 ? 'proceed' : 'cancel')) === 'cancel')
      return `${id}: its hook 'before:sort:change' did not answer within ${timeout} ms`
    if (isLate) continue
    if (behaviour.startsWith('amends')) wanted.push(id)
    if (/throws|rejects/.test(behaviour)) errors.push(`${id} GK_HANDLER_FAILED`)
    if (behaviour.startsWith('cancels')) return `${id}: ${id} says no`
  }
  return undefined
}

function turnsOf(contestants: readonly Contestant[]): readonly Contestant[] {
  const size = contestants.length
  const line = contestants
    .map((each, at) => ({ each, at }))
    .sort((one, other) => other.each.priority - one.each.priority || one.at - other.at)
    .map(({ each }) => each)
  const at = (id: Id): number => line.findIndex((each) => each.id === id)
  const precedes = line.map((one) =>
    line.map((other) => one !== other && (one.before === other.id || other.after === one.id)),
  )
  const reaches = precedes.map((row) => [...row])
  for (let via = 0; via < size; via += 1)
    for (let from = 0; from < size; from += 1)
      for (let to = 0; to < size; to += 1)
        if (reaches[from]?.[via] && reaches[via]?.[to]) (reaches[from] ??= [])[to] = true
  if (line.some((_, each) => reaches[each]?.[each])) return line
  const placeOf = (each: Contestant): number => {
    const own = line.indexOf(each)
    const target = each.before === undefined || each.before === each.id ? undefined : line[at(each.before)]
    return target === undefined ? own : Math.min(own, placeOf(target))
  }
  const rest = [...line]
  const turns: Contestant[] = []
  while (rest.length > 0) {
    const ready = rest.filter(
      (each) => !rest.some((other) => precedes[line.indexOf(other)]?.[line.indexOf(each)]),
    )
    const next = ready.reduce((best, each) => (placeOf(each) < placeOf(best) ? each : best))
    turns.push(next)
    rest.splice(rest.indexOf(next), 1)
  }
  return turns
}

test('ten plugins contest an operation: what comes of it is what their hooks say, in their order', async () => {
  const seen = { vetoes: 0, amended: 0, contradictions: 0 }
  await fc.assert(
    fc.asyncProperty(contest, async (hooks) => {
      const contestants = hooks.map((each, at) => ({ ...each, id: ids[at] ?? 'a' }))
      const outcome = expected(contestants)
      expect(await play(contestants)).toEqual(outcome)
      seen.vetoes += outcome.events.filter((each) => each.includes(':')).length
      seen.amended += outcome.events.filter((each) => /[a-j]\b/.test(each)).length
      seen.contradictions += Number(
        turnsOf(contestants).some((each, at, all) => (all[at + 1]?.priority ?? 0) > each.priority),
      )
    }),
    { numRuns: 100 },
  )
  for (const count of Object.values(seen)) expect(count).toBeGreaterThan(10)
}, 60_000)
