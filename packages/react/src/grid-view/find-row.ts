import type { GridRowModel } from './grid-table.ts'

/** The index of a row, or -1. Looks where it was first: few rows move. */
export function findRow(rows: readonly GridRowModel[], rowId: string, was: number): number {
  return rows[was]?.id === rowId ? was : rows.findIndex(({ id }) => id === rowId)
}
