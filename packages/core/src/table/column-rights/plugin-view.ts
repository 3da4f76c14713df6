import type { TableState_All } from '@tanstack/table-core'
import type { GridKitEvent } from '../../definition/events.ts'
import type { RowValues } from '../../definition/operations.ts'
import type {
  ColumnRights,
  RowChange,
  RowQuery,
  RowQueryOptions,
  TableSnapshot,
  TableView,
} from '../../definition/table-access.ts'
import { GridKitError, messageOf } from '../../errors/gridkit-error.ts'
import { errorWithheld } from '../../errors/table-errors.ts'
import type { CoreColumn, CoreTable } from '../core-table.ts'
import { setSlices } from '../operations/set-slices.ts'
import type { RowEditing } from '../rows/row-editing.ts'
import { columnsOf, filteredRowsOf, queryRows, type QueryReader } from '../rows/row-query.ts'
import { applyRecipe, readOnly } from '../rows/row-recipe.ts'
import { prepareRestrictedUpdate } from './restricted-update.ts'
import { restrictedSnapshot } from './restricted-snapshot.ts'
import type { Restriction } from './restriction.ts'
import { settled } from './row-merge.ts'
import type { SensitiveColumns } from './sensitive-columns.ts'
import { mergeState, projectState } from './state-projection.ts'
import { WriteRights } from './write-rights.ts'

/** The rooms of the table that views look into. */
export interface ViewRooms {
  readonly table: () => CoreTable
  readonly editing: () => RowEditing
  readonly sensitive: SensitiveColumns
  withSource<T>(source: string, run: () => T): T
  log(tag: string, message: string, error: unknown): void
}

/** What one plugin may do, as long as neither rights nor columns change. */
interface Scope {
  readonly definitions: unknown
  readonly revision: number
  readonly restriction: Restriction | undefined
  readonly write: WriteRights
  readonly readable: readonly string[]
  /** Whether no column is sensitive, so that rights don't matter. */
  readonly free: boolean
}

/** The table as one plugin sees it. */
export class PluginView implements TableView {
  readonly #rooms: ViewRooms
  readonly #rights: ColumnRights
  readonly #reader: QueryReader
  #known: Scope | undefined

