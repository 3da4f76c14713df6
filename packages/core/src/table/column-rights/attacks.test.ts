import { describe, expect, test } from 'vitest'
import { everythingIn } from '../../../test/everything-in.ts'
import { errorOf, holder, quietHost } from '../../../test/plugins.ts'
import {
  createTable,
  type AnyPlugin,
  type BeforeHookInput,
  type GridColumnDef,
  type GridKitEvent,
  type Permission,
} from '../../index.ts'

type Row = Record<string, unknown>
type Columns = GridColumnDef<Row>[]

const personal = { gridkit: { sensitivity: 'personal' } }
const ssn = { accessorKey: 'ssn', meta: personal }
const may: readonly Permission[] = [
  'hooks:register',
  'middleware:register',
  'state:read',
  'state:write',
  'rows:create',
  'rows:update',
  'rows:delete',
  'events:subscribe',
  'events:emit',
]
const canary = 'canary'

/** A table, and a plugin on it that may do everything but read or write sensitive columns. */
async function attacked(
  columns: Columns,
  data: Row[],
  {
    rights = [],
    ...options
  }: { rights?: readonly Permission[]; getSubRows?: (row: Row) => Row[] | undefined } = {},
) {
  const seen: GridKitEvent[] = []
  const held = holder('spy', {
    requiredPermissions: [...may, ...rights],
    initialize: (context) => void context.on('*', (event) => seen.push(event as GridKitEvent)),
  })
  const { lines, ...host } = quietHost()
  const table = createTable<{ plugins: readonly AnyPlugin[] }, Row>({
    ...host,
    data,
    columns,
    getRowId: ({ id }) => String(id),
    features: { plugins: [held.plugin] },
    ...options,
  })
  await table.plugins.ready
  seen.length = 0
  const context = held.context()
  const values = async (): Promise<unknown[]> => {
    const all: unknown[] = []
    for await (const page of context.rows.query()) all.push(...page.values)
    return all
  }
  const original = (id: string): Row => table.getRow(id).original
  return { table, context, seen, lines, values, original }
}

const denied = { code: 'GK_PERMISSION_DENIED' }

describe('what a computed column shows', () => {
  test('is computed from the row that is seen', async () => {
    const calls: unknown[] = []
    const { context, values } = await attacked(
      [
        { accessorKey: 'name' },
        ssn,
        { id: 'said', accessorFn: ({ name, ssn: number }) => `${String(name)} ${String(number)}` },
        { id: 'row', accessorFn: (row) => void calls.push(row) },
        { id: 'deep', accessorFn: (row) => (row['ssn'] as string).trim() },
        { id: 'object', accessorFn: (row) => ({ own: row, ssn: canary, bad: new Map([['ssn', canary]]) }) },
        { id: 'act', accessorFn: () => () => canary },
      ],
      [{ id: 'a', name: 'Ada', ssn: canary }],
    )
    expect(await values()).toEqual([
      ['Ada', 'Ada undefined', undefined, undefined, { own: { name: 'Ada' }, bad: new Map() }, undefined],
    ])
    expect(calls.at(-1)).toBe(context.rows.get('a'))
  })

  test('gives nothing away when the rows that come first are chosen well', async () => {
    const { context, values } = await attacked(
      [{ accessorKey: 'name' }, ssn, { id: 'maybe', accessorFn: (r) => r['name'] === 'x' && r['ssn'] }],
      [],
    )
    context.getTableState().columns.forEach(() => undefined)
    context.rows.create({ id: 'a', name: 'y' })
    await values()
    const { table } = await attacked([], [])
    await table.destroy()
    context.rows.create({ id: 'b', name: 'x' })
    expect((await values())[1]).toEqual(['x', undefined])
  })

  test('takes a new function of an old id at once, in a query under way too', async () => {
    const { context, table } = await attacked(
      [{ accessorKey: 'name' }, ssn, { id: 'c', accessorFn: ({ name }) => name }],
      [
        { id: 'a', name: 'Ada', ssn: canary },
        { id: 'b', name: 'Bob', ssn: canary },
      ],
    )
    const pages = context.rows.query({ pageSize: 1 })[Symbol.asyncIterator]()
    expect((await pages.next()).value).toMatchObject({ values: [['Ada', 'Ada']] })
    table.setOptions((options) => ({
      ...options,
      columns: [{ accessorKey: 'name' }, ssn, { id: 'c', accessorFn: (row) => row['ssn'] }],
    }))
    expect((await pages.next()).value).toMatchObject({ values: [['Bob', undefined]] })
    expect(everythingIn(context.getTableState())).not.toContain(canary)
  })

  test('a query under way stops at a column that becomes hidden, and forgets one that goes', async () => {
    const { context, table } = await attacked(
      [{ accessorKey: 'name' }, { accessorKey: 'note' }, ssn],
      ['a', 'b', 'c'].map((id) => ({ id, name: id, note: canary })),
    )
    const pages = context.rows.query({ pageSize: 1 })[Symbol.asyncIterator]()
    await pages.next()
    table.setOptions((options) => ({ ...options, columns: [{ accessorKey: 'name' }, ssn] }))
    expect((await pages.next()).value).toMatchObject({ values: [['b', undefined]] })
    table.setOptions((options) => ({
      ...options,
      columns: [{ accessorKey: 'name' }, { accessorKey: 'note', meta: personal }],
    }))
    expect(await errorOf(() => pages.next())).toMatchObject(denied)
  })
})

