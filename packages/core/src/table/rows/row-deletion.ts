import type { Amendment } from '../../definition/hooks.ts'
import type { RowDeleted, RowValues } from '../../definition/operations.ts'
import type { CoreRow } from '../core-table.ts'
import type { Preparation } from '../operations/preparation.ts'
import { patchOf } from '../operations/slice-amendment.ts'
import { readOnly } from './row-recipe.ts'
import type { TableRows } from './table-rows.ts'

const type = 'row:delete'

/** A row that is to go. */
export class RowDeletion implements Preparation<typeof type> {
  readonly payload: RowDeleted
  readonly #rows: TableRows
  readonly #row: CoreRow
  readonly #among: readonly RowValues[]

  constructor(rows: TableRows, row: CoreRow) {
    this.payload = { rowId: row.id, index: row.index, row: readOnly(row.original) }
    this.#rows = rows
    this.#row = row
    this.#among = rows.rows
  }

  amend(amendment: Amendment): RowDeletion {
    patchOf(amendment, type, [])
    return this
  }

  renew(): RowDeletion {
    return this.#rows.rows === this.#among ? this : new RowDeletion(this.#rows, this.#rows.current(this.#row))
  }

  apply(): void {
    this.#rows.remove(this.#row)
  }

  tell(): void {
    const { rowId, index } = this.payload
    this.#rows.tell({ type, rowId, index })
  }
}
