import { applyPatches } from 'immer'
import { describe, expect, test } from 'vitest'
import { people, peopleTable, type Person } from '../../../test/people.ts'
import { errorOf, holder } from '../../../test/plugins.ts'
import type { DataChange, RowQueryOptions, RowUpdated } from '../../index.ts'

const nothing: RowUpdated = { rowId: '', before: {}, after: {}, patches: [], inversePatches: [] }
const zoe: Person = { id: 'zoe', name: 'Zoe', age: 9, tags: [] }
type Table = ReturnType<typeof peopleTable>['table']
const idsOf = (table: Table): readonly string[] => table.getRowModel().rows.map(({ id }) => id)

describe('updateRow', () => {
  test('changes fields, keeps every other row, and tells what changed', () => {
    const data = people()
    const told: [readonly Person[], DataChange][] = []
    const { table, events } = peopleTable([], {
      data,
      onDataChange: (rows, change) => told.push([rows, change]),
    })
    table.updateRow('bob', { age: 36, name: 'Bob' })
    const rows = table.getCoreRowModel().rows.map(({ original }) => original)
    expect(rows[1]).toEqual({ ...data[1], age: 36 })
    expect(data[1]?.age).toBe(35)
    for (const index of [0, 2, 3]) expect(rows[index]).toBe(data[index])
    const change = {
      rowId: 'bob',
      before: { age: 35 },
      after: { age: 36 },
      patches: [{ op: 'replace', path: ['age'], value: 36 }],
      inversePatches: [{ op: 'replace', path: ['age'], value: 35 }],
    }
    expect(events).toEqual([{ type: 'row:update', source: 'api', payload: change }])
    expect(told).toEqual([[rows, { type: 'row:update', change }]])
  })

  test('changes by a recipe, and back by the inverse patches', () => {
    const { table, events } = peopleTable()
    const before = structuredClone(table.getRow('ada').original)
    table.updateRow('ada', (draft) => {
      draft.tags.push('first')
      draft.age += 1
    })
    const after = table.getRow('ada').original
    const [{ patches, inversePatches, before: old } = nothing] = events.map(
      ({ payload }) => payload as RowUpdated,
    )
    expect(after).toMatchObject({ tags: ['first'], age: 41 })
    expect(old).toEqual({ tags: [], age: 40 })
    expect(applyPatches(before, [...patches])).toEqual(after)
    expect(applyPatches(after, [...inversePatches])).toEqual(before)
  })

  test('takes a row that the recipe returns', () => {
    const { table, events } = peopleTable()
    table.updateRow('ada', () => ({ ...zoe, id: 'ada' }))
    expect(events[0]?.payload).toMatchObject({
      before: { name: 'Ada', age: 40 },
      after: { name: 'Zoe', age: 9 },
    })
  })

  test('tells nothing when nothing changes', () => {
    const { table, events } = peopleTable()
    const row = table.getRow('ada').original
    table.updateRow('ada', { name: 'Ada' })
    table.updateRow('ada', () => {})
    expect(table.getRow('ada').original).toBe(row)
    expect(events).toEqual([])
  })

  test('changes nothing when the recipe fails or gives no row', async () => {
    const { table, events } = peopleTable()
    const thrown = await errorOf(() =>
      table.updateRow('ada', (draft) => {
        draft.age = 0
        throw new Error('no')
      }),
    )
    expect([thrown.code, thrown.message]).toEqual(['GK_RECIPE_FAILED', "the recipe for row 'ada' threw: no"])
    for (const given of [7, 'text', null, new Date(), Promise.resolve()])
      expect((await errorOf(() => table.updateRow('ada', () => given as never))).code).toBe(
        'GK_ROW_NOT_EDITABLE',
      )
    expect(table.getRow('ada').original).toEqual(people()[0])
    expect(events).toEqual([])
  })

  test('refuses rows it can not change', async () => {
    class Employee implements Person {
      id = 'eve'
      name = 'Eve'
      age = 1
      tags = []
    }
    const parent: Person = { ...zoe, children: [{ ...zoe, id: 'kid' }] }
    const { table, events } = peopleTable([], { data: [new Employee(), parent] })
    for (const [id, code, message] of [
      ['eve', 'GK_ROW_NOT_EDITABLE', "row 'eve' can't be changed: it is not a plain object"],
      ['kid', 'GK_ROW_NOT_EDITABLE', "row 'kid' can't be changed: it is nested in another row"],
      ['none', 'GK_ROW_NOT_FOUND', "there is no row with the id 'none'"],
      ['__proto__', 'GK_ROW_NOT_FOUND', "there is no row with the id '__proto__'"],
    ] as const)
      expect(await errorOf(() => table.updateRow(id, { age: 2 }))).toMatchObject({ code, message })
    expect((await errorOf(() => table.deleteRow('kid'))).code).toBe('GK_ROW_NOT_EDITABLE')
    expect(events).toEqual([])
  })

  test('does not give a row the id of another', async () => {
    const { table } = peopleTable()
    expect((await errorOf(() => table.updateRow('ada', { id: 'bob' }))).code).toBe('GK_ROW_EXISTS')
    table.updateRow('ada', { id: 'eve' })
    expect(idsOf(table)).toEqual(['eve', 'bob', 'cy', 'dee'])
  })

  test('works on frozen rows, and freezes none', () => {
    const { table } = peopleTable([], { data: people().map((row) => Object.freeze(row)) })
    table.updateRow('ada', { age: 1 })
    expect(table.getRow('ada').original.age).toBe(1)
    expect(Object.isFrozen(table.getRow('ada').original)).toBe(false)
  })
})

