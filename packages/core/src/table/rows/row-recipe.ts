import { applyPatches, enablePatches, Immer, isDraftable, type Patch } from 'immer'
import type { RowUpdated, RowValues } from '../../definition/operations.ts'
import type { RowChange } from '../../definition/table-access.ts'
import { recipeFailed, rowNotEditable } from '../../errors/table-errors.ts'

enablePatches()

// Rows are the application's: freezing them would break code that still changes them.
const immer = sealed(new Immer({ autoFreeze: false }))

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
  return changedRow(rowId, { before, row, patches, inversePatches }, changedFields(patches, before, row))
}

/**
 * Makes a new row of the same changes, of another row than they were made of.
 *
 * @param isCertain Whether it is a change even where it makes no difference.
 */
export function changeAgain(
  rowId: string,
  before: RowValues,
  { change }: ChangedRow,
  isCertain = false,
): ChangedRow | undefined {
  const edit = (draft: Record<string, unknown>): Record<string, unknown> =>
    applyPatches(draft, change.patches)
  return isCertain
    ? changeFields(rowId, before, Object.keys(change.after), edit)
    : changeRow(rowId, before, edit)
}

/**
 * Changes more fields of a changed row.
 *
 * @param before The row, before any of it.
 * @param isCertain Whether it is a change even where it makes no difference.
 */
export function changeFurther(
  rowId: string,
  before: RowValues,
  { row, change }: ChangedRow,
  fields: RowValues,
  isCertain: boolean,
): ChangedRow {
  const isReplaced = change.patches.some(({ path }) => path.length === 0)
  const edit = (draft: Record<string, unknown>): Record<string, unknown> | void => {
    if (isReplaced) return { ...row, ...fields }
    Object.assign(applyPatches(draft, change.patches), fields)
  }
  if (isCertain)
    return changeFields(rowId, before, [...new Set(Object.keys({ ...change.after, ...fields }))], edit)
  return changeRow(rowId, before, edit) ?? unchanged(rowId, before)
}

function unchanged(rowId: string, row: RowValues): ChangedRow {
  const none = Object.freeze([])
  return {
    row,
    change: { rowId, before: pick(row, []), after: pick(row, []), patches: none, inversePatches: none },
  }
}

/**
 * Changes the fields of a row. It is a change even where it makes no difference: whether it
 * does is not told to who may not see the fields.
 */
export function changeFields(
  rowId: string,
  before: RowValues,
  fields: readonly string[],
  edit: (draft: Record<string, unknown>) => Record<string, unknown> | void,
): ChangedRow {
  const [edited, patches, inversePatches] = immer.produceWithPatches(before as Record<string, unknown>, edit)
  const row = edited === before ? copyOf(before) : edited
  return changedRow(rowId, { before, row, patches, inversePatches }, fields)
}

function changedRow(
  rowId: string,
  { before, row, patches, inversePatches }: Omit<RowUpdated, 'rowId' | 'after'> & { readonly row: RowValues },
  fields: readonly string[],
): ChangedRow {
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

/** A row of its own, with the same values. */
function copyOf(row: RowValues): RowValues {
  const prototype = Object.getPrototypeOf(row) as object | null
  return Object.create(prototype, Object.getOwnPropertyDescriptors(row)) as RowValues
}

/** New values are a recipe too. */
function recipeOf(change: RowChange): Extract<RowChange, (...parameters: never[]) => unknown> {
  return typeof change === 'function' ? change : (draft) => void Object.assign(draft, change)
}

/**
 * A draft leads to what makes it, which is the same for all tables: nobody may change that.
 * Its names differ between builds of Immer.
 */
function sealed(maker: Immer): Immer {
  let scope: object | undefined
  maker.produceWithPatches({} as Record<symbol, object>, (draft) => {
    const state = Object.values(draft[Symbol.for('immer-state')] ?? {}).filter(isObject)
    scope = state.find((each) => Object.values(each).includes(maker))
  })
  for (const shared of Object.values(scope ?? {}).filter(isObject))
    if (Object.values(shared).some((member) => typeof member === 'function')) Object.freeze(shared)
  return Object.freeze(maker)
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
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
