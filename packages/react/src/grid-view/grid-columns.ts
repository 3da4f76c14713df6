import type { ColumnType } from '@gridkit/core'
import { dateFilterFn } from './date-filter.ts'
import type { ColumnHeader, GridColumn, TableColumn } from './grid-table.ts'

/** The filter that goes with the filter field of each type. */
const filterFnOf = {
  text: 'includesString',
  number: 'inNumberRange',
  boolean: 'equals',
  date: dateFilterFn,
} as const satisfies Record<ColumnType, unknown>

/** Describes the columns shown, in their order. */
export function describeColumns(headers: readonly ColumnHeader[]): readonly GridColumn[] {
  for (const column of headers[0]?.getContext().table.getAllLeafColumns() ?? []) chooseFilterFn(column)
  return headers.map(describe)
}

/** The kind of value a column holds. */
function typeOf({ columnDef }: TableColumn): ColumnType {
  return columnDef.meta?.gridkit?.type ?? 'text'
}

/** The widths of all columns, that of the checkboxes first, for `grid-template-columns`. */
export function templateOf(columns: readonly GridColumn[]): string {
  const widths = columns.map(({ column }) => column.getSize())
  return ['var(--gridkit-select-width)', ...widths.map((width) => `minmax(${width}px, ${width}fr)`)].join(' ')
}

/** The widths of the columns of values, added up. */
export function widthOf(columns: readonly GridColumn[]): number {
  return columns.reduce((sum, { column }) => sum + column.getSize(), 0)
}

function describe(header: ColumnHeader): GridColumn {
  const { column, table } = header.getContext()
  const { columnDef } = column
  const options = columnDef.meta?.gridkit
  const key = 'accessorKey' in columnDef ? String(columnDef.accessorKey) : undefined
  const { defaultColumn } = table.options
  return {
    id: column.id,
    label: options?.label ?? (typeof columnDef.header === 'string' ? columnDef.header : column.id),
    type: typeOf(column),
    column,
    header,
    // A dotted key reads a nested value, and a field of that name is not what an edit should write.
    editKey: options?.editable === true && key?.includes('.') === false ? key : undefined,
    plain: defaultColumn?.cell === undefined && columnDef.cell === table.getDefaultColumnDef().cell,
  }
}

/**
 * TanStack guesses a filter from the first value, which is wrong for dates kept
 * as text and for text columns of numbers. The definition on a column is the
 * table's own copy, and a filter that the application chose stays. Of those,
 * `inDateRange` is the one that would take the days of the filter fields in UTC.
 */
function chooseFilterFn(column: TableColumn): void {
  const type = typeOf(column)
  const { filterFn } = column.columnDef
  const replaced = filterFn === 'auto' || (filterFn === 'inDateRange' && type === 'date')
  if (replaced) column.columnDef.filterFn = filterFnOf[type]
}
