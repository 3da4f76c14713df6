import { exportPlugin } from '@gridkit/plugins'
import { describe, expectTypeOf, test } from 'vitest'
import { useGridEnhancedTable } from '../index.ts'

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
