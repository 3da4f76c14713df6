import { useLayoutEffect, useMemo, useRef, useState, type FocusEvent } from 'react'
import { findRow } from './find-row.ts'
import { clampTo } from './grid-keys.ts'
import { cellAt, positionOf, reveal } from './grid-places.ts'
import { headerRow, type GridRowModel, type Position } from './grid-table.ts'
import { useLatest } from './use-latest.ts'

/** A place, with the row that was there: the focus stays with a row that moves. */
interface Held extends Position {
  readonly rowId: string | undefined
}

/** The grid's one tab stop. */
export interface RovingFocus {
  readonly active: Position
  /** Makes a cell the tab stop, without focusing it. */
  hold(position: Position): void
  /** Focuses a cell, and scrolls to it. */
  moveTo(position: Position): void
  readonly onFocus: (event: FocusEvent) => void
  readonly onBlur: (event: FocusEvent) => void
}

/** Keeps one cell of the grid reachable by Tab, and the focus in the grid while rows come and go. */
export function useRovingFocus(
  scroller: HTMLElement | null,
  rows: readonly GridRowModel[],
  columns: number,
): RovingFocus {
  const [held, setHeld] = useState<Held>({ row: 0, column: 0, rowId: undefined })
  const active = useMemo(() => resolve(held, rows, columns), [held, rows, columns])
  const latestRows = useLatest(rows)
  const wanted = useRef(false)
  const inside = useRef(false)

  useLayoutEffect(() => {
    if (scroller === null || !(wanted.current || wasLost(scroller, inside.current))) return
    const cell = cellAt(scroller, active)
    if (cell === undefined) return
    wanted.current = false
    cell.focus({ preventScroll: true })
    reveal(scroller, cell, active.row)
  })

  return useMemo(() => {
    const hold = ({ row, column }: Position): void =>
      setHeld({ row, column, rowId: latestRows.current[row]?.id })
    return {
      active,
      hold,
      moveTo(position) {
        wanted.current = true
        hold(position)
      },
      onFocus({ target }) {
        inside.current = true
        const position = positionOf(target)
        if (position && (position.row !== active.row || position.column !== active.column)) hold(position)
      },
      onBlur() {
        // React sends no blur for an element that it removes, which is how a lost focus is told from one that left.
        inside.current = false
      },
    }
  }, [active, latestRows])
}

function wasLost(scroller: HTMLElement, inside: boolean): boolean {
  const { activeElement, body } = scroller.ownerDocument
  return inside && activeElement === body
}

function resolve(held: Held, rows: readonly GridRowModel[], columns: number): Position {
  const { column, rowId } = held
  const found = held.row >= 0 && rowId !== undefined ? findRow(rows, rowId, held.row) : -1
  const row = rows.length === 0 && held.row >= 0 ? headerRow : held.row
  return clampTo({ row: found === -1 ? row : found, column }, { rows: rows.length, columns })
}