describe('what a plugin gets is a copy of plain data', () => {
  class Person {
    readonly #ssn = canary
    name = 'Ada'
    get secret() {
      return this.#ssn
    }
    toString() {
      return this.#ssn
    }
  }

  test('without classes, functions, symbols, accessors, and what is not enumerable', async () => {
    const value = {
      kept: 1,
      person: new Person(),
      list: [new Person(), 2],
      call: () => canary,
      later: Promise.resolve(canary),
      weak: new WeakRef({ canary }),
      error: new Error('x', { cause: canary }),
      iterator: [canary].values(),
      symbol: Symbol(canary),
      [Symbol(canary)]: canary,
      get got() {
        return canary
      },
      date: new Date(0),
      bytes: new Uint8Array([1, 2, 3, 4]).subarray(1, 3),
      map: new Map<unknown, unknown>([
        ['ssn', canary],
        ['kept', { ssn: canary, deep: 1 }],
      ]),
      set: new Set([{ ssn: canary }]),
    }
    Object.defineProperty(value, 'parent', { value: { ssn: canary } })
    Object.defineProperty(value, '__proto__', { value: { canary }, enumerable: true })
    const { context, values } = await attacked([{ accessorKey: 'value' }, ssn], [{ id: 'a', value }])
    const row = context.rows.get('a')
    const shown = row?.['value'] as typeof value
    const list: unknown[] = []
    list[1] = 2
    expect(shown).toEqual({
      kept: 1,
      list,
      date: new Date(0),
      bytes: new Uint8Array([2, 3]),
      map: new Map([['kept', { deep: 1 }]]),
      set: new Set([{}]),
    })
    expect(0 in shown.list).toBe(false)
    expect([shown.bytes.buffer.byteLength, shown.date === value.date, shown.map === value.map]).toEqual([
      2,
      false,
      false,
    ])
    expect(Object.getPrototypeOf(row)).toBe(Object.prototype)
    expect([Object.isFrozen(shown), Object.isFrozen(shown.list)]).toEqual([true, true])
    expect(everythingIn([row, await values(), context.getTableState().data])).not.toContain(canary)
  })

  test('never the live object, and nothing half-made after a getter of the application threw', async () => {
    let broken = true
    const row = {
      id: 'a',
      first: { x: 1 },
      get name() {
        if (broken) throw new Error(canary)
        return 'Ada'
      },
    }
    const { context, lines } = await attacked([{ accessorKey: 'first' }, { accessorKey: 'name' }, ssn], [row])
    for (const call of [
      () => context.rows.get('a'),
      () => context.getTableState().data,
      () => context.rows.update('a', { first: 1 }),
      () => context.rows.query()[Symbol.asyncIterator]().next(),
    ]) {
      const error = await errorOf(call)
      expect([error.code, everythingIn(error).includes(canary)]).toEqual(['GK_ERROR_WITHHELD', false])
    }
    expect(lines.filter(({ message }) => message.includes(canary))).toHaveLength(4)
    broken = false
    expect(context.rows.get('a')).toEqual({ first: { x: 1 }, name: 'Ada' })
    expect(context.rows.get('a')?.['first']).not.toBe(row.first)
  })

  test('hidden at any depth, but where a readable column has just that place', async () => {
    const kid = { ssn: canary, name: 'kid', kids: [{ ssn: canary, name: 'grandchild' }] }
    const { context, table, seen } = await attacked(
      [{ accessorKey: 'kids' }, { accessorKey: 'firm' }, { accessorKey: 'firm.ssn', id: 'number' }, ssn],
      [{ id: 'a', ssn: canary, kids: [kid], firm: { ssn: 'public' }, more: { x: 1 } }],
      { getSubRows: ({ kids }) => kids as Row[] | undefined },
    )
    expect(context.rows.get('a')).toEqual({
      kids: [{ name: 'kid', kids: [{ name: 'grandchild' }] }],
      firm: { ssn: 'public' },
    })
    table.updateRow('a', (draft) => {
      draft['more'] = { ssn: canary }
      draft['kids'] = [{ ssn: canary }]
    })
    expect(seen.at(-1)?.payload).toMatchObject({ after: { kids: [{}] }, before: { kids: [{ name: 'kid' }] } })
    expect(everythingIn(seen)).not.toContain(canary)
  })

  test('no patch leads into what is withheld', async () => {
    const { immerable } = await import('immer')
    class Drafted {
      static [immerable] = true
      secret = 'old'
    }
    const { table, seen } = await attacked(
      [{ accessorKey: 'owner' }, ssn],
      [{ id: 'a', owner: new Drafted() }],
    )
    table.updateRow('a', (draft) => {
      ;(draft['owner'] as Drafted).secret = canary
    })
    expect(seen).toHaveLength(1)
    expect(everythingIn(seen)).not.toContain(canary)
  })
})

