import type { RowData, TableFeature, TableFeatures } from '@tanstack/table-core'
import type { CoreTable } from './core-table.ts'
import type { TableHost } from './table-host.ts'

/** How the static feature finds the host of the table it is constructed for. */
interface GridKitFeatureOptions {
  readonly gridkitHost: TableHost
}

declare module '@tanstack/table-core' {
  interface Plugins {
    gridkitFeature: TableFeature
  }
  // The names of the type parameters must be those of the interface merged with.
  interface TableOptions_FeatureMap<in out TFeatures extends TableFeatures, in out TData extends RowData> {
    gridkitFeature: GridKitFeatureOptions
  }
}

/** The one TanStack feature that hosts all that is dynamic. Must be the last of a table's features. */
export const gridkitFeature: TableFeature = {
  constructTableAPIs(table) {
    const { gridkitHost } = table.options as unknown as GridKitFeatureOptions
    gridkitHost.construct(table as unknown as CoreTable)
  },
}
