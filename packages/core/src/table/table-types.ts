import type {
  ColumnDef,
  RowData,
  Table,
  TableFeatures,
  TableOptions,
  ValidateFeatureSlots,
} from '@tanstack/table-core'
import type { OperationSource, RowUpdated } from '../definition/operations.ts'
import type { AnyPlugin, MethodsOfPlugins } from '../definition/plugin.ts'
import type { RowChange } from '../definition/table-access.ts'
import type { EnhancedPluginManager, HostOptions } from '../create-host.ts'
import type { EnhancedEventBus } from '../events/enhanced-event-bus.ts'
import type { PluginInfo } from '../manager/plugin-info.ts'
import type { StockGridFeatures } from './stock-features.ts'

/** The `features` option: plugins, and TanStack features where the stock set is not wanted. */
export interface GridKitFeatures extends TableFeatures {
  readonly plugins?: readonly AnyPlugin[]
}

type TanStackPart<TInput extends GridKitFeatures> = Omit<TInput, 'plugins'>

/**
 * The TanStack features of a table: those given, or the stock set when none is.
 * Features of one's own take `columnMeta: {} as GridKitColumnMeta` to type `meta.gridkit`.
 */
export type ResolvedFeatures<TInput extends GridKitFeatures> = keyof TanStackPart<TInput> extends never
  ? StockGridFeatures
  : TanStackPart<TInput> extends infer TFeatures extends TableFeatures
    ? TFeatures
    : never

/** The methods of the listed plugins. */
export type PluginMethodsOf<TInput extends GridKitFeatures> = TInput extends {
  readonly plugins: infer TPlugins
}
  ? MethodsOfPlugins<TPlugins>
  : unknown

/** A change of rows, as the application hears of it. */
export type DataChange =
  | { readonly type: 'row:update'; readonly change: RowUpdated }
  | { readonly type: 'row:create' | 'row:delete'; readonly rowId: string; readonly index: number }

/** What GridKit adds to TanStack's options. */
export interface GridKitTableOptions<TData extends RowData> extends HostOptions {
  /** The rows to begin with. Another array later replaces them all. */
  readonly data: readonly TData[]
  /** Called after each change of rows by GridKit, with all rows as they are now. */
  readonly onDataChange?: ((data: readonly TData[], change: DataChange) => void) | undefined
}

/** The options of `createTable` and `useGridEnhancedTable`. */
export type EnhancedTableOptions<
  TInput extends GridKitFeatures,
  TData extends RowData,
> = GridKitTableOptions<TData> & {
  readonly columns: readonly ColumnDef<ResolvedFeatures<TInput>, TData>[]
  readonly features: TInput & ValidateFeatureSlots<TInput>
} & Omit<TableOptions<ResolvedFeatures<TInput>, TData>, 'features' | 'columns' | 'data' | 'gridkitHost'>

/** A column of a table that has the stock features. */
export type GridColumnDef<TData extends RowData> = ColumnDef<StockGridFeatures, TData>

/** What GridKit adds to a TanStack table. */
export interface GridKitTableMembers<TData extends RowData> {
  readonly plugins: EnhancedPluginManager
  readonly events: EnhancedEventBus
  /** Installs a plugin on the running table; see `EnhancedPluginManager.installPlugin`. */
  registerPlugin(plugin: AnyPlugin, config?: unknown): Promise<PluginInfo>
  /** Removes a plugin and everything it had; see `EnhancedPluginManager.uninstallPlugin`. */
  unregisterPlugin(id: string): Promise<void>
  /** Adds a row, at the end or at an index, and returns its id. Throws `GK_ROW_EXISTS`. */
  createRow(row: TData, index?: number): string
  /** Changes a row by new values or by a recipe. Throws `GK_ROW_NOT_FOUND`, `GK_ROW_NOT_EDITABLE`, `GK_RECIPE_FAILED`. */
  updateRow(rowId: string, change: RowChange<TData>): void
  /** Throws `GK_ROW_NOT_FOUND`. */
  deleteRow(rowId: string): void
  /**
   * Selects a row by its id, or by its index in the table's current order, all pages
   * counted; or no longer, with `false`. A row that can't be selected stays as it is.
   */
  selectRow(indexOrId: number | string, on?: boolean): void
  /** Charges the operations that `run` starts, while it runs, to `source` instead of `'api'`. */
  withSource<T>(source: OperationSource, run: () => T): T
  /** Tears down every plugin, and waits until each has flushed. */
  destroy(): Promise<void>
}

/** A TanStack table with plugins. */
export type EnhancedTable<TInput extends GridKitFeatures, TData extends RowData> = Table<
  ResolvedFeatures<TInput>,
  TData
> &
  GridKitTableMembers<TData> &
  PluginMethodsOf<TInput>
