import type { GridColumnDef } from '@gridkit/core'

/** Rows to show, with how to show them. */
export interface Dataset<TRow extends Record<string, unknown> = Record<string, unknown>> {
  readonly id: string
  readonly label: string
  /** One line under the title. */
  readonly description: string
  /** Where the rows come from, as JSON. */
  readonly url: string
  readonly columns: readonly GridColumnDef<TRow>[]
  /** The rows as the grid wants them, each with an id. */
  readonly prepare: (json: readonly TRow[]) => readonly TRow[]
}

/** The id that `prepare` gave a row. */
export function rowId(row: Record<string, unknown>): string {
  return String(row['id'])
}

/** Numbers rows that have no id of their own, from 1. */
export function numbered<TRow extends Record<string, unknown>>(rows: readonly TRow[]): readonly TRow[] {
  return rows.map((row, index) => ({ id: index + 1, ...row }))
}
