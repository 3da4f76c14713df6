import type { RowCreated, RowDeleted, RowUpdated, RowValues } from '../../definition/operations.ts'
import type { RowChange } from '../../definition/table-access.ts'
import { rowExists, rowNotEditable, rowNotFound } from '../../errors/table-errors.ts'
import type { CoreRow, CoreTable } from '../core-table.ts'
import type { OperationPipeline } from '../operations/operation-pipeline.ts'
import type { DataChange } from '../table-types.ts'
import { changeAgain, changeRow, readOnly, type ChangedRow } from './row-recipe.ts'
import type { RowStore } from './row-store.ts'

/** An edit that was found possible, and is not made yet. */
export interface PreparedEdit {
  readonly rowId: string
  commit(source?: string): void
}

/** What the application does when rows changed. */
type TellRows = (change: DataChange) => void

/** Changes the rows of a table, each change one operation. */
export class RowEditing {
  readonly #table: () => CoreTable
  readonly #rows: RowStore
  readonly #pipeline: OperationPipeline
  readonly #tell: TellRows

  constructor(table: () => CoreTable, rows: RowStore, pipeline: OperationPipeline, tell: TellRows) {
    this.#table = table
    this.#rows = rows
    this.#pipeline = pipeline
    this.#tell = tell
  }

  get rows(): readonly RowValues[] {
    return this.#rows.rows
  }

  find(rowId: string): CoreRow | undefined {
    const { rowsById } = this.#table().getCoreRowModel()
    return Object.hasOwn(rowsById, rowId) ? rowsById[rowId] : undefined
  }

  /** @throws GK_ROW_NOT_FOUND, GK_ROW_NOT_EDITABLE for a row in another. */
  topLevel(rowId: string): CoreRow {
    const row = this.find(rowId)
    if (row === undefined) throw rowNotFound(rowId)
    if (row.depth > 0) throw rowNotEditable(rowId, 'it is nested in another row')
    return row
  }

  /** @throws GK_ROW_EXISTS */
  prepareCreate(row: RowValues, index: number | undefined): PreparedEdit {
    const at = this.indexOf(index)
    const rowId = this.#table().options.getRowId?.(row, at) ?? String(at)
    if (this.#table().options.getRowId && this.find(rowId)) throw rowExists(rowId)
    const payload = { rowId, index: at, row: readOnly(row) }
    return this.#edit('row:create', payload, { type: 'row:create', rowId, index: at }, () =>
      this.#rows.insertAt(at, row),
    )
  }

  /**
   * An edit that changes nothing is none.
   *
   * @throws GK_ROW_NOT_FOUND, GK_ROW_NOT_EDITABLE, GK_RECIPE_FAILED, GK_ROW_EXISTS
   */
  prepareUpdate(rowId: string, change: RowChange): PreparedEdit | undefined {
    const row = this.topLevel(rowId)
    const changed = changeRow(rowId, row.original, change)
    if (changed === undefined) return undefined
    // The recipe may have changed rows itself.
    const now = this.current(row)
    const again = now.original === row.original ? changed : changeAgain(rowId, now.original, changed)
    return again && this.prepareChanged(now, again)
  }

  /**
   * The row as it is now, wherever it is now.
   *
   * @throws GK_ROW_NOT_FOUND
   */
  current(row: CoreRow): CoreRow {
    const { rows } = this.#rows
    if (rows[row.index] === row.original) return row
    // An id that is an index is soon another row's.
    const at = this.#table().options.getRowId ? row.id : String(rows.indexOf(row.original))
    const now = this.find(at)
    if (now === undefined) throw rowNotFound(row.id)
    return now
  }

  /** @throws GK_ROW_EXISTS */
  prepareChanged(before: CoreRow, { row, change }: ChangedRow): PreparedEdit {
    const { id, index } = before
    const newId = this.#table().options.getRowId?.(row, index) ?? id
    if (newId !== id && this.find(newId)) throw rowExists(newId)
    return this.#edit('row:update', change, { type: 'row:update', change }, () =>
      this.#rows.replaceAt(this.current(before).index, row),
    )
  }

  /** @throws GK_ROW_NOT_FOUND, GK_ROW_NOT_EDITABLE */
  prepareDelete(rowId: string): PreparedEdit {
    const row = this.topLevel(rowId)
    const { index, original } = row
    const payload = { rowId, index, row: readOnly(original) }
    return this.#edit('row:delete', payload, { type: 'row:delete', rowId, index }, () =>
      this.#rows.removeAt(this.current(row).index),
    )
  }

  /** Where a row asked for at this index comes to be. */
  indexOf(index: number | undefined): number {
    const { length } = this.#rows.rows
    return Math.min(Math.max(Math.trunc(index ?? length) || 0, 0), length)
  }

  /** Gives the table the rows as they are now. */
  publish(): void {
    const data = this.#rows.rows
    this.#table().setOptions((options) => ({ ...options, data }))
  }

  #edit(
    type: 'row:create' | 'row:update' | 'row:delete',
    payload: RowCreated | RowUpdated | RowDeleted,
    change: DataChange,
    apply: () => void,
  ): PreparedEdit {
    const applyAndPublish = (): void => {
      apply()
      this.publish()
    }
    const run = (): void => this.#pipeline.perform(type, payload, applyAndPublish, () => this.#tell(change))
    const commit = (source?: string): void => {
      if (source === undefined) run()
      else this.#pipeline.withSource(source, run)
    }
    return { rowId: payload.rowId, commit }
  }
}
