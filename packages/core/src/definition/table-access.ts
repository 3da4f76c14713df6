import type { TableState_All } from '@tanstack/table-core'
import type { RowValues } from './operations.ts'

/** The kind of value a column holds. Decides its filter, its editor and how it is exported. */
export type ColumnType = 'text' | 'number' | 'boolean' | 'date'

/** What GridKit reads from a column's `meta.gridkit`. */
export interface GridKitColumnOptions {
  /** Default `'text'`. */
  readonly type?: ColumnType
  /** Whether people may edit its cells in a GridView. Default false. */
  readonly editable?: boolean
  /** The column's name where its `header` is not a text. Default: the column id. */
  readonly label?: string
}

/** The `meta` of a column on a GridKit table. */
export interface GridKitColumnMeta {
  readonly gridkit?: GridKitColumnOptions
}

/** A column as plugins see it. */
export interface ColumnInfo {
  readonly id: string
  /** What people read in its header. */
  readonly label: string
  readonly type: ColumnType
  readonly visible: boolean
}

/** Which rows: all, those that pass the filters, those selected, or those on the current page. */
export type RowScope = 'all' | 'filtered' | 'selected' | 'page'

export interface RowQueryOptions {
  /** Default `'all'`. All scopes keep the table's sort order. */
  readonly scope?: RowScope
  /** Column ids in the wanted order. Default: all columns that have values, in table order. Unknown ids are refused. */
  readonly columns?: readonly string[]
  /** Rows in each page. Default 1,000. */
  readonly pageSize?: number
}

/** Some rows, as ids and values by accessor in the order of the query's columns. */
export interface RowPage {
  readonly rowIds: readonly string[]
  readonly values: readonly (readonly unknown[])[]
}

/** The rows as they were when the query was made, a page at a time. */
export interface RowQuery extends AsyncIterable<RowPage> {
  /** How many rows there are in all. */
  readonly total: number
  readonly columns: readonly ColumnInfo[]
}

/** All slices of TanStack's table state that the table's features have. */
export type TableSlices = Readonly<TableState_All>

/** The state of a table at one moment. */
export interface TableSnapshot extends TableSlices {
  /** All rows, as the application gave them. */
  readonly data: readonly RowValues[]
  /** Those that pass the filters, in the current order. Computed when first read. */
  readonly filteredRows: readonly RowValues[]
  readonly columns: readonly ColumnInfo[]
}

/** The table, as the context of a plugin reaches it. One per table, implemented by `table/`. */
export interface TableAccess {
  snapshot(): TableSnapshot
  updateState(recipe: (draft: TableState_All) => TableState_All | void, source: string): void
  query(options: RowQueryOptions): RowQuery
  getRow(rowId: string): RowValues | undefined
  createRow(row: RowValues, index: number | undefined, source: string): string
  updateRow(rowId: string, change: RowChange, source: string): void
  deleteRow(rowId: string, source: string): void
}

/** New values for some fields, or a recipe that changes a draft of the row. */
export type RowChange<TRow = Record<string, unknown>> =
  | Readonly<Partial<TRow>>
  | ((draft: TRow) => TRow | void)
