import { describe, expect, test } from 'vitest'
import { settle } from '../../test/fake-clock.ts'
import { deferred, errorOf, plugin, quietManager, type TestPlugin } from '../../test/plugins.ts'
import type { AnyPlugin, PluginLoader } from '../index.ts'

/** A registry of several versions of plugins, the newest last. */
function registry(plugins: readonly AnyPlugin[], rest: Partial<PluginLoader> = {}): PluginLoader {
  const versionsOf = (source: string): readonly AnyPlugin[] =>
    plugins.filter(({ metadata }) => metadata.id === source)
  return {
    name: 'registry',
    canLoad: (source) => versionsOf(source).length > 0,
    async load(source, { version }) {
      const found = versionsOf(source).findLast(
        ({ metadata }) => (version ?? metadata.version) === metadata.version,
      )
      if (found === undefined) throw new Error('no such version')
      return found
    },
    latest: (source) => versionsOf(source).at(-1)?.metadata.version,
    ...rest,
  }
}

const version = (id: string, number: string, rest: TestPlugin = {}): AnyPlugin =>
  plugin(id, { ...rest, metadata: { ...rest.metadata, version: number } })

const allow = { promptPermission: () => true }

describe('a plugin from a loader', () => {
  test('is installed by its name, with a configuration', async () => {
    const configs: unknown[] = []
    const { manager } = quietManager({
      loaders: [registry([plugin('acme', { initialize: ({ config }) => void configs.push(config) })])],
    })
    expect(await manager.installPlugin('acme', { size: 2 })).toMatchObject({
      id: 'acme',
      status: 'running',
      origin: 'loader',
    })
    expect(configs).toEqual([{ size: 2 }])
  })

  test('comes together with plugins of the application, in one set', async () => {
    const { manager } = quietManager({ loaders: [registry([plugin('acme')])] })
    const infos = await manager.installPlugins([plugin('own', { dependencies: { acme: '*' } }), 'acme'])
    expect(infos.map(({ id, origin }) => `${id} ${origin}`)).toEqual(['acme loader', 'own code'])
  })

  test('that nobody knows says so, and so does a host without loaders', async () => {
    const none = quietManager().manager
    expect(await errorOf(() => none.installPlugin('acme'))).toMatchObject({ code: 'GK_NO_LOADER' })
    const some = quietManager({ loaders: [registry([])] }).manager
    expect((await errorOf(() => some.installPlugin('acme'))).message).toContain('registry')
  })

  test('is not given what it requires unless a person is asked', async () => {
    const asks = plugin('acme', { requiredPermissions: ['state:read'] })
    const alone = quietManager({ loaders: [registry([asks])] }).manager
    expect(await errorOf(() => alone.installPlugin('acme'))).toMatchObject({ code: 'GK_PERMISSION_DENIED' })
    const asked: unknown[] = []
    const { manager } = quietManager({
      loaders: [registry([asks])],
      promptPermission: (request) => {
        asked.push(request)
        return true
      },
    })
    await manager.installPlugin('acme')
    expect(asked).toEqual([
      { pluginId: 'acme', permission: 'state:read', when: 'install', required: true, origin: 'loader' },
    ])
  })

  test('shows what the registry says of it, and not what it says of itself', async () => {
    const boasting = plugin('acme', {
      metadata: { verified: true, featured: true, downloads: 9e9, rating: 5 },
    })
    const { manager } = quietManager({
      loaders: [registry([boasting], { facts: () => ({ verified: false, downloads: 7 }) })],
    })
    await manager.installPlugins(['acme', plugin('own', { metadata: { featured: true } })])
    expect(manager.getPlugin('acme')?.registry).toEqual({ verified: false, downloads: 7 })
    expect(manager.getPlugin('own')?.registry).toBeUndefined()
    expect(manager.getFeaturedPlugins()).toEqual([])
  })

  test('that takes its time holds up nobody but those that need it', async () => {
    const gate = deferred<AnyPlugin>()
    const { manager } = quietManager({
      loaders: [{ name: 'slow', canLoad: () => true, load: () => gate.promise }],
    })
    const slow = manager.installPlugin('slow')
    const needs = manager.installPlugin(plugin('needs', { dependencies: { slow: '*' } }))
    await manager.installPlugin(plugin('other'))
    expect(manager.listPlugins().map(({ id }) => id)).toEqual(['other'])
    gate.resolve(plugin('slow'))
    await Promise.all([slow, needs])
    expect(manager.listPlugins({ status: 'running' }).map(({ id }) => id)).toEqual(['other', 'slow', 'needs'])
  })

  test('is given up when the manager ends', async () => {
    let signal: AbortSignal | undefined
    const { manager } = quietManager({
      loaders: [
        {
          name: 'never',
          canLoad: () => true,
          load: (_, request) => {
            signal = request.signal
            return new Promise(() => {})
          },
        },
      ],
    })
    const error = errorOf(() => manager.installPlugin('acme'))
    await settle()
    await manager.destroy()
    expect((await error).code).toBe('GK_LOAD_ABORTED')
    expect(signal?.aborted).toBe(true)
  })
})

