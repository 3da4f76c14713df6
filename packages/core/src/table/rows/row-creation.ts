import type { Amendment } from '../../definition/hooks.ts'
import type { RowCreated, RowValues } from '../../definition/operations.ts'
import { rowExists } from '../../errors/table-errors.ts'
import type { Preparation } from '../operations/preparation.ts'
import { patchOf } from '../operations/slice-amendment.ts'
import { amended, fieldsOf, indexIn } from './row-amendment.ts'
import { readOnly } from './row-recipe.ts'
import type { TableRows } from './table-rows.ts'

const type = 'row:create'

/** A row that is to come. */
export class RowCreation implements Preparation<typeof type> {
  readonly payload: RowCreated
  readonly #rows: TableRows
  readonly #row: RowValues
  readonly #index: number | undefined
  readonly #made: (rowId: string) => void
  readonly #among: readonly RowValues[]

  /**
   * @param index Default: at the end.
   * @param made Told the id of the row when it is there.
   * @throws GK_ROW_EXISTS
   */
  constructor(rows: TableRows, row: RowValues, index: number | undefined, made: (rowId: string) => void) {
    const at = rows.indexOf(index)
    const rowId = rows.idOf(row, at) ?? String(at)
    if (rows.hasIds && rows.find(rowId)) throw rowExists(rowId)
    this.payload = { rowId, index: at, row: readOnly(row) }
    this.#rows = rows
    this.#row = row
    this.#index = index
    this.#made = made
    this.#among = rows.rows
  }

  amend(amendment: Amendment): RowCreation {
    const patch = patchOf(amendment, type, ['row', 'index'])
    const index = indexIn(amendment, type, patch['index']) ?? this.#index
    const { row: value } = patch
    const given = { name: 'row', value, standing: this.#row }
    const row = value === undefined ? this.#row : fieldsOf(amendment, type, given)
    return amended(amendment, type, () => new RowCreation(this.#rows, row, index, this.#made))
  }

  renew(): RowCreation {
    if (this.#rows.rows === this.#among) return this
    return new RowCreation(this.#rows, this.#row, this.#index, this.#made)
  }

  apply(): void {
    this.#rows.insert(this.payload.index, this.#row)
    this.#made(this.payload.rowId)
  }

  tell(): void {
    const { rowId, index } = this.payload
    this.#rows.tell({ type, rowId, index })
  }
}
