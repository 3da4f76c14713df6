import { EnhancedPluginManager, type AnyPlugin, type PluginAlert } from '@gridkit/core'

/** Plugins that are suspended sooner than by default, but for those that only count things. */
export async function startSupervised(plugins: readonly AnyPlugin[], tell: (alert: PluginAlert) => void) {
  const manager = new EnhancedPluginManager({
    errorThreshold: { errors: 3, window: 30_000, onAlert: tell },
    profiling: { userTiming: true },
  })
  await manager.installPlugins(plugins)
  for (const { id } of manager.getPluginsByCategory('analytics'))
    manager.setErrorThreshold(id, { errors: 20, action: 'alert' })
  return manager
}

/** What to look at when a table is slow. */
export async function lookAt(manager: EnhancedPluginManager) {
  return {
    health: await manager.checkAllHealth(),
    bottlenecks: manager.detectBottlenecks(),
    slowCalls: manager.getTraces({ slowerThan: 16, limit: 20 }),
    metrics: await manager.exportMetrics('prometheus'),
  }
}
