import { enablePatches, Immer, isDraftable, type Patch } from 'immer'
import type { RowUpdated, RowValues } from '../../definition/operations.ts'
import type { RowChange } from '../../definition/table-access.ts'
import { recipeFailed, rowNotEditable } from '../../errors/table-errors.ts'

enablePatches()

// Rows are the application's: freezing them would break code that still changes them.
const immer = new Immer({ autoFreeze: false })

/** A changed row with what changed, or `undefined` when nothing did. */
export interface ChangedRow {
  readonly row: RowValues
  readonly change: RowUpdated
}

/**
 * Applies new values or a recipe to a row.
 *
 * @throws GK_ROW_NOT_EDITABLE for a row that is not a plain object, GK_RECIPE_FAILED when the recipe throws.
 */
export function changeRow(rowId: string, before: RowValues, change: RowChange): ChangedRow | undefined {
  if (!isDraftable(before)) throw rowNotEditable(rowId, 'it is not a plain object')
  const [row, patches, inversePatches] = attempt(`row '${rowId}'`, () =>
    immer.produceWithPatches(before as Record<string, unknown>, recipeOf(change)),
  )
  if (!isDraftable(row)) throw rowNotEditable(rowId, 'its recipe returned something that is no row')
  if (patches.length === 0) return undefined
  const fields = changedFields(patches, before, row)
  return {
    row,
    change: {
      rowId,
      before: pick(before, fields),
      after: pick(row, fields),
      patches: Object.freeze(patches),
      inversePatches: Object.freeze(inversePatches),
    },
  }
}

/** New values are a recipe too. */
export function recipeOf(change: RowChange): Extract<RowChange, (...parameters: never[]) => unknown> {
  return typeof change === 'function' ? change : (draft) => void Object.assign(draft, change)
}

/** Applies a recipe to any draftable value. @throws GK_RECIPE_FAILED */
export function applyRecipe<T extends object>(subject: string, base: T, recipe: (draft: T) => T | void): T {
  return attempt(subject, () => immer.produce(base, recipe as (draft: unknown) => T | void))
}

function attempt<T>(subject: string, run: () => T): T {
  try {
    return run()
  } catch (error) {
    throw recipeFailed(subject, error)
  }
}

function changedFields(patches: readonly Patch[], before: RowValues, after: RowValues): readonly string[] {
  const fields = patches.flatMap(({ path }) => (path.length > 0 ? String(path[0]) : []))
  // A recipe that returns a new row gives one patch without a path.
  const all = patches.some(({ path }) => path.length === 0) ? Object.keys({ ...before, ...after }) : []
  return [...new Set([...fields, ...all])].filter((field) => !Object.is(before[field], after[field]))
}

/** The fields of a row, for those who may read but not change it. The values are the row's own. */
export function readOnly(row: RowValues): RowValues {
  return Object.freeze({ ...row })
}

function pick(row: RowValues, fields: readonly string[]): RowValues {
  return Object.freeze(Object.fromEntries(fields.map((field) => [field, row[field]])))
}
