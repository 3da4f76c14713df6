import {
  createTable,
  definePlugin,
  type AnyPlugin,
  type EnhancedPluginManager,
  type GridColumnDef,
} from '@gridkit/core'
import type { Measurement } from './measure.ts'
import { summary } from './quantiles.ts'

const suite = 'Hot reload: a plugin with 1,000 entries of state and ten handlers, among 100, on a table'
const others = 99
const warmUp = 20
const reloads = 200
const goal = 20e6

interface Row {
  readonly id: string
  readonly name: string
}

const columns: readonly GridColumnDef<Row>[] = [{ accessorKey: 'name' }]

function stateful(version: string): AnyPlugin {
  let entries: readonly string[] = []
  return definePlugin({
    metadata: { id: 'stateful', name: 'Stateful', version, category: 'utility' },
    requiredPermissions: ['events:subscribe', 'hooks:register', 'storage:use'],
    initialize(context) {
      entries = Array.from({ length: 1000 }, (_, index) => `entry ${index}`)
      for (let each = 0; each < 10; each += 1) context.on('row:*', () => {})
      context.registerHook('before:row:update', () => {})
      context.storage.set('version', version)
    },
    snapshot: () => ({ entries }),
    restore(state) {
      entries = state.entries
    },
  })
}

function bystander(index: number): AnyPlugin {
  return definePlugin({
    metadata: { id: `other-${index}`, name: 'Other', version: '1.0.0', category: 'utility' },
    requiredPermissions: ['events:subscribe'],
    initialize: (context) => void context.on('row:*', () => {}),
  })
}

async function reloadTimes(manager: EnhancedPluginManager): Promise<readonly number[]> {
  const times: number[] = []
  for (let round = -warmUp; round < reloads; round += 1) {
    const began = performance.now()
    const info = await manager.reloadPlugin('stateful', stateful(`1.0.${round + warmUp}`))
    const took = performance.now() - began
    if (info.status !== 'running') throw new Error('the plugin does not run')
    if (round >= 0) times.push(took)
  }
  return times
}

/** From the call of `reloadPlugin` to the new version running with the state of the old one. */
export async function measureHotReload(): Promise<readonly Measurement[]> {
  const plugins = [stateful('1.0.0'), ...Array.from({ length: others }, (_, index) => bystander(index))]
  const table = createTable({
    data: [{ id: '1', name: 'Ada' }],
    columns,
    getRowId: ({ id }: Row) => id,
    features: { plugins },
  })
  await table.plugins.ready
  const times = await reloadTimes(table.plugins)
  await table.destroy()
  return summary(suite, 'reload', times, goal)
}
