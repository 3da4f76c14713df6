import { storeReactivityBindings } from '@tanstack/table-core/store-reactivity-bindings'
import type { SortingState, TableState_All, Updater } from '@tanstack/table-core'
import { describe, expect, test } from 'vitest'
import { settle } from '../../../test/fake-clock.ts'
import { people, peopleTable, type Person } from '../../../test/people.ts'
import { holder } from '../../../test/plugins.ts'

type Table = ReturnType<typeof peopleTable>['table']

const byAge = [{ id: 'age', desc: false }]
const onAda = { ada: true } as const
/** Each of TanStack's own ways to change state: the event, what it changes, before and after. */
const changes: readonly (readonly [string, string, (table: Table) => void, unknown, unknown])[] = [
  ['setSorting', 'sort:change', (table) => table.setSorting(byAge), [], byAge],
  [
    'setSorting by a function',
    'sort:change',
    (table) => table.setSorting((old) => [...old, ...byAge]),
    [],
    byAge,
  ],
  ['toggleSorting', 'sort:change', (table) => table.getColumn('age')?.toggleSorting(false), [], byAge],
  ['setGrouping', 'group:change', (table) => table.setGrouping(['name']), [], ['name']],
  ['toggleGrouping', 'group:change', (table) => table.getColumn('name')?.toggleGrouping(), [], ['name']],
  [
    'setPagination',
    'page:change',
    (table) => table.setPagination({ pageIndex: 1, pageSize: 2 }),
    { pageIndex: 0, pageSize: 10 },
    { pageIndex: 1, pageSize: 2 },
  ],
  [
    'setPageIndex',
    'page:change',
    (table) => table.setPageIndex(1),
    { pageIndex: 0, pageSize: 10 },
    { pageIndex: 1, pageSize: 10 },
  ],
  [
    'setPageSize',
    'page:change',
    (table) => table.setPageSize(2),
    { pageIndex: 0, pageSize: 10 },
    { pageIndex: 0, pageSize: 2 },
  ],
  ['setRowSelection', 'row:select', (table) => table.setRowSelection(onAda), {}, onAda],
  ['toggleSelected', 'row:select', (table) => table.getRow('ada').toggleSelected(), {}, onAda],
  ['selectRow', 'row:select', (table) => table.selectRow('ada'), {}, onAda],
  [
    'toggleAllRowsSelected',
    'row:select',
    (table) => table.toggleAllRowsSelected(),
    {},
    { ada: true, bob: true, cy: true, dee: true },
  ],
  ['setExpanded', 'row:expand', (table) => table.setExpanded(onAda), {}, onAda],
  [
    'setColumnVisibility',
    'column:visibility',
    (table) => table.setColumnVisibility({ age: false }),
    {},
    { age: false },
  ],
  [
    'toggleVisibility',
    'column:visibility',
    (table) => table.getColumn('age')?.toggleVisibility(false),
    {},
    { age: false },
  ],
  ['setColumnOrder', 'column:reorder', (table) => table.setColumnOrder(['age', 'name']), [], ['age', 'name']],
  ['setColumnSizing', 'column:resize', (table) => table.setColumnSizing({ age: 90 }), {}, { age: 90 }],
]

