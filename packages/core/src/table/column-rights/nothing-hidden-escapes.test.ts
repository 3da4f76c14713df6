import { filterFns } from '@tanstack/table-core'
import * as fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { everythingIn } from '../../../test/everything-in.ts'
import { settle } from '../../../test/fake-clock.ts'
import { holder, plugin, quietHost } from '../../../test/plugins.ts'
import { createTable, type AnyPlugin, type GridColumnDef, type Permission } from '../../index.ts'

type Row = { id: string; subs?: Row[] } & Record<string, unknown>
type Hospital = Awaited<ReturnType<typeof setUp>>

const paths = ['a', 'b', 'c', 'c.x', 'c.y', 'c.y.z', 'd', 'd.x', 'subs', 'list', 'list.0.x', 'extra', 'free']
const label = fc.constantFrom(undefined, undefined, 'personal', 'secret')
const column = fc.record({ path: fc.constantFrom(...paths), label, group: label })
/** What computed columns compute. */
const computations: Readonly<Record<string, (row: Row) => unknown>> = {
  row: (row) => row,
  copy: (row) => ({ ...row }),
  inList: (row) => [row],
  text: (row) => JSON.stringify(row),
  fields: (row) => `${String(row['a'])} ${String(row['b'])}`,
  over: (row) => String(row['a']) > '«A-5»',
  part: (row) => row['c'],
  deep: (row) => (row['c'] as { y?: { z: string } } | undefined)?.y?.z,
  map: (row) => new Map([['row', row]]),
  children: (row) => row.subs,
  secret: (row) => (row['extra'] as { one?: Person } | undefined)?.one?.secret,
}
const computed = fc.record({ name: fc.constantFrom(...Object.keys(computations)), label })
const fields = ['a', 'b', 'c', 'd', 'list', 'subs', 'free', 'extra'] as const
const step = fc.record({
  by: fc.constantFrom('app', 'plugin', 'plugin'),
  what: fc.nat(99),
  at: fc.nat(9),
  field: fc.constantFrom(...fields),
})
const scenario = fc.record({
  columns: fc.uniqueArray(column, { selector: ({ path }) => path, minLength: 1, maxLength: 8 }),
  computed: fc.uniqueArray(computed, { selector: ({ name }) => name, maxLength: 4 }),
  rights: fc.constantFrom<Permission[]>(
    [],
    ['columns:read:personal'],
    ['columns:write'],
    ['columns:read:secret'],
    ['columns:write:secret'],
  ),
  /** Whether another plugin makes operations wait. */
  slow: fc.boolean(),
  steps: fc.array(step, { maxLength: 12 }),
})
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never
type Step = Scenario['steps'][number]
/** Two worlds differ in what is hidden, and in nothing else. */
type World = 'A' | 'B'

class Person {
  readonly #secret: string
  readonly own: string
  constructor(secret: string) {
    this.#secret = secret
    this.own = secret
  }
  get secret(): string {
    return this.#secret
  }
  toString(): string {
    return this.#secret
  }
}

