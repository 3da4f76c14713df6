import { headerRow, type Position } from './grid-table.ts'

/** `aria-rowindex` counts from 1, and the two rows of the header come first. */
export function rowIndexOf(row: number): number {
  return row - headerRow + 1
}

/** The cell that an element is in, or is. */
export function cellOf(element: EventTarget | null): HTMLElement | undefined {
  if (!(element instanceof Element)) return undefined
  return element.closest<HTMLElement>('[aria-colindex]') ?? undefined
}

/** The place of the cell that an element is in. */
export function positionOf(element: EventTarget | null): Position | undefined {
  const cell = cellOf(element)
  const row = cell?.closest('[aria-rowindex]')
  if (cell === undefined || !row) return undefined
  return {
    row: Number(row.getAttribute('aria-rowindex')) - rowIndexOf(0),
    column: Number(cell.getAttribute('aria-colindex')) - 1,
  }
}

/** The cell at a place, if it is rendered. */
export function cellAt(grid: HTMLElement, { row, column }: Position): HTMLElement | undefined {
  const selector = `[aria-rowindex="${rowIndexOf(row)}"] > [aria-colindex="${column + 1}"]`
  return grid.querySelector<HTMLElement>(selector) ?? undefined
}

/** What can be operated in a cell, in order. */
export function widgetsIn(element: Element): readonly HTMLElement[] {
  return [...element.querySelectorAll<HTMLElement>('input, select, textarea, button, a[href]')]
}

/** Whether keys that move are the element's own: it holds text or a choice. */
export function takesKeys(element: EventTarget | null): boolean {
  if (element instanceof HTMLInputElement) return element.type !== 'checkbox' && element.type !== 'radio'
  return element instanceof HTMLTextAreaElement || element instanceof HTMLSelectElement
}

/** Scrolls a cell into view, below the header that covers the first rows. */
export function reveal(scroller: HTMLElement, cell: HTMLElement, row: number): void {
  const frame = scroller.getBoundingClientRect()
  const box = cell.getBoundingClientRect()
  const left = frame.left + scroller.clientLeft
  const top = frame.top + scroller.clientTop
  scroller.scrollBy(
    overflow(box.left, box.right, left, left + scroller.clientWidth),
    row < 0 ? 0 : overflow(box.top, box.bottom, top + headerHeightOf(scroller), top + scroller.clientHeight),
  )
  // The grid itself may be partly out of the window.
  cell.scrollIntoView({ block: 'nearest', inline: 'nearest' })
}

/** How many rows fit below the header, one less than that to keep one in sight. */
export function pageOf(scroller: HTMLElement, rowHeight: number): number {
  return Math.max(1, Math.floor((scroller.clientHeight - headerHeightOf(scroller)) / rowHeight) - 1)
}

function headerHeightOf(scroller: HTMLElement): number {
  return scroller.querySelector<HTMLElement>('.gridkit-head')?.offsetHeight ?? 0
}

function overflow(start: number, end: number, from: number, to: number): number {
  if (start < from) return start - from
  return end > to ? Math.min(end - to, start - from) : 0
}
