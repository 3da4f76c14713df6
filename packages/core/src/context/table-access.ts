import type { PluginRows } from '../definition/context.ts'
import type { Permission } from '../definition/permission.ts'
import type { ColumnRights, TableView } from '../definition/table-access.ts'
import { noTable } from '../errors/context-errors.ts'
import type { ContextOwner, ContextRooms } from './context-rooms.ts'

/** The table as the plugin sees it, or `undefined` where there is none. */
export function viewOf({ table, permissions }: ContextRooms, pluginId: string): TableView | undefined {
  return table?.viewFor(columnRightsOf(permissions, pluginId))
}

/** @throws GK_NO_TABLE */
export function tableIn(view: TableView | undefined, member: string): TableView {
  if (view === undefined) throw noTable(member)
  return view
}

export function rowsOf(view: TableView | undefined, { guard }: ContextOwner): PluginRows {
  const use = <T>(member: string, permission: Permission, call: (table: TableView) => T): T =>
    guard.out(
      `rows.${member}`,
      permission,
      () => call(tableIn(view, `rows.${member}`)),
      permission.startsWith('rows:'),
    )
  return {
    get: (rowId) => use('get', 'state:read', (table) => table.getRow(rowId)),
    create: (row, index) => use('create', 'rows:create', (table) => table.createRow(row, index)),
    update: (rowId, change) =>
      use('update', 'rows:update', (table) => {
        const update = (): void => table.updateRow(rowId, change)
        // A recipe is shown the whole row.
        return typeof change === 'function' ? guard.out('rows.update', 'state:read', update) : update()
      }),
    delete: (rowId) => use('delete', 'rows:delete', (table) => table.deleteRow(rowId)),
    query: (options = {}) => use('query', 'state:read', (table) => table.query(options)),
  }
}

function columnRightsOf(permissions: ContextRooms['permissions'], pluginId: string): ColumnRights {
  return {
    pluginId,
    get revision() {
      return permissions.revision
    },
    canRead: (label) => permissions.has(pluginId, `columns:read:${label}`),
    canWrite: (label) => permissions.has(pluginId, `columns:write:${label}`),
    requireRead: (label) => permissions.require(pluginId, `columns:read:${label}`),
    requireWrite: (label) => permissions.require(pluginId, `columns:write:${label}`),
    noteRead: (label) => void permissions.use(pluginId, `columns:read:${label}`),
  }
}
