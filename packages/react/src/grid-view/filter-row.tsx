/* oxlint-disable jsx-a11y/prefer-tag-over-role -- A grid of virtual rows, each placed by itself, can't be an HTML table. */
import type { KeyboardEvent, ReactNode } from 'react'
import { ColumnFilter } from './column-filter.tsx'
import { rowIndexOf, takesKeys, widgetsIn } from './grid-places.ts'
import { filterRow, type GridActions, type GridColumn, type GridState } from './grid-table.ts'
import type { GridViewMessages } from './messages.ts'

interface FilterRowProps {
  readonly columns: readonly GridColumn[]
  readonly filters: GridState['columnFilters']
  /** The column that is the tab stop, or -1. */
  readonly focusedColumn: number
  readonly messages: GridViewMessages
  readonly actions: GridActions
}

/** The row of filter fields, below the column headers. */
export function FilterRow({ columns, filters, focusedColumn, messages, actions }: FilterRowProps): ReactNode {
  return (
    <div
      role="row"
      className="gridkit-row gridkit-filters"
      aria-rowindex={rowIndexOf(filterRow)}
      onKeyDown={tabThrough}
    >
      {/* oxlint-disable-next-line jsx-a11y/control-has-associated-label -- Nothing filters by the checkboxes. */}
      <div
        role="gridcell"
        className="gridkit-cell gridkit-select"
        aria-colindex={1}
        tabIndex={focusedColumn === 0 ? 0 : -1}
      />
      {columns.map((column, index) => (
        <div
          key={column.id}
          role="gridcell"
          className="gridkit-cell"
          aria-colindex={index + 2}
          tabIndex={focusedColumn === index + 1 ? 0 : -1}
        >
          {column.column.getCanFilter() && (
            <ColumnFilter
              column={column}
              value={filters.find(({ id }) => id === column.id)?.value}
              messages={messages}
              actions={actions}
            />
          )}
        </div>
      ))}
    </div>
  )
}

/** While a field has the focus, Tab goes to the next one; from the last it leaves the grid, as always. */
function tabThrough(event: KeyboardEvent<HTMLElement>): void {
  if (event.key !== 'Tab' || !takesKeys(event.target)) return
  const fields = widgetsIn(event.currentTarget)
  const here = fields.findIndex((field) => field === event.target)
  const next = fields[here + (event.shiftKey ? -1 : 1)]
  if (next === undefined) return
  event.preventDefault()
  next.focus()
}
