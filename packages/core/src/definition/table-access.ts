import type { TableState_All } from '@tanstack/table-core'
import type { GridKitEvent } from './events.ts'
import type { Amendment } from './hooks.ts'
import type { Operation, RowValues } from './operations.ts'

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
  /**
   * Who may see and change its values: plugins that hold `columns:read:<label>` and
   * `columns:write:<label>`. Such as `'personal'` or `'secret'`; a group column's holds for
   * all columns in it. Default: everybody who may read or change the table.
   */
  readonly sensitivity?: string
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

/** What one plugin may do with columns of each sensitivity. */
export interface ColumnRights {
  readonly pluginId: string
  /** Grows with every change of anybody's rights, so that answers can be kept until then. */
  readonly revision: number
  canRead(label: string): boolean
  canWrite(label: string): boolean
  /** @throws GK_PERMISSION_DENIED */
  requireRead(label: string): void
  /** @throws GK_PERMISSION_DENIED */
  requireWrite(label: string): void
  /** Puts on record that the plugin was shown columns of this sensitivity. */
  noteRead(label: string): void
}

/** The table, as the context of a plugin reaches it. One per table, implemented by `table/`. */
export interface TableAccess {
  viewFor(rights: ColumnRights): TableView
}

/**
 * The table as one plugin sees it: without the columns it has no right to, wherever these show.
 * Rights and columns may change at any time; each call goes by what they are then.
 */
export interface TableView {
  snapshot(): TableSnapshot
  updateState(recipe: (draft: TableState_All) => TableState_All | void): void
  query(options: RowQueryOptions): RowQuery
  getRow(rowId: string): RowValues | undefined
  createRow(row: RowValues, index: number | undefined): string
  updateRow(rowId: string, change: RowChange): void
  deleteRow(rowId: string): void
  /** The event without what the plugin may not see; the event itself where it may see all. Never throws. */
  projectEvent(event: GridKitEvent): GridKitEvent
  /** As {@link projectEvent}, for those that have a say in it. */
  projectOperation(operation: Operation): Operation
  /**
   * What the plugin wants changed of an operation, with what it may not see as it was.
   *
   * @throws GK_PERMISSION_DENIED for columns it may not write or order by; GK_AMENDMENT_INVALID, GK_NOT_PLAIN_DATA
   */
  amendOperation(operation: Operation, patch: unknown): Amendment
}

/** New values for some fields, or a recipe that changes a draft of the row. */
export type RowChange<TRow = Record<string, unknown>> =
  | Readonly<Partial<TRow>>
  | ((draft: TRow) => TRow | void)
