import type {
  ColumnDef,
  RowData,
  Table,
  TableFeatures,
  TableOptions,
  ValidateFeatureSlots,
} from '@tanstack/table-core'
import type { DeclaredPattern, EventHandler, EventPattern, SubscribeOptions } from '../definition/events.ts'
import type { OperationSource, RowUpdated } from '../definition/operations.ts'
import type { EventsOfPlugins, IncompleteLists, MethodsOfPlugins } from '../definition/listed-plugins.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { RowChange } from '../definition/table-access.ts'
import type { EnhancedPluginManager } from '../create-host.ts'
import type { HostOptions } from '../host-options.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { EnhancedEventBus } from '../events/enhanced-event-bus.ts'
import type { PluginInfo } from '../manager/plugin-info.ts'
import type { StockGridFeatures } from './stock-features.ts'

/** The `features` option: plugins, and TanStack features where the stock set is not wanted. */
export interface GridKitFeatures extends TableFeatures {
  // The empty list makes the compiler see which plugin is which in a list written here.
  readonly plugins?: readonly AnyPlugin[] | readonly []
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

declare const eventTypes: unique symbol

/** The events of a table that lists plugins with event types of their own: those are typed too. */
export interface PluginEventBus<TEvents extends object> extends EnhancedEventBus {
  /** Carries `TEvents` for inference; never set. */
  readonly [eventTypes]?: TEvents
  on<TPattern extends DeclaredPattern<TEvents>>(
    pattern: TPattern,
    handler: EventHandler<TPattern, TEvents>,
    options?: SubscribeOptions,
  ): Undo
  on<TPattern extends EventPattern>(
    pattern: TPattern,
    handler: EventHandler<TPattern>,
    options?: SubscribeOptions,
  ): Undo
}

/** The payloads of the event types that the listed plugins declare, by type. */
export type PluginEventsOf<TInput extends GridKitFeatures> = TInput extends {
  readonly plugins: infer TPlugins
}
  ? EventsOfPlugins<TPlugins> extends infer TEvents extends object
    ? TEvents
    : object
  : object

/** Refuses a list that lacks what one of its plugins requires: such a plugin has a sentence in its place. */
export type ValidatePlugins<TInput extends GridKitFeatures> = TInput extends {
  readonly plugins: infer TPlugins extends readonly AnyPlugin[]
}
  ? IncompleteLists<TPlugins> extends infer TLists
    ? [TLists] extends [never]
      ? unknown
      : { readonly plugins: TLists }
    : never
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
  readonly features: TInput & ValidateFeatureSlots<TInput> & ValidatePlugins<TInput>
} & Omit<TableOptions<ResolvedFeatures<TInput>, TData>, 'features' | 'columns' | 'data' | 'gridkitHost'>

/** A column of a table that has the stock features. */
export type GridColumnDef<TData extends RowData> = ColumnDef<StockGridFeatures, TData>

/** What GridKit adds to a TanStack table. */
export interface GridKitTableMembers<TData extends RowData, TEvents extends object = object> {
  readonly plugins: EnhancedPluginManager
  readonly events: [keyof TEvents] extends [never] ? EnhancedEventBus : PluginEventBus<TEvents>
  /** Installs a plugin on the running table; see `EnhancedPluginManager.installPlugin`. */
  registerPlugin(plugin: AnyPlugin, config?: unknown): Promise<PluginInfo>
  /** Removes a plugin and everything it had; see `EnhancedPluginManager.uninstallPlugin`. */
  unregisterPlugin(id: string): Promise<void>
  /**
   * Adds a row, at the end or at an index, and returns its id. Throws `GK_ROW_EXISTS`, and as all that change rows
   * `GK_OPERATION_CANCELLED` when a plugin forbids it at once. Where one has to wait, before it may be done or
   * cancelled later: then there is an event `row:create`, or `operation:cancelled`.
   */
  createRow(row: TData, index?: number): string
  /** Changes a row by new values or by a recipe, which runs again where it has to wait. Throws `GK_ROW_NOT_FOUND`, `GK_ROW_NOT_EDITABLE`, `GK_RECIPE_FAILED`. */
  updateRow(rowId: string, change: RowChange<TData>): void
  /** Throws `GK_ROW_NOT_FOUND`, `GK_OPERATION_CANCELLED`. */
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
  GridKitTableMembers<TData, PluginEventsOf<TInput>> &
  PluginMethodsOf<TInput>