  constructor(rooms: ViewRooms, rights: ColumnRights) {
    this.#rooms = rooms
    this.#rights = rights
    this.#reader = {
      readable: (columns) => this.#scope().restriction?.showColumns(columns) ?? columns,
      reading: (columns) => this.#reading(columns),
      guarded: (run) => this.#guarded('rows.query', run),
    }
  }

  snapshot(): TableSnapshot {
    const { restriction } = this.#scope()
    this.#note()
    const table = this.#rooms.table()
    const { state } = table.store
    const data = this.#rooms.editing().rows
    let filtered: readonly RowValues[] | undefined
    const rows = (read: () => readonly RowValues[]): readonly RowValues[] =>
      this.#guarded('getTableState', () => this.#scope().restriction?.rows.projectAll(read()) ?? read())
    const columns = (): TableSnapshot['columns'] => columnsOf(table, this.#reader)
    const filteredRows = (): readonly RowValues[] => rows(() => (filtered ??= filteredRowsOf(table)))
    if (restriction)
      return restrictedSnapshot(state, {
        slice: (slice) => this.#slice(slice, state[slice]),
        data: () => rows(() => data),
        filteredRows,
        columns,
      })
    return Object.freeze({
      ...state,
      data,
      get filteredRows() {
        return filteredRows()
      },
      get columns() {
        return columns()
      },
    })
  }

  updateState(recipe: (draft: TableState_All) => TableState_All | void): void {
    const { restriction } = this.#scope()
    const { store } = this.#rooms.table()
    const before = store.state
    const shown = restriction ? projectState(before, restriction) : before
    const wanted = applyRecipe<TableState_All>('the table state', shown, recipe)
    const after = restriction ? mergeState(before, shown, { ...wanted }, restriction, this.#rights) : wanted
    this.#guarded('updateTableState', () =>
      this.#rooms.withSource(this.#rights.pluginId, () => setSlices(this.#rooms.table(), before, after)),
    )
  }

  query({ scope, columns, pageSize }: RowQueryOptions): RowQuery {
    const ids = columns && Array.from(columns, String)
    for (const id of ids ?? []) this.#requireColumn(id)
    this.#note()
    return queryRows(
      this.#rooms.table(),
      { ...(scope && { scope }), ...(ids && { columns: ids }), ...(pageSize !== undefined && { pageSize }) },
      this.#reader,
    )
  }

  getRow(rowId: string): RowValues | undefined {
    const { restriction } = this.#scope()
    this.#note()
    return this.#guarded('rows.get', () => {
      const row = this.#rooms.editing().find(rowId)?.original
      return row && (restriction ? restriction.rows.project(row) : readOnly(row))
    })
  }

  createRow(row: RowValues, index: number | undefined): string {
    const { restriction, write } = this.#scope()
    const editing = this.#rooms.editing()
    const own = restriction || write.any ? (settled(row, new Map()) as RowValues) : row
    write.checkNew(own, editing.indexOf(index))
    const edit = this.#guarded('rows.create', () => editing.prepareCreate(own, index), true)
    this.#guarded('rows.create', () => edit.commit(this.#rights.pluginId))
    return edit.rowId
  }

  updateRow(rowId: string, change: RowChange): void {
    const { restriction, write } = this.#scope()
    const editing = this.#rooms.editing()
    const edit =
      restriction || write.any
        ? prepareRestrictedUpdate({
            row: this.#guarded('rows.update', () => editing.topLevel(rowId), true),
            change,
            restriction,
            write,
            prepare: (row, changed) =>
              this.#guarded('rows.update', () => editing.prepareChanged(row, changed), true),
          })
        : editing.prepareUpdate(rowId, change)
    this.#guarded('rows.update', () => edit?.commit(this.#rights.pluginId))
  }

  deleteRow(rowId: string): void {
    const edit = this.#guarded('rows.delete', () => this.#rooms.editing().prepareDelete(rowId), true)
    this.#guarded('rows.delete', () => edit.commit(this.#rights.pluginId))
  }

  projectEvent(event: GridKitEvent): GridKitEvent {
    const { restriction } = this.#scope()
    if (restriction === undefined) {
      if (event.type.startsWith('row:') || event.type === 'filter:apply') this.#note()
      return event
    }
    try {
      return restriction.event(event, this.#rights.pluginId)
    } catch {
      // A row of the application that can't be read.
      return Object.freeze({ ...event, payload: Object.freeze({}) }) as GridKitEvent
    }
  }

  #scope(): Scope {
    const definitions = this.#rooms.table().options.columns
    const known = this.#known
    if (known?.definitions === definitions && (known.free || known.revision === this.#rights.revision))
      return known
    return (this.#known = this.#look(definitions))
  }

  #look(definitions: unknown): Scope {
    const { sensitive, table } = this.#rooms
    const { labels, columns } = sensitive
    return {
      definitions,
      revision: this.#rights.revision,
      restriction: sensitive.restrictionFor(this.#rights),
      write: new WriteRights(table, this.#rights, columns),
      readable: labels.filter((label) => this.#rights.canRead(label)),
      free: labels.length === 0,
    }
  }

  #note(): void {
    for (const label of this.#scope().readable) this.#rights.noteRead(label)
  }

  #requireColumn(id: string): void {
    const label = this.#scope().restriction?.lackingFor(id)
    if (label !== undefined) this.#rights.requireRead(label)
  }

  #reading(columns: readonly CoreColumn[]): ReturnType<QueryReader['reading']> {
    for (const { id } of columns) this.#requireColumn(id)
    const { restriction } = this.#scope()
    return restriction
      ? (column, row, index) => restriction.valueOf(column, row, index)
      : ({ accessorFn }, row, index) => accessorFn?.(row, index)
  }

  #slice(name: string, value: unknown): unknown {
    const { restriction } = this.#scope()
    return restriction ? restriction.slice(name, value) : value
  }

  /**
   * Runs what may call functions of the application. What these throw may quote hidden
   * values: a plugin that may not see all hears only that they did.
   *
   * @param own Whether GridKit's own errors come from our side of it, and may be heard.
   */
  #guarded<T>(member: string, run: () => T, own = false): T {
    if (this.#scope().restriction === undefined) return run()
    try {
      return run()
    } catch (error) {
      if (own && error instanceof GridKitError && error.cause === undefined) throw error
      const { pluginId } = this.#rights
      this.#rooms.log(pluginId, `${member} of plugin '${pluginId}' failed: ${messageOf(error)}`, error)
      throw errorWithheld(pluginId, member)
    }
  }
}
