import { constructTable } from '@tanstack/table-core'
import { storeReactivityBindings } from '@tanstack/table-core/store-reactivity-bindings'
import { describe, expect, test } from 'vitest'
import { settle } from '../../../test/fake-clock.ts'
import { columns, people, peopleTable, type Person } from '../../../test/people.ts'
import { deferred, errorOf, holder, never, quietHost } from '../../../test/plugins.ts'
import type { BeforeHookInput, HookOptions } from '../../definition/hooks.ts'
import type { AnyPlugin, GridKitError, Permission } from '../../index.ts'
import { createTableHost, hostOptions, tableOptionsOf } from '../resolve-options.ts'

type Options = NonNullable<Parameters<typeof peopleTable>[1]>
/** Amends whatever comes: what may be amended is not asked of the types here. */
interface LooseInput extends Omit<BeforeHookInput, 'amend' | 'operation'> {
  readonly operation: {
    readonly type: string
    readonly payload: Readonly<Record<string, unknown>>
    readonly source: string
  }
  readonly amend: (patch: unknown) => void
}

const all: readonly Permission[] = [
  'hooks:register',
  'middleware:register',
  'state:read',
  'state:write',
  'rows:create',
  'rows:update',
  'rows:delete',
]
const byAge = [{ id: 'age', desc: false }]
const byName = [{ id: 'name', desc: true }]

async function setUp(options: Options = {}) {
  const { clock, ...host } = quietHost()
  const [first, second] = ['first', 'second'].map((id) => holder(id, { requiredPermissions: all }))
  if (first === undefined || second === undefined) throw new Error('no plugins')
  const made = peopleTable([first.plugin, second.plugin], { ...host, clock, ...options })
  const { table, events } = made
  await table.plugins.ready
  const errors: unknown[] = []
  table.events.on('plugin:error', ({ payload: { pluginId, code } }) => errors.push([pluginId, code]))
  const before = (point: string, act: (input: LooseInput) => unknown, hook?: HookOptions) =>
    first.context().registerHook(`before:${point}` as 'before:*', act as never, hook)
  const names = (): string[] => table.options.data.map(({ name }) => name)
  const types = (): string[] => events.map(({ type }) => type)
  return {
    table,
    events,
    errors,
    clock,
    lines: host.lines,
    before,
    names,
    types,
    first: first.context(),
    second: second.context(),
  }
}

/** A table as adapters of frameworks make it. */
async function adapted() {
  const { clock, ...quiet } = quietHost()
  const held = holder('first', { requiredPermissions: all })
  const options = {
    ...quiet,
    clock,
    columns,
    data: people(),
    getRowId: ({ id }: Person) => id,
    features: { plugins: [held.plugin] },
  }
  const host = createTableHost<{ plugins: readonly AnyPlugin[] }, Person>(options)
  const given = tableOptionsOf(host, options)
  const features = { coreReactivityFeature: storeReactivityBindings(), ...given.features }
  const made: unknown = constructTable({ ...given, features } as never)
  const disconnect = host.connect()
  await host.manager.ready
  return { host, table: made as ReturnType<typeof peopleTable>['table'], held, options, clock, disconnect }
}

const newcomer = (id: string): Person => ({ id, name: id.toUpperCase(), age: 1, tags: [] })

