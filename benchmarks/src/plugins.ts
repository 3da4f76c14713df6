import {
  definePlugin,
  EnhancedPluginManager,
  type AnyPlugin,
  type EnhancedPluginContext,
} from '@gridkit/core'
import type { Measurement } from './measure.ts'
import { summary } from './quantiles.ts'

const suite = 'Plugins: 200 in one batch, in 20 layers, each needing 3 of the layer below'
const layers = 20
const perLayer = 10
const count = layers * perLayer
const rounds = 15
/** Calls between two looks at the clock, which may go by tenths of a millisecond. */
const burst = 100

/** What a run of plugins should not take longer than. */
const goals = { load: 5e6, request: 50e3, health: 1e6 }

const idAt = (layer: number, place: number): string => `layer-${layer}-${place % perLayer}`

function pluginAt(layer: number, place: number, hold: (context: EnhancedPluginContext) => void): AnyPlugin {
  const below = layer === 0 ? [] : [place, place + 1, place + 2].map((each) => idAt(layer - 1, each))
  return definePlugin({
    metadata: {
      id: idAt(layer, place),
      name: 'A plugin',
      version: '1.2.0',
      category: 'utility',
      coreVersion: '*',
    },
    dependencies: Object.fromEntries(below.map((id) => [id, '^1.1.0'])),
    requiredPermissions: ['events:subscribe', 'messages:send'],
    // More than any plugin may do: here it is measured what a call costs.
    resourceLimits: { maxCallsPerSecond: 1e9, maxCallBurst: 1e9, maxCPUPercent: 100 },
    initialize(context) {
      context.on('row:update', () => {})
      context.onMessage((message) => message)
      hold(context)
    },
    start: () => Promise.resolve(),
    healthCheck: () => ({ status: 'healthy' }),
  })
}

/** The set, listed with the deepest dependents first, and the contexts that its plugins are given. */
function pluginSet(): { plugins: readonly AnyPlugin[]; contexts: EnhancedPluginContext[] } {
  const contexts: EnhancedPluginContext[] = []
  const plugins = Array.from({ length: count }, (_, index) =>
    pluginAt(layers - 1 - Math.floor(index / perLayer), index % perLayer, (context) =>
      contexts.push(context),
    ),
  )
  return { plugins, contexts }
}

async function measureLoading(): Promise<readonly Measurement[]> {
  const loadTimes: number[] = []
  const shares: number[] = []
  for (let round = -2; round < rounds; round += 1) {
    const manager = new EnhancedPluginManager()
    const { plugins } = pluginSet()
    const began = performance.now()
    const infos = await manager.installPlugins(plugins)
    const took = performance.now() - began
    if (infos.some(({ status }) => status !== 'running')) throw new Error('a plugin does not run')
    // The first rounds warm up.
    if (round >= 0) {
      shares.push(took / count)
      loadTimes.push(...infos.map(({ loadTime = Number.NaN }) => loadTime))
    }
    await manager.destroy()
  }
  return [
    ...summary(suite, 'load time of a plugin, as its info says', loadTimes, goals.load),
    ...summary(suite, 'time of the batch, resolved and started, by plugin', shares, goals.load),
  ]
}

async function measureBursts(call: () => Promise<unknown>): Promise<readonly number[]> {
  const times: number[] = []
  for (let round = -5; round < rounds * 5; round += 1) {
    const began = performance.now()
    for (let each = 0; each < burst; each += 1) await call()
    if (round >= 0) times.push((performance.now() - began) / burst)
    await new Promise((resolve) => setTimeout(resolve, 0))
  }
  return times
}

/** Of one plugin among 200: what a batch costs, what a message there and back, and what a look at its health. */
export async function measurePlugins(): Promise<readonly Measurement[]> {
  const loading = await measureLoading()
  const manager = new EnhancedPluginManager()
  const { plugins, contexts } = pluginSet()
  await manager.installPlugins(plugins)
  const target = idAt(layers - 1, 0)
  const sender = contexts[0]
  if (sender === undefined) throw new Error('no plugin was initialised')
  const payload = { rowId: '1', values: { name: 'Ada', age: 36 } }
  const requests = await measureBursts(() => sender.request(target, payload))
  const checks = await measureBursts(() => manager.checkPluginHealth(target))
  await manager.destroy()
  return [
    ...loading,
    ...summary(suite, 'request to another plugin, and its answer', requests, goals.request),
    ...summary(suite, 'health check', checks, goals.health),
  ]
}
