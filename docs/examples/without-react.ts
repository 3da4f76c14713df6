import { createTable } from '@gridkit/core'
import { outliersPlugin } from './outliers-plugin.ts'

export async function findExpensive(data: { id: string; price: number }[]): Promise<string[]> {
  const table = createTable({
    data,
    columns: [{ accessorKey: 'price', header: 'Price', meta: { gridkit: { type: 'number' } } }],
    getRowId: (row) => row.id,
    features: { plugins: [outliersPlugin({ sigma: 2 })] },
  })
  const outliers = await table.findOutliers('price')
  await table.destroy()
  return outliers
}
