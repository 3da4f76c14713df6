import type { RowValues } from '../../definition/operations.ts'
import type { CoreColumn } from '../core-table.ts'
import type { LabelledColumn } from './column-labels.ts'
import { CutPaths, type Position } from './cut-paths.ts'
import { isContainer, isObject, type Path } from './path.ts'
import { deepFreeze, PlainCopier, withheld } from './plain-copy.ts'

interface Shown {
  readonly path: Path
  readonly at: Position
}

/** Rows as those see them who may read some columns and not others. */
export class RowProjection {
  readonly copier: PlainCopier
  /** Outer paths first. */
  readonly #shown: readonly Shown[]
  readonly #rows = new WeakMap<RowValues, RowValues>()
  #all: { readonly rows: readonly RowValues[]; readonly projected: readonly RowValues[] } = {
    rows: [],
    projected: [],
  }

  /**
   * @param shown Where the values of readable columns are.
   * @param hidden Where those of the others are.
   */
  constructor(shown: readonly Path[], hidden: readonly Path[]) {
    this.copier = new PlainCopier(() => withheld, { cuts: new CutPaths(hidden, shown) })
    this.#shown = shown
      .filter((path) => !path.includes('__proto__'))
      .toSorted((one, other) => one.length - other.length)
      .map((path) => ({ path, at: this.copier.cuts.at(path) }))
  }

  /** The rows, each as {@link project} shows it. */
  projectAll(rows: readonly RowValues[]): readonly RowValues[] {
    const last = this.#all
    if (last.rows === rows) return last.projected
    const projected = rows.map((row, index) => {
      const known = row === last.rows[index] ? last.projected[index] : undefined
      return known ?? this.project(row)
    })
    this.#all = { rows, projected: Object.freeze(projected) }
    return projected
  }

  /** The values that readable columns have in the row, and nothing else; of a part of a row, what is there. */
  project(row: RowValues): RowValues {
    const known = this.#rows.get(row)
    if (known) return known
    const projected: Record<string, unknown> = {}
    for (const shown of this.#shown) this.#place(projected, row, shown)
    deepFreeze(projected)
    this.#rows.set(row, projected)
    return projected
  }

  /** The value that a readable column has in a row, or `undefined`. */
  valueOf({ path, computed }: LabelledColumn, column: CoreColumn, row: RowValues, index: number): unknown {
    const { accessorFn } = column
    if (accessorFn === undefined) return undefined
    if (computed || path === undefined) return this.#compute(accessorFn, row, index)
    return present(this.copier.copy(accessorFn(row, index), this.copier.cuts.at(path)))
  }

  /** Any value, as far as it is plain data, without what it has at the paths of hidden columns. */
  showAnywhere(value: unknown): unknown {
    return deepFreeze(present(this.copier.copy(value)))
  }

  /** From what is seen of the row. What a function makes of that is no secret. */
  #compute(accessorFn: NonNullable<CoreColumn['accessorFn']>, row: RowValues, index: number): unknown {
    const seen = this.project(row)
    try {
      return this.showAnywhere(accessorFn(seen, index))
    } catch {
      return undefined
    }
  }

  #place(projected: Record<string, unknown>, row: RowValues, { path, at }: Shown): void {
    let value: unknown = row
    for (const key of path) {
      if (!isObject(value) || !(key in value)) return
      value = value[key]
    }
    const shown = this.copier.copy(value, at)
    const into = this.#wayTo(projected, path)
    const last = path.at(-1) ?? ''
    if (into === undefined || Object.hasOwn(into, last)) return
    if (shown === withheld) this.copier.markPartial(into)
    else into[last] = shown
  }

  #wayTo(projected: Record<string, unknown>, path: Path): Record<string, unknown> | undefined {
    let into = projected
    for (const key of path.slice(0, -1)) {
      if (!Object.hasOwn(into, key)) this.copier.markPartial((into[key] = {}))
      const next = into[key]
      if (!isContainer(next)) return undefined
      into = next
    }
    return into
  }
}

function present(value: unknown): unknown {
  return value === withheld ? undefined : value
}
