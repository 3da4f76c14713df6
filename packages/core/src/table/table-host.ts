import { stateSlicesEqual, type TableState_All } from '@tanstack/table-core'
import type { RowCreated, RowDeleted, RowUpdated, RowValues } from '../definition/operations.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import type {
  RowChange,
  RowQuery,
  RowQueryOptions,
  TableAccess,
  TableSnapshot,
} from '../definition/table-access.ts'
import { featureMissing, rowExists, rowNotEditable, rowNotFound } from '../errors/table-errors.ts'
import { EnhancedPluginManager, type HostOptions } from '../create-host.ts'
import { systemClock, type Clock } from '../lifetime/clock.ts'
import type { Undo } from '../lifetime/scope.ts'
import { MethodRegistry } from '../methods/method-registry.ts'
import type { CoreRow, CoreTable } from './core-table.ts'
import { OperationPipeline } from './operations/operation-pipeline.ts'
import { OwnedState, type StateOptions } from './operations/owned-state.ts'
import { changeHandlerOf } from './operations/state-slices.ts'
import { PluginMethods } from './plugin-methods.ts'
import { columnsOf, filteredRowsOf, queryRows } from './rows/row-query.ts'
import { applyRecipe, changeRow, readOnly } from './rows/row-recipe.ts'
import { RowStore } from './rows/row-store.ts'
import type { DataChange } from './table-types.ts'

/** The options of a table, as its host reads them. */
export interface TableHostOptions extends HostOptions, StateOptions {
  readonly data: readonly RowValues[]
  readonly onDataChange?: ((data: readonly RowValues[], change: DataChange) => void) | undefined
}

/** On every table of a host: makes the host work on that one. Called by the adapter when a render is settled. */
export const settleTable: unique symbol = Symbol('gridkit.settleTable')

/**
 * What GridKit keeps for one table: its rows, the atoms of its state, its
 * plugins. Making one starts nothing, so a render may make one and drop it.
 */
export class TableHost implements TableAccess {
  readonly manager: EnhancedPluginManager
  readonly rows: RowStore
  readonly state: OwnedState
  /** The methods of plugins, as they are on the table. */
  readonly methods: PluginMethods
  readonly #pipeline: OperationPipeline
  #plugins: readonly AnyPlugin[]
  #options: TableHostOptions
  #attached: CoreTable | undefined
  readonly #clock: Clock
  #cancelStop: Undo = () => {}

