import type { OperationType, RowUpdated, RowValues } from '../../definition/operations.ts'
import type { RowChange } from '../../definition/table-access.ts'
import type { GridKitError } from '../../errors/gridkit-error.ts'
import { rowNotEditable, rowNotFound } from '../../errors/table-errors.ts'
import type { CoreRow, CoreTable } from '../core-table.ts'
import type { OperationPipeline } from '../operations/operation-pipeline.ts'
import type { OperationRequest, Preparation } from '../operations/preparation.ts'
import type { DataChange } from '../table-types.ts'
import { RowCreation } from './row-creation.ts'
import { RowDeletion } from './row-deletion.ts'
import { changeAgain, changeRow, type ChangedRow } from './row-recipe.ts'
import type { RowStore } from './row-store.ts'
import { RowUpdate } from './row-update.ts'
import { TableRows } from './table-rows.ts'

/** An edit that was found possible, and is not made yet. */
export interface PreparedEdit {
  /** As it is by now: plugins may change it when the edit is made. */
  readonly rowId: string
  /** Makes it, or returns why it was not made. */
  commit(source?: string): GridKitError | undefined
}

/** What rows that come and go are of. */
const allRows = 'rows'

/** Changes the rows of a table, each change one operation. */
export class RowEditing {
  readonly #rows: TableRows
  readonly #pipeline: OperationPipeline

  /** @param tell What the application does when rows changed. */
  constructor(
    table: () => CoreTable,
    rows: RowStore,
    pipeline: OperationPipeline,
    tell: (change: DataChange) => void,
  ) {
    this.#rows = new TableRows(table, rows, tell)
    this.#pipeline = pipeline
  }

  get rows(): readonly RowValues[] {
    return this.#rows.rows
  }

  find(rowId: string): CoreRow | undefined {
    return this.#rows.find(rowId)
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
    let madeId: string | undefined
    const prepare = (): RowCreation => new RowCreation(this.#rows, row, index, (id) => (madeId = id))
    const prepared = prepare()
    const { payload } = prepared
    const request = { type: 'row:create', subject: allRows, prepare, blank: () => payload } as const
    return {
      get rowId() {
        return madeId ?? payload.rowId
      },
      commit: (source) => this.#commit(request, prepared, source),
    }
  }

  /**
   * An edit that changes nothing is none.
   *
   * @throws GK_ROW_NOT_FOUND, GK_ROW_NOT_EDITABLE, GK_RECIPE_FAILED, GK_ROW_EXISTS
   */
  prepareUpdate(rowId: string, change: RowChange): PreparedEdit | undefined {
    return this.prepareChange(this.topLevel(rowId), (row) => {
      const changed = changeRow(row.id, row.original, change)
      if (changed === undefined) return undefined
      // The recipe may have changed rows itself.
      const now = this.current(row)
      const again = now.original === row.original ? changed : changeAgain(now.id, now.original, changed)
      return again && this.updateOf(now, again)
    })
  }

  /**
   * @param make Finds out what to change of the row as it is, at once, and again when the change has to wait.
   * @throws What `make` throws
   */
  prepareChange(row: CoreRow, make: (now: CoreRow) => RowUpdate | undefined): PreparedEdit | undefined {
    const { id } = row
    const blank = (): RowUpdated => ({ rowId: id, before: {}, after: {}, patches: [], inversePatches: [] })
    const prepare = (): RowUpdate | undefined => make(this.current(row))
    const request = { type: 'row:update', subject: `row ${id}`, prepare, blank } as const
    // What waits its turn may change something by then.
    const prepared = this.#pipeline.isBusy(request.subject) ? undefined : prepare()
    if (prepared === undefined && !this.#pipeline.isBusy(request.subject)) return undefined
    return { rowId: id, commit: (source) => this.#commit(request, prepared, source) }
  }

  /**
   * @param isCertain Whether it is a change even where it makes no difference.
   * @throws GK_ROW_EXISTS
   */
  updateOf(before: CoreRow, changed: ChangedRow, isCertain = false): RowUpdate {
    return new RowUpdate(this.#rows, before, changed, isCertain)
  }

  /** @throws GK_ROW_NOT_FOUND, GK_ROW_NOT_EDITABLE */
  prepareDelete(rowId: string): PreparedEdit {
    const row = this.topLevel(rowId)
    const prepare = (): RowDeletion => new RowDeletion(this.#rows, this.current(row))
    const prepared = prepare()
    const blank = (): RowDeletion['payload'] => prepared.payload
    const request = { type: 'row:delete', subject: allRows, prepare, blank } as const
    return { rowId, commit: (source) => this.#commit(request, prepared, source) }
  }

  /**
   * The row as it is now, wherever it is now.
   *
   * @throws GK_ROW_NOT_FOUND
   */
  current(row: CoreRow): CoreRow {
    return this.#rows.current(row)
  }

  /** Gives the table the rows as they are now. */
  publish(): void {
    this.#rows.publish()
  }

  #commit<TType extends OperationType>(
    request: OperationRequest<TType>,
    prepared: Preparation<TType> | undefined,
    source: string | undefined,
  ): GridKitError | undefined {
    if (source === undefined) return this.#pipeline.perform(request, prepared)
    const asked = { ...request, asker: source }
    return this.#pipeline.withSource(source, () => this.#pipeline.perform(asked, prepared))
  }
}