describe('what tells by order or number is refused', () => {
  class Loud {
    ssn = canary
    toString() {
      return this.ssn
    }
  }
  const columns: Columns = [
    { accessorKey: 'name' },
    { accessorKey: 'age' },
    { accessorKey: 'born' },
    ssn,
    { accessorKey: 'list' },
    { accessorKey: 'list.0', id: 'first', meta: personal },
    { accessorKey: 'owner' },
    { accessorKey: 'tags' },
    { accessorKey: 'named', getGroupingValue: ({ ssn: number }) => number },
    { accessorKey: 'sorted', sortFn: () => 0 },
    { accessorKey: 'filtered', filterFn: () => true },
    { id: 'computed', accessorFn: ({ ssn: number }) => new Date(String(number)) },
  ]
  const row = {
    id: 'a',
    name: 'Ada',
    age: 1,
    born: new Date(0),
    ssn: canary,
    list: [canary],
    owner: new Loud(),
    tags: ['x'],
    named: 1,
    sorted: 1,
    filtered: 1,
  }
  const setUp = () => attacked(columns, [row])

  test.each(['ssn', 'first', 'list', 'owner', 'named', 'sorted', 'filtered', 'computed'])(
    'by %s',
    async (id) => {
      const { context, table } = await setUp()
      const before = table.store.state
      const slices = [
        ['sorting', [{ id, desc: true }]],
        ['columnFilters', [{ id, value: 'a' }]],
        ['grouping', [id]],
        ['expanded', { [`${id}:a`]: true }],
      ] as const
      for (const [slice, value] of slices)
        expect(
          await errorOf(() =>
            context.updateTableState((draft) => void Object.assign(draft, { [slice]: value })),
          ),
        ).toMatchObject({ ...denied, message: expect.stringContaining('columns:read:personal') })
      expect(table.store.state).toEqual(before)
    },
  )

  test('by all columns at once, also to clear what was searched for', async () => {
    const { context } = await setUp()
    for (const value of ['a', '', null])
      expect(
        await errorOf(() => context.updateTableState((draft) => void (draft.globalFilter = value))),
      ).toMatchObject(denied)
  })

  test('but not by what is seen; and ids that are none yet are left out', async () => {
    const { context, table } = await setUp()
    context.updateTableState((draft) => {
      draft.sorting = ['name', 'age', 'born', 'tags', 'later'].map((id) => ({ id, desc: false }))
      draft.columnFilters = [
        { id: 'name', value: 'A' },
        { id: 'later', value: 1 },
      ]
      draft.grouping = ['name', 'later']
      draft.expanded = { 'name:Ada': true, a: true }
      draft.columnVisibility = { name: false, later: false }
    })
    expect(table.store.state).toMatchObject({
      sorting: ['name', 'age', 'born', 'tags'].map((id) => ({ id, desc: false })),
      columnFilters: [{ id: 'name', value: 'A' }],
      grouping: ['name'],
      expanded: { 'name:Ada': true, a: true },
      columnVisibility: { name: false },
    })
  })

  test('while what the application sorts by may stay', async () => {
    const { context, table } = await setUp()
    table.setSorting([
      { id: 'computed', desc: true },
      { id: 'ssn', desc: true },
    ])
    context.updateTableState((draft) => void draft.sorting?.push({ id: 'name', desc: true }))
    expect(table.store.state.sorting.map(({ id }) => id)).toEqual(['computed', 'ssn', 'name'])
  })

  test('and groups whose names were made of what is not seen are not named', async () => {
    const { context, table } = await setUp()
    table.setGrouping(['owner'])
    table.setExpanded({ [`owner:${canary}`]: true, 'name:Ada': true, [`gone:${canary}`]: true, a: true })
    expect(context.getTableState().expanded).toEqual({ 'name:Ada': true, a: true })
  })

  test('the state of resizing is not shown', async () => {
    const { context } = await setUp()
    expect('columnResizing' in context.getTableState()).toBe(false)
  })
})