describe('a hook that amends', () => {
  test('rows that come, and where', async () => {
    const { table, events, before, names } = await setUp()
    const seen: unknown[] = []
    before('row:create', ({ amend, operation }) => {
      amend({ index: 0 })
      amend({ row: { ...(operation.payload['row'] as Person), id: 'x', name: 'Xi' } })
    })
    before('row:create', ({ operation }) => void seen.push(operation.payload), { priority: 1 })
    expect(table.createRow(newcomer('new'))).toBe('x')
    expect(names()).toEqual(['Xi', 'Ada', 'Bob', 'Cy', 'Dee'])
    expect(events).toMatchObject([
      { type: 'row:create', payload: { rowId: 'x', index: 0, row: { name: 'Xi' } } },
    ])
    expect(seen).toEqual([events[0]?.payload])
  })

  test('rows that change, with patches that fit', async () => {
    const changes: unknown[] = []
    const { table, events, before } = await setUp({ onDataChange: (_, change) => void changes.push(change) })
    before('row:update', ({ amend }) => amend({ after: { age: 41, name: 'Ada' } }))
    before('row:update', ({ amend }) => amend({ after: { tags: ['seen'] } }))
    table.updateRow('ada', { name: 'Lovelace', age: 99 })
    expect(table.getRow('ada').original).toEqual({ id: 'ada', name: 'Ada', age: 41, tags: ['seen'] })
    const payload = {
      rowId: 'ada',
      before: { age: 40, tags: [] },
      after: { age: 41, tags: ['seen'] },
      patches: [
        { op: 'replace', path: ['age'], value: 41 },
        { op: 'replace', path: ['tags'], value: ['seen'] },
      ],
      inversePatches: [
        { op: 'replace', path: ['age'], value: 40 },
        { op: 'replace', path: ['tags'], value: [] },
      ],
    }
    expect(events).toEqual([{ type: 'row:update', source: 'api', payload }])
    expect(changes).toEqual([{ type: 'row:update', change: payload }])
  })

  test('a row that a recipe replaced, and one that it changed deep inside', async () => {
    const { table, before } = await setUp()
    const undo = before('row:update', ({ amend }) => amend({ after: { age: 1 } }))
    table.updateRow('ada', (draft) => void draft.tags.push('deep'))
    expect(table.getRow('ada').original).toEqual({ id: 'ada', name: 'Ada', age: 1, tags: ['deep'] })
    table.updateRow('bob', () => ({ id: 'bob', name: 'Rob', age: 2, tags: [] }))
    expect(table.getRow('bob').original).toEqual({ id: 'bob', name: 'Rob', age: 1, tags: [] })
    undo()
  })

  test('with what it may still change itself, changes nothing more by that', async () => {
    const { table, before } = await setUp()
    const kept = new URL('https://example.com')
    const [sorting, value, tags] = [[{ id: 'age', desc: true }], { from: [1] }, ['a']]
    const after = { filters: [{ id: 'name', value }], globalFilter: value }
    const row = { ...newcomer('x'), tags, kept }
    const patches: Readonly<Record<string, unknown>> = {
      'sort:change': { after: sorting },
      'filter:apply': { after },
      'row:create': { row },
      'row:update': { after: { tags, kept } },
    }
    before('*', ({ operation, amend }) => amend(patches[operation.type]))
    table.setSorting(byName)
    table.setGlobalFilter('b')
    table.createRow(newcomer('new'))
    table.updateRow('ada', { age: 1 })
    sorting.push({ id: 'name', desc: true })
    value.from.push(2)
    after.filters.pop()
    tags.push('b')
    expect(table.store.state).toMatchObject({
      sorting: [{ id: 'age', desc: true }],
      columnFilters: [{ id: 'name', value: { from: [1] } }],
      globalFilter: { from: [1] },
    })
    const rows = ['x', 'ada'].map((id) => table.getRow(id).original as Person & { kept: unknown })
    expect(rows.map((each) => each.tags)).toEqual([['a'], ['a']])
    expect(rows.every((each) => each.kept === kept)).toBe(true)
  })

  test('leaves the parts of a row that it does not change as they are', async () => {
    const { table, before } = await setUp()
    before('row:*', ({ operation: { type, payload }, amend }) => {
      if (type === 'row:create') amend({ row: { ...(payload['row'] as Person), age: 2 } })
      else amend({ after: { ...(payload['after'] as Person), age: 3 } })
    })
    const tags = ['own']
    table.createRow({ ...newcomer('new'), tags })
    expect(table.getRow('new').original.tags).toBe(tags)
    const others = ['other']
    table.updateRow('new', { tags: others })
    expect(table.getRow('new').original).toMatchObject({ age: 3 })
    expect(table.getRow('new').original.tags).toBe(others)
  })

  test('back to what was there, so that there is no change, whatever that is made of', async () => {
    const { table, types, before } = await setUp()
    table.setColumnFilters([{ id: 'name', value: new Date(7) }])
    before('filter:apply', ({ operation, amend }) => amend({ after: operation.payload['before'] }))
    table.setColumnFilters([])
    expect(types()).toEqual(['filter:apply'])
  })

  test('all of a change away, so that there is none', async () => {
    const { table, events, before } = await setUp()
    before('row:update', ({ amend }) => amend({ after: { age: 40 } }))
    before('sort:change', ({ amend }) => amend({ after: [] }))
    const row = table.getRow('ada').original
    table.updateRow('ada', { age: 99 })
    table.setSorting(byAge)
    expect([events, table.getRow('ada').original === row, table.store.state.sorting]).toEqual([[], true, []])
  })

  test('and again what another amended away', async () => {
    const { table, before } = await setUp()
    before('row:update', ({ amend }) => amend({ after: { age: 40 } }))
    before('row:update', ({ amend }) => amend({ after: { name: 'A.' } }))
    table.updateRow('ada', { age: 99 })
    expect(table.getRow('ada').original).toMatchObject({ age: 40, name: 'A.' })
  })

  test('state', async () => {
    const { table, events, before } = await setUp()
    before('sort:change', ({ amend, operation }) => {
      expect(operation.payload).toEqual({ before: [], after: byAge })
      amend({ after: byName })
    })
    table.setSorting(byAge)
    expect(table.store.state.sorting).toEqual(byName)
    expect(events).toEqual([{ type: 'sort:change', source: 'api', payload: { before: [], after: byName } }])
  })

  test('filters, each part by itself', async () => {
    const { table, events, before } = await setUp()
    const filters = [{ id: 'age', value: 30 }]
    const undo = before('filter:apply', ({ amend }) => amend({ after: { globalFilter: 'a' } }))
    table.setColumnFilters(filters)
    const none = { filters: [], globalFilter: undefined }
    const both = { filters, globalFilter: 'a' }
    expect(events).toEqual([
      { type: 'filter:apply', source: 'api', payload: { ...both, before: none, after: both } },
    ])
    expect([table.store.state.columnFilters, table.store.state.globalFilter]).toEqual([filters, 'a'])
    undo()
    before('filter:apply', ({ amend }) => amend({ after: { filters: [] } }))
    table.setGlobalFilter('b')
    expect([table.store.state.columnFilters, table.store.state.globalFilter]).toEqual([[], 'b'])
    expect(events[1]?.payload).toMatchObject({ filters: [], globalFilter: 'b', before: both })
  })

  test('state that the application keeps', async () => {
    let sorting = [...byName]
    let sets = 0
    const { table, events, before } = await setUp({
      state: {
        get sorting() {
          return sorting
        },
      },
      onSortingChange: (updater) => {
        sets += 1
        sorting = typeof updater === 'function' ? updater(sorting) : updater
      },
    })
    before('sort:change', ({ amend }) => amend({ after: [...byName, ...byAge] }))
    table.setSorting(byAge)
    expect([sorting, sets]).toEqual([[...byName, ...byAge], 1])
    expect(events).toMatchObject([{ payload: { before: byName, after: [...byName, ...byAge] } }])
  })

  const wrong: readonly (readonly [string, string, unknown, string])[] = [
    ['sort:change', 'setSorting', undefined, 'it is no object'],
    ['sort:change', 'setSorting', {}, 'after is no list'],
    ['sort:change', 'setSorting', { after: byAge, rows: 1 }, "'rows' is not among 'after'"],
    ['sort:change', 'setSorting', { after: [{ id: 'age' }] }, 'after[0].desc is no boolean'],
    ['sort:change', 'setSorting', { after: [null] }, 'after[0] is no object'],
    ['filter:apply', 'setGlobalFilter', { after: { filters: [{}] } }, 'after.filters[0].id is no text'],
    [
      'filter:apply',
      'setGlobalFilter',
      { after: { rows: 1 } },
      "'rows' is not among 'filters', 'globalFilter'",
    ],
    ['row:update', 'updateRow', { after: 7 }, 'after is no object'],
    ['row:update', 'updateRow', { after: { id: 'bob' } }, "there is already a row with the id 'bob'"],
    ['row:create', 'createRow', { row: [] }, 'row is no object'],
    ['row:create', 'createRow', { index: 'first' }, 'index is no number'],
    ['row:create', 'createRow', { row: { id: 'bob' } }, "there is already a row with the id 'bob'"],
    ['row:delete', 'deleteRow', { after: {} }, 'it has nothing to amend'],
  ]
  test.each(wrong)('%s can not be amended by %s to %j', async (type, member, patch, problem) => {
    const { table, before, types } = await setUp()
    let error: unknown
    before(type, ({ amend }) => {
      try {
        amend(patch)
      } catch (thrown) {
        error = thrown
      }
    })
    const acts: Readonly<Record<string, () => unknown>> = {
      setSorting: () => table.setSorting(byAge),
      setGlobalFilter: () => table.setGlobalFilter('a'),
      updateRow: () => table.updateRow('ada', { age: 1 }),
      createRow: () => table.createRow(newcomer('new')),
      deleteRow: () => table.deleteRow('ada'),
    }
    acts[member]?.()
    expect(error).toMatchObject({ code: 'GK_AMENDMENT_INVALID', pluginId: 'first' })
    expect((error as GridKitError).message).toBe(`plugin 'first' can't amend '${type}' like that: ${problem}`)
    expect(types()).toEqual([type])
  })

  test.each([
    ['row:select', { ada: 1 }, '.ada is no boolean'],
    ['row:expand', false, ' is no object'],
    ['row:pin', { top: [] }, '.bottom is no list'],
    ['group:change', [1], '[0] is no text'],
    ['page:change', { pageIndex: -1, pageSize: 1 }, '.pageIndex is no count'],
    ['column:resize', { age: Number.NaN }, '.age is no number'],
    ['column:reorder', {}, ' is no list'],
    ['column:pin', { start: ['a'], end: 'b' }, '.end is no list'],
    ['column:visibility', [], ' is no object'],
  ] as const)('%s is told what is wrong with %j', async (type, after, problem) => {
    const { table, before, errors } = await setUp()
    let message = ''
    before(type, ({ amend }) => {
      try {
        amend({ after })
      } catch (error) {
        message = (error as Error).message
        throw error
      }
    })
    const acts: Readonly<Record<typeof type, () => unknown>> = {
      'row:select': () => table.setRowSelection({ ada: true }),
      'row:expand': () => table.setExpanded(true),
      'row:pin': () => table.setRowPinning({ top: ['ada'], bottom: [] }),
      'group:change': () => table.setGrouping(['age']),
      'page:change': () => table.setPageSize(2),
      'column:resize': () => table.setColumnSizing({ age: 2 }),
      'column:reorder': () => table.setColumnOrder(['age']),
      'column:pin': () => table.setColumnPinning({ start: ['age'], end: [] }),
      'column:visibility': () => table.setColumnVisibility({ age: false }),
    }
    acts[type]()
    expect(message).toContain(`: after${problem}`)
    expect(errors).toEqual([['first', 'GK_AMENDMENT_INVALID']])
  })

  test('a slice that the table has not is told so', async () => {
    const { table, before, errors } = await setUp({ atoms: {}, state: { globalFilter: undefined } })
    before('filter:apply', ({ amend }) => amend({ after: { globalFilter: 'a' } }))
    const noHandler = { ...table.options, onGlobalFilterChange: undefined } as never
    table.setOptions(() => noHandler)
    table.setColumnFilters([{ id: 'age', value: 1 }])
    expect(errors).toEqual([['first', 'GK_AMENDMENT_INVALID']])
  })
})

