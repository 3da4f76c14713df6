import type { RowValues } from '../../definition/operations.ts'
import type { ColumnRights } from '../../definition/table-access.ts'
import type { CoreColumn, CoreTable } from '../core-table.ts'
import type { LabelledColumn } from './column-labels.ts'
import { isContainer, isObject, type Path } from './path.ts'
import type { Restriction } from './restriction.ts'
import { sameValue } from './row-projection.ts'

interface LockedColumn extends LabelledColumn {
  readonly label: string
}

/** Keeps what a plugin may not write as it is. */
export class WriteRights {
  readonly #table: () => CoreTable
  readonly #rights: ColumnRights
  readonly #locked: readonly LockedColumn[]

  constructor(table: () => CoreTable, rights: ColumnRights, columns: readonly LabelledColumn[]) {
    this.#table = table
    this.#rights = rights
    this.#locked = columns.flatMap((column) => {
      const label = column.labels.find((each) => !rights.canWrite(each))
      return label === undefined ? [] : [{ ...column, label }]
    })
  }

  /** Whether there are columns the plugin may not write. */
  get any(): boolean {
    return this.#locked.length > 0
  }

  /**
   * @param before The row, or nothing for one to be created.
   * @throws GK_PERMISSION_DENIED when a value differs in a column that may not be written.
   */
  check(before: RowValues, changed: RowValues, index: number): void {
    const columns = new Map(
      this.#table()
        .getAllFlatColumns()
        .map((column) => [column.id, column]),
    )
    for (const { id, label, path } of this.#locked) {
      const { accessorFn } = columns.get(id) ?? {}
      if (accessorFn === undefined) continue
      const value = valueOf(accessorFn, changed, index)
      const same = sameValue(valueOf(accessorFn, before, index), value)
      if (!same || (path && isForeign(path, before, changed))) this.#rights.requireWrite(label)
    }
  }

  /** @throws GK_PERMISSION_DENIED when a created row has a value in a column that may not be written. */
  checkNew(row: RowValues, index: number): void {
    const columns = new Map(
      this.#table()
        .getAllFlatColumns()
        .map((column) => [column.id, column]),
    )
    for (const { id, label, path } of this.#locked) {
      const { accessorFn } = columns.get(id) ?? {}
      const value = accessorFn && valueOf(accessorFn, row, index)
      const empty =
        value === undefined ||
        value === null ||
        sameValue(accessorFn && valueOf(accessorFn, {}, index), value)
      if (!empty || (path && isForeign(path, {}, row))) this.#rights.requireWrite(label)
    }
  }

  /**
   * Refuses to write what is neither seen nor may be written even where it would change
   * nothing: whether it does would tell the value.
   *
   * @throws GK_PERMISSION_DENIED
   */
  checkBlind(wanted: RowValues, before: RowValues, restriction: Restriction): void {
    for (const { id, label, path, computed } of this.#locked) {
      if (restriction.lackingFor(id) === undefined) continue
      if (path !== undefined && has(wanted, path)) this.#rights.requireWrite(label)
      // A function may read any field that no readable column shows.
      const unseen = Object.keys(wanted).some(
        (key) => !Object.hasOwn(before, key) && !restriction.rows.shows([key]),
      )
      if (computed && unseen) this.#rights.requireWrite(label)
    }
  }
}

const failed = Symbol('gridkit.failed')

function valueOf(accessorFn: NonNullable<CoreColumn['accessorFn']>, row: RowValues, index: number): unknown {
  try {
    return accessorFn(row, index)
  } catch {
    return failed
  }
}

function has(row: unknown, path: Path): boolean {
  let value = row
  for (const key of path) {
    if (!isObject(value) || !(key in value)) return false
    value = value[key]
  }
  return true
}

/** Whether something new on the way to the path could give another value each time it is asked. */
function isForeign(path: Path, before: RowValues, changed: RowValues): boolean {
  let [old, value]: unknown[] = [before, changed]
  for (const key of path.slice(0, -1)) {
    old = isObject(old) ? old[key] : undefined
    value = isObject(value) ? value[key] : undefined
    if (isObject(value) && value !== old && !isContainer(value)) return true
  }
  return false
}
