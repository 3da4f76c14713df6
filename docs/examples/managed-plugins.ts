import { EnhancedPluginManager, moduleLoader, type PermissionRequest } from '@gridkit/core'

/** Plugins that a file lists, and that a person lets do what they ask for. */
export async function startPlugins(ask: (request: PermissionRequest) => Promise<boolean>) {
  const manager = new EnhancedPluginManager({
    id: 'report',
    storage: 'indexedDB',
    loaders: [moduleLoader({ '@acme/outliers': () => import('./outliers-plugin.ts') })],
    promptPermission: ask,
  })
  await manager.loadPluginsFromConfig({
    version: 1,
    plugins: [{ id: '@acme/outliers', config: { sigma: 2 } }],
  })
  await manager.setPluginConfig('@acme/outliers', { sigma: 4 })
  manager.revokePermission('@acme/outliers', 'events:subscribe:row:*')
  await manager.setPluginEnabled('@acme/outliers', false)
  return manager
}