/** Texts for cells, each of its own, and which of them no hidden column must let out. */
function createCanaries({ columns, rights }: Scenario, world: World) {
  let last = 0
  const lacks = (given: string | undefined): boolean =>
    given !== undefined && !rights.includes(`columns:read:${given}`)
  const isIn = (path: string, outer: string): boolean => path === outer || path.startsWith(`${outer}.`)
  const hidden = columns.filter(({ label: own, group }) => lacks(own) || lacks(group)).map(({ path }) => path)
  const shown = columns.map(({ path }) => path).filter((path) => !hidden.some((each) => isIn(path, each)))
  const planted = new Set<string>()
  const isHidden = (path: string): boolean => hidden.some((each) => isIn(path, each))
  const secret = (): string => {
    last += 1
    const made = world === 'A' ? `«A-${last}»` : `«B-${900 - last}»`
    planted.add(made)
    return made
  }
  const text = (path: string): string => {
    if (isHidden(path) || !shown.some((each) => isIn(path, each) || each === 'subs')) return secret()
    last += 1
    return `«${last}»`
  }
  const make: Readonly<Record<(typeof fields)[number], (depth: number) => unknown>> = {
    a: () => text('a'),
    b: () => text('b'),
    c: () => ({ x: text('c.x'), y: { z: text('c.y.z'), more: text('c.y.more') } }),
    d: () => ({ x: text('d.x'), a: isHidden('a') ? secret() : text('d.a') }),
    list: () => [{ x: text('list.0.x') }, new Person(secret())],
    free: () => text('free'),
    subs: (depth) => (depth === 0 ? [row(`sub-${(last += 1)}`, 1)] : []),
    extra: () => {
      const extra = {
        one: new Person(secret()),
        [Symbol(secret())]: secret(),
        later: Promise.resolve(secret()),
        weak: new WeakRef({ text: secret() }),
        error: new Error(secret(), { cause: secret() }),
        call: () => secret(),
        symbol: Symbol(secret()),
        map: new Map<unknown, unknown>([['x', new Person(secret())]]),
        set: new Set([new Person(secret())]),
        got: 'kept',
      }
      const person = new Person(secret())
      Object.defineProperty(extra, 'parent', { value: person })
      return Object.defineProperty(extra, 'accessor', { get: () => person.secret, enumerable: true })
    },
  }
  const field = (name: Step['field'], depth = 0): unknown => make[name](depth)
  function row(id: string, depth = 0): Row {
    return { id, ...Object.fromEntries(fields.map((name) => [name, field(name, depth)])) }
  }
  return { planted, hidden, shown, row, field, text, secret }
}

/** Sees all, and quotes what it sees when it fails, until it is suspended. */
const clumsy = (slow: boolean): AnyPlugin =>
  plugin('clumsy', {
    requiredPermissions: ['hooks:register', 'events:subscribe', 'columns:read'],
    initialize(context) {
      context.on('row:*', ({ payload }) => {
        throw new Error(JSON.stringify(payload))
      })
      if (slow) context.registerHook('before:*', () => Promise.resolve(), { priority: 1 })
    },
  })

/** @param guessed The world whose secrets the plugin guesses at, and gets right. */
async function setUp(given: Scenario, world: World = 'A', guessed: 'A' | 'no' = 'no') {
  const canaries = createCanaries(given, world)
  const seen: unknown[] = []
  const armed: Step[] = []
  const held = holder('spy', {
    requiredPermissions: [
      'hooks:register',
      'middleware:register',
      'state:read',
      'state:write',
      'rows:create',
      'rows:update',
      'rows:delete',
      'events:subscribe',
      'events:emit',
      ...given.rights,
    ],
    initialize(context) {
      context.on('*', (event) => seen.push(event))
      context.registerHook('before:*', (input) => {
        seen.push(input.type, input.operation)
        const step = armed.shift()
        if (step === undefined) return
        try {
          const ids = [...table.getAllFlatColumns().map(({ id }) => id), 'no such']
          const id = ids[(step.at + step.what) % ids.length] ?? ''
          seen.push(meddle(input as unknown as Meddled, step, id, guess(step.at, step.field)))
        } catch (error) {
          seen.push(error)
        }
      })
      context.registerHook('after:*', (input) => seen.push(input))
      context.registerMiddleware('spy', (operation, next) => {
        seen.push(operation, next())
      })
    },
  })
  const columns = given.columns.map(({ path, label: own, group }): GridColumnDef<Row> => {
    const leaf = {
      accessorKey: path,
      filterFn: filterFns.includesString,
      meta: meta(own),
    } as unknown as GridColumnDef<Row>
    return group === undefined ? leaf : { id: `group ${path}`, columns: [leaf], meta: meta(group) }
  })
  const functions = given.computed.map(({ name, label: own }): GridColumnDef<Row> => ({
    id: name,
    accessorFn: computations[name] ?? (() => undefined),
    meta: meta(own),
  }))
  const table = createTable<{ plugins: readonly AnyPlugin[] }, Row>({
    ...quietHost(),
    data: ['one', 'two', 'three'].map((id) => canaries.row(id)),
    columns: [...columns, ...functions],
    getRowId: ({ id }) => id,
    getSubRows: ({ subs }) => subs,
    onDataChange: (rows) => {
      if (rows.length === 5) throw new Error(JSON.stringify(rows))
    },
    features: { plugins: [held.plugin, clumsy(given.slow)] },
  })
  await table.plugins.ready
  const reference = createCanaries(given, 'A')
  const guesses = ['one', 'two', 'three'].map((id) => reference.row(id))
  const guess = (at: number, field: Step['field']): string => {
    const value = guesses[at % 3]?.[field]
    return (guessed === 'A' && /«.*?»/.exec(JSON.stringify(value) ?? '')?.[0]) || `«no-${at}»`
  }
  return { table, context: held.context(), seen, canaries, guess, armed }
}

