/* oxlint-disable jsx-a11y/prefer-tag-over-role -- A grid of virtual rows, each placed by itself, can't be an HTML table. */
import { useMemo, useState, type ReactNode } from 'react'
import type { RowData } from '@tanstack/react-table'
import { EmptyState } from './empty-state.tsx'
import { FilterRow } from './filter-row.tsx'
import { GridBody } from './grid-body.tsx'
import { GridHeader } from './grid-header.tsx'
import { gridKeys } from './grid-keyboard.ts'
import { filterRow, headerRow, type GridTable, type GridViewTable } from './grid-table.ts'
import { LiveRegion } from './live-region.tsx'
import { englishMessages, type GridViewMessages } from './messages.ts'
import { Toolbar } from './toolbar.tsx'
import { useEditing } from './use-editing.ts'
import { useGridActions } from './use-grid-actions.ts'
import { useGridModel } from './use-grid-model.ts'
import { useGridSizes } from './use-grid-sizes.ts'
import { useRovingFocus } from './use-roving-focus.ts'
import { useTableState } from './use-table-state.ts'

export interface GridViewProps<TData extends RowData> {
  /** What `useGridEnhancedTable` returned, for a table with the stock features. */
  readonly table: GridViewTable<TData>
  /** The name of the grid for screen readers. */
  readonly 'aria-label': string
  /** In pixels, the same for all rows. Default 36. */
  readonly rowHeight?: number | undefined
  /** Texts other than the English ones. */
  readonly messages?: Partial<GridViewMessages> | undefined
  /** Shown when the table has no rows at all. */
  readonly emptyMessage?: string | undefined
  readonly className?: string | undefined
}

/**
 * The table, rendered: virtual rows, sorting, filtering, selection and editing
 * of cells, by mouse and by keyboard. Import `@gridkit/react/styles.css` with
 * it, and give it a height by its container or by `--gridkit-height`.
 *
 * It scrolls through all rows that pass the filters, not through the page that
 * the table's `pagination` names: that counts for `getRowModel()` alone.
 */
export function GridView<TData extends RowData>(props: GridViewProps<TData>): ReactNode {
  const { rowHeight = 36, emptyMessage, className } = props
  // Inside, rows are of any kind.
  const table = props.table as unknown as GridTable
  const messages = useMemo(() => ({ ...englishMessages, ...props.messages }), [props.messages])
  const [root, setRoot] = useState<HTMLElement | null>(null)
  const [scroller, setScroller] = useState<HTMLElement | null>(null)
  const state = useTableState(table)
  const { columns, rows, total, selected, template, width } = useGridModel(table, state)
  const focus = useRovingFocus(scroller, rows, columns.length + 1)
  const editing = useEditing(rows, columns)
  const scene = { table, rows, columns, focus, editing }
  const actions = useGridActions(scene)
  useGridSizes(root, { columns: template, width, rowHeight })
  const { onKeyDown, onDoubleClick } = gridKeys({ ...scene, scroller, rowHeight, actions })
  const shared = { columns, messages, actions }
  const focusedIn = (row: number): number => (focus.active.row === row ? focus.active.column : -1)

  return (
    <div ref={setRoot} className={className === undefined ? 'gridkit' : `gridkit ${className}`}>
      <Toolbar
        search={String(state.globalFilter ?? '')}
        shown={rows.length}
        total={total}
        messages={messages}
        actions={actions}
      />
      <div ref={setScroller} className="gridkit-scroller">
        {/* oxlint-disable-next-line jsx-a11y/interactive-supports-focus -- One of its cells always is. */}
        <div
          role="grid"
          className="gridkit-grid"
          aria-label={props['aria-label']}
          aria-rowcount={rows.length + 2}
          aria-colcount={columns.length + 1}
          aria-multiselectable
          onKeyDown={onKeyDown}
          onDoubleClick={onDoubleClick}
          onFocus={focus.onFocus}
          onBlur={focus.onBlur}
        >
          <div role="rowgroup" className="gridkit-head">
            <GridHeader
              {...shared}
              sorting={state.sorting}
              selection={selected}
              focusedColumn={focusedIn(headerRow)}
            />
            <FilterRow {...shared} filters={state.columnFilters} focusedColumn={focusedIn(filterRow)} />
          </div>
          {scroller && rows.length > 0 && (
            <GridBody
              {...shared}
              scroller={scroller}
              rows={rows}
              rowHeight={rowHeight}
              selection={state.rowSelection}
              active={focus.active}
              editing={editing}
            />
          )}
        </div>
        {rows.length === 0 && (
          <EmptyState filtered={total > 0} message={emptyMessage} messages={messages} actions={actions} />
        )}
      </div>
      <LiveRegion
        table={table}
        state={state}
        shown={rows.length}
        saved={editing.saved}
        columns={columns}
        messages={messages}
      />
    </div>
  )
}
