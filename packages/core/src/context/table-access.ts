import type { PluginRows } from '../definition/context.ts'
import type { Permission } from '../definition/permission.ts'
import type { TableAccess } from '../definition/table-access.ts'
import { noTable } from '../errors/context-errors.ts'
import type { ContextOwner, ContextRooms } from './context-rooms.ts'

/** @throws GK_NO_TABLE */
export function tableOf(rooms: ContextRooms, member: string): TableAccess {
  if (rooms.table === undefined) throw noTable(member)
  return rooms.table
}

export function rowsOf(rooms: ContextRooms, { pluginId, guard }: ContextOwner): PluginRows {
  const use = <T>(member: string, permission: Permission, call: (table: TableAccess) => T): T =>
    guard.out(`rows.${member}`, permission, () => call(tableOf(rooms, `rows.${member}`)))
  return {
    get: (rowId) => use('get', 'state:read', (table) => table.getRow(rowId)),
    create: (row, index) => use('create', 'rows:create', (table) => table.createRow(row, index, pluginId)),
    update: (rowId, change) =>
      use('update', 'rows:update', (table) => table.updateRow(rowId, change, pluginId)),
    delete: (rowId) => use('delete', 'rows:delete', (table) => table.deleteRow(rowId, pluginId)),
    query: (options = {}) => use('query', 'state:read', (table) => table.query(options)),
  }
}
