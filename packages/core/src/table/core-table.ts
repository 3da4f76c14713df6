import type { RowValues } from '../definition/operations.ts'
import type { GridKitColumnMeta } from '../definition/table-access.ts'

/** An updater in TanStack's sense: the next value, or how to get it from the last. */
export type Updater = unknown

/** A writable atom of TanStack's store. */
export interface StateAtom {
  get(): unknown
  set(updater: Updater): void
  subscribe(...observer: never[]): unknown
}

export interface CoreRow {
  readonly id: string
  readonly index: number
  readonly depth: number
  readonly original: RowValues
  getIsGrouped?(): boolean
  toggleSelected?(on: boolean): void
}

export interface CoreRowModel {
  readonly rows: readonly CoreRow[]
  readonly flatRows: readonly CoreRow[]
  readonly rowsById: Readonly<Record<string, CoreRow>>
}

export interface CoreColumn {
  readonly id: string
  readonly columnDef: {
    readonly header?: unknown
    readonly meta?: GridKitColumnMeta
    readonly accessorKey?: string | number
    readonly accessorFn?: unknown
    readonly getGroupingValue?: unknown
    readonly filterFn?: unknown
    readonly sortFn?: unknown
  }
  /** The group column it is in. */
  readonly parent?: CoreColumn
  readonly accessorFn?: (row: RowValues, index: number) => unknown
  getIsVisible?(): boolean
}

interface CoreTableOptions {
  readonly data: readonly RowValues[]
  readonly columns: readonly unknown[]
  readonly getRowId?: (row: RowValues, index: number) => string
  readonly getSubRows?: (row: RowValues, index: number) => readonly RowValues[] | undefined
  /** TanStack's other options, such as `onSortingChange`. */
  readonly [name: string]: unknown
}

/** A TanStack table of whatever features, as far as this room handles it. */
export interface CoreTable {
  readonly options: CoreTableOptions
  readonly initialState: Readonly<Record<string, unknown>>
  readonly store: { readonly state: Readonly<Record<string, unknown>> }
  setOptions(updater: (options: CoreTableOptions) => CoreTableOptions): void
  reset(): void
  /** Group columns too. */
  getAllFlatColumns(): readonly CoreColumn[]
  getAllLeafColumns(): readonly CoreColumn[]
  getCoreRowModel(): CoreRowModel
  getPreSortedRowModel(): CoreRowModel
  getSortedRowModel(): CoreRowModel
  getPrePaginatedRowModel(): CoreRowModel
  getPaginatedRowModel(): CoreRowModel
  getRowModel(): CoreRowModel
}
