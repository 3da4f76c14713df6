import { filterFns, sortFns } from '@tanstack/table-core'
import type { CoreColumn, CoreTable } from '../core-table.ts'
import { isWithin, pathOf, type Path } from './path.ts'

/** A column of a table that has sensitive ones. */
export interface LabelledColumn {
  readonly id: string
  /** Its own, those of the groups above it, and those of the columns its values lie in. */
  readonly labels: readonly string[]
  /** Where its values are in a row. */
  readonly path: Path | undefined
  /** Whether a function of the application computes its values. */
  readonly computed: boolean
  /** Whether rows are filtered, sorted and grouped by its values alone, and by no function of the application. */
  readonly plain: boolean
}

/** The columns of a table, or `undefined` when none is sensitive. */
export function labelledColumns(table: CoreTable): readonly LabelledColumn[] | undefined {
  const columns = table.getAllFlatColumns()
  if (!columns.some(({ columnDef }) => columnDef.meta?.gridkit?.sensitivity !== undefined)) return undefined
  const own = columns.map((column) => ({ labels: ownLabels(column), path: pathIn(column) }))
  return columns.map(({ id, columnDef }, at) => {
    const path = own[at]?.path
    const inherited = own.filter((other) => path && other.path && isWithin(path, other.path))
    const labels = [...(own[at]?.labels ?? []), ...inherited.flatMap((other) => other.labels)]
    const computed = columnDef.accessorFn !== undefined
    const plain = path !== undefined && !computed && isOrdinary(columnDef, table)
    return { id, labels: [...new Set(labels)], path, computed, plain }
  })
}

function ownLabels(column: CoreColumn): string[] {
  const labels: string[] = []
  for (let each: CoreColumn | undefined = column; each; each = each.parent) {
    const label = each.columnDef.meta?.gridkit?.sensitivity
    if (label !== undefined) labels.push(label)
  }
  return labels
}

function pathIn({ columnDef: { accessorKey } }: CoreColumn): Path | undefined {
  return accessorKey === undefined ? undefined : pathOf(accessorKey)
}

/** TanStack's own functions read the value of their column and nothing else of a row. */
const known = new Set<unknown>(['auto', undefined, ...Object.values(filterFns), ...Object.values(sortFns)])

function isOrdinary(
  { getGroupingValue, filterFn, sortFn }: CoreColumn['columnDef'],
  { options }: CoreTable,
): boolean {
  const registered = options['features'] as Readonly<Record<string, Readonly<Record<string, unknown>>>>
  const isKnown = (given: unknown, registry: string): boolean =>
    known.has(given) || (typeof given === 'string' && known.has(registered[registry]?.[given]))
  return getGroupingValue === undefined && isKnown(filterFn, 'filterFns') && isKnown(sortFn, 'sortFns')
}