describe('a hook that cancels', () => {
  test('row methods throw who and why, and nothing is changed', async () => {
    const { table, events, before, names } = await setUp({ onDataChange: () => expect.unreachable() })
    before('row:*', ({ cancel }) => cancel('Closed on Sundays.'))
    const errors = [
      await errorOf(() => table.createRow(newcomer('new'))),
      await errorOf(() => table.updateRow('ada', { age: 1 })),
      await errorOf(() => table.deleteRow('ada')),
    ]
    expect(errors.map(({ code, pluginId, message }) => [code, pluginId, message])).toEqual(
      ['row:create', 'row:update', 'row:delete'].map((type) => [
        'GK_OPERATION_CANCELLED',
        'first',
        `plugin 'first' cancelled '${type}': Closed on Sundays.`,
      ]),
    )
    expect(names()).toEqual(['Ada', 'Bob', 'Cy', 'Dee'])
    expect(events.map(({ type }) => type)).toEqual(Array(3).fill('operation:cancelled'))
    expect(events[1]?.payload).toMatchObject({
      by: 'first',
      reason: 'Closed on Sundays.',
      operation: { type: 'row:update', payload: { rowId: 'ada', after: { age: 1 } }, source: 'api' },
    })
  })

  test('plugins are thrown the same', async () => {
    const { before, second, errors } = await setUp()
    before('row:*', ({ cancel }) => cancel('no'))
    const error = await errorOf(() => second.rows.update('ada', { age: 1 }))
    expect([error.code, error.pluginId, errors]).toEqual(['GK_OPERATION_CANCELLED', 'first', []])
  })

  test('setters throw nothing', async () => {
    const { table, before, types, second } = await setUp()
    before('*', ({ cancel }) => cancel('no'))
    table.setSorting(byAge)
    table.setGlobalFilter('a')
    table.selectRow('ada')
    second.updateTableState((draft) => void (draft.grouping = ['age']))
    expect(types()).toEqual(Array(4).fill('operation:cancelled'))
    expect(table.store.state).toMatchObject({ sorting: [], grouping: [], rowSelection: {} })
  })

  test('no hook after it is asked, and none is told', async () => {
    const { table, before, second } = await setUp()
    const ran: string[] = []
    before('*', ({ cancel }) => cancel('no'))
    second.registerHook('before:*', () => void ran.push('before'))
    second.registerHook('after:*', () => void ran.push('after'))
    second.registerMiddleware('m', (_, next) => {
      ran.push('middleware')
      return next()
    })
    table.setSorting(byAge)
    expect(ran).toEqual([])
  })
})

