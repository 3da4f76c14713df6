import type { ColumnRights } from '../../definition/table-access.ts'
import type { CoreTable } from '../core-table.ts'
import { labelledColumns, type LabelledColumn } from './column-labels.ts'
import { Restriction } from './restriction.ts'

/** The sensitive columns of a table, as its column definitions are now. */
export class SensitiveColumns {
  readonly #table: () => CoreTable
  #definitions: unknown
  #defaults: unknown
  #columns: readonly LabelledColumn[] | undefined
  #labels: readonly string[] = []
  #key = ''
  #restrictions = new Map<string, Restriction>()

  constructor(table: () => CoreTable) {
    this.#table = table
  }

  /** Every label of a sensitive column. */
  get labels(): readonly string[] {
    this.#update()
    return this.#labels
  }

  get columns(): readonly LabelledColumn[] {
    this.#update()
    return this.#columns ?? []
  }

  /** What is kept from those who hold these rights; `undefined` when nothing is. */
  restrictionFor(rights: ColumnRights): Restriction | undefined {
    const lacking = this.labels.filter((label) => !rights.canRead(label))
    if (this.#columns === undefined || lacking.length === 0) return undefined
    const key = JSON.stringify(lacking)
    const restriction =
      this.#restrictions.get(key) ?? new Restriction(this.#table, this.#columns, new Set(lacking))
    this.#restrictions.set(key, restriction)
    return restriction
  }

  /**
   * Definitions that say the same as before keep what was made for them: frameworks make new ones at
   * each render. Their functions are not kept; they are looked up when they are needed.
   */
  #update(): void {
    const { columns: definitions, defaultColumn } = this.#table().options
    if (definitions === this.#definitions && defaultColumn === this.#defaults) return
    this.#definitions = definitions
    this.#defaults = defaultColumn
    const columns = labelledColumns(this.#table())
    const key = columns ? JSON.stringify(columns) : ''
    if (key === this.#key) return
    this.#key = key
    this.#columns = columns
    this.#labels = [...new Set(columns?.flatMap(({ labels }) => labels))]
    this.#restrictions = new Map()
  }
}
