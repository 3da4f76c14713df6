import { stateSlicesEqual } from '@tanstack/table-core'
import type { RowValues } from '../../definition/operations.ts'
import type { CoreColumn, CoreTable } from '../core-table.ts'
import { below, isContainer, isObject, isWithin, type Path } from './path.ts'
import { ValueFilter, withheld, type Position } from './visible-value.ts'

type Accessor = NonNullable<CoreColumn['accessorFn']>

/** Rows as those see them who may read some columns and not others. */
export class RowProjection {
  readonly #table: () => CoreTable
  readonly #shown: readonly Path[]
  readonly #hidden: readonly Path[]
  /** Those that lie in no other. */
  readonly #outer: readonly Path[]
  readonly #filter: ValueFilter
  /** Hidden wherever there may be a row. */
  readonly #alike: readonly Path[]
  readonly #rows = new WeakMap<RowValues, RowValues>()
  readonly #cut = new WeakMap<RowValues, RowValues>()
  readonly #lists = new WeakMap<readonly RowValues[], readonly RowValues[]>()

  /**
   * @param shown Where the values of readable columns are.
   * @param hidden Where those of the others are.
   * @param sources Where functions find what they compute those of the others from.
   */
  constructor(
    table: () => CoreTable,
    shown: readonly Path[],
    hidden: readonly Path[],
    sources: readonly Path[] = [],
  ) {
    this.#table = table
    this.#shown = shown
    this.#alike = hidden
    this.#hidden = [...hidden, ...sources]
    this.#outer = shown.filter(
      (path) => !shown.some((other) => other !== path && isInside(path, other, shown)),
    )
    this.#filter = new ValueFilter(hidden)
  }

  /** The rows, each as {@link project} shows it. */
  projectAll(rows: readonly RowValues[]): readonly RowValues[] {
    const known = this.#lists.get(rows)
    if (known) return known
    const projected = Object.freeze(rows.map((row) => this.project(row)))
    this.#lists.set(rows, projected)
    return projected
  }

  /** The values that readable columns have in the row, and nothing else; of a part of a row, what is there. */
  project(row: RowValues): RowValues {
    const known = this.#rows.get(row)
    if (known) return known
    const projected = emptyRecord()
    this.#rows.set(row, projected)
    const made = new Set<object>([projected])
    for (const path of this.#outer) this.#place(projected, made, row, path)
    for (const each of made) Object.freeze(each)
    return projected
  }

  /** Whether a plugin may know where in a row this is. Above readable values it may, too. */
  shows(path: readonly (string | number)[]): boolean {
    const keys = path.map(String)
    if (this.#hidden.some((hidden) => isWithin(keys, hidden))) return false
    if (this.#alike.some((hidden) => this.#isAlike(keys, hidden))) return false
    return this.#outer.some((shown) => isWithin(keys, shown) || isWithin(shown, keys))
  }

  /** The value that a readable column has in a row, or `undefined`. */
  valueOf(column: CoreColumn, path: Path | undefined, row: RowValues, index: number): unknown {
    const { accessorFn } = column
    if (accessorFn === undefined) return undefined
    return path === undefined
      ? this.#compute(accessorFn, row, index)
      : present(this.#show(row, path, accessorFn(row, index)))
  }

  /** Whether a computed value depends on what is hidden. */
  dependsOnHidden(accessorFn: Accessor, row: RowValues, index: number): boolean {
    const real = accessorFn(row, index)
    if (isObject(real) && !Array.isArray(real)) return false
    return !sameValue(real, this.#attempt(accessorFn, row, index))
  }

  /**
   * Computed without what is hidden. A value that comes out otherwise then is
   * none: half of it would be wrong, and all of it would tell.
   */
  #compute(accessorFn: Accessor, row: RowValues, index: number): unknown {
    const real = accessorFn(row, index)
    if (real === row) return this.project(row)
    const computed = this.#attempt(accessorFn, row, index)
    if (!isObject(real)) return Object.is(real, computed) ? this.showAnywhere(real) : undefined
    return computed === this.#withoutHidden(row) ? this.project(row) : this.showAnywhere(computed)
  }

  #attempt(accessorFn: Accessor, row: RowValues, index: number): unknown {
    try {
      return accessorFn(this.#withoutHidden(row), index)
    } catch {
      return undefined
    }
  }

  /** All of the row but what is hidden, for functions of the application that compute from it. */
  #withoutHidden(row: RowValues): RowValues {
    const known = this.#cut.get(row)
    if (known) return known
    const cut = Object.create(Object.getPrototypeOf(row) as object | null) as Record<string, unknown>
    this.#cut.set(row, cut)
    const filtered = this.#filter.show({ ...row }, { ...nowhere, hidden: this.#hidden, shown: this.#shown })
    const subRows = this.subRowsOf(row)
    for (const [key, value] of Object.entries(isObject(filtered) ? filtered : {})) {
      const shown = subRows && row[key] === subRows ? subRows.map((each) => this.#withoutHidden(each)) : value
      Object.defineProperty(cut, key, { value: shown, enumerable: true, writable: true, configurable: true })
    }
    // The class of the row may have a getter for it.
    for (const [key = '', ...more] of this.#hidden)
      if (more.length === 0) Object.defineProperty(cut, key, { value: undefined, enumerable: false })
    return cut
  }

  #place(projected: Record<string, unknown>, made: Set<object>, row: RowValues, path: Path): void {
    let value: unknown = row
    for (const key of path) {
      if (!isObject(value) || !(key in value)) return
      value = value[key]
    }
    const shown = this.#show(row, path, value)
    if (shown === withheld) return
    let into = projected
    for (const key of path.slice(0, -1)) {
      const next = (into[key] ??= emptyRecord()) as Record<string, unknown>
      made.add(next)
      into = next
    }
    into[path.at(-1) ?? ''] = shown
  }

  #show(row: RowValues, path: Path, value: unknown): unknown {
    if (Array.isArray(value) && value === this.subRowsOf(row)) return this.projectAll(value as RowValues[])
    return this.#filter.show(value, this.#positionAt(path))
  }

  /** Any value, without what it has at the paths of hidden columns. */
  showAnywhere(value: unknown): unknown {
    return present(this.#filter.show(value, nowhere))
  }

  #positionAt(path: Path): Position {
    const alike = path.flatMap((_, at) => (at === 0 ? [] : below(this.#alike, path.slice(at))))
    return { hidden: below(this.#hidden, path), alike, shown: below(this.#shown, path) }
  }

  /** Whether the path is hidden in what may be a row in a row. */
  #isAlike(path: Path, hidden: Path): boolean {
    return path.some((_, at) => {
      if (at === 0 || !isWithin(path.slice(at), hidden)) return false
      const place = path.slice(0, at + hidden.length)
      return !this.#shown.some((shown) => shown.length === place.length && isWithin(place, shown))
    })
  }

  /** The value of a patch at a path that {@link shows} lets through, or {@link withheld}. */
  showAt(path: readonly (string | number)[], value: unknown): unknown {
    const keys = path.map(String)
    if (this.#outer.some((outer) => isWithin(keys, outer)))
      return this.#filter.show(value, this.#positionAt(keys))
    // Above readable values: those, and nothing beside them.
    const nested = keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value)
    return keys.reduce<unknown>(
      (inner, key) => (isObject(inner) && key in inner ? inner[key] : withheld),
      this.project(nested as RowValues),
    )
  }

  /** The rows in a row, as the application says. */
  subRowsOf(row: RowValues): readonly RowValues[] | undefined {
    try {
      return this.#table().options.getSubRows?.(row, 0)
    } catch {
      return undefined
    }
  }
}

const nowhere: Position = { hidden: [], alike: [], shown: [] }

function isInside(path: Path, other: Path, all: readonly Path[]): boolean {
  if (!isWithin(path, other)) return false
  return path.length > other.length || all.indexOf(other) < all.indexOf(path)
}

function emptyRecord(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>
}

function present(value: unknown): unknown {
  return value === withheld ? undefined : value
}

/** Whether two computed values are the same to whoever reads them. */
export function sameValue(one: unknown, other: unknown): boolean {
  if (one instanceof Date && other instanceof Date) return one.getTime() === other.getTime()
  return Object.is(one, other) || (isContainer(one) && stateSlicesEqual(one, other))
}
