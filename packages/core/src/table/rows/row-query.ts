import { createSortedRowModel } from '@tanstack/table-core'
import { unknownColumns } from '../../errors/table-errors.ts'
import type { RowValues } from '../../definition/operations.ts'
import type {
  ColumnInfo,
  RowPage,
  RowQuery,
  RowQueryOptions,
  RowScope,
} from '../../definition/table-access.ts'
import type { CoreColumn, CoreRow, CoreRowModel, CoreTable } from '../core-table.ts'

const defaultPageSize = 1000

/** What a query may read of a table. */
export interface QueryReader {
  /** Those of the columns that may be read. */
  readable(columns: readonly CoreColumn[]): readonly CoreColumn[]
  /** Called for each page: how to read the values of a row now. Throws when one of the columns may not be read any more. */
  reading(columns: readonly CoreColumn[]): (row: RowValues, index: number) => readonly unknown[]
  /** Runs what calls functions of the application. */
  guarded<T>(run: () => T): T
}

/** The columns that have values, in table order. */
export function columnsOf(table: CoreTable, reader: QueryReader): readonly ColumnInfo[] {
  return reader.readable(valueColumns(table)).map(infoOf)
}

/** The rows that pass the filters, in the table's order, groups aside. */
export function filteredRowsOf(table: CoreTable): readonly RowValues[] {
  return rowsOf(table, 'filtered').map(({ original }) => original)
}

/**
 * The rows of a table as they are now, as values by accessor.
 *
 * @throws GK_UNKNOWN_COLUMNS naming every column id that is not the table's.
 */
export function queryRows(table: CoreTable, options: RowQueryOptions, reader: QueryReader): RowQuery {
  const columns = selectColumns(reader.readable(valueColumns(table)), options.columns)
  const rows = reader.guarded(() => rowsOf(table, options.scope ?? 'all'))
  const pageSize = Math.max(1, Math.trunc(options.pageSize ?? defaultPageSize))
  return {
    total: rows.length,
    columns: columns.map(infoOf),
    // Asynchronous, because a plugin in a worker gets the same pages as messages.
    async *[Symbol.asyncIterator]() {
      for (let start = 0; start < rows.length; start += pageSize) {
        yield pageOf(rows.slice(start, start + pageSize), columns, reader)
      }
    },
  }
}

function pageOf(rows: readonly CoreRow[], columns: readonly CoreColumn[], reader: QueryReader): RowPage {
  const read = reader.reading(columns)
  return reader.guarded(() => ({
    rowIds: rows.map(({ id }) => id),
    // Not row.getValue: that would keep a copy of every value in every row.
    values: rows.map(({ original, index }) => read(original, index)),
  }))
}

/** Rows in the table's current order. */
function rowsOf(table: CoreTable, scope: RowScope): readonly CoreRow[] {
  const filtered = leavesOf(table.getSortedRowModel().flatRows)
  if (scope === 'filtered') return filtered
  if (scope === 'page') return leavesOf(table.getPaginatedRowModel().rows)
  const all = allRowsOf(table, filtered)
  if (scope === 'all') return all
  const selection = table.store.state['rowSelection'] as Readonly<Record<string, boolean>> | undefined
  return all.filter(({ id }) => selection?.[id] === true)
}

/** All rows sorted, those too that a filter hides: TanStack sorts only what the filter lets through. */
function allRowsOf(table: CoreTable, filtered: readonly CoreRow[]): readonly CoreRow[] {
  const core = table.getCoreRowModel()
  if (filtered.length === core.flatRows.length) return filtered
  // The application sorts, or nobody does.
  if (table.getSortedRowModel() === table.getPreSortedRowModel()) return core.flatRows
  const unfiltered = Object.create(table, { getPreSortedRowModel: { value: () => core } }) as CoreTable
  // The table is a TanStack table; only this room sees less of it.
  const sorted = createSortedRowModel()(unfiltered as never)() as unknown as CoreRowModel
  return sorted.flatRows
}

function leavesOf(rows: readonly CoreRow[]): readonly CoreRow[] {
  return rows.some((row) => row.getIsGrouped?.()) ? rows.filter((row) => !row.getIsGrouped?.()) : rows
}

function valueColumns(table: CoreTable): readonly CoreColumn[] {
  return table.getAllLeafColumns().filter(({ accessorFn }) => accessorFn !== undefined)
}

function selectColumns(
  columns: readonly CoreColumn[],
  ids: readonly string[] | undefined,
): readonly CoreColumn[] {
  if (ids === undefined) return columns
  const byId = new Map(columns.map((column) => [column.id, column]))
  const unknown = ids.filter((id) => !byId.has(id))
  if (unknown.length > 0) throw unknownColumns(unknown, [...byId.keys()])
  return ids.flatMap((id) => byId.get(id) ?? [])
}

function infoOf(column: CoreColumn): ColumnInfo {
  const { header, meta } = column.columnDef
  return {
    id: column.id,
    label: meta?.gridkit?.label ?? (typeof header === 'string' ? header : column.id),
    type: meta?.gridkit?.type ?? 'text',
    visible: column.getIsVisible?.() ?? true,
  }
}
