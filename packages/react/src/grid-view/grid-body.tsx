/* oxlint-disable jsx-a11y/prefer-tag-over-role -- A grid of virtual rows, each placed by itself, can't be an HTML table. */
import type { ReactNode } from 'react'
import { GridRow } from './grid-row.tsx'
import type { GridActions, GridColumn, GridRowModel, GridState, Position } from './grid-table.ts'
import type { GridViewMessages } from './messages.ts'
import type { Editing } from './use-editing.ts'
import { useRowVirtualizer } from './use-row-virtualizer.ts'

interface GridBodyProps {
  readonly scroller: HTMLElement
  readonly rows: readonly GridRowModel[]
  readonly columns: readonly GridColumn[]
  readonly rowHeight: number
  readonly selection: GridState['rowSelection']
  readonly active: Position
  readonly editing: Pick<Editing, 'edit' | 'row'>
  readonly messages: GridViewMessages
  readonly actions: GridActions
}

/** The rows in sight. Rendered on the client only, where their places may be set as styles. */
export function GridBody(props: GridBodyProps): ReactNode {
  const { scroller, rows, rowHeight, selection, active, editing, ...shared } = props
  const { edit } = editing
  // The edited row too: an editor that is mounted again has lost its text, and takes the focus.
  const kept = [active.row, editing.row]
  const { items, height } = useRowVirtualizer(scroller, rows.length, rowHeight, kept)
  return (
    <div role="rowgroup" className="gridkit-body" style={{ blockSize: height }}>
      {items.map(({ index, start }) => {
        const row = rows[index]
        return (
          row && (
            <GridRow
              key={row.id}
              row={row}
              cells={row.getVisibleCells()}
              index={index}
              start={start}
              selected={selection[row.id] === true}
              focusedColumn={index === active.row ? active.column : -1}
              editedColumn={edit?.rowId === row.id ? edit.columnId : undefined}
              {...shared}
            />
          )
        )
      })}
    </div>
  )
}