describe('everything on the way', () => {
  test('is in order, and at once where nothing is asynchronous', async () => {
    const ran: string[] = []
    const { table, second, before } = await setUp({ onDataChange: () => void ran.push('told') })
    table.events.on('row:update', () => void ran.push('event'))
    before('row:*', () => void ran.push('before'))
    second.registerHook('after:row:*', ({ operation }) => void ran.push(`after ${operation.type}`))
    second.registerMiddleware('m', (operation, next) => {
      ran.push(`middleware ${operation.type}`)
      ran.push(JSON.stringify(next()))
    })
    table.updateRow('ada', { age: 1 })
    expect(ran).toEqual(['before', 'middleware row:update', 'told', 'after row:update', 'event', '"applied"'])
  })

  test('an application that throws is thrown to whoever asked, and everybody hears all the same', async () => {
    const { table, second, events, before, errors } = await setUp({
      onDataChange() {
        throw new Error('application')
      },
    })
    const after: string[] = []
    const passages: unknown[] = []
    second.registerHook('after:*', ({ operation }) => void after.push(operation.type))
    second.registerMiddleware('m', (_, next) => void passages.push(next()))
    await expect(async () => table.updateRow('ada', { age: 1 })).rejects.toThrow('application')
    expect([after, events.map(({ type }) => type), passages, errors]).toEqual([
      ['row:update'],
      ['row:update'],
      ['failed'],
      [],
    ])
    const undo = before('row:*', () => Promise.resolve())
    table.updateRow('ada', { age: 2 })
    undo()
    await settle()
    expect([events.length, errors]).toEqual([2, []])
  })

  test('middleware that does not pass an operation on cancels it', async () => {
    const { table, second, events } = await setUp()
    second.registerMiddleware('keeps', () => undefined, { operations: ['row:*'] })
    const error = await errorOf(() => table.updateRow('ada', { age: 1 }))
    expect(error.message).toBe(
      "plugin 'second' cancelled 'row:update': middleware 'keeps' did not pass it on",
    )
    table.setSorting(byAge)
    expect(events.map(({ type }) => type)).toEqual(['operation:cancelled', 'sort:change'])
    second.unregisterMiddleware('keeps')
    table.updateRow('ada', { age: 1 })
    expect(events).toHaveLength(3)
  })

  test('middleware that fails is reported, and left out', async () => {
    const { table, second, types, errors } = await setUp()
    second.registerMiddleware('throws', () => {
      throw new Error('no')
    })
    second.registerMiddleware('rejects', () => Promise.reject(new Error('no')))
    table.setSorting(byAge)
    await settle()
    expect(types()).toEqual(['sort:change'])
    expect(errors).toEqual([
      ['second', 'GK_HANDLER_FAILED'],
      ['second', 'GK_HANDLER_FAILED'],
    ])
  })

  test('what becomes of it can be awaited by middleware', async () => {
    const { table, second, before } = await setUp()
    const passages: unknown[] = []
    second.registerMiddleware('m', async (_, next) => {
      await Promise.resolve()
      passages.push(await next())
    })
    table.setSorting(byAge)
    await settle()
    before('sort:change', ({ amend }) => amend({ after: byAge }))
    table.setSorting(byName)
    await settle()
    expect(passages).toEqual(['applied', 'unchanged'])
  })
})

