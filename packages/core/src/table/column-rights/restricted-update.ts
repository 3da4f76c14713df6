import { isDraftable } from 'immer'
import type { RowValues } from '../../definition/operations.ts'
import type { RowChange } from '../../definition/table-access.ts'
import { notPlainData, recipeFailed, rowNotEditable } from '../../errors/table-errors.ts'
import { changeFields, type ChangedRow } from '../rows/row-recipe.ts'
import { applyDifference, differences, type Difference } from './difference.ts'
import { isRecord } from './path.ts'
import { PlainCopier, withheld } from './plain-copy.ts'
import type { RowProjection } from './row-projection.ts'
import type { WriteLocks } from './write-locks.ts'

/**
 * What a plugin gives, copied once, so that nothing of its own is called later.
 *
 * @param kept Objects that may stay what they are.
 * @throws GK_NOT_PLAIN_DATA
 */
export function received(
  subject: string,
  value: unknown,
  kept: ReadonlySet<unknown> = new Set(),
): { readonly value: unknown; readonly copier: PlainCopier } {
  const refuse = (): never => {
    throw notPlainData(subject)
  }
  const copier = new PlainCopier((each) => (kept.has(each) ? each : refuse()), { traces: true })
  return { value: copier.copy(value), copier }
}

/** What a plugin may change of its own accord: a copy of what it sees. */
export function changeCopy<T extends object>(subject: string, copy: T, recipe: (copy: T) => T | void): T {
  try {
    return recipe(copy) ?? copy
  } catch (error) {
    throw recipeFailed(subject, error)
  }
}

/** A row that a plugin changes. */
export interface KnownRow {
  readonly id: string
  readonly original: RowValues
}

/** What a plugin sees of a row, and what stayed behind. */
interface SeenRow {
  readonly values: RowValues
  readonly copier: PlainCopier
  /** Objects of classes, for who may see them but not copy them. */
  readonly kept: Set<unknown>
}

export function seenRow(row: RowValues, rows: RowProjection | undefined): SeenRow {
  const kept = new Set<unknown>()
  if (rows) return { values: rows.project(row), copier: rows.copier, kept }
  const copier = new PlainCopier((value) =>
    typeof value === 'object' && !isRecord(value) && kept.add(value) ? value : withheld,
  )
  return { values: copier.copy(row) as RowValues, copier, kept }
}

/**
 * What a plugin wants another way than it sees it.
 *
 * @throws GK_PERMISSION_DENIED, GK_RECIPE_FAILED, GK_NOT_PLAIN_DATA, GK_ROW_NOT_EDITABLE
 */
export function wantedChanges(
  { id, original }: KnownRow,
  { values, copier, kept }: SeenRow,
  change: RowChange,
  locks: () => WriteLocks,
): readonly Difference[] {
  if (!isDraftable(original)) throw rowNotEditable(id, 'it is not a plain object')
  const subject = `row '${id}'`
  const given = new PlainCopier((value) => value, { traces: true })
  const copy = given.copy(values) as Record<string, unknown>
  const fields = typeof change === 'function' ? undefined : received(subject, change, kept)
  const returned =
    typeof change === 'function'
      ? changeCopy(subject, copy, change)
      : { ...copy, ...(fields?.value as object) }
  const wanted = received(subject, returned, kept)
  if (!isRecord(wanted.value)) throw rowNotEditable(id, 'its recipe returned something that is no row')
  const open = locks()
  const changes = differences(values, wanted.value, {
    isPartial: (before) => copier.isPartial(before),
    isOpen: (path) => open.isOpen(path) || copier.cuts.at(path.map(String)).exact.length > 0,
    originOf: (entry) => {
      const source = wanted.copier.sourceOf(entry)
      return given.sourceOf(source) ?? fields?.copier.sourceOf(source) ?? source
    },
  })
  for (const each of changes) open.check(each)
  const broken = changes.find(({ breaks }) => breaks)
  if (broken) throw rowNotEditable(id, `'${broken.path.join('.')}' has parts that the plugin does not see`)
  return changes
}

/** The row with the changes, and with what the plugin does not see as it was. @throws GK_ROW_NOT_EDITABLE */
export function changedBy({ id, original }: KnownRow, changes: readonly Difference[]): ChangedRow {
  const fields = [...new Set(changes.map(({ path }) => String(path[0])))]
  const refuse = (key: string): never => {
    throw rowNotEditable(id, `'${key}' is no plain data`)
  }
  return changeFields(id, original, fields, (draft) => {
    for (const change of changes) applyDifference(draft, change, refuse)
  })
}