describe('loadPluginsFromConfig', () => {
  const loaders = [registry([version('a', '1.0.0'), version('a', '2.0.0'), plugin('b')])]

  test('installs what the file says, as one set', async () => {
    const { manager } = quietManager({ loaders })
    const infos = await manager.loadPluginsFromConfig(
      JSON.stringify({
        version: 1,
        plugins: [
          { id: 'a', version: '1.0.0' },
          { id: 'b', enabled: false },
        ],
      }),
    )
    expect(infos.map(({ id, version, status, enabled }) => ({ id, version, status, enabled }))).toEqual([
      { id: 'a', version: '1.0.0', status: 'running', enabled: true },
      { id: 'b', version: '1.0.0', status: 'stopped', enabled: false },
    ])
    expect(await manager.setPluginEnabled('b', true)).toMatchObject({ status: 'running' })
  })

  test('says everything that is wrong with the file, and installs nothing', async () => {
    const { manager } = quietManager({ loaders })
    const error = await errorOf(() => manager.loadPluginsFromConfig([{ id: 'a', enabeld: true }, { id: 7 }]))
    expect(error.code).toBe('GK_INVALID_PLUGINS_CONFIG')
    expect(error.message).toContain('enabeld')
    expect(manager.listPlugins()).toEqual([])
  })

  test('refuses another plugin than the one that was named', async () => {
    const { manager } = quietManager({
      loaders: [{ name: 'swap', canLoad: () => true, load: async () => plugin('other') }],
    })
    expect(await errorOf(() => manager.loadPluginsFromConfig([{ id: 'a' }]))).toMatchObject({
      code: 'GK_OTHER_PLUGIN_LOADED',
    })
  })
})