describe('what a plugin gives is plain data', () => {
  const leak = (): never => {
    throw new Error('called')
  }
  const values: readonly (readonly [string, unknown])[] = [
    ['a function', leak],
    ['a method', { concat: leak }],
    ['a trap', new Proxy(() => undefined, { get: leak })],
    ['an accessor', Object.defineProperty({}, 'x', { get: leak, enumerable: true })],
    ['an instance', new URL('https://example.com')],
    ['a symbol', Symbol('x')],
    ['a promise', Promise.resolve()],
  ]

  test.each(values)('so that %s is refused', async (_, value) => {
    const heard: unknown[] = []
    const { context, table } = await attacked(
      [{ accessorKey: 'name' }, ssn, { id: 'x', accessorFn: ({ name, ssn: s }) => String([name, s]) }],
      [{ id: 'a', name: 'Ada', ssn: canary }],
    )
    const calls = [
      () => context.rows.update('a', { name: value }),
      () => context.rows.update('a', { name: [{ deep: value }] }),
      () => context.rows.update('a', (draft) => void (draft['name'] = value)),
      () => context.rows.create({ id: 'b', name: value }),
      () => context.updateTableState((draft) => void (draft.columnFilters = [{ id: 'name', value }])),
    ]
    for (const call of calls) heard.push((await errorOf(call)).code)
    expect(heard).toEqual(calls.map(() => 'GK_NOT_PLAIN_DATA'))
    expect([table.options.data, table.store.state.columnFilters]).toEqual([
      [{ id: 'a', name: 'Ada', ssn: canary }],
      [],
    ])
  })

  test('copied when it is given', async () => {
    const { context, original } = await attacked([{ accessorKey: 'name' }, ssn], [{ id: 'a', name: 'x' }])
    const mine = { list: [1], date: new Date(0), map: new Map([[1, { x: 1 }]]), bytes: new Uint8Array([1]) }
    context.rows.update('a', { name: mine })
    expect(original('a')['name']).toEqual(mine)
    expect(original('a')['name']).not.toBe(mine)
    mine.list.push(2)
    expect(original('a')['name']).toMatchObject({ list: [1] })
  })

  test('and ids are texts', async () => {
    const { context } = await attacked([{ accessorKey: 'name' }, ssn], [{ id: 'a', name: 'x' }])
    let reads = 0
    const sly = { toString: () => ((reads += 1) === 1 ? 'a' : 'b') } as unknown as string
    context.rows.update(sly, { name: 'y' })
    expect([reads, context.rows.get('a')]).toEqual([1, { name: 'y' }])
  })
})

