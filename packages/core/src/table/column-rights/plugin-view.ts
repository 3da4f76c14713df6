import type { TableState_All } from '@tanstack/table-core'
import type { GridKitEvent } from '../../definition/events.ts'
import type { Amendment } from '../../definition/hooks.ts'
import type { Operation, OperationType, RowValues } from '../../definition/operations.ts'
import type {
  ColumnRights,
  RowChange,
  RowQuery,
  RowQueryOptions,
  TableSnapshot,
  TableView,
} from '../../definition/table-access.ts'
import { GridKitError, messageOf } from '../../errors/gridkit-error.ts'
import { errorWithheld, operationCancelled } from '../../errors/table-errors.ts'
import type { CoreColumn, CoreTable } from '../core-table.ts'
import { setSlices } from '../operations/set-slices.ts'
import type { PreparedEdit, RowEditing } from '../rows/row-editing.ts'
import { columnsOf, filteredRowsOf, queryRows, type QueryReader } from '../rows/row-query.ts'
import { applyRecipe, readOnly } from '../rows/row-recipe.ts'
import { restrictedAmendment } from './restricted-amendment.ts'
import { changedBy, received, seenRow, wantedChanges } from './restricted-update.ts'
import { restrictedSnapshot } from './restricted-snapshot.ts'
import type { Restriction } from './restriction.ts'
import type { SensitiveColumns } from './sensitive-columns.ts'
import { restrictedSlices } from './state-update.ts'
import { WriteLocks } from './write-locks.ts'

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
  readonly defaults: unknown
  readonly revision: number
  readonly restriction: Restriction | undefined
  readonly locks: WriteLocks
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
    const after = restriction
      ? this.#guarded(
          'updateTableState',
          () => restrictedSlices(before, recipe as never, restriction, this.#rights),
          ['GK_PERMISSION_DENIED', 'GK_RECIPE_FAILED', 'GK_NOT_PLAIN_DATA'],
        )
      : applyRecipe<TableState_All>('the table state', before, recipe)
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
    const id = textOf(rowId)
    this.#note()
    return this.#guarded('rows.get', () => {
      const row = this.#rooms.editing().find(id)?.original
      return row && (restriction ? restriction.rows.project(row) : readOnly(row))
    })
  }

  createRow(row: RowValues, index: number | undefined): string {
    const { locks } = this.#scope()
    const own = this.#isLimited() ? (received('the new row', row).value as RowValues) : row
    locks.checkNew(own)
    const edit = this.#guarded(
      'rows.create',
      () => this.#rooms.editing().prepareCreate(own, index),
      editErrors,
    )
    this.#commit('rows.create', 'row:create', edit)
    return edit.rowId
  }

  updateRow(rowId: string, change: RowChange): void {
    const id = textOf(rowId)
    const edit = this.#isLimited()
      ? this.#prepareLimited(id, change)
      : this.#rooms.editing().prepareUpdate(id, change)
    if (edit) this.#commit('rows.update', 'row:update', edit)
  }

  deleteRow(rowId: string): void {
    const id = textOf(rowId)
    const edit = this.#guarded('rows.delete', () => this.#rooms.editing().prepareDelete(id), editErrors)
    this.#commit('rows.delete', 'row:delete', edit)
  }

  projectEvent(event: GridKitEvent): GridKitEvent {
    const { restriction } = this.#scope()
    if (restriction === undefined) {
      this.#noteShown(event)
      return event
    }
    try {
      return restriction.event(event, this.#rights.pluginId)
    } catch {
      // A row of the application that can't be read.
      return Object.freeze({ ...event, payload: Object.freeze({}) }) as GridKitEvent
    }
  }

  projectOperation(operation: Operation): Operation {
    const { restriction } = this.#scope()
    if (restriction === undefined) {
      this.#noteShown(operation)
      return operation
    }
    try {
      return restriction.operation(operation)
    } catch {
      // A row of the application that can't be read.
      return Object.freeze({ ...operation, payload: Object.freeze({}) }) as unknown as Operation
    }
  }

  amendOperation(operation: Operation, patch: unknown): Amendment {
    const { pluginId: by } = this.#rights
    if (!this.#isLimited()) return { by, patch }
    const { restriction, locks } = this.#scope()
    return this.#guarded(
      'amend',
      () =>
        restrictedAmendment(operation, patch, {
          restriction,
          locks,
          rights: this.#rights,
          rowNow: (rowId) => this.#rooms.editing().find(rowId)?.original,
        }),
      ['GK_PERMISSION_DENIED', 'GK_AMENDMENT_INVALID', 'GK_NOT_PLAIN_DATA', 'GK_ROW_NOT_EDITABLE'],
    )
  }

  /** @throws GK_OPERATION_CANCELLED, GK_OPERATION_CYCLE */
  #commit(member: string, type: OperationType, edit: PreparedEdit): void {
    const refusal = this.#guarded(member, () => edit.commit(this.#rights.pluginId))
    if (refusal === undefined) return
    const by = refusal.pluginId
    // Another plugin gives its reason in its own words, which may quote what this one may not see.
    if (!this.#isLimited() || by === undefined || by === this.#rights.pluginId) throw refusal
    throw operationCancelled(type, by, 'its reason is withheld')
  }

  /** What the plugin does not see stays as it is. */
  #prepareLimited(rowId: string, change: RowChange): PreparedEdit | undefined {
    const editing = this.#rooms.editing()
    const read = <T>(run: () => T): T => this.#guarded('rows.update', run, editErrors)
    return editing.prepareChange(
      read(() => editing.topLevel(rowId)),
      (row) => {
        const seen = read(() => seenRow(row.original, this.#scope().restriction?.rows))
        const changes = wantedChanges(row, seen, change, () => this.#scope().locks)
        if (changes.length === 0) return undefined
        return read(() => {
          const now = editing.current(row)
          return editing.updateOf(now, changedBy(now, changes), true)
        })
      },
    )
  }

  #isLimited(): boolean {
    const { restriction, locks } = this.#scope()
    return restriction !== undefined || locks.any
  }

  #scope(): Scope {
    const { columns, defaultColumn } = this.#rooms.table().options
    const known = this.#known
    const isCurrent = known?.definitions === columns && known.defaults === defaultColumn
    if (isCurrent && (known.free || known.revision === this.#rights.revision)) return known
    return (this.#known = this.#look(columns, defaultColumn))
  }

  #look(definitions: unknown, defaults: unknown): Scope {
    const { sensitive } = this.#rooms
    const { labels, columns } = sensitive
    return {
      definitions,
      defaults,
      revision: this.#rights.revision,
      restriction: sensitive.restrictionFor(this.#rights),
      locks: new WriteLocks(this.#rights, columns),
      readable: labels.filter((label) => this.#rights.canRead(label)),
      free: labels.length === 0,
    }
  }

  #note(): void {
    for (const label of this.#scope().readable) this.#rights.noteRead(label)
  }

  /** Puts on record what the plugin is shown of what happens to the table, where that has values in it. */
  #noteShown({ type }: { readonly type: string }): void {
    if (type.startsWith('row:') || type === 'filter:apply') this.#note()
  }

  #requireColumn(id: string): void {
    const label = this.#scope().restriction?.lackingFor(id)
    if (label !== undefined) this.#rights.requireRead(label)
  }

  #reading(columns: readonly CoreColumn[]): ReturnType<QueryReader['reading']> {
    for (const { id } of columns) this.#requireColumn(id)
    const { restriction } = this.#scope()
    if (restriction) return restriction.reading(columns.map(({ id }) => id))
    return (row, index) => columns.map(({ accessorFn }) => accessorFn?.(row, index))
  }

  #slice(name: string, value: unknown): unknown {
    const { restriction } = this.#scope()
    return restriction ? restriction.slice(name, value) : value
  }

  /**
   * Runs what may call functions of the application. What these throw may quote hidden
   * values: a plugin that may not see all hears only that they did.
   *
   * @param heard The codes of errors that come from our side of it.
   */
  #guarded<T>(member: string, run: () => T, heard: readonly string[] = []): T {
    if (!this.#isLimited()) return run()
    try {
      return run()
    } catch (error) {
      if (error instanceof GridKitError && heard.includes(error.code)) throw error
      const { pluginId } = this.#rights
      this.#rooms.log(pluginId, `${member} of plugin '${pluginId}' failed: ${messageOf(error)}`, error)
      throw errorWithheld(pluginId, member)
    }
  }
}

/** Plugins need not be typed. An id is read once. */
function textOf(id: unknown): string {
  return String(id)
}

const editErrors = ['GK_ROW_NOT_FOUND', 'GK_ROW_NOT_EDITABLE', 'GK_ROW_EXISTS']
