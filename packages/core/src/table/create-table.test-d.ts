import { createColumnHelper, rowSortingFeature, tableFeatures } from '@tanstack/table-core'
import { describe, expectTypeOf, test } from 'vitest'
import { createTable, definePlugin, type StockGridFeatures } from '../index.ts'

interface Person {
  id: string
  name: string
  age: number
}
const data: Person[] = []
const metadata = { id: 'acme', name: 'Acme', version: '1.0.0', category: 'data' } as const

const outliers = definePlugin<{ sigma: number }, { findOutliers(columnId: string): string[] }>({
  metadata,
  methods: ['findOutliers'],
  config: { sigma: 3 },
  initialize(context) {
    expectTypeOf(context.config).toEqualTypeOf<{ sigma: number }>()
    context.registerMethod('findOutliers', (columnId) => [columnId])
    // @ts-expect-error: the plugin does not declare it
    context.registerMethod('findInliers', () => [])
    // @ts-expect-error: it takes a column id, and gives row ids
    context.registerMethod('findOutliers', (columnId: number) => columnId)
    context.on('sort:change', ({ payload }) =>
      expectTypeOf(payload.after[0]?.id).toEqualTypeOf<string | undefined>(),
    )
    context.on('row:*', (event) => {
      if (event.type === 'row:update') expectTypeOf(event.payload.rowId).toEqualTypeOf<string>()
    })
    // @ts-expect-error: no such event
    context.on('sort:changed', () => {})
  },
})
const grouped = definePlugin<unknown, { audit: { query(limit: number): number } }>({
  metadata,
  methods: ['audit.query'],
  initialize() {},
})

describe('createTable', () => {
  test('has the methods of the listed plugins, as promises', () => {
    const table = createTable({ data, columns: [], features: { plugins: [outliers, grouped] } })
    expectTypeOf(table.findOutliers).toEqualTypeOf<(columnId: string) => Promise<string[]>>()
    expectTypeOf(table.audit.query(3)).toEqualTypeOf<Promise<number>>()
    // @ts-expect-error: takes a column id
    void table.findOutliers(1)
  })

  test('has no methods of plugins that are not listed', () => {
    const table = createTable({ data, columns: [], features: { plugins: [grouped] } })
    expectTypeOf(table).not.toHaveProperty('findOutliers')
    // @ts-expect-error: outliers is not in the list
    void table.findOutliers
  })

  test('has the stock features when none is named', () => {
    const table = createTable({
      data,
      columns: [{ accessorKey: 'name', header: 'Name', meta: { gridkit: { type: 'text', editable: true } } }],
      features: { plugins: [outliers] },
    })
    table.setSorting([{ id: 'name', desc: true }])
    table.setGlobalFilter('a')
    expectTypeOf(table.getRowModel().rows[0]?.original).toEqualTypeOf<Person | undefined>()
    table.updateRow('1', { name: 'Ada' })
    // @ts-expect-error: a person has no such field
    table.updateRow('1', { nome: 'Ada' })
  })

  test('has only the features that are named', () => {
    const table = createTable({ data, columns: [], features: { plugins: [outliers], rowSortingFeature } })
    table.setSorting([])
    void table.findOutliers('age')
    expectTypeOf(table).not.toHaveProperty('setGlobalFilter')
    // @ts-expect-error: filtering is not among the features
    table.setGlobalFilter('a')
  })

  test('takes columns of the column helper', () => {
    const helper = createColumnHelper<StockGridFeatures, Person>()
    createTable({ data, columns: helper.columns([helper.accessor('age', {})]), features: {} })
    const own = tableFeatures({ rowSortingFeature })
    const ownHelper = createColumnHelper<typeof own, Person>()
    const columns = ownHelper.columns([ownHelper.accessor('age', {})])
    const table = createTable({ data, columns, features: { ...own, plugins: [outliers] } })
    expectTypeOf(table.findOutliers('age')).toEqualTypeOf<Promise<string[]>>()
  })

  test('refuses a misspelled option', () => {
    expectTypeOf<Parameters<typeof createTable>[0]>().not.toHaveProperty('getRowID')
    // @ts-expect-error: it is called getRowId
    createTable({ data, columns: [], features: {}, getRowID: () => '' })
    createTable({
      data,
      // @ts-expect-error: there is no such type of column
      columns: [{ accessorKey: 'age', meta: { gridkit: { type: 'nombre' } } }],
      features: {},
    })
  })
})
