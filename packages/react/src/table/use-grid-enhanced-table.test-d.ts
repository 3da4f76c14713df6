import { definePlugin } from '@gridkit/core'
import { exportPlugin } from '@gridkit/plugins'
import { describe, expectTypeOf, test } from 'vitest'
import { useGridEnhancedTable, useTableEvent } from '../index.ts'

declare const data: { id: string; name: string }[]
const columns = [{ accessorKey: 'name' as const, header: 'Name' }]

describe('the methods of plugins', () => {
  test('are on the table, with their arguments', () => {
    function useTable() {
      const plugins = [exportPlugin({ formats: ['csv', 'xlsx', 'pdf'] })] as const
      const table = useGridEnhancedTable({ data, columns, features: { plugins } })
      // @ts-expect-error: 'cvs' is no format
      void table.export('cvs')
      return table.export('csv')
    }
    expectTypeOf(useTable).returns.resolves.not.toBeAny()
  })

  test('are not there without the plugin', () => {
    function useTable() {
      const table = useGridEnhancedTable({ data, columns, features: { plugins: [] } })
      // @ts-expect-error: exportPlugin is not in the list
      void table.export('csv')
      return table
    }
    expectTypeOf(useTable).returns.toHaveProperty('registerPlugin')
  })
})

const reports = definePlugin({
  metadata: { id: '@acme/reports', name: 'Reports', version: '1.0.0', category: 'export' },
  dependencies: { export: '*' },
  types: {} as { events: { '@acme/reports/report:sent': { to: string } } },
  initialize() {},
})

describe('plugins that depend on others', () => {
  test('are listed with them', () => {
    function useTables() {
      const plugins = [reports, exportPlugin({ formats: ['csv'] })] as const
      useGridEnhancedTable({ data, columns, features: { plugins } })
      // @ts-expect-error: reports requires export
      useGridEnhancedTable({ data, columns, features: { plugins: [reports] } })
    }
    expectTypeOf(useTables).toBeFunction()
  })
})

describe('useTableEvent', () => {
  test('knows the event types of the listed plugins', () => {
    function useEvents() {
      const plugins = [reports, exportPlugin({ formats: ['csv'] })] as const
      const table = useGridEnhancedTable({ data, columns, features: { plugins } })
      useTableEvent(table, '@acme/reports/report:sent', ({ payload }) =>
        expectTypeOf(payload).toEqualTypeOf<{ to: string }>(),
      )
      useTableEvent(table, '@acme/reports/report:*', ({ payload }) =>
        expectTypeOf(payload).toEqualTypeOf<{ to: string }>(),
      )
      useTableEvent(table, 'row:delete', ({ payload }) => expectTypeOf(payload.rowId).toEqualTypeOf<string>())
      useTableEvent(table, '@acme/other/thing:done', ({ payload }) => expectTypeOf(payload).toBeUnknown())
      // @ts-expect-error: no such event
      useTableEvent(table, 'row:deleted', () => {})
    }
    expectTypeOf(useEvents).toBeFunction()
  })

  test('takes any table', () => {
    function useEvents() {
      const table = useGridEnhancedTable({ data, columns, features: {} })
      useTableEvent(table, 'row:delete', ({ payload }) => expectTypeOf(payload.rowId).toEqualTypeOf<string>())
      // @ts-expect-error: no such event
      useTableEvent(table, 'row:deleted', () => {})
    }
    expectTypeOf(useEvents).toBeFunction()
  })
})
