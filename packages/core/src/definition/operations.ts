import type {
  CellSelectionState,
  ColumnFiltersState,
  ColumnOrderState,
  ColumnPinningState,
  ColumnSizingState,
  ColumnVisibilityState,
  ExpandedState,
  GroupingState,
  PaginationState,
  RowPinningState,
  RowSelectionState,
  SortingState,
} from '@tanstack/table-core'
import type { Patch } from 'immer'

/** Who caused a change: a person at the grid, the application, or a plugin by its id. */
export type OperationSource = 'user' | 'api' | (string & {})

/** One slice of table state, before and after. */
export interface StateChange<T> {
  readonly before: T
  readonly after: T
}

/** What is filtered for: per column, and over all of them. */
export interface FilterState {
  readonly filters: ColumnFiltersState
  readonly globalFilter: unknown
}

/** The fields of a row, by name. */
export type RowValues = Readonly<Record<string, unknown>>

/** A row that came, with where. */
export interface RowCreated {
  readonly rowId: string
  readonly index: number
  readonly row: RowValues
}

/** A row that changed: the fields concerned only, before and after. */
export interface RowUpdated {
  readonly rowId: string
  readonly before: RowValues
  readonly after: RowValues
  readonly patches: readonly Patch[]
  readonly inversePatches: readonly Patch[]
}

/** A row that went, with where it was. */
export interface RowDeleted {
  readonly rowId: string
  readonly index: number
  readonly row: RowValues
}

/** The payload of each kind of operation, and of the event that follows it. */
export interface OperationPayloads {
  readonly 'row:create': RowCreated
  readonly 'row:update': RowUpdated
  readonly 'row:delete': RowDeleted
  readonly 'row:select': StateChange<RowSelectionState>
  readonly 'row:expand': StateChange<ExpandedState>
  readonly 'row:pin': StateChange<RowPinningState>
  readonly 'cell:select': StateChange<CellSelectionState>
  readonly 'sort:change': StateChange<SortingState>
  readonly 'filter:apply': StateChange<FilterState> & FilterState
  readonly 'group:change': StateChange<GroupingState>
  readonly 'page:change': StateChange<PaginationState>
  readonly 'column:resize': StateChange<ColumnSizingState>
  readonly 'column:reorder': StateChange<ColumnOrderState>
  readonly 'column:pin': StateChange<ColumnPinningState>
  readonly 'column:visibility': StateChange<ColumnVisibilityState>
}

export type OperationType = keyof OperationPayloads

/** One serialisable change to rows or table state, with who caused it. */
export type Operation<TType extends OperationType = OperationType> = {
  readonly [K in TType]: {
    /** Unique on its table. */
    readonly id: string
    readonly type: K
    readonly payload: OperationPayloads[K]
    readonly source: OperationSource
    /** Milliseconds since the epoch. */
    readonly timestamp: number
  }
}[TType]
