import type { ColumnInfo } from '../../definition/table-access.ts'
import type { GridKitEvent } from '../../definition/events.ts'
import type { RowValues } from '../../definition/operations.ts'
import type { CoreColumn, CoreTable } from '../core-table.ts'
import type { LabelledColumn } from './column-labels.ts'
import { projectPayload, tellsOfFailure } from './event-projection.ts'
import { below, isWithin, type Path } from './path.ts'
import { pathsRead } from './paths-read.ts'
import { RowProjection } from './row-projection.ts'
import { projectSlice, stateShapes, type Names } from './state-shapes.ts'

/** How many rows are tried to find out whether a computed column depends on a hidden one. */
const sampleSize = 1000
/** How many rows are looked at to find out what a hidden column is computed from. */
const tracedRows = 50

/** What all plugins see that lack the same rights, each thing made once. */
export class Restriction implements Names {
  readonly #table: () => CoreTable
  /** Columns that are hidden, with the label of the right that is missing. */
  readonly #lacking: Map<string, string>
  readonly #shown: ReadonlyMap<string, LabelledColumn>
  /** Columns whose group rows have ids made of values that may not be told. */
  readonly #opaque: readonly string[]
  readonly #label: string
  readonly #slices = new WeakMap<object, unknown>()
  readonly #events = new WeakMap<GridKitEvent, GridKitEvent>()
  readonly #shownPaths: readonly Path[]
  readonly #hiddenPaths: readonly Path[]
  /** Ids of hidden columns that are computed, and what these were found to be computed from. */
  readonly #computed: ReadonlySet<string>
  readonly #sources = new Map<string, Path>()
  #rows: RowProjection
  #sampled: unknown

  constructor(table: () => CoreTable, columns: readonly LabelledColumn[], lacking: ReadonlySet<string>) {
    const hidden = columns.filter(({ labels }) => labels.some((label) => lacking.has(label)))
    const shown = columns.filter((column) => !hidden.includes(column))
    const pathsOf = (some: readonly LabelledColumn[]): Path[] =>
      some.flatMap(({ path }) => (path ? [path] : []))
    const hiddenPaths = pathsOf(hidden)
    this.#hiddenPaths = hiddenPaths
    this.#computed = new Set(hidden.filter(({ computed }) => computed).map(({ id }) => id))
    const isOpaque = ({ computed, named, path }: LabelledColumn): boolean =>
      computed || named || (path !== undefined && below(hiddenPaths, path).length > 0)
    this.#table = table
    this.#label = [...lacking][0] ?? ''
    this.#lacking = new Map(
      hidden.map(({ id, labels }) => [id, labels.find((label) => lacking.has(label)) ?? this.#label]),
    )
    this.#shown = new Map(shown.map((column) => [column.id, column]))
    this.#opaque = [...hidden, ...shown.filter(isOpaque)].map(({ id }) => id)
    // A function may read anything: what a column computes is not found at its accessorKey.
    this.#shownPaths = pathsOf(shown.filter(({ computed }) => !computed))
    this.#rows = new RowProjection(table, this.#shownPaths, hiddenPaths)
  }

  get rows(): RowProjection {
    this.#sample()
    return this.#rows
  }

  /** The label of a right that is missing to see the column, or `undefined` when it may be seen. */
  lackingFor(columnId: string): string | undefined {
    this.#sample()
    return this.#lacking.get(columnId)
  }

  /** The label of a right that is missing to see all columns. */
  get lacking(): string {
    return this.#label
  }

  showsColumn(id: string): boolean {
    return this.#shown.has(id) && this.lackingFor(id) === undefined
  }

  /** Ids of rows are the application's; those of groups are made of values: `columnId:value>columnId:value`. */
  showsRow(rowId: string): boolean {
    return this.#groupColumnIn(rowId) === undefined
  }

  /** The label of a right that is missing to know this row, or `undefined`. */
  lackingForRow(rowId: string): string | undefined {
    const column = this.#groupColumnIn(rowId)
    return column && this.lackingFor(column)
  }

  showColumns<T extends ColumnInfo | CoreColumn>(columns: readonly T[]): readonly T[] {
    return columns.filter(({ id }) => this.showsColumn(id))
  }

  valueOf(column: CoreColumn, row: RowValues, index: number): unknown {
    const shown = this.#shown.get(column.id)
    return shown && this.rows.valueOf(column, shown.computed ? undefined : shown.path, row, index)
  }

  /** A slice of table state, without what names hidden columns; `undefined` for one that is not shown. */
  slice(name: string, value: unknown): unknown {
    const shape = stateShapes[name]
    if (shape === undefined) return undefined
    if (typeof value !== 'object' || value === null) return projectSlice(shape, value, this)
    this.#sample()
    const known = this.#slices.get(value)
    if (known !== undefined) return known
    const projected = projectSlice(shape, value, this)
    this.#slices.set(value, projected)
    return projected
  }

  /** The event as the plugin may see it. */
  event(event: GridKitEvent, pluginId: string): GridKitEvent {
    if (event.type.includes('/')) return event
    if (isOwnFailure(event, pluginId)) return event
    const known = this.#events.get(event)
    if (known) return known
    const payload = projectPayload(event.type, event.payload, this.rows, this)
    const projected = Object.freeze({ ...event, payload: Object.freeze(payload) }) as GridKitEvent
    this.#events.set(event, projected)
    return projected
  }

  #groupColumnIn(rowId: string): string | undefined {
    return this.#opaque.find((id) => rowId.startsWith(`${id}:`) || rowId.includes(`>${id}:`))
  }

