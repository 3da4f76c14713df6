import type { ColumnRights } from '../../definition/table-access.ts'
import type { Restriction } from './restriction.ts'
import { mergeSlice, namedIn, settleSlice } from './state-merge.ts'
import { stateShapes } from './state-shapes.ts'

type Slices = Readonly<Record<string, unknown>>

/** All slices that are shown, as they are shown. */
export function projectState(state: Slices, restriction: Restriction): Slices {
  const shown = Object.keys(state).filter((slice) => Object.hasOwn(stateShapes, slice))
  return Object.fromEntries(shown.map((slice) => [slice, restriction.slice(slice, state[slice])]))
}

/**
 * What a plugin made of the slices it was shown, with what it was not.
 *
 * @throws GK_PERMISSION_DENIED when it names a hidden column: the order or the number of
 *   rows would tell what is in it.
 */
export function mergeState(
  before: Slices,
  shown: Slices,
  wanted: Slices,
  restriction: Restriction,
  rights: ColumnRights,
): Slices {
  // It searches hidden columns too.
  if (wanted['globalFilter'] !== undefined) rights.requireRead(restriction.lacking)
  const changed = Object.entries(wanted).flatMap(([slice, value]) => {
    const shape = Object.hasOwn(shown, slice) ? stateShapes[slice] : undefined
    if (shape === undefined || value === shown[slice]) return []
    const asked = settleSlice(value)
    const { columns, rows } = namedIn(shape, asked)
    for (const label of [
      ...columns.map((id) => restriction.lackingFor(id)),
      ...rows.map((id) => restriction.lackingForRow(id)),
    ])
      if (label !== undefined) rights.requireRead(label)
    return [[slice, mergeSlice(shape, before[slice], asked, restriction)] as const]
  })
  return Object.fromEntries(changed)
}
