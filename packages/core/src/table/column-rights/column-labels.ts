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
  /** Whether a function of the application names its groups. */
  readonly named: boolean
}

/** The columns of a table, or `undefined` when none is sensitive. */
export function labelledColumns(table: CoreTable): readonly LabelledColumn[] | undefined {
  const columns = table.getAllFlatColumns()
  if (!columns.some(({ columnDef }) => columnDef.meta?.gridkit?.sensitivity !== undefined)) return undefined
  const own = columns.map((column) => ({ labels: ownLabels(column), path: pathIn(column) }))
  return columns.map((column, at) => {
    const path = own[at]?.path
    const inherited = own.filter((other) => path && other.path && isWithin(path, other.path))
    return {
      id: column.id,
      labels: [...new Set([...(own[at]?.labels ?? []), ...inherited.flatMap(({ labels }) => labels)])],
      path,
      computed: column.columnDef.accessorFn !== undefined,
      named: column.columnDef.getGroupingValue !== undefined,
    }
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