describe('an operation that has to wait', () => {
  const slowly = async (point: string, options: Options = {}) => {
    const made = await setUp(options)
    const gates: ReturnType<typeof deferred<void>>[] = []
    const asked: unknown[] = []
    made.before(point, ({ operation }) => {
      asked.push(operation.payload)
      const gate = deferred()
      gates.push(gate)
      return gate.promise
    })
    const open = async (): Promise<void> => {
      gates.shift()?.resolve()
      await settle()
    }
    return { ...made, asked, open }
  }

  test('returns at once, and is done later', async () => {
    const { table, types, open, names } = await slowly('row:create')
    expect(table.createRow(newcomer('new'))).toBe('new')
    expect([names().length, types()]).toEqual([4, []])
    await open()
    expect([names().length, types()]).toEqual([5, ['row:create']])
  })

  test('lets others of its slice follow in order, each made of what the last left', async () => {
    const { table, events, open, asked } = await slowly('sort:change')
    table.setSorting((old) => [...old, ...byAge])
    table.setSorting((old) => [...old, ...byName])
    table.setSorting((old) => old)
    table.setSorting((old) => [...old].reverse())
    expect(asked).toHaveLength(1)
    for (let opened = 0; opened < 3; opened += 1) await open()
    expect(table.store.state.sorting).toEqual([...byName, ...byAge])
    expect(events.map(({ payload }) => payload)).toEqual([
      { before: [], after: byAge },
      { before: byAge, after: [...byAge, ...byName] },
      { before: [...byAge, ...byName], after: [...byName, ...byAge] },
    ])
    table.setSorting([])
    await open()
    expect(table.store.state.sorting).toEqual([])
  })

  test('lets others pass', async () => {
    const { table, types, open, before } = await slowly('sort:change')
    table.setSorting(byAge)
    table.setGlobalFilter('a')
    table.updateRow('ada', { age: 1 })
    expect(types()).toEqual(['filter:apply', 'row:update'])
    await open()
    expect(types().at(-1)).toBe('sort:change')
    before('row:update', ({ operation }) => (operation.payload['rowId'] === 'ada' ? settle() : undefined))
    table.updateRow('ada', { age: 2 })
    table.updateRow('bob', { age: 2 })
    expect(table.getRow('bob').original.age).toBe(2)
    await settle()
    await settle()
    expect(table.getRow('ada').original.age).toBe(2)
  })

  test('does not lose what others made of the row meanwhile', async () => {
    const { table, events, open } = await slowly('row:update')
    table.updateRow('ada', { age: 41 })
    table.updateRow('ada', (draft) => void (draft.age += 1))
    table.updateRow('ada', { age: 40 })
    expect(table.getRow('ada').original.age).toBe(40)
    for (let opened = 0; opened < 3; opened += 1) await open()
    expect(events.map(({ payload }) => (payload as { after: unknown }).after)).toEqual([
      { age: 41 },
      { age: 42 },
      { age: 40 },
    ])
  })

  test('finds its row wherever that is by then, where ids are indexes', async () => {
    const { table, open, names } = await slowly('row:update', { getRowId: undefined as never })
    table.updateRow('1', { name: 'Rob' })
    table.updateRow('1', (draft) => void (draft.name += 'in'))
    table.deleteRow('0')
    await open()
    await open()
    expect(names()).toEqual(['Robin', 'Cy', 'Dee'])
  })

  test('finds its row where ids are indexes, also when that was there before', async () => {
    const { table, names, before } = await setUp({ getRowId: undefined as never })
    const open = deferred()
    const [one, other] = [newcomer('one'), newcomer('other')]
    for (const each of [one, other, one]) table.updateRow('1', () => each)
    before('row:update', () => open.promise)
    table.updateRow('1', { name: 'Rob' })
    table.deleteRow('0')
    open.resolve()
    await settle()
    expect(names()).toEqual(['Rob', 'Cy', 'Dee'])
  })

  test('is made of the rows that the application gave meanwhile', async () => {
    const { host, table, held, options } = await adapted()
    const payloads: unknown[] = []
    host.manager.events.on('row:update', ({ payload }) => payloads.push(payload))
    host.manager.events.on('operation:cancelled', ({ payload: { reason } }) => payloads.push(reason))
    held.context().registerHook('before:row:*', () => settle())
    host.updateRow('ada', { age: 41 })
    host.updateRow('ada', { age: 41 })
    host.updateRow('bob', { age: 1 })
    const data = people()
      .slice(0, 1)
      .map((person) => ({ ...person, name: 'Countess' }))
    host.update(hostOptions<{ plugins: readonly AnyPlugin[] }, Person>({ ...options, data }), [held.plugin])
    for (let turn = 0; turn < 4; turn += 1) await settle()
    expect(table.options.data).toEqual([{ id: 'ada', name: 'Countess', age: 41, tags: [] }])
    expect(payloads).toEqual([
      expect.objectContaining({ before: { age: 40 }, after: { age: 41 } }),
      "there is no row with the id 'bob'",
    ])
  })

  test('ends when its row is gone, and so do those behind it', async () => {
    const { table, events, errors, open, lines } = await slowly('row:update')
    table.updateRow('ada', { age: 41 })
    table.updateRow('ada', { age: 42 })
    table.deleteRow('ada')
    await open()
    await open()
    expect(events.map(({ type }) => type)).toEqual([
      'row:delete',
      'operation:cancelled',
      'operation:cancelled',
    ])
    expect(events[1]?.payload).toMatchObject({
      by: 'host',
      reason: "there is no row with the id 'ada'",
      operation: { type: 'row:update', payload: { rowId: 'ada', after: { age: 41 } } },
    })
    expect(events[2]?.payload).toMatchObject({
      by: 'host',
      operation: { payload: { rowId: 'ada', after: {} } },
    })
    expect([errors, lines]).toEqual([[], []])
  })

  test('that can not be made any more does not keep those behind it', async () => {
    const { table, types, open, names } = await slowly('row:create')
    table.createRow(newcomer('new'))
    table.createRow(newcomer('new'))
    table.createRow(newcomer('other'))
    table.deleteRow('bob')
    for (let opened = 0; opened < 3; opened += 1) await open()
    expect(types()).toEqual(['row:create', 'operation:cancelled', 'row:create', 'row:delete'])
    expect(names()).toEqual(['Ada', 'Cy', 'Dee', 'NEW', 'OTHER'])
  })

  test('deletes rows that others delete meanwhile once', async () => {
    const { table, types, open } = await slowly('row:delete')
    table.deleteRow('ada')
    table.deleteRow('ada')
    await open()
    await open()
    expect(types()).toEqual(['row:delete', 'operation:cancelled'])
  })

  test('whose recipe fails in its turn is reported, charged to whoever gave it', async () => {
    const { table, types, errors, open, second, lines } = await slowly('row:update')
    table.updateRow('ada', { age: 41 })
    let runs = 0
    second.rows.update('ada', () => {
      runs += 1
      throw new Error('no')
    })
    table.setSorting(() => [])
    await open()
    expect([runs, types(), errors]).toEqual([
      1,
      ['row:update', 'operation:cancelled'],
      [['second', 'GK_RECIPE_FAILED']],
    ])
    expect(lines).toHaveLength(1)
  })

  test('may be cancelled later, and then nobody is thrown anything', async () => {
    const { table, types, before } = await setUp()
    before('row:update', async ({ cancel }) => {
      await settle()
      cancel('on second thought')
    })
    table.updateRow('ada', { age: 1 })
    await settle()
    await settle()
    expect([types(), table.getRow('ada').original.age]).toEqual([['operation:cancelled'], 40])
  })

  test('that the application fails at is nobody’s fault, and done', async () => {
    const { table, types, errors, lines, before, second } = await setUp({
      onDataChange: () => {
        throw new Error('of the application')
      },
    })
    const gate = deferred()
    const undo = before('row:*', () => gate.promise)
    for (let age = 1; age < 8; age += 1) second.rows.update('ada', { age })
    second.rows.create({ ...newcomer('new') })
    gate.resolve()
    undo()
    await settle()
    expect(types().toSorted()).toEqual(['row:create', ...Array.from({ length: 7 }, () => 'row:update')])
    expect([errors, table.getRow('ada').original.age]).toEqual([[], 7])
    expect(lines.map(({ tag, message }) => [tag, message.includes('of the application')])).toEqual(
      Array.from({ length: 8 }, () => ['host', true]),
    )
  })

  test('ends with the table, and so do those behind it', async () => {
    const { table, events, clock, before, names } = await setUp()
    before('*', never, { timeout: 60_000 })
    table.deleteRow('ada')
    table.withSource('user', () => table.deleteRow('bob'))
    table.updateRow('cy', { age: 1 })
    table.updateRow('cy', { age: 2 })
    table.setSorting(byAge)
    table.setSorting(byName)
    const destroyed = table.destroy()
    await settle()
    await destroyed
    expect([names().length, clock.pending]).toEqual([4, 0])
    const host = { by: 'host', reason: 'the table has ended' }
    expect(events.every(({ type }) => type === 'operation:cancelled')).toBe(true)
    expect(events.map(({ payload }) => payload)).toEqual(
      ['row:delete', 'row:update', 'sort:change', 'row:delete', 'row:update', 'sort:change'].map((type) => ({
        ...host,
        operation: expect.objectContaining({ type }),
      })),
    )
    expect(events.map(({ source }) => source)).toEqual(['user', 'api', 'api', 'api', 'api', 'api'])
  })

  test('made when others end with the table waits its turn', async () => {
    const { table, types, before } = await setUp()
    const undo = before('sort:change', never)
    table.events.on('operation:cancelled', () => {
      undo()
      if (types().length < 2) table.setSorting(byName)
    })
    table.setSorting(byAge)
    table.setSorting([])
    table.setSorting(byName)
    await table.destroy()
    expect(types()).toEqual([...Array.from({ length: 3 }, () => 'operation:cancelled'), 'sort:change'])
  })

  test('ends with the component that shows it', async () => {
    const { host, table, held, clock, disconnect } = await adapted()
    held.context().registerHook('before:row:*', never)
    host.deleteRow('ada')
    disconnect()
    await clock.advance(0)
    await settle()
    expect([table.options.data.length, clock.pending]).toEqual([4, 0])
  })

  test('goes on when the plugin it waits for is removed', async () => {
    const { table, types, before } = await setUp()
    before('sort:change', never, { priority: 1000 })
    table.setSorting(byAge)
    await table.unregisterPlugin('first')
    await settle()
    expect(types()).toEqual(['sort:change'])
  })

  test('does not keep a slow middleware from those behind it', async () => {
    const { table, types, second } = await setUp()
    second.registerMiddleware('m', async (_, next) => {
      await next()
      await never()
    })
    table.setSorting(byAge)
    table.setSorting([])
    await settle()
    expect(types()).toEqual(['sort:change', 'sort:change'])
  })

  test('is set by the application where that keeps the state', async () => {
    let sorting: typeof byAge = []
    const made = await slowly('sort:change', {
      state: {
        get sorting() {
          return sorting
        },
      },
      onSortingChange: (updater) => (sorting = typeof updater === 'function' ? updater(sorting) : updater),
    })
    made.table.setSorting((old) => [...old, ...byAge])
    made.table.setSorting((old) => [...old, ...byName])
    await made.open()
    await made.open()
    expect(sorting).toEqual([...byAge, ...byName])
  })
})

