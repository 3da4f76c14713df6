import type { RowValues } from '../../definition/operations.ts'
import type { ColumnRights } from '../../definition/table-access.ts'
import type { LabelledColumn } from './column-labels.ts'
import { CutPaths, type Position } from './cut-paths.ts'
import type { Difference } from './difference.ts'
import { isContainer } from './path.ts'

interface Lock {
  readonly label: string
  readonly cuts: CutPaths
}

/** Keeps what a plugin may not write as it is. Computed values are not written: what they are computed from is. */
export class WriteLocks {
  readonly #rights: ColumnRights
  readonly #locks: readonly Lock[]

  constructor(rights: ColumnRights, columns: readonly LabelledColumn[]) {
    this.#rights = rights
    const labelled = columns.flatMap(({ path, labels }) => {
      const label = labels.find((each) => !rights.canWrite(each))
      return path ? [{ path, label }] : []
    })
    const free = labelled.filter(({ label }) => label === undefined).map(({ path }) => path)
    this.#locks = labelled.flatMap(({ path, label }) =>
      label === undefined ? [] : [{ label, cuts: new CutPaths([path], free) }],
    )
  }

  /** Whether there is something the plugin may not write. */
  get any(): boolean {
    return this.#locks.length > 0
  }

  /** Whether something that may not be written lies inside. */
  isOpen(path: Difference['path']): boolean {
    return this.#locks.some(({ cuts }) => cuts.at(path.map(String)).exact.length > 0)
  }

  /** @throws GK_PERMISSION_DENIED when what a plugin wants differs from what it sees where it may not write. */
  check(change: Difference): void {
    for (const { label, cuts } of this.#locks) if (touches(cuts, change)) this.#rights.requireWrite(label)
  }

  /** @throws GK_PERMISSION_DENIED when a created row has a value where the plugin may not write. */
  checkNew(row: RowValues): void {
    for (const { label, cuts } of this.#locks)
      if (contains(cuts, cuts.top, row, (value) => value === null || value === undefined))
        this.#rights.requireWrite(label)
  }
}

function touches(cuts: CutPaths, { path, op, value, previous }: Difference): boolean {
  let position = cuts.top
  for (const key of op === 'resize' ? path.slice(0, -1) : path) {
    position = cuts.enter(position, String(key))
    if (cuts.isCut(position)) return true
  }
  // What is put there as a whole has the locked place in it, whether or not there is something.
  if (position.exact.length > 0) return true
  return contains(cuts, position, value) || contains(cuts, position, previous)
}

function contains(
  cuts: CutPaths,
  at: Position,
  value: unknown,
  ignores: (value: unknown) => boolean = () => false,
): boolean {
  return fieldsOf(value).some(([key, each]) => {
    const within = cuts.enter(at, key)
    return (cuts.isCut(within) && !ignores(each)) || contains(cuts, within, each, ignores)
  })
}

function fieldsOf(value: unknown): [string, unknown][] {
  if (isContainer(value)) return Object.entries(value)
  if (value instanceof Set) return [...value].map((each) => ['', each])
  if (!(value instanceof Map)) return []
  const entries = [...(value as Map<unknown, unknown>).entries()]
  return entries.flatMap(([key, each]): [string, unknown][] => [
    [typeof key === 'string' ? key : '', each],
    ['', key],
  ])
}