describe('updates', () => {
  test('are those that loaders have', async () => {
    const { manager } = quietManager({
      loaders: [registry([version('a', '1.0.0'), version('a', '1.1.0'), plugin('b')])],
    })
    await manager.loadPluginsFromConfig([{ id: 'a', version: '1.0.0' }, { id: 'b' }])
    await manager.installPlugin(plugin('own'))
    expect(await manager.checkUpdates()).toEqual([{ id: 'a', current: '1.0.0', latest: '1.1.0' }])
  })

  test('replace a plugin, keep its configuration, and restart those that need it', async () => {
    const log: string[] = []
    const traced = (id: string, number: string, rest: TestPlugin = {}): AnyPlugin =>
      version(id, number, {
        ...rest,
        initialize: ({ config }) => void log.push(`${id} ${number} ${JSON.stringify(config)}`),
        destroy: () => void log.push(`${id} ${number} ends`),
      })
    const { manager } = quietManager({ loaders: [registry([traced('a', '1.0.0'), traced('a', '1.1.0')])] })
    await manager.loadPluginsFromConfig([{ id: 'a', version: '1.0.0', config: { size: 2 } }])
    await manager.installPlugin(traced('b', '1.0.0', { dependencies: { a: '^1.0.0' } }))
    log.length = 0
    expect(await manager.updatePlugin('a')).toMatchObject({ version: '1.1.0', status: 'running' })
    expect(log).toEqual(['b 1.0.0 ends', 'a 1.0.0 ends', 'a 1.1.0 {"size":2}', 'b 1.0.0 undefined'])
    expect(manager.listPlugins().map(({ id }) => id)).toEqual(['a', 'b'])
    log.length = 0
    await manager.updatePlugin('a', '1.1.0')
    expect(log).toEqual([])
  })

  test('that do not fit those that need the plugin change nothing', async () => {
    const { manager } = quietManager({ loaders: [registry([version('a', '1.0.0'), version('a', '2.0.0')])] })
    await manager.loadPluginsFromConfig([{ id: 'a', version: '1.0.0' }])
    await manager.installPlugin(plugin('b', { dependencies: { a: '^1.0.0' } }))
    expect(await errorOf(() => manager.updatePlugin('a'))).toMatchObject({ code: 'GK_UNRESOLVED_PLUGINS' })
    expect(manager.listPlugins({ status: 'running' })).toHaveLength(2)
  })

  test('that fail bring the version before back, with its data', async () => {
    const storing = { requiredPermissions: ['storage:use'] } as const
    const one = version('a', '1.0.0', {
      ...storing,
      migrations: [{ version: 1, up: (storage) => storage.set('shape', 1) }],
      initialize: ({ storage }) => storage.set('kept', 'yes'),
    })
    const two = version('a', '2.0.0', {
      ...storing,
      migrations: [
        { version: 1, up: () => {} },
        {
          version: 2,
          up(storage) {
            storage.set('shape', 2)
            storage.delete('kept')
          },
        },
      ],
      initialize: () => {
        throw new Error('broken')
      },
    })
    const seen: unknown[] = []
    const { manager } = quietManager({ ...allow, loaders: [registry([one, two])] })
    await manager.loadPluginsFromConfig([{ id: 'a', version: '1.0.0' }])
    const error = await errorOf(() => manager.updatePlugin('a'))
    expect(error).toMatchObject({ code: 'GK_UPDATE_FAILED', pluginId: 'a' })
    expect(error.cause).toMatchObject({ code: 'GK_PLUGIN_FAILED' })
    expect(manager.getPlugin('a')).toMatchObject({ version: '1.0.0', status: 'running' })
    await manager.uninstallPlugin('a')
    const reader = plugin('a', {
      ...storing,
      migrations: [{ version: 1, up: () => {} }],
      initialize: ({ storage }) => void seen.push(storage.get('shape'), storage.get('kept')),
    })
    await manager.installPlugin(reader)
    expect(seen).toEqual([1, 'yes'])
  })

  test('to an older version bring stored data down', async () => {
    const storing = { requiredPermissions: ['storage:use'] } as const
    const up = {
      version: 1,
      up: (storage: { set(key: string, value: unknown): void }) => storage.set('shape', 1),
    }
    const seen: unknown[] = []
    const one = version('a', '1.0.0', {
      ...storing,
      migrations: [up],
      initialize: ({ storage }) => void seen.push(storage.get('shape')),
    })
    const two = version('a', '2.0.0', {
      ...storing,
      migrations: [
        up,
        { version: 2, up: (storage) => storage.set('shape', 2), down: (storage) => storage.set('shape', 1) },
      ],
      initialize: ({ storage }) => void seen.push(storage.get('shape')),
    })
    const { manager } = quietManager({ ...allow, loaders: [registry([one, two])] })
    await manager.installPlugin('a')
    await manager.updatePlugin('a', '1.0.0')
    await manager.updatePlugin('a', '2.0.0')
    expect(seen).toEqual([2, 1, 2])
  })
})