describe('who is charged', () => {
  test('is who asked, also past hooks that wait or throw', async () => {
    const { table, events, before } = await setUp()
    before('sort:change', async () => {
      await settle()
      throw new Error('late')
    })
    before('page:change', () => {
      throw new Error('at once')
    })
    table.withSource('user', () => {
      table.setPageSize(2)
      table.setSorting(byAge)
      table.setSorting(byName)
    })
    table.setGrouping(['age'])
    await settle()
    table.setGrouping([])
    await settle()
    await settle()
    await settle()
    expect(events.map(({ type, source }) => [type, source])).toEqual([
      ['page:change', 'user'],
      ['group:change', 'api'],
      ['sort:change', 'user'],
      ['group:change', 'api'],
      ['sort:change', 'user'],
    ])
  })

  test('of what a hook does itself is its plugin', async () => {
    const { table, events, before, first } = await setUp()
    const undo = before('sort:change', () => {
      table.setPageSize(3)
      first.updateTableState((draft) => void (draft.grouping = ['age']))
    })
    first.registerHook('after:sort:change', () => table.setGrouping([]))
    first.registerMiddleware('m', (operation, next) => {
      if (operation.type === 'sort:change') table.setPageSize(4)
      return next()
    })
    table.withSource('user', () => table.setSorting(byAge))
    expect(events.map(({ type, source }) => [type, source])).toEqual([
      ['page:change', 'first'],
      ['group:change', 'first'],
      ['page:change', 'first'],
      ['group:change', 'first'],
      ['sort:change', 'user'],
    ])
    undo()
    table.withSource('user', () => {
      before('page:change', ({ cancel }) => cancel('no'))
      table.setPageSize(9)
    })
    expect(events.at(-1)).toMatchObject({ type: 'operation:cancelled', source: 'user' })
  })
})

