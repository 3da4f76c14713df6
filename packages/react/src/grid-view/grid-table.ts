import type { ColumnType, GridKitTableMembers, RowValues, StockGridFeatures } from '@gridkit/core'
import type { Cell, Column, Header, ReactTable, Row, RowData, TableState } from '@tanstack/react-table'

/** What a GridView shows: a table of `useGridEnhancedTable` with the stock features, whatever its plugins and selector. */
export type GridViewTable<TData extends RowData> = Omit<
  ReactTable<StockGridFeatures, TData, unknown>,
  'state'
> &
  GridKitTableMembers<TData>

/** Inside, rows are of any kind. */
export type GridTable = GridViewTable<RowValues>
export type GridRowModel = Row<StockGridFeatures, RowValues>
export type GridCellModel = Cell<StockGridFeatures, RowValues>
export type TableColumn = Column<StockGridFeatures, RowValues>
export type ColumnHeader = Header<StockGridFeatures, RowValues>
export type GridState = TableState<StockGridFeatures>

/** A column as the view needs it; the same object for as long as the columns are the same. */
export interface GridColumn {
  readonly id: string
  readonly label: string
  readonly type: ColumnType
  readonly column: TableColumn
  readonly header: ColumnHeader
  /** The field that edits write to. Without it cells are not editable. */
  readonly editKey: string | undefined
  /** Whether the column has no `cell` of its own, so that the view formats its values. */
  readonly plain: boolean
}

/** A cell by its place: `headerRow`, `filterRow` or the index of a row shown; column 0 is that of the checkboxes. */
export interface Position {
  readonly row: number
  readonly column: number
}

export const headerRow = -2
export const filterRow = -1

/** Where an edit goes on when it is done. */
export type Step = 'down' | 'left' | 'right' | 'stay'

/** What people do in the grid. The object stays the same while the grid is mounted, so that rows can be memoised. */
export interface GridActions {
  readonly sort: (columnId: string, multiple: boolean) => void
  readonly filter: (columnId: string, update: (before: unknown) => unknown) => void
  readonly search: (text: string) => void
  readonly clearFilters: () => void
  readonly selectRow: (row: GridRowModel, on: boolean, range: boolean) => void
  readonly selectAll: (on: boolean) => void
  /** Whether that began: the cell may not be editable. */
  readonly edit: (at: Position) => boolean
  /** Gives the message of the refusal, if the change was refused. */
  readonly save: (row: GridRowModel, column: GridColumn, value: unknown, step: Step) => string | undefined
  /** Ends the edit and changes nothing. */
  readonly close: (step: Step | 'back') => void
}
