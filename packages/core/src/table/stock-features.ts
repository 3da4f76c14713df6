import {
  aggregationFns,
  columnFacetingFeature,
  columnFilteringFeature,
  columnGroupingFeature,
  columnOrderingFeature,
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  createExpandedRowModel,
  createFacetedMinMaxValues,
  createFacetedRowModel,
  createFacetedUniqueValues,
  createFilteredRowModel,
  createGroupedRowModel,
  createPaginatedRowModel,
  createSortedRowModel,
  filterFns,
  globalFilteringFeature,
  rowAggregationFeature,
  rowExpandingFeature,
  rowPaginationFeature,
  rowPinningFeature,
  rowSelectionFeature,
  rowSortingFeature,
  sortFns,
} from '@tanstack/table-core'
import type { GridKitColumnMeta } from '../definition/table-access.ts'

/** The TanStack features of a table that names none itself. */
export interface StockGridFeatures {
  readonly columnFacetingFeature: typeof columnFacetingFeature
  readonly columnFilteringFeature: typeof columnFilteringFeature
  readonly columnGroupingFeature: typeof columnGroupingFeature
  readonly columnOrderingFeature: typeof columnOrderingFeature
  readonly columnPinningFeature: typeof columnPinningFeature
  readonly columnResizingFeature: typeof columnResizingFeature
  readonly columnSizingFeature: typeof columnSizingFeature
  readonly columnVisibilityFeature: typeof columnVisibilityFeature
  readonly globalFilteringFeature: typeof globalFilteringFeature
  readonly rowAggregationFeature: typeof rowAggregationFeature
  readonly rowExpandingFeature: typeof rowExpandingFeature
  readonly rowPaginationFeature: typeof rowPaginationFeature
  readonly rowPinningFeature: typeof rowPinningFeature
  readonly rowSelectionFeature: typeof rowSelectionFeature
  readonly rowSortingFeature: typeof rowSortingFeature
  readonly aggregationFns: typeof aggregationFns
  readonly filterFns: typeof filterFns
  readonly sortFns: typeof sortFns
  readonly expandedRowModel: ReturnType<typeof createExpandedRowModel>
  readonly facetedMinMaxValues: ReturnType<typeof createFacetedMinMaxValues>
  readonly facetedRowModel: ReturnType<typeof createFacetedRowModel>
  readonly facetedUniqueValues: ReturnType<typeof createFacetedUniqueValues>
  readonly filteredRowModel: ReturnType<typeof createFilteredRowModel>
  readonly groupedRowModel: ReturnType<typeof createGroupedRowModel>
  readonly paginatedRowModel: ReturnType<typeof createPaginatedRowModel>
  readonly sortedRowModel: ReturnType<typeof createSortedRowModel>
  /** Type only: what `meta` of a column may hold. */
  readonly columnMeta: GridKitColumnMeta
}

/** Static and stateless, so that tables can share it. */
export const stockGridFeatures: StockGridFeatures = {
  columnFacetingFeature,
  columnFilteringFeature,
  columnGroupingFeature,
  columnOrderingFeature,
  columnPinningFeature,
  columnResizingFeature,
  columnSizingFeature,
  columnVisibilityFeature,
  globalFilteringFeature,
  rowAggregationFeature,
  rowExpandingFeature,
  rowPaginationFeature,
  rowPinningFeature,
  rowSelectionFeature,
  rowSortingFeature,
  aggregationFns,
  filterFns,
  sortFns,
  expandedRowModel: createExpandedRowModel(),
  facetedMinMaxValues: createFacetedMinMaxValues(),
  facetedRowModel: createFacetedRowModel(),
  facetedUniqueValues: createFacetedUniqueValues(),
  filteredRowModel: createFilteredRowModel(),
  groupedRowModel: createGroupedRowModel(),
  paginatedRowModel: createPaginatedRowModel(),
  sortedRowModel: createSortedRowModel(),
  columnMeta: {},
}