describe('every setter of TanStack is one operation', () => {
  test.each(changes)('%s is %s', (_, type, change, before, after) => {
    const { table, events } = peopleTable()
    change(table)
    expect(events).toEqual([{ type, source: 'api', payload: { before, after } }])
  })

  test('pinning of rows and columns', () => {
    const { table, events } = peopleTable()
    table.getColumn('age')?.pin('start')
    table.getRow('bob').pin('top')
    table.setColumnPinning({ start: [], end: ['age'] })
    table.setRowPinning({ top: [], bottom: ['bob'] })
    expect(events.map(({ type }) => type)).toEqual(['column:pin', 'row:pin', 'column:pin', 'row:pin'])
    expect(events[3]?.payload).toEqual({
      before: { top: ['bob'], bottom: [] },
      after: { top: [], bottom: ['bob'] },
    })
  })

  test('expanding of rows', () => {
    const [ada, ...others] = people()
    const { table, events } = peopleTable([], { data: [{ ...ada, children: others } as Person] })
    table.getRow('ada').toggleExpanded()
    table.getRow('ada').toggleExpanded(true)
    table.toggleAllRowsExpanded(true)
    expect(events.map(({ type, payload }) => [type, payload])).toEqual([
      ['row:expand', { before: {}, after: onAda }],
      ['row:expand', { before: onAda, after: true }],
    ])
  })

  test('filters tell of all that is filtered for', () => {
    const { table, events } = peopleTable()
    const filters = [{ id: 'age', value: 30 }]
    table.setColumnFilters(filters)
    table.setGlobalFilter('a')
    table.getColumn('age')?.setFilterValue(undefined)
    const none = { filters: [], globalFilter: undefined }
    const one = { filters, globalFilter: undefined }
    const both = { filters, globalFilter: 'a' }
    const last = { filters: [], globalFilter: 'a' }
    expect(events).toEqual(
      [
        { ...one, before: none, after: one },
        { ...both, before: one, after: both },
        { ...last, before: both, after: last },
      ].map((payload) => ({ type: 'filter:apply', source: 'api', payload })),
    )
  })

  test.each(changes)('%s again changes nothing, and tells nothing', (_, _type, change, __, after) => {
    const { table, events } = peopleTable()
    change(table)
    const [event] = events
    events.length = 0
    const slice = Object.entries(table.store.state).find(
      ([, value]) => value === (event?.payload as { after: unknown } | undefined)?.after,
    )?.[0]
    const set = (table as unknown as Record<string, (value: unknown) => void>)[
      `set${slice?.charAt(0).toUpperCase()}${slice?.slice(1)}`
    ]
    set?.(structuredClone(after))
    expect(set).toBeTypeOf('function')
    expect(events).toEqual([])
  })

  test('resets are operations, where they change something', () => {
    const { table, events } = peopleTable([], { initialState: { sorting: byAge } })
    table.resetSorting()
    table.resetColumnFilters()
    table.resetPagination()
    table.resetRowSelection()
    expect(events).toEqual([])
    table.resetSorting(true)
    expect(events).toMatchObject([{ type: 'sort:change', payload: { before: byAge, after: [] } }])
  })

  test('reset resets every slice, each once', async () => {
    const { table, events } = peopleTable([], { initialState: { sorting: [{ id: 'name', desc: true }] } })
    const initial = structuredClone({ ...table.store.state })
    for (const [, , change] of changes) change(table)
    table.setGlobalFilter('a')
    table.getRow('ada').pin('top')
    table.setSorting(byAge)
    events.length = 0
    table.reset()
    await settle()
    const types = events.map(({ type }) => type)
    expect(structuredClone({ ...table.store.state })).toEqual(initial)
    expect([...types].sort()).toEqual([...new Set(types)].sort())
    expect(types).toEqual(expect.arrayContaining(['sort:change', 'filter:apply', 'row:pin', 'row:select']))
    events.length = 0
    table.reset()
    expect(events).toEqual([])
  })

  test('the table shows what the event tells, already while it tells', () => {
    const { table } = peopleTable()
    const seen: unknown[] = []
    table.events.on('sort:change', () => seen.push(table.getRowModel().rows.map(({ id }) => id)))
    table.setSorting(byAge)
    expect(seen).toEqual([['dee', 'cy', 'bob', 'ada']])
  })

  test('a new filter goes back to the first page, which is told too', async () => {
    const { table, events } = peopleTable([], { initialState: { pagination: { pageIndex: 1, pageSize: 2 } } })
    expect(table.getRowModel().rows).toHaveLength(2)
    table.setGlobalFilter('a')
    table.getRowModel()
    await settle()
    expect(events.map(({ type }) => type)).toEqual(['filter:apply', 'page:change'])
  })
})

describe('state that the application owns', () => {
  test('in an atom of its own works, and is told', () => {
    const sorting = storeReactivityBindings().createWritableAtom<SortingState>([])
    const { table, events } = peopleTable([], { atoms: { sorting } })
    table.setSorting(byAge)
    table.setGlobalFilter('x')
    expect(sorting.get()).toEqual(byAge)
    expect(events.map(({ type }) => type)).toEqual(['sort:change', 'filter:apply'])
    sorting.set([{ id: 'name', desc: true }])
    expect(table.getRowModel().rows).toEqual([])
    table.setGlobalFilter(undefined)
    expect(table.getRowModel().rows[0]?.id).toBe('dee')
    // As in TanStack, reset leaves alone what is not the table's.
    table.reset()
    expect(sorting.get()).toEqual([{ id: 'name', desc: true }])
    table.resetSorting()
    expect(sorting.get()).toEqual([])
  })

  /** As React has it: a queue of updaters, applied at the next render. */
  function controlled(plugins: Parameters<typeof peopleTable>[0] = []) {
    let sorting: SortingState = []
    let next: SortingState = []
    const made = peopleTable(plugins, {
      state: { sorting },
      onSortingChange: (updater: Updater<SortingState>) => {
        next = typeof updater === 'function' ? updater(next) : updater
      },
    })
    const render = (): SortingState => {
      sorting = next
      made.table.setOptions((options) => ({ ...options, state: { sorting } }))
      return sorting
    }
    return { ...made, render }
  }

  test('as controlled state works, and is told', () => {
    const { table, events, render } = controlled()
    table.setSorting(byAge)
    expect(table.store.state.sorting).toEqual([])
    expect(render()).toEqual(byAge)
    expect(table.store.state.sorting).toEqual(byAge)
    expect(events).toEqual([{ type: 'sort:change', source: 'api', payload: { before: [], after: byAge } }])
  })

  test('two changes before a render add up, also where the second seems to change nothing', () => {
    const { table, render } = controlled()
    table.setSorting(byAge)
    table.setSorting((old) => [...old, { id: 'name', desc: true }])
    expect(render()).toHaveLength(2)
    table.setSorting([])
    table.setSorting(() => render())
    table.setSorting(byAge)
    table.setSorting([...byAge, { id: 'name', desc: true }])
    expect(render()).toHaveLength(2)
  })

  test('can be changed by plugins', async () => {
    const held = holder('acme', { requiredPermissions: ['state:read', 'state:write'] })
    const { table, events, render } = controlled([held.plugin])
    await table.plugins.ready
    held.context().updateTableState((draft) => {
      draft.sorting = byAge
    })
    expect(render()).toEqual(byAge)
    expect(events).toMatchObject([{ type: 'sort:change', source: 'acme' }])
  })

  test('without a handler stays as it is, as in TanStack', () => {
    const { table, events } = peopleTable([], { state: { sorting: byAge } })
    table.setSorting([])
    table.reset()
    expect(table.store.state.sorting).toEqual(byAge)
    expect(events).toEqual([])
  })
})

