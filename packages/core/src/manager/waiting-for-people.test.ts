import { describe, expect, test, vi } from 'vitest'
import { settle } from '../../test/fake-clock.ts'
import { deferred, errorOf, holder, plugin, quietManager } from '../../test/plugins.ts'

describe('a permission prompt that nobody answers', () => {
  test('does not hold up other installs, nor what is removed meanwhile', async () => {
    const { manager } = quietManager({
      permissions: ({ pluginId }) => pluginId !== 'asks' || new Promise(() => {}),
    })
    void manager
      .installPlugin(plugin('asks', { requiredPermissions: ['state:read'] }))
      .catch((error: unknown) => error)
    await manager.installPlugin(plugin('other', { requiredPermissions: ['state:read'] }))
    expect(manager.getPlugin('other')?.status).toBe('running')
    expect(manager.getPlugin('asks')?.status).toBe('unloaded')
    await manager.uninstallPlugin('other')
    expect(manager.isInstalled('other')).toBe(false)
  })

  test('holds up those that need the plugin, until the answer', async () => {
    const answer = deferred<boolean>()
    const { manager } = quietManager({ permissions: ({ pluginId }) => pluginId !== 'asks' || answer.promise })
    const asks = manager.installPlugin(plugin('asks', { requiredPermissions: ['state:read'] }))
    const needs = manager.installPlugin(plugin('needs', { dependencies: { asks: '*' } }))
    await vi.waitFor(() => expect(manager.getPlugin('needs')?.status).toBe('unloaded'))
    answer.resolve(true)
    await Promise.all([asks, needs])
    expect(manager.listPlugins().map(({ id, status }) => `${id} ${status}`)).toEqual([
      'asks running',
      'needs running',
    ])
  })

  test('that ends in a refusal fails those that need the plugin, with the chain', async () => {
    const answer = deferred<boolean>()
    const { manager } = quietManager({ permissions: ({ pluginId }) => pluginId !== 'asks' || answer.promise })
    const asks = errorOf(() => manager.installPlugin(plugin('asks', { requiredPermissions: ['state:read'] })))
    const needs = errorOf(() => manager.installPlugin(plugin('needs', { dependencies: { asks: '*' } })))
    await vi.waitFor(() => expect(manager.getPlugin('needs')?.status).toBe('unloaded'))
    answer.resolve(false)
    expect(await asks).toMatchObject({ code: 'GK_PERMISSION_DENIED', pluginId: 'asks' })
    expect(await needs).toMatchObject({ code: 'GK_DEPENDENCY_FAILED', pluginId: 'needs' })
    expect((await needs).message).toContain('needs -> asks')
  })

  test('ends with the manager', async () => {
    const { manager } = quietManager({ permissions: () => new Promise(() => {}) })
    const asks = errorOf(() => manager.installPlugin(plugin('asks', { requiredPermissions: ['state:read'] })))
    await settle()
    await manager.destroy()
    expect(await asks).toMatchObject({ code: 'GK_INSTALL_INTERRUPTED' })
    expect(manager.listPlugins()).toEqual([])
  })

  test('is part of what `ready` waits for', async () => {
    const answer = deferred<boolean>()
    const { manager } = quietManager({ permissions: () => answer.promise })
    void manager.installPlugin(plugin('asks', { requiredPermissions: ['state:read'] }))
    let ready = false
    void manager.ready.then(() => (ready = true))
    await settle()
    expect(ready).toBe(false)
    answer.resolve(true)
    await manager.ready
    expect(manager.getPlugin('asks')?.status).toBe('running')
  })

  test('asks for several plugins of a set side by side', async () => {
    const asked: string[] = []
    const { manager } = quietManager({
      permissions: ({ pluginId }) => {
        asked.push(pluginId)
        return new Promise(() => {})
      },
    })
    const set = ['a', 'b'].map((id) => plugin(id, { requiredPermissions: ['state:read'] }))
    void manager.installPlugins(set).catch((error: unknown) => error)
    await settle()
    expect(asked).toEqual(['a', 'b'])
    await manager.destroy()
  })

  test('of a listed plugin does not hold up the list that comes after', async () => {
    const { manager } = quietManager({
      permissions: ({ pluginId }) => pluginId !== 'asks' || new Promise(() => {}),
    })
    const asks = plugin('asks', { requiredPermissions: ['state:read'] })
    manager.setPlugins([asks])
    manager.start()
    await settle()
    manager.setPlugins([asks, plugin('more')])
    await settle()
    expect(manager.getPlugin('more')?.status).toBe('running')
    manager.setPlugins([plugin('more')])
    await manager.ready
    expect(manager.listPlugins().map(({ id }) => id)).toEqual(['more'])
  })

  test('may be answered after the plugin is gone and back, without effect on the new one', async () => {
    const answers = [deferred<boolean>(), deferred<boolean>()]
    let asked = 0
    const { manager } = quietManager({ permissions: () => answers[asked++]?.promise ?? false })
    const held = holder('asks', { requiredPermissions: ['state:read'] })
    void manager.installPlugin(held.plugin).catch((error: unknown) => error)
    await settle()
    await manager.uninstallPlugin('asks')
    const second = manager.installPlugin(held.plugin)
    answers[0]?.resolve(true)
    await settle()
    expect(manager.getPlugin('asks')?.status).toBe('unloaded')
    answers[1]?.resolve(true)
    await second
    expect(held.context().hasPermission('state:read')).toBe(true)
  })
})
