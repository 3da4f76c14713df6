import type { ColumnRights } from '../../definition/table-access.ts'
import { changeCopy, received } from './restricted-update.ts'
import type { Restriction } from './restriction.ts'
import { PlainCopier, sameData } from './plain-copy.ts'
import { isShownSlice, mergeSlice } from './state-shapes.ts'

type Slices = Readonly<Record<string, unknown>>

/**
 * What a plugin makes of the slices it is shown, with what it is not.
 *
 * @throws GK_PERMISSION_DENIED when the order or the number of rows would tell what is hidden,
 *   GK_RECIPE_FAILED, GK_NOT_PLAIN_DATA
 */
export function restrictedSlices(
  before: Slices,
  recipe: (draft: Slices) => Slices | void,
  restriction: Restriction,
  rights: ColumnRights,
): Slices {
  const refuse = (columnIds: readonly unknown[]): void => {
    const labels = columnIds.flatMap((id) => restriction.lackingFor(String(id)) ?? [])
    rights.requireRead(labels[0] ?? restriction.lacking)
  }
  const copies = copiesWhenRead(before, restriction)
  const returned = changeCopy('the table state', copies.draft, recipe)
  const changed = returned === copies.draft ? copies.read : { ...returned }
  // It searches hidden columns too.
  if (changed['globalFilter'] !== undefined) refuse([])
  const slices = Object.entries(changed).flatMap(([slice, value]) => {
    if (!isShownSlice(slice) || !(slice in before)) return []
    const shown = restriction.slice(slice, before[slice])
    const wanted = received('the table state', value).value
    if (sameData(shown, wanted)) return []
    return [[slice, mergeSlice(slice, { before: before[slice], shown, wanted }, restriction, refuse)]]
  })
  return Object.fromEntries(slices) as Slices
}

/** Slices may be long, and a recipe is for one of them. */
function copiesWhenRead(
  before: Slices,
  restriction: Restriction,
): { readonly draft: Slices; readonly read: Record<string, unknown> } {
  const draft = {}
  const read: Record<string, unknown> = {}
  for (const slice of [...Object.keys(before).filter(isShownSlice), 'globalFilter'])
    Object.defineProperty(draft, slice, {
      enumerable: slice !== 'globalFilter',
      configurable: true,
      get: () => {
        if (!Object.hasOwn(read, slice))
          read[slice] = new PlainCopier((value) => value).copy(restriction.slice(slice, before[slice]))
        return read[slice]
      },
      set: (value: unknown) => {
        read[slice] = value
      },
    })
  return { draft, read }
}