describe('an update', () => {
  class Person {
    ssn = canary
    name = 'Ada'
  }
  const columns: Columns = [
    { accessorKey: 'name' },
    ssn,
    { accessorKey: 'visits' },
    { accessorKey: 'contacts' },
    { accessorKey: 'address' },
    { accessorKey: 'address.street', id: 'street', meta: personal },
    { accessorKey: 'owner' },
    { accessorKey: 'list' },
    { accessorKey: 'list.2', id: 'last', meta: personal },
    { id: 'over', accessorFn: ({ amount }) => Number(amount) > 5, meta: personal },
  ]
  const row = () => ({
    id: 'a',
    name: 'Ada',
    ssn: canary,
    amount: 3,
    visits: [{ at: 1 }],
    contacts: [
      { to: 'x', ssn: `${canary}-0` },
      { to: 'y', ssn: `${canary}-1` },
    ],
    address: { city: 'Rome', street: canary } as unknown,
    owner: new Person(),
    list: [1, 2, canary],
    date: new Date(0),
  })
  const setUp = (rights: readonly Permission[] = [], change: object = {}) =>
    attacked(columns, [{ ...row(), ...change }], { rights })

  test('keeps class values as they are, whatever they hide', async () => {
    const given = { owner: new Person(), date: new Date(0) }
    const { context, original } = await setUp([], given)
    context.rows.update('a', { name: 'Eve' })
    context.rows.update('a', (draft) => ({ ...draft, address: { city: 'Oslo' } }))
    expect(original('a')).toMatchObject({
      name: 'Eve',
      ssn: canary,
      address: { city: 'Oslo', street: canary },
    })
    expect([original('a')['owner'] === given.owner, original('a')['date'] === given.date]).toEqual([
      true,
      true,
    ])
    expect(original('a')['contacts']).toEqual(row().contacts)
  })

  test.each([
    ['a hidden name in a list', (d: Row) => void ((d['visits'] as Row[])[0] = { ssn: 'evil' })],
    ['one deep in', (d: Row) => void (d['name'] = { a: [{ ssn: 'evil' }] })],
    ['one in a map', (d: Row) => void (d['name'] = new Map([['ssn', 1]]))],
    ['nothing for what holds it', (d: Row) => void (d['address'] = null)],
    ['a text for what holds it', (d: Row) => void (d['address'] = 'x')],
    ['undefined', (d: Row) => void (d['ssn'] = undefined)],
  ])('refuses %s, whether there is anything or not', async (_, change) => {
    for (const address of [{ city: 'Rome', street: canary }, { city: 'Rome' }]) {
      const { context, table } = await setUp([], { address })
      const before = table.options.data[0]
      expect(await errorOf(() => context.rows.update('a', change))).toMatchObject({
        ...denied,
        message: expect.stringContaining('columns:write:personal'),
      })
      expect(table.options.data[0]).toBe(before)
    }
  })

  test.each([
    ['a guess', 'guess'],
    ['the value itself', canary],
  ])('refuses %s in a whole value around it', async (_, street) => {
    const { context } = await setUp()
    expect(
      await errorOf(() => context.rows.update('a', { address: { city: 'Rome', street } })),
    ).toMatchObject(denied)
  })

  test('says nothing of what is computed', async () => {
    const { context, seen } = await setUp()
    context.rows.update('a', { amount: 9 })
    context.rows.update('a', { amount: 9 })
    context.rows.update('a', { amount: 1 })
    expect(seen.map(({ payload }) => payload)).toEqual(
      [0, 1, 2].map(() => ({ rowId: 'a', before: {}, after: {}, patches: [], inversePatches: [] })),
    )
  })

  test('changes entries of which parts are hidden, and not which entries there are', async () => {
    const { context, original } = await setUp()
    const change = (recipe: (contacts: Row[]) => unknown) =>
      errorOf(() => context.rows.update('a', (draft) => void recipe(draft['contacts'] as Row[])))
    for (const recipe of [
      (list: Row[]) => list.splice(0, 1),
      (list: Row[]) => list.push({ to: 'z' }),
      (list: Row[]) => list.reverse(),
    ])
      expect((await change(recipe)).code).toBe('GK_ROW_NOT_EDITABLE')
    expect(
      await errorOf(() => context.rows.update('a', (draft) => void (draft['contacts'] = 'x'))),
    ).toMatchObject({ code: 'GK_ROW_NOT_EDITABLE' })
    context.rows.update('a', (draft) => {
      draft['contacts'] = (draft['contacts'] as Row[]).map((each) => ({
        ...each,
        to: `${String(each['to'])}!`,
      }))
      ;(draft['visits'] as Row[]).push({ at: 2 })
      ;(draft['visits'] as Row[]).reverse()
    })
    expect(original('a')['contacts']).toEqual([
      { to: 'x!', ssn: `${canary}-0` },
      { to: 'y!', ssn: `${canary}-1` },
    ])
    expect(original('a')['visits']).toEqual([{ at: 2 }, { at: 1 }])
  })

  test('is possible where the last entry of a list is hidden', async () => {
    const { context, original } = await setUp()
    context.rows.update('a', (draft) => {
      draft['name'] = 'Eve'
      ;(draft['list'] as number[])[0] = 9
    })
    expect([original('a')['name'], original('a')['list']]).toEqual(['Eve', [9, 2, canary]])
  })

  test('creates no row with a hidden name in it', async () => {
    const { context, table } = await setUp()
    for (const value of [{ visits: [{ ssn: 'x' }] }, { ssn: 'x' }, { address: { street: 'x' } }])
      expect(await errorOf(() => context.rows.create({ id: 'b', ...value }))).toMatchObject(denied)
    expect(context.rows.create({ id: 'c', ssn: null, address: { city: 'x' } })).toBe('c')
    expect(table.options.data).toHaveLength(2)
  })

  test('of one who may write and not read tells not whether it changed anything', async () => {
    const observations = ['a', 'b'].map(async (secret) => {
      const { context, seen } = await setUp(['columns:write'], { ssn: secret })
      const before = context.rows.get('a')
      context.rows.update('a', { ssn: 'a' })
      return [seen.map(({ type, payload }) => [type, payload]), before === context.rows.get('a')]
    })
    const [same, other] = await Promise.all(observations)
    expect(same).toEqual(other)
    expect(same).toEqual([
      [['row:update', { rowId: 'a', before: {}, after: {}, patches: [], inversePatches: [] }]],
      false,
    ])
  })

  test('gives no draft to walk about in', async () => {
    const { context } = await setUp()
    const found: unknown[] = []
    const walk = (draft: object): void =>
      void found.push((draft as Record<symbol, unknown>)[Symbol.for('immer-state')], everythingIn(draft))
    context.rows.update('a', walk)
    context.updateTableState(walk)
    expect([found[0], found[2], everythingIn(found).includes(canary)]).toEqual([undefined, undefined, false])
  })
})

