import { describe, expect, test } from 'vitest'
import { settle } from '../../test/fake-clock.ts'
import { deferred, errorOf, plugin, quietManager } from '../../test/plugins.ts'
import type { AnyPlugin, HotReloadSource, HotUpdate } from '../index.ts'

/** A source that a test has in its hands. */
function source() {
  const listeners = new Map<string, Set<(update: HotUpdate) => void>>()
  const hotReload: HotReloadSource = {
    subscribe(id, listener) {
      const own = listeners.get(id) ?? new Set()
      listeners.set(id, own.add(listener))
      return () => void own.delete(listener)
    },
  }
  return {
    hotReload,
    tell: (id: string, update: HotUpdate) => {
      for (const listener of listeners.get(id) ?? []) listener(update)
    },
    listening: (id: string) => listeners.get(id)?.size ?? 0,
  }
}

const version = (number: string, config?: unknown): AnyPlugin => ({
  ...plugin('a', { metadata: { version: number } }),
  ...(config === undefined ? {} : { config }),
})

async function listening() {
  const { hotReload, ...rest } = source()
  const world = quietManager({ hotReload })
  await world.manager.installPlugin(version('1.0.0', { size: 1 }))
  const undo = await world.manager.enableHotReload('a')
  const told: unknown[] = []
  world.manager.events.on('plugin:rolled-back', ({ payload }) => told.push(payload))
  return { ...world, ...rest, undo, told, current: () => world.manager.getPlugin('a')?.version }
}

describe('hot reload', () => {
  test('takes over each new version that the source has', async () => {
    const { manager, tell, current } = await listening()
    tell('a', { kind: 'plugin', plugin: version('2.0.0') })
    await manager.ready
    expect(current()).toBe('2.0.0')
  })

  test('makes it of the present configuration, where the source has a factory', async () => {
    const { manager, tell, current } = await listening()
    const make = (config: { size: number }): AnyPlugin => version(`${config.size}.5.0`, config)
    tell('a', { kind: 'plugin', plugin: make as never })
    await manager.ready
    expect(current()).toBe('1.5.0')
  })

  test('is not concerned with other plugins, and with functions that make none', async () => {
    const { manager, tell, current, told } = await listening()
    for (const made of [plugin('b'), undefined, {}, { metadata: null }])
      tell('a', { kind: 'plugin', plugin: (() => made) as never })
    tell('a', { kind: 'plugin', plugin: plugin('b') })
    await manager.ready
    expect([current(), told]).toEqual(['1.0.0', []])
  })

  test('tells why there is no new version, and goes on', async () => {
    const { manager, tell, current, told } = await listening()
    const boom = (): never => {
      throw new Error('no factory')
    }
    tell('a', { kind: 'error', error: new Error('no syntax') })
    tell('a', { kind: 'plugin', plugin: boom as never })
    await manager.ready
    expect(current()).toBe('1.0.0')
    expect(told).toMatchObject([
      {
        pluginId: 'a',
        version: '1.0.0',
        code: 'GK_RELOAD_SOURCE_FAILED',
        message: expect.stringContaining('no syntax') as string,
      },
      { pluginId: 'a', version: '1.0.0', code: 'GK_RELOAD_SOURCE_FAILED' },
    ])
  })

  test('keeps to the order of the updates, however long each takes to make', async () => {
    const { manager, tell, current } = await listening()
    const slow = deferred<AnyPlugin>()
    tell('a', { kind: 'plugin', plugin: (() => slow.promise) as never })
    tell('a', { kind: 'plugin', plugin: version('3.0.0') })
    await settle()
    slow.resolve(version('2.0.0'))
    await manager.ready
    expect(current()).toBe('3.0.0')
  })

  test.each(['undo', 'disable', 'uninstall', 'destroy'] as const)('ends by %s', async (way) => {
    const { manager, undo, tell, listening: count, current } = await listening()
    const ways = {
      undo,
      disable: () => manager.disableHotReload('a'),
      uninstall: () => manager.uninstallPlugin('a'),
      destroy: () => manager.destroy(),
    }
    await ways[way]()
    await settle()
    expect(count('a')).toBe(0)
    tell('a', { kind: 'plugin', plugin: version('2.0.0') })
    await manager.ready
    expect(current()).not.toBe('2.0.0')
    expect(await manager.disableHotReload('a')).toBe(false)
  })

  test('listens once, however often it was enabled, and an old undo ends nothing newer', async () => {
    const { manager, undo, listening: count } = await listening()
    await manager.enableHotReload('a')
    undo()
    expect(count('a')).toBe(1)
  })

  test('needs a plugin and a source', async () => {
    const { manager } = await listening()
    expect(await errorOf(() => manager.enableHotReload('nobody'))).toMatchObject({
      code: 'GK_PLUGIN_NOT_INSTALLED',
    })
    const without = quietManager().manager
    await without.installPlugin(version('1.0.0'))
    expect(await errorOf(() => without.enableHotReload('a'))).toMatchObject({
      code: 'GK_NO_HOT_RELOAD_SOURCE',
    })
    expect(await without.disableHotReload('a')).toBe(false)
  })
})
