import type { RowValues } from '../definition/operations.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { RowChange } from '../definition/table-access.ts'
import { featureMissing, rowNotFound } from '../errors/table-errors.ts'
import type { EnhancedPluginManager } from '../create-host.ts'
import type { CoreTable } from './core-table.ts'
import type { RowEditing } from './rows/row-editing.ts'

/** What the members of a table do, as its host does it. */
interface MemberHost {
  readonly manager: EnhancedPluginManager
  readonly editing: RowEditing
  readonly table: () => CoreTable
  createRow(row: RowValues, index?: number): string
  updateRow(rowId: string, change: RowChange): void
  deleteRow(rowId: string): void
  withSource<T>(source: string, run: () => T): T
  destroy(): Promise<void>
}

/** What GridKit puts on a TanStack table, without the methods of plugins. */
export function tableMembers(host: MemberHost): Readonly<Record<string, unknown>> {
  const { manager } = host
  return {
    plugins: manager,
    events: manager.events,
    registerPlugin: (plugin: AnyPlugin, config?: unknown) =>
      unattended(manager.installPlugin(plugin, config)),
    unregisterPlugin: (id: string) => unattended(manager.uninstallPlugin(id)),
    createRow: (row: RowValues, index?: number) => host.createRow(row, index),
    updateRow: (rowId: string, change: RowChange) => host.updateRow(rowId, change),
    deleteRow: (rowId: string) => host.deleteRow(rowId),
    selectRow: (indexOrId: number | string, on = true) => selectRow(host, indexOrId, on),
    withSource: <T>(source: string, run: () => T) => host.withSource(source, run),
    destroy: () => host.destroy(),
  }
}

function selectRow({ table, editing }: MemberHost, indexOrId: number | string, on: boolean): void {
  const core: CoreTable = table()
  if (!('setRowSelection' in core)) throw featureMissing('selectRow', 'rowSelectionFeature')
  const inOrder = core.getPrePaginatedRowModel().rows
  const row = typeof indexOrId === 'number' ? inOrder[indexOrId] : editing.find(indexOrId)
  if (row === undefined) throw rowNotFound(String(indexOrId))
  row.toggleSelected?.(on)
}

/** A promise that may be dropped: what it rejects with was reported, and is no unhandled rejection. */
function unattended<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined)
  return promise
}
