import type { ColumnInfo, TableSnapshot } from '@gridkit/core'
import type { ExportRequest } from './export-request.ts'
import type { ExportColumn } from './export-writer.ts'

/** The ids of the columns to export, in the order people see them unless they are listed. */
export function columnIdsOf(columns: ExportRequest['columns'], snapshot: TableSnapshot): readonly string[] {
  if (typeof columns !== 'string') return columns
  const wanted = columns === 'all' ? snapshot.columns : snapshot.columns.filter(({ visible }) => visible)
  return inPinnedOrder(
    wanted.map(({ id }) => id),
    snapshot,
  )
}

/** Pinned columns are shown before and after the others. */
function inPinnedOrder(ids: readonly string[], { columnPinning }: TableSnapshot): readonly string[] {
  const { start = [], end = [] } = columnPinning ?? {}
  const isIn = new Set(ids)
  const pinned = new Set([...start, ...end])
  return [
    ...start.filter((id) => isIn.has(id)),
    ...ids.filter((id) => !pinned.has(id)),
    ...end.filter((id) => isIn.has(id)),
  ]
}

/** The columns with what stands above them. */
export function exportColumns(
  columns: readonly ColumnInfo[],
  headers: ExportRequest['headers'],
): readonly ExportColumn[] {
  return columns.map(({ id, label }) => ({ id, header: headers === 'id' ? id : label }))
}