describe('operations that hooks make', () => {
  test('are nested, with hooks of their own', async () => {
    const { table, types, before, errors } = await setUp()
    before('row:update', ({ operation }) => {
      if (operation.payload['rowId'] === 'ada') table.updateRow('bob', { age: 7 })
    })
    before('row:update', ({ operation, cancel }) => {
      if (operation.payload['rowId'] === 'bob') cancel('not Bob')
    })
    table.updateRow('ada', { age: 1 })
    expect(types()).toEqual(['operation:cancelled', 'row:update'])
    expect(errors).toEqual([['first', 'GK_OPERATION_CANCELLED']])
  })

  test('of the same row are not lost', async () => {
    const { table, before } = await setUp()
    const undo = before('row:update', () => {
      undo()
      table.updateRow('ada', { name: 'Lovelace', age: 1 })
    })
    table.updateRow('ada', { age: 2 })
    expect(table.getRow('ada').original).toMatchObject({ name: 'Lovelace', age: 2 })
  })

  test('that take its row away are told to whoever asked', async () => {
    const { table, before, types, names } = await setUp()
    before('row:update', () => table.deleteRow('ada'))
    const error = await errorOf(() => table.updateRow('ada', { age: 2 }))
    expect([error.code, types(), names()]).toEqual([
      'GK_ROW_NOT_FOUND',
      ['row:delete', 'operation:cancelled'],
      ['Bob', 'Cy', 'Dee'],
    ])
  })

  test('change where rows come and go', async () => {
    const { table, before, events } = await setUp()
    const undo = before('row:create', () => {
      undo()
      table.createRow(newcomer('first'))
    })
    table.createRow(newcomer('second'))
    const undone = before('row:delete', () => {
      undone()
      table.deleteRow('ada')
    })
    table.deleteRow('dee')
    expect(events.map(({ payload }) => payload)).toMatchObject([
      { rowId: 'first', index: 4 },
      { rowId: 'second', index: 5 },
      { rowId: 'ada', index: 0 },
      { rowId: 'dee', index: 2 },
    ])
  })

  test('that bring the row that is to come keep it from coming twice', async () => {
    const { table, before, types } = await setUp()
    const undo = before('row:create', () => {
      undo()
      table.createRow(newcomer('new'))
    })
    const error = await errorOf(() => table.createRow(newcomer('new')))
    expect([error.code, types()]).toEqual(['GK_ROW_EXISTS', ['row:create', 'operation:cancelled']])
  })

  test('of the same slice are before it', async () => {
    const { table, events, before } = await setUp()
    const undo = before('sort:change', () => {
      undo()
      table.setSorting(byName)
    })
    table.setSorting(byAge)
    expect(events.map(({ payload }) => payload)).toEqual([
      { before: [], after: byName },
      { before: byName, after: byAge },
    ])
  })

  test('in a circle are cut, and reported', async () => {
    const { table, before, errors, types, lines } = await setUp()
    let size = 10
    before('page:change', () => table.setPageSize((size += 1)))
    table.setPageSize(9)
    expect(errors).toEqual([['first', 'GK_OPERATION_CYCLE']])
    expect(types()).toHaveLength(101)
    expect(lines[0]?.message).toContain(
      '101 levels deep, and the last was not made: page:change -> page:change',
    )
  })

  test('in a circle of row methods are cut by a throw', async () => {
    const { table, before, errors } = await setUp()
    let age = 100
    before('row:update', () => table.updateRow('ada', { age: (age += 1) }))
    table.updateRow('ada', { age: 1 })
    expect(errors.map((each) => (each as string[])[1])).toEqual(['GK_OPERATION_CYCLE', 'GK_OPERATION_CYCLE'])
  })

  test('that fan out are cut, too', async () => {
    const { table, before, errors } = await setUp()
    let made = 0
    before('page:change', () => {
      table.setPageSize((made += 1) + 10)
      table.setPageSize((made += 1) + 10)
    })
    table.setPageSize(9)
    expect(made).toBeLessThan(10_000)
    expect(errors.length).toBeGreaterThan(0)
  })

  test('after a wait, in a circle, are cut as well', async () => {
    const { table, first, before, errors } = await setUp()
    let made = 0
    before('page:change', () => Promise.resolve())
    first.registerHook('after:page:change', () => {
      made += 1
      table.setPageSize(made + 10)
    })
    table.setPageSize(9)
    for (let turn = 0; turn < 10; turn += 1) await settle()
    expect(errors).toEqual([['first', 'GK_OPERATION_CYCLE']])
    expect(made).toBe(101)
  })
})