describe('hooks and middleware', () => {
  const columns: Columns = [
    { accessorKey: 'name' },
    { accessorKey: 'address' },
    ssn,
    { accessorKey: 'address.street', meta: personal },
  ]
  const ada = (): Row => ({ id: 'a', name: 'Ada', ssn: canary, address: { street: canary, city: 'Paris' } })
  const hooked = async (rights: readonly Permission[] = []) => {
    const made = await attacked(columns, [ada()], { rights })
    const inputs: unknown[] = []
    const failures: unknown[] = []
    const amends = (point: 'before:*' | 'before:row:*', patch: (payload: Row) => unknown): void =>
      void made.context.registerHook(point, ({ amend, operation }: BeforeHookInput) => {
        try {
          ;(amend as (patch: unknown) => void)(patch(operation.payload as unknown as Row))
        } catch (error) {
          failures.push(error)
        }
      })
    return { ...made, inputs, failures, amends }
  }

  test('are not shown what is hidden', async () => {
    const { table, context, inputs, original, seen } = await hooked()
    context.registerHook('before:*', (input) => void inputs.push(input))
    context.registerHook('after:*', (input) => void inputs.push(input))
    context.registerMiddleware('m', (operation, next) => {
      inputs.push(operation, next())
    })
    table.createRow({ ...ada(), id: 'b' })
    table.updateRow('a', {
      name: 'Countess',
      ssn: `${canary} 2`,
      address: { street: canary, city: 'London' },
    })
    table.setSorting([{ id: 'ssn', desc: true }])
    table.setColumnFilters([{ id: 'ssn', value: canary }])
    table.setGlobalFilter(canary)
    table.setGrouping(['ssn'])
    table.setExpanded({ [`ssn:${canary}`]: true })
    table.deleteRow('b')
    expect(inputs.length).toBeGreaterThanOrEqual(30)
    expect(everythingIn([inputs, seen])).not.toContain(canary)
    expect(everythingIn(inputs)).toContain('Countess')
    expect(everythingIn(inputs)).toContain('London')
    expect(original('a')['ssn']).toBe(`${canary} 2`)
  })

  test('are told of cancelled operations as of others, and not why', async () => {
    const { table, context, seen } = await hooked()
    const guard = holder('guard', { requiredPermissions: ['hooks:register', 'columns:read'] })
    await table.registerPlugin(guard.plugin)
    guard.context().registerHook('before:row:*', ({ operation, cancel }) => cancel(JSON.stringify(operation)))
    seen.length = 0
    await errorOf(() => table.updateRow('a', { name: 'Countess', ssn: `${canary} 2` }))
    expect(seen).toMatchObject([
      {
        type: 'operation:cancelled',
        payload: { by: 'guard', operation: { payload: { after: { name: 'Countess' } } } },
      },
    ])
    const error = await errorOf(() => context.rows.update('a', { name: 'C' }))
    expect(error.message).toBe("plugin 'guard' cancelled 'row:update': its reason is withheld")
    expect(everythingIn([seen, error])).not.toContain(canary)
  })

  test('can not be made to tell what is hidden by an event that somebody makes up', async () => {
    const { table, seen } = await hooked()
    for (const payload of [
      null,
      {},
      { operation: { type: 'row:update', payload: { after: ada() } }, reason: canary },
    ])
      table.events.emit<string>({ type: 'operation:cancelled', payload })
    expect(seen).toHaveLength(3)
    expect(everythingIn(seen)).not.toContain(canary)
  })

  test('keep what they do not see when they amend', async () => {
    const { table, amends, original, failures } = await hooked()
    amends('before:row:*', ({ row }) =>
      row === undefined
        ? { after: { name: 'Amended', address: { city: 'Rome' } } }
        : { row: { ...(row as Row), name: 'Amended' } },
    )
    table.updateRow('a', { name: 'Countess', ssn: 'new' })
    expect(original('a')).toEqual({
      id: 'a',
      name: 'Amended',
      ssn: 'new',
      address: { street: canary, city: 'Rome' },
    })
    table.createRow({ ...ada(), id: 'b' })
    expect(original('b')).toEqual({ ...ada(), id: 'b', name: 'Amended' })
    expect(failures).toEqual([])
  })

  test.each([
    { after: { ssn: 'mine' } },
    { after: { ssn: null } },
    { after: { address: { street: 'mine' } } },
    { after: { address: 'mine' } },
  ])('may not amend what they may not write: %j', async (patch) => {
    const { table, amends, original, failures } = await hooked()
    amends('before:row:*', () => patch)
    table.updateRow('a', { name: 'Countess' })
    expect(failures).toMatchObject([denied])
    expect(original('a')).toEqual({ ...ada(), name: 'Countess' })
  })

  test('may not give a new row what they may not write, or take it away', async () => {
    const { table, amends, original, failures } = await hooked()
    amends('before:row:*', ({ row }) => ({ row: { ...(row as Row), ssn: 'mine' } }))
    amends('before:row:*', () => ({ row: { name: 'only' } }))
    table.createRow({ ...ada(), id: 'b' })
    expect(failures).toMatchObject([denied])
    expect(original('b')).toMatchObject({ id: 'b', name: 'only', ssn: canary })
  })

  test('that may write what they do not see are not told whether it was that before', async () => {
    const { table, amends, seen, failures } = await hooked(['columns:write:personal'])
    let guess = canary
    amends('before:row:*', () => ({ after: { ssn: guess } }))
    seen.length = 0
    table.updateRow('a', { ssn: 'x' })
    guess = 'other'
    table.updateRow('a', { ssn: 'x' })
    const payload = { rowId: 'a', before: {}, after: {}, patches: [], inversePatches: [] }
    expect(seen).toMatchObject([
      { type: 'row:update', payload },
      { type: 'row:update', payload },
    ])
    expect(failures).toEqual([])
  })

  test('may not order or search by what is hidden', async () => {
    const { table, amends, failures, original } = await hooked()
    const patches: Readonly<Record<string, unknown>> = {
      'sort:change': { after: [{ id: 'ssn', desc: true }] },
      'filter:apply': { after: { globalFilter: canary } },
      'group:change': { after: ['ssn'] },
    }
    let type = ''
    amends('before:*', () => patches[type])
    for (const act of [
      ['sort:change', () => table.setSorting([{ id: 'name', desc: true }])],
      ['filter:apply', () => table.setColumnFilters([{ id: 'name', value: 'A' }])],
      ['group:change', () => table.setGrouping(['name'])],
    ] as const) {
      type = act[0]
      act[1]()
    }
    expect(failures).toMatchObject([denied, denied, denied])
    expect(table.store.state).toMatchObject({
      sorting: [{ id: 'name', desc: true }],
      globalFilter: undefined,
      grouping: ['name'],
    })
    expect(original('a')).toEqual(ada())
  })

  test('keep what is sorted, filtered and grouped by what is hidden', async () => {
    const { table, amends, failures } = await hooked()
    table.setGlobalFilter(canary)
    amends('before:*', (payload) =>
      'globalFilter' in payload
        ? { after: { filters: [{ id: 'name', value: 'A' }], globalFilter: undefined } }
        : { after: [...(payload['after'] as unknown[]), { id: 'name', desc: false }] },
    )
    table.setSorting([{ id: 'ssn', desc: true }])
    table.setColumnFilters([{ id: 'ssn', value: canary }])
    expect(failures).toEqual([])
    expect(table.store.state).toMatchObject({
      globalFilter: canary,
      sorting: [
        { id: 'ssn', desc: true },
        { id: 'name', desc: false },
      ],
      columnFilters: [
        { id: 'ssn', value: canary },
        { id: 'name', value: 'A' },
      ],
    })
  })

  test('give plain data, and hear nothing of what the application says of it', async () => {
    const { table, amends, failures } = await hooked()
    amends('before:row:*', () => ({ after: { name: () => canary } }))
    amends('before:row:*', () => 'name')
    amends('before:row:*', () => ({ after: 'name' }))
    const getRowId = (row: Row): never => {
      throw new Error(JSON.stringify(row))
    }
    table.updateRow('a', { name: 'x' })
    expect(failures).toMatchObject([
      { code: 'GK_NOT_PLAIN_DATA' },
      { code: 'GK_AMENDMENT_INVALID' },
      { code: 'GK_AMENDMENT_INVALID' },
    ])
    failures.length = 0
    amends('before:row:*', () => {
      table.setOptions((options) => ({ ...options, getRowId }))
      return { after: { name: 'y' } }
    })
    table.updateRow('a', { name: 'z' })
    expect(failures.at(-1)).toMatchObject({
      code: 'GK_AMENDMENT_INVALID',
      message: "plugin 'spy' can't amend 'row:update' like that: the application refuses the row",
    })
    expect(everythingIn(failures)).not.toContain(canary)
  })

  test('of errors are told of them as events are', async () => {
    const { table, context, inputs } = await hooked()
    const other = holder('other', { requiredPermissions: ['events:subscribe', 'columns:read'] })
    await table.registerPlugin(other.plugin)
    context.registerHook('error', (failure) => void inputs.push(failure))
    other.context().on('sort:change', () => {
      throw new Error(canary)
    })
    table.setSorting([{ id: 'name', desc: true }])
    expect(inputs).toMatchObject([{ pluginId: 'other', code: 'GK_HANDLER_FAILED' }])
    expect(everythingIn(inputs)).not.toContain(canary)
  })
})