describe('createRow and deleteRow', () => {
  test('add at the end or at an index, and take away', () => {
    const told: DataChange[] = []
    const { table, events } = peopleTable([], { onDataChange: (_, change) => told.push(change) })
    expect(table.createRow(zoe)).toBe('zoe')
    table.createRow({ ...zoe, id: 'yve' }, 0)
    table.createRow({ ...zoe, id: 'xia' }, 99)
    table.createRow({ ...zoe, id: 'wim' }, -1)
    expect(idsOf(table)).toEqual(['wim', 'yve', 'ada', 'bob', 'cy', 'dee', 'zoe', 'xia'])
    table.deleteRow('bob')
    expect(idsOf(table)).toEqual(['wim', 'yve', 'ada', 'cy', 'dee', 'zoe', 'xia'])
    expect(events[0]).toEqual({
      type: 'row:create',
      source: 'api',
      payload: { rowId: 'zoe', index: 4, row: zoe },
    })
    expect(events.at(-1)).toEqual({
      type: 'row:delete',
      source: 'api',
      payload: { rowId: 'bob', index: 3, row: people()[1] },
    })
    expect(told.at(-1)).toEqual({ type: 'row:delete', rowId: 'bob', index: 3 })
    expect(told[0]).toEqual({ type: 'row:create', rowId: 'zoe', index: 4 })
  })

  test('refuse an id that is there, and one that is not', async () => {
    const { table, events } = peopleTable()
    expect((await errorOf(() => table.createRow({ ...zoe, id: 'ada' }))).code).toBe('GK_ROW_EXISTS')
    expect((await errorOf(() => table.deleteRow('zoe'))).code).toBe('GK_ROW_NOT_FOUND')
    expect(events).toEqual([])
  })

  test('without getRowId an id is an index', () => {
    const { table } = peopleTable([], { getRowId: undefined } as never)
    expect(table.createRow(zoe)).toBe('4')
    expect(table.createRow(zoe, 1)).toBe('1')
    table.updateRow('1', { name: 'Second' })
    table.deleteRow('0')
    expect(table.getRow('0').original.name).toBe('Second')
  })

  test('an application whose callback throws has the row and the event all the same', () => {
    const { table, events } = peopleTable([], {
      onDataChange() {
        throw new Error('callback')
      },
    })
    expect(() => table.createRow(zoe)).toThrow('callback')
    expect(idsOf(table)).toContain('zoe')
    expect(events.map(({ type }) => type)).toEqual(['row:create'])
  })

  test('changing one row of 100,000 leaves the others as they are', () => {
    const data = Array.from({ length: 100_000 }, (_, index) => ({ ...zoe, id: String(index) }))
    const { table } = peopleTable([], { data })
    table.updateRow('70000', { age: 1 })
    const rows = table.getCoreRowModel().rows
    expect(rows.filter(({ original }, index) => original !== data[index])).toHaveLength(1)
  })
})

describe('what plugins are shown of rows', () => {
  test('can not be changed by the first to see it, for those who come after or for the table', async () => {
    const held = holder('spy', { requiredPermissions: ['events:subscribe:row:*', 'state:read'] })
    const { table, events } = peopleTable([held.plugin])
    await table.plugins.ready
    const refused: string[] = []
    const forge = (target: object, field: string): void => {
      if (!Reflect.set(target, field, 'FORGED')) refused.push(field)
    }
    held.context().on('row:update', ({ payload }) => forge(payload.after, 'name'), { priority: 500 })
    held.context().on('row:create', ({ payload }) => forge(payload.row, 'name'), { priority: 500 })
    held.context().on('row:delete', ({ payload }) => forge(payload.row, 'age'), { priority: 500 })
    table.updateRow('ada', { name: 'Ada L.' })
    table.createRow({ id: 'eve', name: 'Eve', age: 1, tags: [] })
    table.deleteRow('bob')
    forge(held.context().rows.get('cy') ?? {}, 'name')
    expect(refused).toEqual(['name', 'name', 'age', 'name'])
    expect(events.map(({ payload }) => payload)).toMatchObject([
      { after: { name: 'Ada L.' } },
      { row: { name: 'Eve' } },
      { row: { age: 35 } },
    ])
    expect(table.getRow('cy').original.name).toBe('Cy')
  })
})

