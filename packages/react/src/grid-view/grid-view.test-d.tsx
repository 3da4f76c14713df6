import { definePlugin } from '@gridkit/core'
import { describe, expectTypeOf, test } from 'vitest'
import { GridView, useGridEnhancedTable, type GridViewProps } from '../index.ts'

interface Person {
  id: string
  name: string
  salary: number
}
declare const data: Person[]
const columns = [{ accessorKey: 'name' as const, header: 'Name' }]
const customPlugin = definePlugin({
  metadata: { id: 'plugin-id', name: 'Custom', version: '1.0.0', category: 'utility' },
  initialize() {},
})

describe('GridView', () => {
  test('takes every table with the stock features', () => {
    function useViews() {
      const plain = useGridEnhancedTable({ data, columns, features: {} })
      const narrow = useGridEnhancedTable(
        { data, columns, features: { plugins: [customPlugin] } },
        () => null,
      )
      const some = useGridEnhancedTable({ data, columns, features: { plugins: [] } }, (state) => ({
        sorting: state.sorting,
      }))
      const numbers = useGridEnhancedTable({ data, columns, features: {} }, (state) => state.sorting.length)
      return [
        <GridView key="1" table={plain} aria-label="People" />,
        <GridView key="2" table={narrow} aria-label="People" rowHeight={40} className="wide" />,
        <GridView key="3" table={some} aria-label="People" messages={{ search: 'Find' }} />,
        <GridView key="4" table={numbers} aria-label="People" emptyMessage="Nobody" />,
      ]
    }
    expectTypeOf(useViews).toBeFunction()
    expectTypeOf<GridViewProps<Person>>().toHaveProperty('aria-label')
  })

  test('takes no table that lacks what it needs, and no message that there is not', () => {
    function useWrong() {
      const table = useGridEnhancedTable({ data, columns, features: {} })
      // @ts-expect-error: a grid has a name
      void (<GridView table={table} />)
      // @ts-expect-error: a misspelled message
      void (<GridView table={table} aria-label="People" messages={{ serach: 'Find' }} />)
    }
    expectTypeOf(useWrong).toBeFunction()
  })
})
