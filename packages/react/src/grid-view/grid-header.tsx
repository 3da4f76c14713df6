/* oxlint-disable jsx-a11y/prefer-tag-over-role -- A grid of virtual rows, each placed by itself, can't be an HTML table. */
import { FlexRender } from '@tanstack/react-table'
import type { ReactNode } from 'react'
import { Checkbox } from './checkbox.tsx'
import { rowIndexOf } from './grid-places.ts'
import { headerRow, type GridActions, type GridColumn, type GridState } from './grid-table.ts'
import type { GridViewMessages } from './messages.ts'

interface GridHeaderProps {
  readonly columns: readonly GridColumn[]
  readonly sorting: GridState['sorting']
  readonly selection: 'none' | 'some' | 'all'
  /** The column that is the tab stop, or -1. */
  readonly focusedColumn: number
  readonly messages: GridViewMessages
  readonly actions: GridActions
}

/** The row of column headers. */
export function GridHeader(props: GridHeaderProps): ReactNode {
  const { columns, sorting, selection, focusedColumn, messages, actions } = props
  return (
    <div role="row" className="gridkit-row gridkit-header" aria-rowindex={rowIndexOf(headerRow)}>
      <div
        role="columnheader"
        className="gridkit-cell gridkit-select"
        aria-colindex={1}
        tabIndex={focusedColumn === 0 ? 0 : -1}
      >
        <Checkbox
          label={messages.selectAll}
          checked={selection === 'all'}
          indeterminate={selection === 'some'}
          onToggle={actions.selectAll}
        />
      </div>
      {columns.map((column, index) => (
        <ColumnHeading
          key={column.id}
          column={column}
          colIndex={index + 2}
          order={sorting.findIndex(({ id }) => id === column.id)}
          sorting={sorting}
          focused={focusedColumn === index + 1}
          actions={actions}
        />
      ))}
    </div>
  )
}

interface ColumnHeadingProps {
  readonly column: GridColumn
  readonly colIndex: number
  /** Its place among the columns that sort, or -1. */
  readonly order: number
  readonly sorting: GridState['sorting']
  readonly focused: boolean
  readonly actions: GridActions
}

function ColumnHeading({
  column,
  colIndex,
  order,
  sorting,
  focused,
  actions,
}: ColumnHeadingProps): ReactNode {
  const sortable = column.column.getCanSort()
  const direction = directionOf(sorting[order])
  return (
    <div
      role="columnheader"
      className={`gridkit-cell gridkit-${column.type}`}
      aria-colindex={colIndex}
      aria-sort={sortable ? direction : undefined}
      tabIndex={focused ? 0 : -1}
    >
      {sortable ? (
        <button
          type="button"
          tabIndex={-1}
          className="gridkit-sort"
          onClick={({ shiftKey }) => actions.sort(column.id, shiftKey)}
        >
          <span className="gridkit-title">
            <FlexRender header={column.header} />
          </span>
          <SortIcon />
          {sorting.length > 1 && order >= 0 && (
            <span className="gridkit-sort-order" aria-hidden="true">
              {order + 1}
            </span>
          )}
        </button>
      ) : (
        <span className="gridkit-title">
          <FlexRender header={column.header} />
        </span>
      )}
    </div>
  )
}

function SortIcon(): ReactNode {
  return (
    <svg className="gridkit-sort-icon" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
      <path
        d="M6 10V2M2.75 5.25 6 2l3.25 3.25"
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        strokeLinejoin="round"
      />
    </svg>
  )
}

function directionOf(sort: GridState['sorting'][number] | undefined): 'none' | 'ascending' | 'descending' {
  if (sort === undefined) return 'none'
  return sort.desc ? 'descending' : 'ascending'
}
