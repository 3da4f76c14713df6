/* oxlint-disable jsx-a11y/prefer-tag-over-role -- A grid of virtual rows, each placed by itself, can't be an HTML table. */
import { FlexRender } from '@tanstack/react-table'
import { memo, type ReactNode } from 'react'
import { CellEditor } from './cell-editor.tsx'
import { cellText } from './cell-values.ts'
import { Checkbox } from './checkbox.tsx'
import { rowIndexOf } from './grid-places.ts'
import type { GridActions, GridCellModel, GridColumn, GridRowModel } from './grid-table.ts'
import type { GridViewMessages } from './messages.ts'

interface GridRowProps {
  readonly row: GridRowModel
  readonly cells: readonly GridCellModel[]
  readonly columns: readonly GridColumn[]
  readonly index: number
  /** How far down it is, in pixels. */
  readonly start: number
  readonly selected: boolean
  /** The column that is the tab stop, or -1. */
  readonly focusedColumn: number
  readonly editedColumn: string | undefined
  readonly messages: GridViewMessages
  readonly actions: GridActions
}

/** One row. Renders again only when something of it changed. */
export const GridRow = memo(function GridRow(props: GridRowProps): ReactNode {
  const { row, cells, columns, index, start, selected, focusedColumn, editedColumn, messages, actions } =
    props
  const editable = columns.some(({ editKey }) => editKey !== undefined)
  return (
    <div
      role="row"
      className={`gridkit-row gridkit-data${editedColumn === undefined ? '' : ' gridkit-edited'}`}
      aria-rowindex={rowIndexOf(index)}
      aria-selected={selected}
      style={{ transform: `translateY(${start}px)` }}
    >
      <div
        role="gridcell"
        className="gridkit-cell gridkit-select"
        aria-colindex={1}
        tabIndex={focusedColumn === 0 ? 0 : -1}
      >
        <Checkbox
          label={messages.selectRow(index + 1)}
          checked={selected}
          disabled={!row.getCanSelect()}
          onToggle={(on, range) => actions.selectRow(row, on, range)}
        />
      </div>
      {columns.map((column, at) => (
        <div
          key={column.id}
          role="gridcell"
          className={cellClass(column, column.id === editedColumn)}
          aria-colindex={at + 2}
          // oxlint-disable-next-line jsx-a11y/role-supports-aria-props -- ARIA 1.2 has it on gridcell.
          aria-readonly={editable && column.editKey === undefined ? true : undefined}
          tabIndex={focusedColumn === at + 1 ? 0 : -1}
        >
          {column.id === editedColumn ? (
            <CellEditor row={row} column={column} messages={messages} actions={actions} />
          ) : (
            <CellContent cell={cells[at]} column={column} messages={messages} />
          )}
        </div>
      ))}
    </div>
  )
})

interface CellContentProps {
  readonly cell: GridCellModel | undefined
  readonly column: GridColumn
  readonly messages: GridViewMessages
}

function CellContent({ cell, column, messages }: CellContentProps): ReactNode {
  if (cell === undefined) return null
  return (
    <span className="gridkit-value">
      {column.plain ? cellText(cell.getValue(), column.type, messages) : <FlexRender cell={cell} />}
    </span>
  )
}

function cellClass({ type, editKey }: GridColumn, editing: boolean): string {
  const names = ['gridkit-cell', `gridkit-${type}`]
  if (editKey !== undefined) names.push('gridkit-editable')
  if (editing) names.push('gridkit-editing')
  return names.join(' ')
}