/** What a hook gets, whatever its operation. */
interface Meddled {
  readonly type: string
  readonly operation: { readonly payload: { readonly row?: Row; readonly after?: unknown } }
  readonly amend: (patch: unknown) => void
  readonly cancel: (reason: string) => void
}

/** What a hook does to the operation of somebody else. */
function meddle(
  { type, operation: { payload }, amend, cancel }: Meddled,
  { what, field, at }: Step,
  id: string,
  guess: string,
): void {
  const deep = { x: guess, y: { z: guess }, a: guess }
  const patches: Readonly<Record<string, readonly unknown[]>> = {
    'row:create': [
      { row: { ...payload.row, [field]: guess }, index: at },
      { row: { [field]: deep } },
      { row: { [field]: null } },
    ],
    'row:update': [
      { after: { [field]: guess } },
      { after: { [field]: deep } },
      { after: payload.after },
      { after: {} },
    ],
    'row:delete': [{}],
    'filter:apply': [
      { after: { filters: [{ id, value: guess }] } },
      { after: { filters: [], globalFilter: undefined } },
      { after: { globalFilter: guess } },
    ],
    'sort:change': [{ after: [{ id, desc: at % 2 === 0 }] }, { after: [] }, { after: payload.after }],
    'group:change': [{ after: [id] }, { after: [] }],
    'row:select': [{ after: { one: true, [`${id}:${guess}`]: true } }, { after: {} }],
    'column:visibility': [{ after: { [id]: at % 2 === 0 } }],
  }
  if (what % 7 === 0) return cancel('not this one')
  const known = patches[type] ?? [{ after: payload.after }]
  return amend(known[what % known.length])
}
const meta = (sensitivity: string | undefined) => ({
  gridkit: sensitivity === undefined ? {} : { sensitivity },
})

const byApplication = ({ table, canaries }: Hospital, { what, at, field }: Step): void => {
  const rowId = table.options.data[at % table.options.data.length]?.id ?? ''
  const acts: (() => unknown)[] = [
    () => table.updateRow(rowId, { [field]: canaries.field(field) }),
    () =>
      table.updateRow(rowId, (draft) => {
        draft['a'] = canaries.text('a')
        ;(draft['c'] as { y: { z: string } }).y.z = canaries.text('c.y.z')
        const [sub] = draft['subs'] ?? []
        if (sub) sub['b'] = canaries.text('b')
      }),
    () => table.updateRow(rowId, () => canaries.row(rowId)),
    () => table.createRow(canaries.row(`new-${at}-${what}`)),
    () => table.deleteRow(rowId),
    () => table.setRowSelection({ [rowId]: true }),
    () => table.setColumnVisibility({ [table.getAllLeafColumns()[0]?.id ?? '']: false }),
    ...(['plugin:alert', 'plugin:suspended', 'plugin:rolled-back'] as const).map((type) => () => {
      const [reason, message] = [canaries.secret(), canaries.secret()]
      table.events.emit<string>({ type, payload: { pluginId: 'clumsy', kind: 'down', reason, message } })
    }),
  ]
  acts[what % acts.length]?.()
}

