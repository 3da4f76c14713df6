import { useEffect, useRef, type ReactNode } from 'react'
import { useTableEvent } from '../table/use-table-event.ts'
import type { GridColumn, GridState, GridTable } from './grid-table.ts'
import type { GridViewMessages } from './messages.ts'
import type { SavedEdit } from './use-editing.ts'

interface LiveRegionProps {
  readonly table: GridTable
  readonly state: GridState
  readonly columns: readonly GridColumn[]
  readonly shown: number
  readonly saved: SavedEdit | undefined
  readonly messages: GridViewMessages
}

/** Tells screen readers, politely, what changed in the grid. Silent until something does. */
export function LiveRegion({ table, state, columns, shown, saved, messages }: LiveRegionProps): ReactNode {
  const region = useRef<HTMLDivElement>(null)
  // By their content: an application that owns them may give an equal array in every render.
  const sorting = JSON.stringify(state.sorting)
  const filters = JSON.stringify([state.columnFilters, state.globalFilter])
  const before = useRef({ sorting, filters, saved })

  useEffect(() => {
    const was = before.current
    before.current = { sorting, filters, saved }
    const news = [
      was.sorting === sorting ? [] : sortingText(state, columns, messages),
      was.filters === filters ? [] : messages.rowsFound(shown),
      was.saved === saved || saved === undefined ? [] : messages.saved(saved.label),
    ].flat()
    if (news.length > 0 && region.current) announce(region.current, news.join('. '))
  })

  // A plugin may take its time to veto: the editor that could say so is closed by then.
  useTableEvent(table, 'operation:cancelled', ({ payload: { operation, reason } }) => {
    if (operation.source === 'user' && region.current) announce(region.current, messages.refused(reason))
  })

  // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- An output is the result of a form.
  return <div ref={region} role="status" className="gridkit-status" />
}

function sortingText(
  { sorting }: GridState,
  columns: readonly GridColumn[],
  messages: GridViewMessages,
): string {
  const labelOf = (columnId: string): string => columns.find(({ id }) => id === columnId)?.label ?? columnId
  if (sorting.length === 0) return messages.notSorted
  return messages.sorted(sorting.map(({ id, desc }) => ({ label: labelOf(id), descending: desc })))
}

function announce(region: HTMLElement, text: string): void {
  // The same text twice is no change, and would not be read.
  region.textContent = region.textContent === text ? `${text}\u00A0` : text
}
