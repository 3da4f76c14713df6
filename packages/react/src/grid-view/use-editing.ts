import { useMemo, useState } from 'react'
import { findRow } from './find-row.ts'
import type { GridColumn, GridRowModel } from './grid-table.ts'

/** The cell that is being edited. */
interface Edit {
  readonly rowId: string
  readonly columnId: string
  /** Where its row was when the edit began. */
  readonly startedAt: number
}

/** A change that was saved; another object for each, so that each is announced. */
export interface SavedEdit {
  readonly label: string
}

/** What is being edited, and what was last. */
export interface Editing {
  readonly edit: Edit | undefined
  /** Where its row is now, or -1 while nothing is edited. */
  readonly row: number
  readonly saved: SavedEdit | undefined
  readonly setEdit: (edit: Edit | undefined) => void
  readonly setSaved: (saved: SavedEdit) => void
}

/** At most one cell of a grid is edited, for as long as its row and its column are shown. */
export function useEditing(rows: readonly GridRowModel[], columns: readonly GridColumn[]): Editing {
  const [edit, setEdit] = useState<Edit>()
  const [saved, setSaved] = useState<SavedEdit>()
  const row = useMemo(
    () => (edit === undefined ? -1 : findRow(rows, edit.rowId, edit.startedAt)),
    [rows, edit],
  )
  const gone = edit !== undefined && (row === -1 || !columns.some(({ id }) => id === edit.columnId))
  // While rendering, so that an editor whose cell comes back is not there to take the focus.
  if (gone) setEdit(undefined)
  return { edit: gone ? undefined : edit, row: gone ? -1 : row, saved, setEdit, setSaved }
}