describe('selectRow', () => {
  test('counts the rows of all pages, in the current order', () => {
    const { table } = peopleTable([], { initialState: { pagination: { pageIndex: 0, pageSize: 1 } } })
    table.setSorting([{ id: 'age', desc: false }])
    table.selectRow(2)
    expect(table.store.state.rowSelection).toEqual({ bob: true })
  })

  test('leaves a row alone that can not be selected', () => {
    const { table } = peopleTable([], { enableRowSelection: (row) => row.id !== 'ada' })
    table.selectRow('ada')
    table.selectRow('bob')
    expect(table.store.state.rowSelection).toEqual({ bob: true })
  })

  test('takes an id or the index of a row shown, on and off', async () => {
    const { table } = peopleTable()
    table.setSorting([{ id: 'age', desc: false }])
    table.selectRow(0)
    table.selectRow('ada')
    expect(table.store.state.rowSelection).toEqual({ dee: true, ada: true })
    table.selectRow('dee', false)
    table.selectRow('bob', false)
    expect(table.store.state.rowSelection).toEqual({ ada: true })
    for (const none of [9, 'none'])
      expect((await errorOf(() => table.selectRow(none))).code).toBe('GK_ROW_NOT_FOUND')
  })
})

describe('the rows of a plugin', () => {
  const rights = { requiredPermissions: ['state:read', 'rows:create', 'rows:update', 'rows:delete'] } as const
  async function setUp(options: Parameters<typeof peopleTable>[1] = {}) {
    const held = holder('acme', rights)
    const made = peopleTable([held.plugin], options)
    await made.table.plugins.ready
    const { rows } = held.context()
    const read = async (query: RowQueryOptions = {}): Promise<[readonly string[], unknown[][]][]> => {
      const pages: [readonly string[], unknown[][]][] = []
      for await (const page of rows.query(query)) pages.push([page.rowIds, page.values as unknown[][]])
      return pages
    }
    const ids = async (query: RowQueryOptions): Promise<readonly string[]> =>
      (await read(query)).flatMap(([rowIds]) => rowIds)
    return { ...made, rows, read, ids }
  }

  test('are changed in the name of the plugin', async () => {
    const { rows, events } = await setUp()
    expect(rows.get('ada')).toEqual(people()[0])
    expect([rows.get('none'), rows.get('__proto__')]).toEqual([undefined, undefined])
    expect(rows.create({ ...zoe }, 0)).toBe('zoe')
    rows.update('zoe', { age: 10 })
    rows.update('zoe', (draft) => {
      draft['age'] = 11
    })
    rows.delete('zoe')
    expect(events.map(({ type, source }) => `${type} ${source}`)).toEqual([
      'row:create acme',
      'row:update acme',
      'row:update acme',
      'row:delete acme',
    ])
  })

  test('each need their permission', async () => {
    const held = holder('acme')
    const { table } = peopleTable([held.plugin])
    await table.plugins.ready
    const context = held.context()
    const { rows } = context
    const uses = [
      () => rows.get('ada'),
      () => rows.query(),
      () => rows.create({}),
      () => rows.update('ada', {}),
      () => rows.delete('ada'),
      () => context.getTableState(),
      () => context.updateTableState(() => {}),
    ]
    for (const use of uses) expect((await errorOf(use)).code).toBe('GK_PERMISSION_DENIED')
  })

  test('are shown by no recipe to who may not read them', async () => {
    const held = holder('acme', { requiredPermissions: ['rows:update', 'state:write'] })
    const { table } = peopleTable([held.plugin])
    await table.plugins.ready
    const context = held.context()
    const shown: unknown[] = []
    const message = "plugin 'acme' lacks the permission 'state:read'"
    const uses = [
      () => context.rows.update('ada', (draft) => void shown.push(draft)),
      () => context.updateTableState((draft) => void shown.push(draft)),
    ]
    for (const use of uses)
      expect(await errorOf(use)).toMatchObject({ code: 'GK_PERMISSION_DENIED', message })
    expect(shown).toEqual([])
    context.rows.update('ada', { age: 9 })
    expect(table.getRow('ada').original.age).toBe(9)
    table.plugins.grantPermission('acme', 'state:read')
    table.plugins.revokePermission('acme', 'state:write')
    table.plugins.revokePermission('acme', 'rows:update')
    for (const use of uses) expect((await errorOf(use)).message).toMatch(/'(rows:update|state:write)'$/)
    expect(shown).toEqual([])
  })

  test('are read by page, in the columns asked for', async () => {
    const { rows, read } = await setUp()
    const query = rows.query({ columns: ['age', 'name'] })
    expect([query.total, query.columns.map(({ label }) => label)]).toEqual([4, ['Age', 'Name']])
    expect(await read({ columns: ['age'], pageSize: 3 })).toEqual([
      [
        ['ada', 'bob', 'cy'],
        [[40], [35], [30]],
      ],
      [['dee'], [[25]]],
    ])
    const [first, ...more] = await read()
    expect([first?.[0], first?.[1][0], more]).toEqual([['ada', 'bob', 'cy', 'dee'], ['Ada', 40], []])
    expect(await read({ pageSize: 0 })).toHaveLength(4)
    const error = await errorOf(() => rows.query({ columns: ['name', 'nome', 'actions'] }))
    expect([error.code, error.message]).toEqual([
      'GK_UNKNOWN_COLUMNS',
      "the table has no column 'nome', 'actions'",
    ])
  })

  test('have scopes', async () => {
    const { table, ids } = await setUp({ initialState: { pagination: { pageIndex: 0, pageSize: 2 } } })
    table.setSorting([{ id: 'age', desc: false }])
    table.setRowSelection({ dee: true, ada: true })
    expect(await ids({})).toEqual(['dee', 'cy', 'bob', 'ada'])
    expect(await ids({ scope: 'page' })).toEqual(['dee', 'cy'])
    expect(await ids({ scope: 'selected' })).toEqual(['dee', 'ada'])
    table.setColumnFilters([{ id: 'age', value: 28 }])
    expect(await ids({ scope: 'filtered' })).toEqual(['cy', 'bob', 'ada'])
    expect(await ids({ scope: 'all' })).toEqual(['dee', 'cy', 'bob', 'ada'])
    expect(await ids({ scope: 'selected' })).toEqual(['dee', 'ada'])
    table.resetSorting(true)
    expect(await ids({ scope: 'all' })).toEqual(['ada', 'bob', 'cy', 'dee'])
  })

  test('are each there once when they are grouped, and no group is among them', async () => {
    const { table, ids } = await setUp({ initialState: { pagination: { pageIndex: 0, pageSize: 50 } } })
    table.createRow({ ...zoe, name: 'Ada', id: 'ada2' })
    table.setGrouping(['name', 'age'])
    for (const scope of ['all', 'filtered'] as const)
      expect([...(await ids({ scope }))].sort()).toEqual(['ada', 'ada2', 'bob', 'cy', 'dee'])
    expect(await ids({ scope: 'page' })).toEqual([])
    table.setExpanded(true)
    expect([...(await ids({ scope: 'page' }))].sort()).toEqual(['ada', 'ada2', 'bob', 'cy', 'dee'])
  })

  test('are read as they were when asked for', async () => {
    const { table, rows } = await setUp()
    const query = rows.query({ pageSize: 1, columns: ['name'] })
    const seen: unknown[] = []
    for await (const { values } of query) {
      if (seen.length === 0) {
        table.deleteRow('bob')
        table.updateRow('cy', { name: 'changed' })
        table.setSorting([{ id: 'name', desc: true }])
      }
      seen.push(...values.flat())
    }
    expect(seen).toEqual(['Ada', 'Bob', 'Cy', 'Dee'])
  })
})

