import type { RowValues } from '../../definition/operations.ts'
import { rowNotFound } from '../../errors/table-errors.ts'
import type { CoreRow, CoreTable } from '../core-table.ts'
import type { DataChange } from '../table-types.ts'
import type { RowStore } from './row-store.ts'

/** The rows of a table, where changes of them are made. */
export class TableRows {
  /** Tells the application of a change. */
  readonly tell: (change: DataChange) => void
  readonly #table: () => CoreTable
  readonly #store: RowStore
  /**
   * What became of rows that are known by their values only: what a row was and what it is share an object. What it
   * was in between is not kept, as it would be by links from each to the next.
   */
  readonly #lives = new WeakMap<RowValues, { latest: RowValues }>()

  constructor(table: () => CoreTable, store: RowStore, tell: (change: DataChange) => void) {
    this.#table = table
    this.#store = store
    this.tell = tell
  }

  get rows(): readonly RowValues[] {
    return this.#store.rows
  }

  /** Whether ids are the application's, and no indexes. */
  get hasIds(): boolean {
    return this.#table().options.getRowId !== undefined
  }

  /** The id that the application gives a row; `undefined` where ids are indexes. */
  idOf(row: RowValues, index: number): string | undefined {
    return this.#table().options.getRowId?.(row, index)
  }

  find(rowId: string): CoreRow | undefined {
    const { rowsById } = this.#table().getCoreRowModel()
    return Object.hasOwn(rowsById, rowId) ? rowsById[rowId] : undefined
  }

  /**
   * The row as it is now, wherever it is now.
   *
   * @throws GK_ROW_NOT_FOUND
   */
  current(row: CoreRow): CoreRow {
    if (this.rows[row.index] === row.original) return row
    // An id that is an index is soon another row's.
    const at = this.hasIds ? row.id : String(this.rows.indexOf(this.#latest(row.original)))
    const now = this.find(at)
    if (now === undefined) throw rowNotFound(row.id)
    return now
  }

  /** Where a row asked for at this index comes to be. */
  indexOf(index: number | undefined): number {
    const { length } = this.rows
    return Math.min(Math.max(Math.trunc(index ?? length) || 0, 0), length)
  }

  insert(index: number, row: RowValues): void {
    this.#store.insertAt(index, row)
    this.publish()
  }

  /** @throws GK_ROW_NOT_FOUND */
  replace(before: CoreRow, row: RowValues): void {
    const now = this.current(before)
    if (!this.hasIds) this.#follow(now.original, row)
    this.#store.replaceAt(now.index, row)
    this.publish()
  }

  /** @throws GK_ROW_NOT_FOUND */
  remove(row: CoreRow): void {
    this.#store.removeAt(this.current(row).index)
    this.publish()
  }

  /** Gives the table the rows as they are now. */
  publish(): void {
    const data = this.rows
    this.#table().setOptions((options) => ({ ...options, data }))
  }

  #follow(before: RowValues, after: RowValues): void {
    const life = this.#lives.get(before) ?? { latest: after }
    life.latest = after
    this.#lives.set(before, life)
    this.#lives.set(after, life)
  }

  #latest(row: RowValues): RowValues {
    return this.#lives.get(row)?.latest ?? row
  }
}