describe('withSource', () => {
  test('charges what it starts, nests, and restores on a throw', () => {
    const { table, events } = peopleTable()
    const result = table.withSource('user', () => {
      table.selectRow(0)
      table.withSource('importer', () => table.selectRow(1))
      expect(() =>
        table.withSource('broken', () => {
          throw new Error('no')
        }),
      ).toThrow('no')
      table.selectRow(2)
      return 'result'
    })
    table.selectRow(3)
    expect(result).toBe('result')
    expect(events.map(({ source }) => source)).toEqual(['user', 'importer', 'user', 'api'])
  })
})

describe('a plugin and the state', () => {
  async function reader() {
    const held = holder('acme', { requiredPermissions: ['state:read', 'state:write'] })
    const made = peopleTable([held.plugin])
    await made.table.plugins.ready
    return { ...made, context: held.context() }
  }

  test('reads all slices, rows and columns', async () => {
    const { table, context } = await reader()
    table.setSorting(byAge)
    table.setColumnFilters([{ id: 'age', value: 30 }])
    const state = context.getTableState()
    expect(state.sorting).toEqual(byAge)
    expect(state.data).toHaveLength(4)
    expect(state.filteredRows.map((row) => row['name'])).toEqual(['Bob', 'Ada'])
    expect(state.filteredRows).toBe(state.filteredRows)
    expect(state.columns).toEqual([
      { id: 'name', label: 'Name', type: 'text', visible: true },
      { id: 'age', label: 'Age', type: 'number', visible: true },
    ])
    expect(Object.isFrozen(state)).toBe(true)
  })

  test('reads rows also where they are grouped', async () => {
    const { table, context } = await reader()
    table.createRow({ id: 'ada2', name: 'Ada', age: 1, tags: [] })
    table.setGrouping(['name', 'age'])
    const names = context.getTableState().filteredRows.map((row) => String(row['id']))
    expect(names.toSorted()).toEqual(['ada', 'ada2', 'bob', 'cy', 'dee'])
  })

  test('computes nothing that it does not read', async () => {
    const { table, context } = await reader()
    const rows = table as { getSortedRowModel: () => unknown }
    rows.getSortedRowModel = () => {
      throw new Error('computed')
    }
    const state = context.getTableState()
    expect(state.data).toHaveLength(4)
    expect(() => state.filteredRows).toThrow('computed')
  })

  test('changes state by a recipe, as operations of its own', async () => {
    const { table, context, events } = await reader()
    context.updateTableState((draft) => {
      draft.sorting?.push({ id: 'age', desc: true })
      draft.pagination = { pageIndex: 0, pageSize: 10 }
      draft.columnVisibility = { age: false }
    })
    expect(table.store.state.sorting).toEqual([{ id: 'age', desc: true }])
    expect(events.map(({ type, source }) => `${type} ${source}`)).toEqual([
      'sort:change acme',
      'column:visibility acme',
    ])
    events.length = 0
    context.updateTableState((draft) => ({ ...draft, sorting: [], unknown: 1 }) as unknown as TableState_All)
    expect(events.map(({ type }) => type)).toEqual(['sort:change'])
    context.updateTableState((draft) => {
      if (draft.columnResizing) draft.columnResizing.startSize = 7
    })
    expect(table.store.state.columnResizing.startSize).toBe(7)
    expect(() =>
      context.updateTableState(() => {
        throw new Error('no')
      }),
    ).toThrow('the recipe for the table state threw: no')
    expect(people()).toHaveLength(4)
  })
})
