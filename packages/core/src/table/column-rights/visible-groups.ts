import type { CoreRowModel, CoreTable } from '../core-table.ts'

/** Knows which group rows have ids made of values that are seen: `columnId:value>columnId:value`. */
export class VisibleGroups {
  readonly #table: () => CoreTable
  readonly #columnIds: readonly string[]
  #model: CoreRowModel | undefined
  #columns: unknown
  /** What groups of a column's values are called by. */
  readonly #texts = new Map<string, ReadonlySet<string>>()
  readonly #comparable = new Map<string, boolean>()

  /** @param columnIds Columns in which nothing is hidden. */
  constructor(table: () => CoreTable, columnIds: readonly string[]) {
    this.#table = table
    this.#columnIds = columnIds
  }

  /** Ids of rows are the application's, and no secret. */
  showsRow(rowId: string): boolean {
    if (!rowId.includes(':')) return true
    if (Object.hasOwn(this.#table().getCoreRowModel().rowsById, rowId)) return true
    return rowId.split('>').every((part) => this.#isVisible(part))
  }

  /** Whether to compare the values of the column is to compare what is seen, and nothing that an object says of itself. */
  mayOrderBy(columnId: string): boolean {
    this.#renew()
    return known(this.#comparable, columnId, () => this.#valuesOf(columnId)?.every(isComparable) ?? false)
  }

  #isVisible(part: string): boolean {
    this.#renew()
    return this.#columnIds.some((id) => {
      if (!part.startsWith(`${id}:`)) return false
      const texts = known(
        this.#texts,
        id,
        () => new Set(this.#valuesOf(id)?.filter(isComparable).map(String)),
      )
      return texts.has(part.slice(id.length + 1))
    })
  }

  /** What was found out holds for the rows and columns it was found in. */
  #renew(): void {
    const model = this.#table().getCoreRowModel()
    const columns = this.#table().getAllFlatColumns()
    if (model === this.#model && columns === this.#columns) return
    this.#model = model
    this.#columns = columns
    this.#texts.clear()
    this.#comparable.clear()
  }

  #valuesOf(columnId: string): readonly unknown[] | undefined {
    if (!this.#columnIds.includes(columnId)) return undefined
    const column = this.#table()
      .getAllFlatColumns()
      .find(({ id }) => id === columnId)
    return this.#model?.flatRows.map(({ original, index }) => column?.accessorFn?.(original, index))
  }
}

function known<T>(values: Map<string, T>, key: string, make: () => T): T {
  const value = values.get(key) ?? make()
  values.set(key, value)
  return value
}

/** Primitives, dates and lists of primitives, without methods of their own. */
function isComparable(value: unknown): boolean {
  if (typeof value === 'function') return false
  if (typeof value !== 'object' || value === null) return true
  const keys = Reflect.ownKeys(value)
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Date.prototype) return keys.length === 0
  if (prototype !== Array.prototype || !Array.isArray(value) || keys.length !== value.length + 1) return false
  return value.every((each) => (typeof each !== 'object' || each === null) && typeof each !== 'function')
}
