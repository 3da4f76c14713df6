import { describe, expect, test } from 'vitest'
import { holder, plugin, quietManager, type TestPlugin } from '../../test/plugins.ts'
import type { AnyPlugin, Permission } from '../index.ts'

/** A plugin that is restarted by each change of its configuration, and a host that writes down what it is asked. */
async function restarting(rest: TestPlugin = {}) {
  const asked: Permission[] = []
  const world = quietManager({ permissions: ({ permission }) => asked.push(permission) > 0 })
  const held = holder('a', {
    config: 1,
    requiredPermissions: ['state:read', 'rows:update'],
    optionalPermissions: ['download'],
    ...rest,
  })
  await world.manager.installPlugin(held.plugin)
  return { ...world, ...held, asked }
}

describe('a plugin that is restarted', () => {
  test('keeps what was decided: nobody is asked again, and what was revoked stays so', async () => {
    const { manager, context, asked } = await restarting()
    manager.revokePermission('a', 'rows:update')
    manager.grantPermission('a', 'rows:delete')
    asked.length = 0
    await manager.setPluginConfig('a', 2)
    expect(asked).toEqual([])
    expect(manager.getPlugin('a')?.status).toBe('running')
    const rights = ['state:read', 'rows:update', 'download', 'rows:delete'] as const
    expect(rights.map((right) => context().hasPermission(right))).toEqual([true, false, true, true])
  })

  test('keeps them also while it is turned off, and when what it needs is restarted', async () => {
    const { manager, context, asked } = await restarting()
    await manager.installPlugin(
      plugin('b', { dependencies: { a: '*' }, requiredPermissions: ['state:write'] }),
    )
    manager.revokePermission('a', 'state:read')
    asked.length = 0
    await manager.setPluginConfig('a', 2)
    await manager.setPluginEnabled('b', false)
    await manager.setPluginEnabled('b', true)
    expect(asked).toEqual([])
    expect(context().hasPermission('state:read')).toBe(false)
    expect(manager.listPlugins({ status: 'running' })).toHaveLength(2)
  })

  test('by the list keeps them too, and is asked for what is new only', async () => {
    const asked: Permission[] = []
    const { manager } = quietManager({ permissions: ({ permission }) => asked.push(permission) > 0 })
    const listed = (config: number, more: readonly Permission[]): AnyPlugin =>
      plugin('a', { config, requiredPermissions: ['state:read', ...more] })
    manager.setPlugins([listed(1, [])])
    manager.start()
    await manager.ready
    manager.setPlugins([listed(2, ['download'])])
    await manager.ready
    expect(asked).toEqual(['state:read', 'download'])
  })

  test('with fewer claims loses what it no longer asks for', async () => {
    const { manager } = quietManager()
    const contexts = [
      holder('a', { config: 1, requiredPermissions: ['download'] }),
      holder('a', { config: 2 }),
    ]
    manager.setPlugins(contexts.slice(0, 1).map((each) => each.plugin))
    manager.start()
    await manager.ready
    manager.setPlugins(contexts.slice(1).map((each) => each.plugin))
    await manager.ready
    expect(contexts[1]?.context().hasPermission('download')).toBe(false)
  })
})

test.each([true, false])('a plugin that was uninstalled begins anew (turned on: %s)', async (on) => {
  const { manager, plugin: definition, context, asked } = await restarting()
  manager.revokePermission('a', 'rows:update')
  await manager.setPluginEnabled('a', on)
  asked.length = 0
  await manager.uninstallPlugin('a')
  await manager.installPlugin(definition)
  expect(asked).toEqual(['state:read', 'rows:update', 'download'])
  expect(context().hasPermission('rows:update')).toBe(true)
})