  constructor(options: TableHostOptions, plugins: readonly AnyPlugin[]) {
    const methods = new MethodRegistry()
    this.#options = options
    this.#plugins = plugins
    this.#clock = options.clock ?? systemClock
    this.rows = new RowStore(options.data)
    this.manager = new EnhancedPluginManager(options, { table: this, methods })
    this.#pipeline = new OperationPipeline(this.manager.events)
    this.state = new OwnedState(options, this.#pipeline, () => this.#table.store.state)
    this.methods = new PluginMethods(methods, (name, parameters) => this.manager.callMethod(name, parameters))
  }

  /** Gives a table that was just constructed GridKit's members. A framework may construct several and keep one. */
  construct(table: CoreTable): void {
    const resetInternals = table.reset.bind(table)
    const settle = (): void => this.#attach(table)
    Object.assign(table, this.#members(), { reset: () => this.#reset(resetInternals), [settleTable]: settle })
    settle()
  }

  /**
   * Starts the plugins, and returns what stops them. Stopping waits a moment,
   * because frameworks unmount and mount again at once: then everything goes on.
   */
  connect(): Undo {
    this.#cancelStop()
    this.manager.start()
    return () => {
      this.#cancelStop = this.#clock.after(0, () => void this.manager.stop())
    }
  }

  /** Takes over what the application says now. Call it when a render is settled, not while rendering. */
  update(options: TableHostOptions, plugins: readonly AnyPlugin[]): void {
    this.#options = options
    this.#plugins = plugins
    this.manager.setPlugins(plugins)
    if (!this.rows.accept(options.data)) return
    this.#publishRows()
    this.manager.events.emit({ type: 'data:replace', payload: { rows: options.data.length } })
  }

  snapshot(): TableSnapshot {
    const table = this.#table
    let filtered: readonly RowValues[] | undefined
    return Object.freeze({
      ...table.store.state,
      data: this.rows.rows,
      get filteredRows() {
        return (filtered ??= filteredRowsOf(table))
      },
      get columns() {
        return columnsOf(table)
      },
    })
  }

  updateState(recipe: (draft: TableState_All) => TableState_All | void, source: string): void {
    const { store, options } = this.#table
    const before = store.state
    const after = applyRecipe<TableState_All>('the table state', before, recipe)
    this.withSource(source, () => {
      for (const [slice, value] of Object.entries(after)) {
        // By the same way as TanStack's setters, whoever owns the slice.
        const set = options[changeHandlerOf(slice)] as ((updater: () => unknown) => void) | undefined
        if (!stateSlicesEqual(before[slice], value)) set?.(() => value)
      }
    })
  }

  query(options: RowQueryOptions): RowQuery {
    return queryRows(this.#table, options)
  }

  getRow(rowId: string): RowValues | undefined {
    const row = this.#find(rowId)?.original
    return row && readOnly(row)
  }

  createRow(row: RowValues, index: number | undefined, source?: string): string {
    const at = Math.min(Math.max(index ?? this.rows.rows.length, 0), this.rows.rows.length)
    const rowId = this.#table.options.getRowId?.(row, at) ?? String(at)
    if (this.#table.options.getRowId && this.#find(rowId)) throw rowExists(rowId)
    this.#change(
      'row:create',
      { rowId, index: at, row: readOnly(row) },
      source,
      { type: 'row:create', rowId, index: at },
      () => this.rows.insertAt(at, row),
    )
    return rowId
  }

  updateRow(rowId: string, change: RowChange, source?: string): void {
    const { index, original } = this.#topLevel(rowId)
    const changed = changeRow(rowId, original, change)
    if (changed === undefined) return
    const newId = this.#table.options.getRowId?.(changed.row, index) ?? rowId
    if (newId !== rowId && this.#find(newId)) throw rowExists(newId)
    this.#change('row:update', changed.change, source, { type: 'row:update', change: changed.change }, () =>
      this.rows.replaceAt(index, changed.row),
    )
  }

  deleteRow(rowId: string, source?: string): void {
    const { index, original } = this.#topLevel(rowId)
    this.#change(
      'row:delete',
      { rowId, index, row: readOnly(original) },
      source,
      { type: 'row:delete', rowId, index },
      () => this.rows.removeAt(index),
    )
  }

  selectRow(indexOrId: number | string, on = true): void {
    const table = this.#table
    if (!('setRowSelection' in table)) throw featureMissing('selectRow', 'rowSelectionFeature')
    const inOrder = table.getPrePaginatedRowModel().rows
    const row = typeof indexOrId === 'number' ? inOrder[indexOrId] : this.#find(indexOrId)
    if (row === undefined) throw rowNotFound(String(indexOrId))
    row.toggleSelected?.(on)
  }

  withSource<T>(source: string, run: () => T): T {
    return this.#pipeline.withSource(source, run)
  }

  #attach(table: CoreTable): void {
    if (table === this.#attached) return
    this.#attached = table
    this.methods.attach(table)
    this.manager.setPlugins(this.#plugins)
  }

  get #table(): CoreTable {
    // Only the table's own members and its plugins, which start later, get here.
    return this.#attached as CoreTable
  }

  #members(): Readonly<Record<string, unknown>> {
    return {
      plugins: this.manager,
      events: this.manager.events,
      registerPlugin: (plugin: AnyPlugin, config?: unknown) =>
        unattended(this.manager.installPlugin(plugin, config)),
      unregisterPlugin: (id: string) => unattended(this.manager.uninstallPlugin(id)),
      createRow: (row: RowValues, index?: number) => this.createRow(row, index),
      updateRow: (rowId: string, change: RowChange) => this.updateRow(rowId, change),
      deleteRow: (rowId: string) => this.deleteRow(rowId),
      selectRow: (indexOrId: number | string, on?: boolean) => this.selectRow(indexOrId, on),
      withSource: <T>(source: string, run: () => T) => this.withSource(source, run),
      destroy: () => this.manager.destroy(),
    }
  }

  /** TanStack's `reset` leaves atoms alone that are not its own, which here is all of them. */
  #reset(resetInternals: () => void): void {
    this.state.reset(this.#table.initialState)
    resetInternals()
  }

  #change(
    type: 'row:create' | 'row:update' | 'row:delete',
    payload: RowCreated | RowUpdated | RowDeleted,
    source: string | undefined,
    change: DataChange,
    apply: () => void,
  ): void {
    const run = (): void =>
      this.#pipeline.perform(
        type,
        payload,
        () => {
          apply()
          this.#publishRows()
        },
        () => this.#options.onDataChange?.(this.rows.rows, change),
      )
    if (source === undefined) run()
    else this.withSource(source, run)
  }

  #publishRows(): void {
    const data = this.rows.rows
    this.#table.setOptions((options) => ({ ...options, data }))
  }

  #find(rowId: string): CoreRow | undefined {
    const { rowsById } = this.#table.getCoreRowModel()
    return Object.hasOwn(rowsById, rowId) ? rowsById[rowId] : undefined
  }

  #topLevel(rowId: string): CoreRow {
    const row = this.#find(rowId)
    if (row === undefined) throw rowNotFound(rowId)
    if (row.depth > 0) throw rowNotEditable(rowId, 'it is nested in another row')
    return row
  }
}

/** A promise that may be dropped: what it rejects with was reported, and is no unhandled rejection. */
function unattended<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