/** It sorts, filters and groups by columns whose values tell nothing of hidden ones. */
const byDiscreetApplication = (hospital: Hospital, step: Step): void => {
  const { table, canaries } = hospital
  const open = ['a', 'b', 'c.x', 'c.y.z', 'd.x', 'list.0.x', 'free'].filter((path) =>
    canaries.shown.includes(path),
  )
  const id = (open[step.at % open.length] ?? '').replaceAll('.', '_')
  const acts: (() => unknown)[] = [
    () => byApplication(hospital, { ...step, what: step.at }),
    () => byApplication(hospital, { ...step, what: step.at }),
    () => table.setSorting(id === '' ? [] : [{ id, desc: step.what % 2 === 0 }]),
    () => table.setColumnFilters(id === '' ? [] : [{ id, value: '1' }]),
    () => table.setGrouping(id === '' ? [] : [id]),
  ]
  acts[step.what % acts.length]?.()
}

/** Whatever it sorts, filters and groups by, it names no more by it than TanStack does. */
const byCarelessApplication = (hospital: Hospital, step: Step): void => {
  const { table, canaries } = hospital
  const { what, at } = step
  const ids = table.getAllLeafColumns().map(({ id }) => id)
  const id = ids[at % ids.length] ?? ''
  const rowId = table.options.data[at % table.options.data.length]?.id ?? ''
  const text = canaries.text(id.replaceAll('_', '.'))
  const value = table.getRow(rowId).getValue(id)
  const typed = typeof value === 'string' && !canaries.hidden.includes(id) ? text : String(value)
  const groups = (): Record<string, true> =>
    Object.fromEntries(table.getGroupedRowModel().flatRows.map((row) => [row.id, true]))
  const acts: (() => unknown)[] = [
    () => byApplication(hospital, { ...step, what: at }),
    () => byApplication(hospital, { ...step, what: at }),
    () => table.setSorting([{ id, desc: true }]),
    () => table.setColumnFilters([{ id, value: typed }]),
    () => table.setGlobalFilter(typed),
    () => table.setGrouping([id, ids[what % ids.length] ?? id]),
    () => table.setExpanded(groups()),
    () => table.setRowSelection(groups()),
    () => table.setRowPinning({ top: Object.keys(groups()), bottom: [] }),
  ]
  acts[what % acts.length]?.()
}

async function byPlugin(
  { context, seen, table, guess: makeGuess, armed }: Hospital,
  step: Step,
): Promise<void> {
  const { what, at, field } = step
  const rowId = table.options.data[at % table.options.data.length]?.id ?? ''
  const ids = [...table.getAllFlatColumns().map(({ id }) => id), 'no such']
  const id = ids[(at + what) % ids.length] ?? ''
  const guess = makeGuess(at, field)
  const drafted = (draft: object): void => {
    seen.push(everythingIn(draft), Reflect.get(draft, Symbol.for('immer-state')))
  }
  const acts: (() => unknown)[] = [
    () => ({ ...context.getTableState() }),
    () => context.rows.get(rowId),
    async () => {
      for await (const page of context.rows.query()) seen.push(page)
    },
    () =>
      context.rows.update(rowId, (draft) => {
        drafted(draft)
        draft[field] = `mine ${what}`
      }),
    () =>
      context.rows.update(rowId, (draft) => {
        drafted(draft)
        return { ...draft, [field]: { x: guess } }
      }),
    () => context.rows.update(rowId, { [field]: guess }),
    () => context.rows.update(rowId, { [field]: { x: guess, y: { z: guess }, a: guess } }),
    () =>
      context.rows.update(rowId, (draft) => {
        for (const key of ['subs', 'list']) {
          const list = draft[key] as Row[] | undefined
          if (list?.[0]) Object.assign(list[0], { [field]: guess, x: guess })
        }
      }),
    () => context.rows.update(rowId, (draft) => void (draft['list'] as unknown[]).reverse()),
    () => context.rows.update(rowId, (draft) => void Reflect.deleteProperty(draft, field)),
    () =>
      context.rows.create({ id: `its-${at}-${what}`, c: { y: {} }, [field]: at % 2 ? guess : null }, at / 2),
    () => context.rows.delete(rowId),
    () =>
      context.updateTableState((draft) => {
        drafted(draft)
        draft.sorting = [{ id, desc: at % 2 === 0 }]
        draft.columnVisibility = {}
      }),
    () => context.updateTableState((draft) => void (draft.columnFilters = [{ id, value: guess }])),
    () => context.updateTableState((draft) => void (draft.columnFilters = [{ id, value: '1' }])),
    () => context.updateTableState((draft) => void (draft.grouping = [id])),
    () =>
      context.updateTableState(
        (draft) => void (draft.expanded = { [`${id}:${guess}`]: true, [rowId]: true }),
      ),
    () => context.updateTableState((draft) => ({ ...draft, globalFilter: guess })),
    () => context.updateTableState((draft) => ({ ...draft, rowSelection: { [rowId]: true } })),
    () => {
      const { total, columns } = context.rows.query({ columns: [id] })
      return { total, columns }
    },
    async () => {
      for await (const page of context.rows.query({ scope: 'page', pageSize: 2 })) seen.push(page)
    },
    ...Array.from({ length: 8 }, () => () => armed.push(step)),
  ]
  const before = [context.getTableState().data, context.rows.get(rowId)]
  try {
    seen.push(await acts[what % acts.length]?.())
  } finally {
    // Which objects are new is something one can see, too.
    const after = [context.getTableState().data, context.rows.get(rowId)]
    seen.push(after.map((each, index) => each === before[index]))
  }
}