describe('two tables on a page', () => {
  test('share nothing', async () => {
    const rights = ['storage:use', 'methods:register', 'events:emit', 'events:subscribe'] as const
    const calls: string[] = []
    const create = () => {
      const held = holder('acme', {
        requiredPermissions: rights,
        methods: ['work'],
        initialize(context) {
          context.registerMethod('work', () => context.storage.keys())
        },
      })
      return { ...peopleTable([held.plugin]), held }
    }
    const one = create()
    const two = create()
    await Promise.all([one.table.plugins.ready, two.table.plugins.ready])
    two.held.context().on('*', ({ type }) => calls.push(type))
    one.held.context().storage.set('a', 1)
    one.held.context().emit({ type: 'acme/found:one', payload: 1 })
    one.table.setSorting([{ id: 'age', desc: true }])
    one.table.updateRow('ada', { age: 1 })
    await one.table.unregisterPlugin('acme')
    expect(calls).toEqual([])
    expect(two.held.context().storage.keys()).toEqual([])
    expect(await (two.table as unknown as { work(): Promise<unknown> }).work()).toEqual([])
    expect(two.table.getRow('ada').original.age).toBe(40)
    expect(two.table.store.state.sorting).toEqual([])
    expect([one.table.plugins.listPlugins(), two.table.plugins.listPlugins().length]).toEqual([[], 1])
  })
})
