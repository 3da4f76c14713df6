import { expect, test } from 'vitest'
import { plugin, quietManager } from '../../test/plugins.ts'

test('plugins are found by category, by word and by filter', async () => {
  const { manager } = quietManager()
  await manager.installPlugins([
    plugin('charts', { metadata: { category: 'ui', tags: ['Graphiques'], author: 'Zoë' } }),
    plugin('outliers', { metadata: { category: 'data', description: 'Finds what stands out' } }),
  ])
  expect(manager.getPluginsByCategory('ui').map(({ id }) => id)).toEqual(['charts'])
  expect(manager.searchPlugins('zoe graph').map(({ id }) => id)).toEqual(['charts'])
  expect(manager.searchPlugins('STANDS').map(({ id }) => id)).toEqual(['outliers'])
  expect(manager.searchPlugins('nothing like it')).toEqual([])
  await manager.setPluginEnabled('charts', false)
  expect(manager.listPlugins({ enabled: false }).map(({ id }) => id)).toEqual(['charts'])
  expect(manager.listPlugins({ origin: 'loader' })).toEqual([])
})

test('the dependencies of those that run are a graph, and resolve', async () => {
  const { manager } = quietManager()
  await manager.installPlugins([
    plugin('top', { dependencies: { base: '^1.0.0' }, optionalDependencies: { theme: '*' } }),
    plugin('base'),
  ])
  const graph = await manager.getDependencyGraph()
  expect(graph.nodes.map(({ id }) => id)).toEqual(['base', 'top'])
  expect(graph.order).toEqual(['base', 'top'])
  expect(graph.edges.map(({ from, to, found }) => [from, to, found])).toEqual([
    ['top', 'base', true],
    ['top', 'theme', false],
  ])
  expect(structuredClone(graph)).toEqual(graph)
  expect(await manager.resolveDependencies()).toEqual({ kind: 'plan', order: ['base', 'top'] })
})
