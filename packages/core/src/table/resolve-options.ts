import type { RowData, TableFeatures, TableOptions } from '@tanstack/table-core'
import type { AnyPlugin } from '../definition/plugin.ts'
import { gridkitFeature } from './gridkit-feature.ts'
import { stockGridFeatures } from './stock-features.ts'
import { TableHost, type TableHostOptions } from './table-host.ts'
import type { EnhancedTableOptions, GridKitFeatures, ResolvedFeatures } from './table-types.ts'

/** The TanStack features of a table: those given, or the stock set, and GridKit's own last. */
function resolveFeatures({
  plugins: _,
  ...given
}: GridKitFeatures): TableFeatures & { gridkitFeature: typeof gridkitFeature } {
  return { ...(Object.keys(given).length === 0 ? stockGridFeatures : given), gridkitFeature }
}

/** The plugins that the options list. */
export function pluginsOf(options: { readonly features: GridKitFeatures }): readonly AnyPlugin[] {
  return options.features.plugins ?? []
}

/** Makes the host for a table of these options. Starts nothing. */
export function createTableHost<TInput extends GridKitFeatures, TData extends RowData>(
  options: EnhancedTableOptions<TInput, TData>,
): TableHost {
  return new TableHost(hostOptions(options), pluginsOf(options))
}

/** What the host reads of a table's options. */
export function hostOptions<TInput extends GridKitFeatures, TData extends RowData>(
  options: EnhancedTableOptions<TInput, TData>,
): TableHostOptions {
  // The host handles rows and columns of any table; the types of this one end here.
  return { ...options, features: resolveFeatures(options.features) } as unknown as TableHostOptions
}

/** The options that TanStack's table gets. */
export function tableOptionsOf<TInput extends GridKitFeatures, TData extends RowData>(
  host: TableHost,
  options: EnhancedTableOptions<TInput, TData>,
): TableOptions<ResolvedFeatures<TInput>, TData> {
  const forHost = hostOptions(options)
  return {
    ...options,
    ...host.state.controlledHandlers(forHost),
    features: forHost.features,
    atoms: host.state.atoms,
    data: host.rows.resolve(forHost.data),
    gridkitHost: host,
  } as unknown as TableOptions<ResolvedFeatures<TInput>, TData>
}
