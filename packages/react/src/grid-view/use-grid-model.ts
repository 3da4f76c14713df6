import { useMemo } from 'react'
import { describeColumns, templateOf, widthOf } from './grid-columns.ts'
import type { ColumnHeader, GridColumn, GridRowModel, GridState, GridTable } from './grid-table.ts'

/** How many of the rows shown are selected. */
type SelectedPart = 'none' | 'some' | 'all'

/** What the table holds, as the view shows it. */
export interface GridModel {
  readonly columns: readonly GridColumn[]
  /** All rows that pass the filters, in the current order. */
  readonly rows: readonly GridRowModel[]
  /** How many rows there are, filtered or not. */
  readonly total: number
  readonly selected: SelectedPart
  /** The widths of the columns, for `grid-template-columns`. */
  readonly template: string
  /** The width of all columns, in pixels. */
  readonly width: number
}

/** Reads the table for the state it is in. */
export function useGridModel(table: GridTable, state: GridState): GridModel {
  const headers = headersOf(table, state)
  const columns = useMemo(() => describeColumns(headers), [headers])
  const { rows, rowsById, total, all } = readRows(table, state)
  const some = useMemo(() => isSomeSelected(state.rowSelection, rowsById), [state.rowSelection, rowsById])
  const partly = some ? 'some' : 'none'
  const selected = all ? 'all' : partly
  return { columns, rows, total, selected, template: templateOf(columns), width: widthOf(columns) }
}

const noHeaders: readonly ColumnHeader[] = []

// The state is a parameter, so that whoever memoises these calls (the React Compiler does) makes them again for another.
function headersOf(table: GridTable, _state: GridState): readonly ColumnHeader[] {
  return table.getHeaderGroups().at(-1)?.headers ?? noHeaders
}

function readRows(table: GridTable, _state: GridState) {
  // Columns first choose their filters, so this comes after they are described.
  const { rows, rowsById } = table.getPrePaginatedRowModel()
  return {
    rows,
    rowsById,
    total: table.getCoreRowModel().rows.length,
    all: table.getIsAllRowsSelected(),
  }
}

function isSomeSelected(
  selection: GridState['rowSelection'],
  rowsById: Readonly<Record<string, GridRowModel>>,
): boolean {
  return Object.keys(selection).some((id) => selection[id] === true && rowsById[id] !== undefined)
}
