import type { Amendment } from '../../definition/hooks.ts'
import type { RowUpdated } from '../../definition/operations.ts'
import { rowExists } from '../../errors/table-errors.ts'
import type { CoreRow } from '../core-table.ts'
import type { Preparation } from '../operations/preparation.ts'
import { patchOf } from '../operations/slice-amendment.ts'
import { amended, fieldsOf } from './row-amendment.ts'
import { changeAgain, changeFurther, type ChangedRow } from './row-recipe.ts'
import type { TableRows } from './table-rows.ts'

const type = 'row:update'

/** A row that is to change. */
export class RowUpdate implements Preparation<typeof type> {
  readonly #rows: TableRows
  readonly #before: CoreRow
  readonly #changed: ChangedRow
  readonly #isCertain: boolean

  /**
   * @param isCertain Whether it is a change even where it makes no difference.
   * @throws GK_ROW_EXISTS
   */
  constructor(rows: TableRows, before: CoreRow, changed: ChangedRow, isCertain = false) {
    const newId = rows.idOf(changed.row, before.index) ?? before.id
    if (newId !== before.id && rows.find(newId)) throw rowExists(newId)
    this.#rows = rows
    this.#before = before
    this.#changed = changed
    this.#isCertain = isCertain
  }

  get payload(): RowUpdated {
    return this.#changed.change
  }

  amend(amendment: Amendment): RowUpdate {
    const { after } = patchOf(amendment, type, ['after'])
    const fields = fieldsOf(amendment, type, {
      name: 'after',
      value: after,
      standing: this.#changed.row,
    })
    const { id, original } = this.#before
    const isCertain = this.#isCertain || amendment.limited === true
    return amended(amendment, type, () => {
      const changed = changeFurther(id, original, this.#changed, fields, isCertain)
      return new RowUpdate(this.#rows, this.#before, changed, isCertain)
    })
  }

  renew(): RowUpdate | undefined {
    const isNothing = this.#changed.row === this.#before.original
    const now = this.#rows.current(this.#before)
    if (isNothing) return undefined
    if (now.original === this.#before.original && now.id === this.#before.id) return this
    const again = changeAgain(now.id, now.original, this.#changed, this.#isCertain)
    return again && new RowUpdate(this.#rows, now, again, this.#isCertain)
  }

  apply(): void {
    this.#rows.replace(this.#before, this.#changed.row)
  }

  tell(): void {
    this.#rows.tell({ type, change: this.payload })
  }
}