  /**
   * What computed columns read is known only when they do. What a hidden one reads is hidden
   * too, unless a column shows just that; and so is a column that reads what is hidden.
   */
  #sample(): void {
    const { data } = this.#table().options
    if (data === this.#sampled) return
    this.#sampled = data
    const columns = this.#table().getAllFlatColumns()
    this.#findSources(data, columns)
    const step = Math.max(1, Math.ceil(data.length / sampleSize))
    const sample = data.filter((_, index) => index % step === 0)
    for (const { id, accessorFn } of columns) {
      if (!accessorFn || !this.#shown.get(id)?.computed || this.#lacking.has(id)) continue
      if (sample.some((row, at) => this.#depends(accessorFn, row, at * step)))
        this.#lacking.set(id, this.#label)
    }
  }

  #findSources(data: readonly RowValues[], columns: readonly CoreColumn[]): void {
    const known = this.#sources.size
    for (const { id, accessorFn } of columns) {
      if (!accessorFn || !this.#computed.has(id)) continue
      for (const [index, row] of data.slice(0, tracedRows).entries())
        for (const path of pathsRead((each) => accessorFn(each, index), row))
          this.#sources.set(JSON.stringify(path), path)
    }
    if (this.#sources.size === known) return
    const isShown = (path: Path): boolean =>
      this.#shownPaths.some((shown) => shown.length === path.length && isWithin(path, shown))
    const sources = [...this.#sources.values()].filter((path) => !isShown(path))
    this.#rows = new RowProjection(this.#table, this.#shownPaths, this.#hiddenPaths, sources)
  }

  #depends(...[accessorFn, row, index]: Parameters<RowProjection['dependsOnHidden']>): boolean {
    try {
      return this.#rows.dependsOnHidden(accessorFn, row, index)
    } catch {
      return false
    }
  }
}

/** What a plugin did wrong itself it may hear in full, if it is the host who says it. */
function isOwnFailure(event: GridKitEvent, pluginId: string): boolean {
  if (!tellsOfFailure(event)) return false
  if (event.source === pluginId) return true
  const payload: unknown = event.payload
  return event.source === 'api' && (payload as { pluginId?: unknown } | null)?.pluginId === pluginId
}
