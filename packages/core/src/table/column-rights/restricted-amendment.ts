import type { Amendment } from '../../definition/hooks.ts'
import type { Operation, RowValues } from '../../definition/operations.ts'
import type { ColumnRights, RowChange } from '../../definition/table-access.ts'
import { operationOfSlice } from '../operations/state-slices.ts'
import { isObject } from './path.ts'
import { changedBy, received, seenRow, wantedChanges, type KnownRow } from './restricted-update.ts'
import type { Restriction } from './restriction.ts'
import { mergeSlice } from './state-shapes.ts'
import type { WriteLocks } from './write-locks.ts'

/** What decides what a plugin may amend. */
export interface AmendmentRooms {
  readonly restriction: Restriction | undefined
  readonly locks: WriteLocks
  readonly rights: ColumnRights
  rowNow(rowId: string): RowValues | undefined
}

type Patch = Readonly<Record<string, unknown>>

/**
 * What a plugin wants changed of an operation it may not see all of, merged into what it does not see.
 *
 * @throws GK_PERMISSION_DENIED, GK_NOT_PLAIN_DATA, GK_ROW_NOT_EDITABLE
 */
export function restrictedAmendment(operation: Operation, patch: unknown, rooms: AmendmentRooms): Amendment {
  const { pluginId: by } = rooms.rights
  const given = received('the amendment', patch).value
  // What it is instead is for the operation to say.
  if (!isObject(given)) return { by, patch: given, limited: true }
  return { by, patch: merged(operation, given, rooms), limited: true }
}

function merged(operation: Operation, patch: Patch, rooms: AmendmentRooms): Patch {
  const { type, payload } = operation
  if (type === 'row:delete') return patch
  if (type === 'row:create') {
    if (!isObject(patch['row'])) return patch
    const { row } = patch
    return { ...patch, row: changedRow({ id: payload.rowId, original: payload.row }, () => row, rooms).row }
  }
  const { after } = patch
  if (type === 'row:update') {
    if (!isObject(after)) return patch
    const original = { ...rooms.rowNow(payload.rowId), ...payload.after }
    return { ...patch, after: changedRow({ id: payload.rowId, original }, after, rooms).fields }
  }
  if (type === 'filter:apply')
    return isObject(after) ? { ...patch, after: mergedFilters(payload.after.filters, after, rooms) } : patch
  const slice = Object.entries(operationOfSlice).find(([, each]) => each === type)?.[0]
  return slice === undefined || !('after' in patch)
    ? patch
    : { ...patch, after: mergedSlice(slice, payload.after, after, rooms) }
}

function changedRow(
  row: KnownRow,
  change: RowChange,
  { restriction, locks }: AmendmentRooms,
): { readonly row: RowValues; readonly fields: RowValues } {
  const changes = wantedChanges(row, seenRow(row.original, restriction?.rows), change, () => locks)
  if (changes.length === 0) return { row: row.original, fields: {} }
  const { row: changed, change: told } = changedBy(row, changes)
  return { row: changed, fields: told.after }
}

function mergedFilters(before: unknown, after: Patch, rooms: AmendmentRooms): Patch {
  const { globalFilter, ...parts } = after
  // It searches hidden columns too. A plugin is not shown what people search for, and leaves it alone.
  if (rooms.restriction && globalFilter !== undefined) rooms.rights.requireRead(rooms.restriction.lacking)
  const searched = rooms.restriction ? parts : after
  return 'filters' in after
    ? { ...searched, filters: mergedSlice('columnFilters', before, after['filters'], rooms) }
    : searched
}

function mergedSlice(
  slice: string,
  before: unknown,
  wanted: unknown,
  { restriction, rights }: AmendmentRooms,
): unknown {
  if (restriction === undefined) return wanted
  const shown = restriction.slice(slice, before)
  const refuse = (columnIds: readonly unknown[]): void => {
    const labels = columnIds.flatMap((id) => restriction.lackingFor(String(id)) ?? [])
    rights.requireRead(labels[0] ?? restriction.lacking)
  }
  return mergeSlice(slice, { before, shown, wanted }, restriction, refuse)
}
