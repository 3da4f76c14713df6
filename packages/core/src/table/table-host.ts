import type { RowValues } from '../definition/operations.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { ColumnRights, RowChange, TableAccess, TableView } from '../definition/table-access.ts'
import { EnhancedPluginManager } from '../create-host.ts'
import { createInstallation } from '../create-installation.ts'
import type { HostOptions } from '../host-options.ts'
import { systemClock, type Clock } from '../lifetime/clock.ts'
import type { Undo } from '../lifetime/scope.ts'
import { consoleSink } from '../logging/logger.ts'
import { MethodRegistry } from '../methods/method-registry.ts'
import { PluginView } from './column-rights/plugin-view.ts'
import { SensitiveColumns } from './column-rights/sensitive-columns.ts'
import type { CoreTable } from './core-table.ts'
import { OperationPipeline } from './operations/operation-pipeline.ts'
import { OwnedState, type StateOptions } from './operations/owned-state.ts'
import { PluginMethods } from './plugin-methods.ts'
import { RowEditing, type PreparedEdit } from './rows/row-editing.ts'
import { RowStore } from './rows/row-store.ts'
import { tableMembers } from './table-members.ts'
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
  readonly editing: RowEditing
  readonly state: OwnedState
  /** The methods of plugins, as they are on the table. */
  readonly methods: PluginMethods
  /** The table worked on. Only its own members and its plugins, which start later, ask for it. */
  readonly table: () => CoreTable = () => this.#attached as CoreTable
  readonly #pipeline: OperationPipeline
  readonly #sensitive = new SensitiveColumns(this.table)
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
    const built: { pipeline?: OperationPipeline } = {}
    this.manager = new EnhancedPluginManager(options, {
      table: this,
      methods,
      createInstallation: (rooms, ...rest) => {
        const installation = createInstallation(rooms, ...rest)
        const { hooks, middleware } = installation
        built.pipeline = new OperationPipeline({ ...rooms, hooks, middleware })
        return installation
      },
    })
    // The manager of a table has its installation from the start.
    this.#pipeline = built.pipeline as OperationPipeline
    this.editing = new RowEditing(this.table, this.rows, this.#pipeline, (change) =>
      this.#options.onDataChange?.(this.rows.rows, change),
    )
    this.state = new OwnedState(options, this.#pipeline, this.table)
    this.methods = new PluginMethods(methods, (name, parameters) => this.manager.callMethod(name, parameters))
  }

  /** Gives a table that was just constructed GridKit's members. A framework may construct several and keep one. */
  construct(table: CoreTable): void {
    const resetInternals = table.reset.bind(table)
    const settle = (): void => this.#attach(table)
    Object.assign(table, tableMembers(this), {
      reset: () => this.#reset(resetInternals),
      [settleTable]: settle,
    })
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
      this.#cancelStop = this.#clock.after(0, () => {
        // Without their plugins nobody would be asked.
        this.#pipeline.close()
        void this.manager.stop()
      })
    }
  }

  /** Takes over what the application says now. Call it when a render is settled, not while rendering. */
  update(options: TableHostOptions, plugins: readonly AnyPlugin[]): void {
    this.#options = options
    this.#plugins = plugins
    this.manager.setPlugins(plugins)
    if (!this.rows.accept(options.data)) return
    this.editing.publish()
    this.manager.events.emit({ type: 'data:replace', payload: { rows: options.data.length } })
  }

  viewFor(rights: ColumnRights): TableView {
    return new PluginView(
      {
        table: this.table,
        editing: () => this.editing,
        sensitive: this.#sensitive,
        withSource: (source, run) => this.withSource(source, run),
        log: (tag, message, error) => (this.#options.log ?? consoleSink())('error', tag, message, [error]),
      },
      rights,
    )
  }

  createRow(row: RowValues, index?: number): string {
    const edit = this.editing.prepareCreate(row, index)
    commit(edit)
    return edit.rowId
  }

  updateRow(rowId: string, change: RowChange): void {
    const edit = this.editing.prepareUpdate(rowId, change)
    if (edit) commit(edit)
  }

  deleteRow(rowId: string): void {
    commit(this.editing.prepareDelete(rowId))
  }

  /** Tears down every plugin, and ends the operations that wait for one. */
  destroy(): Promise<void> {
    this.#pipeline.close()
    return this.manager.destroy()
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

  /** TanStack's `reset` leaves atoms alone that are not its own, which here is all of them. */
  #reset(resetInternals: () => void): void {
    this.state.reset(this.table().initialState)
    resetInternals()
  }
}

/** @throws GK_OPERATION_CANCELLED, GK_OPERATION_CYCLE when the edit is not made, and that is known at once. */
function commit(edit: PreparedEdit): void {
  const refusal = edit.commit()
  if (refusal) throw refusal
}
