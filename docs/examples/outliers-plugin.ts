import { definePlugin } from '@gridkit/core'

interface OutliersMethods {
  /** The ids of the rows whose value is far from the mean. */
  findOutliers(columnId: string): Promise<string[]>
}

interface OutliersEvents {
  '@acme/outliers/values:changed': { rowId: string }
}

export function outliersPlugin(config: { sigma?: number } = {}) {
  return definePlugin({
    metadata: { id: '@acme/outliers', name: 'Outliers', version: '1.0.0', category: 'data' },
    requiredPermissions: ['state:read', 'methods:register', 'events:subscribe:row:*'],
    types: {} as { methods: OutliersMethods; events: OutliersEvents },
    methods: ['findOutliers'],
    config,
    initialize(context) {
      context.registerMethod('findOutliers', async (columnId) => {
        const ids: string[] = []
        const values: number[] = []
        for await (const page of context.rows.query({ scope: 'filtered', columns: [columnId] })) {
          ids.push(...page.rowIds)
          values.push(...page.values.map(([value]) => Number(value)))
        }
        const mean = values.reduce((sum, value) => sum + value, 0) / values.length
        const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)
        return ids.filter(
          (_, at) => Math.abs((values[at] ?? mean) - mean) > (context.config.sigma ?? 3) * spread,
        )
      })
      context.on('row:update', ({ payload }) => {
        context.emit({ type: '@acme/outliers/values:changed', payload: { rowId: payload.rowId } })
      })
    },
  })
}