describe('rights', () => {
  test('to have hooks are needed when they run, too', async () => {
    const { table, before, second, types } = await setUp()
    before('*', ({ cancel }) => cancel('no'))
    second.registerMiddleware('keeps', () => undefined)
    table.plugins.revokePermission('first', 'hooks:register:before:sort:change')
    table.plugins.revokePermission('second', 'middleware:register')
    table.setSorting(byAge)
    table.setPageSize(3)
    expect(types()).toEqual(['sort:change', 'operation:cancelled'])
    table.plugins.grantPermission('first', 'hooks:register')
    table.setSorting([])
    expect(types().at(-1)).toBe('operation:cancelled')
  })
})

describe('what others do meanwhile', () => {
  const rights = ['state:read', 'state:write', 'hooks:register', 'rows:update', 'events:subscribe'] as const

  test('to other keys of the same slice stays, whether the change is amended or not', async () => {
    const { plugin: definition, context } = holder('p', { requiredPermissions: rights })
    const { table } = peopleTable([definition])
    await table.plugins.ready
    let nested = false
    context().registerHook('before:column:visibility', ({ operation, amend }) => {
      if (nested) return
      nested = true
      table.setColumnVisibility((now) => ({ ...now, age: false }))
      amend({ after: { ...operation.payload.after, actions: false } })
    })
    table.setColumnVisibility((now) => ({ ...now, name: false }))
    expect(table.store.state.columnVisibility).toEqual({ name: false, age: false, actions: false })
    context().registerHook('before:row:select', () => Promise.resolve())
    table.selectRow('ada')
    table.setRowSelection((now) => ({ ...now, bob: true }))
    await settle()
    expect(table.store.state.rowSelection).toEqual({ ada: true, bob: true })
  })

  test('is no fault of the plugin that asked, where the application fails at it', async () => {
    const { plugin: definition, context } = holder('p', { requiredPermissions: rights })
    const { table } = peopleTable([definition], {
      onDataChange: () => {
        throw new Error('of the application')
      },
    })
    await table.plugins.ready
    context().on('sort:change', () => context().rows.update('ada', { age: Math.random() }))
    for (let time = 0; time < 8; time += 1) table.setSorting([{ id: 'age', desc: time % 2 === 0 }])
    expect(table.plugins.getPlugin('p')?.status).toBe('running')
    expect(() => context().rows.update('ada', { age: 1 })).toThrow('of the application')
    expect(() => table.updateRow('ada', { age: 2 })).toThrow(/^of the application$/)
  })
})
