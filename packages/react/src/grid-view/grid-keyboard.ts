import type { KeyboardEvent, MouseEvent } from 'react'
import { destinationOf, isPrintable } from './grid-keys.ts'
import { cellOf, pageOf, positionOf, takesKeys, widgetsIn } from './grid-places.ts'
import { filterRow, headerRow, type GridActions, type Position } from './grid-table.ts'
import type { GridScene } from './use-grid-actions.ts'

interface KeyScene extends GridScene {
  readonly scroller: HTMLElement | null
  readonly rowHeight: number
  readonly actions: GridActions
}

/** The handlers of the grid element, for all cells. */
export interface GridKeys {
  readonly onKeyDown: (event: KeyboardEvent<HTMLElement>) => void
  readonly onDoubleClick: (event: MouseEvent<HTMLElement>) => void
}

/** The keyboard of the grid, as the ARIA authoring practices have it. */
export function gridKeys(scene: KeyScene): GridKeys {
  return {
    onKeyDown(event) {
      const cell = cellOf(event.target)
      const at = positionOf(event.target)
      if (cell === undefined || at === undefined || event.nativeEvent.isComposing) return
      const done =
        event.target === cell
          ? move(scene, event, at) || act(scene, event, at, cell)
          : insideWidget(scene, event, at)
      if (done) event.preventDefault()
    },
    onDoubleClick({ target }) {
      const at = positionOf(target)
      if (at && !takesKeys(target)) scene.actions.edit(at)
    },
  }
}

/** In a field or on a button of a cell. Whether the key was used up. */
function insideWidget(scene: KeyScene, event: KeyboardEvent, at: Position): boolean {
  if (event.key === 'Escape') {
    scene.focus.moveTo(at)
    return true
  }
  return !takesKeys(event.target) && move(scene, event, at)
}

function move(
  { scroller, rows, columns, rowHeight, focus }: KeyScene,
  event: KeyboardEvent,
  at: Position,
): boolean {
  if (scroller === null) return false
  const to = destinationOf(event, at, {
    rows: rows.length,
    columns: columns.length + 1,
    page: pageOf(scroller, rowHeight),
    rightToLeft: getComputedStyle(scroller).direction === 'rtl',
  })
  if (to) focus.moveTo(to)
  return to !== undefined
}

function act(scene: KeyScene, event: KeyboardEvent, at: Position, cell: HTMLElement): boolean {
  if (event.ctrlKey || event.metaKey || event.altKey) return false
  if (at.row === headerRow) return actOnHeader(scene, event, at, cell)
  if (at.row === filterRow) return actOnFilter(event, cell)
  return actOnRow(scene, event, at, cell)
}

function actOnHeader(
  { table, columns, actions }: KeyScene,
  { key, shiftKey }: KeyboardEvent,
  at: Position,
  cell: HTMLElement,
): boolean {
  const column = columns[at.column - 1]
  if (key === 'F2' || (key === 'Enter' && column === undefined)) return enter(cell)
  if (key !== 'Enter' && key !== ' ') return false
  if (column) actions.sort(column.id, shiftKey)
  else actions.selectAll(!table.getIsAllRowsSelected())
  return true
}

function actOnFilter(event: KeyboardEvent, cell: HTMLElement): boolean {
  if (event.key === 'Enter' || event.key === 'F2') return enter(cell)
  // Not used up: the key types into the field that now has the focus.
  if (isPrintable(event)) enter(cell)
  return false
}

function actOnRow(
  { rows, actions }: KeyScene,
  event: KeyboardEvent,
  at: Position,
  cell: HTMLElement,
): boolean {
  const row = rows[at.row]
  if (event.key === ' ' && row) {
    actions.selectRow(row, !row.getIsSelected(), event.shiftKey)
    return true
  }
  if (event.key === 'Enter' || event.key === 'F2') return actions.edit(at) || enter(cell)
  if (isPrintable(event)) actions.edit(at)
  return false
}

/** Moves the focus to what can be operated in a cell. */
function enter(cell: HTMLElement): boolean {
  const [first] = widgetsIn(cell)
  first?.focus()
  if (first instanceof HTMLInputElement) first.select()
  return first !== undefined
}