/** Which of its acts these are. */
const [reads, sorts, filters] = [2, 12, 14]

async function play(
  hospital: Hospital,
  steps: readonly Step[],
  application: (hospital: Hospital, step: Step) => void,
): Promise<void> {
  const { seen } = hospital
  const acts = [0, 1, 10, ...[0, 1, 2, 3, 4, 5].flatMap(() => [sorts, reads, filters, reads])]
  const last = acts.map((what, at) => ({ by: 'plugin', what, at, field: 'a' }) as const)
  for (const each of [...steps, ...last]) {
    try {
      if (each.by === 'app') application(hospital, each)
      else await byPlugin(hospital, each)
    } catch (error) {
      if (each.by === 'plugin') seen.push(error)
    }
    await settle()
  }
}

afterEach(() => void vi.restoreAllMocks())

test('whatever the application and the plugin do, nothing of a hidden column gets to the plugin', async () => {
  let planted = 0
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const hospital = await setUp(given)
      // Else nothing is hidden.
      fc.pre(hospital.canaries.hidden.length > 0)
      const { context, seen, canaries, table } = hospital
      await play(hospital, given.steps, byCarelessApplication)
      const texts = everythingIn([context, seen])
      planted += canaries.planted.size
      expect(
        [...texts.matchAll(/«A-\d+»/g)].map(([each]) => each).filter((each) => canaries.planted.has(each)),
      ).toEqual([])
      await table.destroy()
    }),
    { numRuns: 100 },
  )
  expect(planted).toBeGreaterThan(100)
}, 60_000)

test('what the plugin observes is the same whatever is hidden', async () => {
  let observed = 0
  // When a plugin that is suspended runs again is up to chance.
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const observe = async (world: World): Promise<unknown> => {
        const hospital = await setUp(given, world, 'A')
        const { seen, table } = hospital
        await play(hospital, given.steps, byDiscreetApplication)
        observed += seen.length
        const told = seen.map((each) =>
          each instanceof Error ? [Reflect.get(each, 'code'), each.message, Reflect.get(each, 'hint')] : each,
        )
        const observations = [told, everythingIn(told)]
        await table.destroy()
        return observations
      }
      fc.pre(createCanaries(given, 'A').hidden.length > 0)
      expect(await observe('A')).toEqual(await observe('B'))
    }),
    { numRuns: 150 },
  )
  expect(observed).toBeGreaterThan(1000)
}, 60_000)
