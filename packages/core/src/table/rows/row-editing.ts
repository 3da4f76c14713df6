import type { RowCreated, RowDeleted, RowUpdated, RowValues } from '../../definition/operations.ts'
import type { RowChange } from '../../definition/table-access.ts'
import { rowExists, rowNotEditable, rowNotFound } from '../../errors/table-errors.ts'
import type { CoreRow, CoreTable } from '../core-table.ts'
import type { OperationPipeline } from '../operations/operation-pipeline.ts'
import type { DataChange } from '../table-types.ts'
import { changeRow, readOnly, type ChangedRow } from './row-recipe.ts'
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
    return changed && this.prepareChanged(row, changed)
  }

  /** @throws GK_ROW_EXISTS */
  prepareChanged({ id, index }: CoreRow, { row, change }: ChangedRow): PreparedEdit {
    const newId = this.#table().options.getRowId?.(row, index) ?? id
    if (newId !== id && this.find(newId)) throw rowExists(newId)
    return this.#edit('row:update', change, { type: 'row:update', change }, () =>
      this.#rows.replaceAt(index, row),
    )
  }

  /** @throws GK_ROW_NOT_FOUND, GK_ROW_NOT_EDITABLE */
  prepareDelete(rowId: string): PreparedEdit {
    const { index, original } = this.topLevel(rowId)
    const payload = { rowId, index, row: readOnly(original) }
    return this.#edit('row:delete', payload, { type: 'row:delete', rowId, index }, () =>
      this.#rows.removeAt(index),
    )
  }

  /** Where a row asked for at this index comes to be. */
  indexOf(index: number | undefined): number {
    return Math.min(Math.max(index ?? this.#rows.rows.length, 0), this.#rows.rows.length)
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
