import { filterRow, headerRow, type Position } from './grid-table.ts'

/** How far the keys may go. */
export interface Bounds {
  readonly rows: number
  /** With that of the checkboxes. */
  readonly columns: number
  /** Rows that fit on the screen. */
  readonly page: number
  readonly rightToLeft: boolean
}

/** A key press, as far as it moves the focus. */
export interface KeyPress {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

/** Where a key moves the focus to, or `undefined` when it is no key that moves. */
export function destinationOf(press: KeyPress, from: Position, bounds: Bounds): Position | undefined {
  if (press.altKey) return undefined
  const to = press.ctrlKey || press.metaKey ? corner(press.key, bounds) : step(press.key, from, bounds)
  return to && clampTo(to, bounds)
}

/** The nearest place that there is. */
export function clampTo(
  { row, column }: Position,
  { rows, columns }: Pick<Bounds, 'rows' | 'columns'>,
): Position {
  const last = rows === 0 ? filterRow : rows - 1
  return {
    row: Math.max(headerRow, Math.min(row, last)),
    column: Math.max(0, Math.min(column, columns - 1)),
  }
}

/** Whether a key types a character. */
export function isPrintable({ key, ctrlKey, metaKey, altKey }: KeyPress): boolean {
  return key.length === 1 && key !== ' ' && !ctrlKey && !metaKey && !altKey
}

function corner(key: string, { rows, columns }: Bounds): Position | undefined {
  if (key === 'Home') return { row: 0, column: 0 }
  return key === 'End' ? { row: rows - 1, column: columns - 1 } : undefined
}

function step(
  key: string,
  { row, column }: Position,
  { columns, page, rightToLeft }: Bounds,
): Position | undefined {
  const forward = rightToLeft ? -1 : 1
  switch (key) {
    case 'ArrowUp':
      return { row: row - 1, column }
    case 'ArrowDown':
      return { row: row + 1, column }
    case 'ArrowLeft':
      return { row, column: column - forward }
    case 'ArrowRight':
      return { row, column: column + forward }
    case 'Home':
      return { row, column: 0 }
    case 'End':
      return { row, column: columns - 1 }
    case 'PageUp':
      // The header is reached by arrows: a page up among the rows stays among them.
      return { row: row < 0 ? row : Math.max(0, row - page), column }
    case 'PageDown':
      return { row: row + page, column }
    default:
      return undefined
  }
}
