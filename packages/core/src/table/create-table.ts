import { constructTable, type RowData, type TableFeatures, type TableOptions } from '@tanstack/table-core'
import { storeReactivityBindings } from '@tanstack/table-core/store-reactivity-bindings'
import { createTableHost, tableOptionsOf } from './resolve-options.ts'
import type { EnhancedTable, EnhancedTableOptions, GridKitFeatures } from './table-types.ts'

/**
 * Creates a TanStack table with plugins, and starts them.
 *
 * Every v9 method works as documented; each listed plugin's methods are there
 * from the start. Call `destroy()` when the table is no longer needed.
 */
export function createTable<TInput extends GridKitFeatures, TData extends RowData>(
  options: EnhancedTableOptions<TInput, TData>,
): EnhancedTable<TInput, TData> {
  const host = createTableHost(options)
  const tableOptions = tableOptionsOf(host, options) as unknown as TableOptions<TableFeatures, TData>
  const features = { coreReactivityFeature: storeReactivityBindings(), ...tableOptions.features }
  const table = constructTable<TableFeatures, TData>({ ...tableOptions, features })
  host.manager.start()
  // What the resolved features are is known to the types only.
  return table as unknown as EnhancedTable<TInput, TData>
}
