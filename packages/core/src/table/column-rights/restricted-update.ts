import { isDraftable } from 'immer'
import type { RowChange } from '../../definition/table-access.ts'
import { rowNotEditable } from '../../errors/table-errors.ts'
import type { CoreRow } from '../core-table.ts'
import type { PreparedEdit } from '../rows/row-editing.ts'
import { applyRecipe, changeRow, recipeOf, type ChangedRow } from '../rows/row-recipe.ts'
import type { Restriction } from './restriction.ts'
import { mergeInto, settled } from './row-merge.ts'
import type { WriteRights } from './write-rights.ts'

interface RestrictedUpdate {
  readonly row: CoreRow
  readonly change: RowChange
  readonly restriction: Restriction | undefined
  readonly write: WriteRights
  prepare(row: CoreRow, changed: ChangedRow): PreparedEdit
}

/**
 * Changes a row by what a plugin makes of the part it sees. What it does not see stays.
 *
 * @throws GK_PERMISSION_DENIED, GK_RECIPE_FAILED, GK_ROW_NOT_EDITABLE
 */
export function prepareRestrictedUpdate(update: RestrictedUpdate): PreparedEdit | undefined {
  const { row, restriction, write } = update
  const { id, index, original } = row
  if (!isDraftable(original)) throw rowNotEditable(id, 'it is not a plain object')
  const seen = restriction ? restriction.rows.project(original) : original
  const returned = applyRecipe<object>(
    `row '${id}'`,
    seen,
    recipeOf(update.change) as (draft: object) => object | void,
  )
  if (!isDraftable(returned)) throw rowNotEditable(id, 'its recipe returned something that is no row')
  const wanted = settled(returned, new Map()) as Record<string, unknown>
  if (restriction) write.checkBlind(wanted, seen, restriction)
  const changed = changeRow(id, original, (draft) => mergeInto(draft, seen, wanted))
  if (changed === undefined) return undefined
  write.check(original, changed.row, index)
  return update.prepare(row, changed)
}
