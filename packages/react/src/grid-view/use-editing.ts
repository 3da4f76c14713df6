import { useState } from 'react'

/** The cell that is being edited. */
export interface Edit {
  readonly rowId: string
  readonly columnId: string
}

/** A change that was saved; another object for each, so that each is announced. */
export interface SavedEdit {
  readonly label: string
}

/** What is being edited, and what was last. */
export interface Editing {
  readonly edit: Edit | undefined
  readonly saved: SavedEdit | undefined
  readonly setEdit: (edit: Edit | undefined) => void
  readonly setSaved: (saved: SavedEdit) => void
}

/** At most one cell of a grid is edited. */
export function useEditing(): Editing {
  const [edit, setEdit] = useState<Edit>()
  const [saved, setSaved] = useState<SavedEdit>()
  return { edit, saved, setEdit, setSaved }
}
