import type { GridKitEvent } from '../../definition/events.ts'
import type { Operation, RowValues } from '../../definition/operations.ts'
import type { CoreColumn, CoreTable } from '../core-table.ts'
import type { LabelledColumn } from './column-labels.ts'
import { projectPayload, tellsOfFailure } from './event-projection.ts'
import { isWithin, type Path } from './path.ts'
import { RowProjection } from './row-projection.ts'
import { projectSlice, type Names } from './state-shapes.ts'
import { VisibleGroups } from './visible-groups.ts'

/** What all plugins see that lack the same rights, each thing made once. */
export class Restriction implements Names {
  readonly rows: RowProjection
  /** The label of a right that is missing to see all columns. */
  readonly lacking: string
  readonly #table: () => CoreTable
  /** Columns that are hidden, with the label of the right that is missing. */
  readonly #hidden: ReadonlyMap<string, string>
  readonly #shown: ReadonlyMap<string, LabelledColumn>
  readonly #groups: VisibleGroups
  readonly #events = new WeakMap<GridKitEvent, GridKitEvent>()
  readonly #operations = new WeakMap<Operation, Operation>()
  #slices = new WeakMap<object, unknown>()
  #model: unknown

  constructor(table: () => CoreTable, columns: readonly LabelledColumn[], lacking: ReadonlySet<string>) {
    const isLacking = (label: string): boolean => lacking.has(label)
    const hidden = columns.filter(({ labels }) => labels.some(isLacking))
    const shown = columns.filter((column) => !hidden.includes(column))
    const hiddenPaths = pathsOf(hidden)
    // A function may read anything: what a column computes is not found at its accessorKey.
    const read = shown.filter(({ computed }) => !computed)
    const isWhole = ({ plain, path }: LabelledColumn): boolean =>
      plain && path !== undefined && !hiddenPaths.some((each) => isWithin(each, path))
    this.#table = table
    this.lacking = [...lacking][0] ?? ''
    this.#hidden = new Map(hidden.map(({ id, labels }) => [id, labels.find(isLacking) ?? this.lacking]))
    this.#shown = new Map(shown.map((column) => [column.id, column]))
    this.#groups = new VisibleGroups(
      table,
      shown.filter(isWhole).map(({ id }) => id),
    )
    this.rows = new RowProjection(pathsOf(read), hiddenPaths)
  }

  /** The label of a right that is missing to see the column, or `undefined` when it may be seen. */
  lackingFor(columnId: string): string | undefined {
    return this.#hidden.get(columnId)
  }

  showsColumn(id: string): boolean | undefined {
    return this.#shown.has(id) || (this.#hidden.has(id) ? false : undefined)
  }

  showsRow(rowId: string): boolean {
    return this.#groups.showsRow(rowId)
  }

  mayOrderBy(columnId: string): boolean {
    return this.#groups.mayOrderBy(columnId)
  }

  showAnywhere(value: unknown): unknown {
    return this.rows.showAnywhere(value)
  }

  showColumns(columns: readonly CoreColumn[]): readonly CoreColumn[] {
    return columns.filter(({ id }) => this.#shown.has(id))
  }

  /** How to read the columns of these ids, as they are now. */
  reading(ids: readonly string[]): (row: RowValues, index: number) => readonly unknown[] {
    const byId = new Map(
      this.#table()
        .getAllLeafColumns()
        .map((column) => [column.id, column]),
    )
    const columns = ids.map((id) => ({ shown: this.#shown.get(id), column: byId.get(id) }))
    return (row, index) =>
      columns.map(({ shown, column }) => shown && column && this.rows.valueOf(shown, column, row, index))
  }

  /** A slice of table state, without what names hidden columns; `undefined` for one that is not shown. */
  slice(name: string, value: unknown): unknown {
    if (typeof value !== 'object' || value === null) return projectSlice(name, value, this)
    const model = this.#table().getCoreRowModel()
    if (model !== this.#model) this.#slices = new WeakMap()
    this.#model = model
    const known = this.#slices.get(value)
    if (known !== undefined) return known
    const projected = projectSlice(name, value, this)
    this.#slices.set(value, projected)
    return projected
  }

  /** The event as the plugin may see it. */
  event(event: GridKitEvent, pluginId: string): GridKitEvent {
    // What plugins say in their own words is theirs to answer for.
    if (event.type.includes('/') || isOwnFailure(event, pluginId)) return event
    const known = this.#events.get(event)
    if (known) return known
    const payload = projectPayload(event.type, event.payload, this)
    const projected = Object.freeze({ ...event, payload: Object.freeze(payload) }) as GridKitEvent
    this.#events.set(event, projected)
    return projected
  }

  /** The operation as the plugin may see it. */
  operation(operation: Operation): Operation {
    const known = this.#operations.get(operation)
    if (known) return known
    const payload = projectPayload(operation.type, operation.payload, this)
    const projected = Object.freeze({ ...operation, payload: Object.freeze(payload) }) as Operation
    this.#operations.set(operation, projected)
    return projected
  }
}

function pathsOf(columns: readonly LabelledColumn[]): Path[] {
  return columns.flatMap(({ path }) => (path ? [path] : []))
}

/** What a plugin did wrong itself it may hear in full, if it is the host who says it. */
function isOwnFailure(event: GridKitEvent, pluginId: string): boolean {
  if (!tellsOfFailure(event)) return false
  if (event.source === pluginId) return true
  const payload: unknown = event.payload
  return event.source === 'api' && (payload as { pluginId?: unknown } | null)?.pluginId === pluginId
}
