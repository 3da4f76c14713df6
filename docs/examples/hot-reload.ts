import { createTable } from '@gridkit/core'
import { hotReloadSource } from 'virtual:gridkit/hot-reload'
import { editCounter } from './edit-counter.ts'

export async function startTable(data: { id: string; name: string }[]) {
  const table = createTable({
    data,
    columns: [{ accessorKey: 'name', header: 'Name' }],
    getRowId: (row) => row.id,
    hotReload: hotReloadSource,
    features: { plugins: [editCounter] },
  })
  await table.plugins.ready
  await table.plugins.enableHotReload('@acme/edit-counter')
  return table
}
