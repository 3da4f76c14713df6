import { describe, expect, test, vi } from 'vitest'
import { settle } from '../../test/fake-clock.ts'
import {
  deferred,
  errorOf,
  holder,
  never,
  plugin,
  quietManager,
  type TestPlugin,
} from '../../test/plugins.ts'
import type { AnyPlugin, HostOptions, PluginLoader } from '../index.ts'

const version = (id: string, number: string, rest: TestPlugin = {}): AnyPlugin =>
  plugin(id, { ...rest, metadata: { version: number } })

/** A host whose loader has `old` first, and `next` after. */
function updating(old: AnyPlugin, next: AnyPlugin, options: HostOptions = {}) {
  const versions = [old, next]
  const loader: PluginLoader = {
    name: 'versions',
    canLoad: (source) => source === old.metadata.id,
    load: async (_, { version: wanted }) =>
      versions.find(({ metadata }) => metadata.version === wanted) ?? next,
  }
  return quietManager({ loaders: [loader], promptPermission: () => true, ...options })
}

const statuses = (manager: ReturnType<typeof quietManager>['manager']): readonly string[] =>
  manager.listPlugins().map((info) => `${info.id} ${info.version} ${info.status}`)

describe('an update under way', () => {
  test('ends with the manager', async () => {
    const { manager } = updating(version('x', '1.0.0'), version('x', '2.0.0', { initialize: never }))
    await manager.loadPluginsFromConfig([{ id: 'x', version: '1.0.0' }])
    const update = errorOf(() => manager.updatePlugin('x'))
    await vi.waitFor(() => expect(statuses(manager)).toEqual(['x 2.0.0 loading']))
    await manager.destroy()
    await manager.ready
    expect(await update).toMatchObject({ code: 'GK_INSTALL_INTERRUPTED' })
    expect(statuses(manager)).toEqual([])
  })

  test('ends with the plugin, which does not come back', async () => {
    const { manager } = updating(version('x', '1.0.0'), version('x', '2.0.0', { initialize: never }))
    await manager.loadPluginsFromConfig([{ id: 'x', version: '1.0.0' }])
    const update = errorOf(() => manager.updatePlugin('x'))
    await vi.waitFor(() => expect(statuses(manager)).toEqual(['x 2.0.0 loading']))
    await manager.uninstallPlugin('x')
    await update
    await manager.ready
    expect(statuses(manager)).toEqual([])
  })

  test('whose way down fails brings everything back that was there', async () => {
    const boom = (): never => {
      throw new Error('no way down')
    }
    const storing = { requiredPermissions: ['storage:use'] } as const
    const { manager } = updating(
      version('x', '1.0.0', storing),
      version('x', '2.0.0', { ...storing, migrations: [{ version: 1, up: () => {}, down: boom }] }),
    )
    await manager.installPlugin('x')
    await manager.installPlugin(plugin('needs', { dependencies: { x: '*' } }))
    expect(await errorOf(() => manager.updatePlugin('x', '1.0.0'))).toMatchObject({
      code: 'GK_UPDATE_FAILED',
    })
    expect(statuses(manager)).toEqual(['x 2.0.0 running', 'needs 1.0.0 running'])
  })

  test('that fails both ways says both', async () => {
    let broken = false
    const initialize = (): void => {
      if (broken) throw new Error('gone for good')
    }
    const { manager } = updating(
      version('x', '1.0.0', { initialize }),
      version('x', '2.0.0', {
        initialize() {
          broken = true
          throw new Error('new and broken')
        },
      }),
    )
    await manager.loadPluginsFromConfig([{ id: 'x', version: '1.0.0' }])
    const error = await errorOf(() => manager.updatePlugin('x'))
    expect(error.code).toBe('GK_UPDATE_FAILED')
    expect(error.message).toContain('new and broken')
    expect(error.hint).toContain('gone for good')
    expect(error.cause).toBeInstanceOf(AggregateError)
  })

  test('that fails leaves revoked what was revoked', async () => {
    const claims = { requiredPermissions: ['state:read', 'rows:update'] } as const
    const fail = (): never => {
      throw new Error('broken')
    }
    const { manager } = updating(
      version('x', '1.0.0', claims),
      version('x', '2.0.0', { ...claims, initialize: fail }),
    )
    await manager.loadPluginsFromConfig([{ id: 'x', version: '1.0.0' }])
    manager.revokePermission('x', 'rows:update')
    await errorOf(() => manager.updatePlugin('x'))
    expect(statuses(manager)).toEqual(['x 1.0.0 running'])
    expect(manager.getPlugin('x')?.permissions).toEqual(['state:read'])
  })
})

describe('a plugin never runs without what it needs', () => {
  test('when that was removed while it was asked for', async () => {
    const answer = deferred<boolean>()
    const { manager } = quietManager({ permissions: ({ pluginId }) => pluginId !== 'x' || answer.promise })
    const x = errorOf(() => manager.installPlugin(plugin('x', { requiredPermissions: ['state:read'] })))
    await vi.waitFor(() => expect(manager.getPlugin('x')).toBeDefined())
    const y = errorOf(() => manager.installPlugin(plugin('y', { dependencies: { x: '*' } })))
    const removed = errorOf(() => manager.uninstallPlugin('x'))
    expect((await x).code).toBe('GK_INSTALL_INTERRUPTED')
    await Promise.all([y, removed])
    expect(statuses(manager).filter((each) => each.endsWith('running'))).toEqual([])
  })

  test('when that comes turned off', async () => {
    const loader: PluginLoader = {
      name: 'both',
      canLoad: () => true,
      load: async (source) => plugin(source, source === 'y' ? { dependencies: { x: '*' } } : {}),
    }
    const { manager } = quietManager({ loaders: [loader] })
    const error = await errorOf(() =>
      manager.loadPluginsFromConfig([{ id: 'x', enabled: false }, { id: 'y' }]),
    )
    expect(error).toMatchObject({ code: 'GK_UNRESOLVED_PLUGINS' })
    expect(manager.listPlugins()).toEqual([])
  })
})

describe('the list', () => {
  test('is what counts, however quickly it changed before', async () => {
    const { manager } = quietManager()
    const gate = deferred()
    const slow = manager.installPlugin(plugin('slow', { initialize: () => gate.promise }))
    manager.start()
    manager.setPlugins([plugin('a')])
    manager.setPlugins([])
    manager.setPlugins([plugin('a')])
    gate.resolve()
    await slow
    await manager.ready
    expect(manager.getPlugin('a')?.status).toBe('running')
  })

  test('with a wrong configuration changes nothing but what is gone', async () => {
    const { manager } = quietManager()
    const schema = { properties: { size: { type: 'number' } } }
    const b = (config: unknown): AnyPlugin => plugin('b', { configSchema: schema, config })
    const heard: unknown[] = []
    const told = (config: number): AnyPlugin =>
      plugin('told', { config, onConfigChange: (next: unknown) => void heard.push(next) })
    manager.setPlugins([plugin('a'), told(1), b({ size: 1 })])
    manager.start()
    await manager.ready
    manager.setPlugins([told(2), b({ size: 'big' }), plugin('c')])
    await manager.ready
    expect(heard).toEqual([])
    expect(manager.getPlugin('a')).toBeUndefined()
    expect(manager.getPlugin('c')).toMatchObject({ status: 'error', error: { code: 'GK_INVALID_CONFIG' } })
    manager.setPlugins([told(2), b({ size: 2 }), plugin('c')])
    await manager.ready
    expect(heard).toEqual([2])
    expect(statuses(manager)).toEqual(['told 1.0.0 running', 'b 1.0.0 running', 'c 1.0.0 running'])
  })

  test('without a plugin that is coming up does not wait for it', async () => {
    const { manager } = quietManager()
    manager.setPlugins([plugin('slow', { initialize: never })])
    manager.start()
    await vi.waitFor(() => expect(manager.getPlugin('slow')?.status).toBe('loading'))
    manager.setPlugins([])
    await manager.ready
    expect(manager.listPlugins()).toEqual([])
  })
})

test('a failed plugin that is installed again keeps the rights of the second time', async () => {
  const slowly = deferred<boolean>()
  let allowed = false
  const { manager } = quietManager({
    permissions: ({ pluginId }) => (pluginId === 'slow' ? slowly.promise : allowed),
  })
  const set = ['slow', 'x'].map((id) => plugin(id, { requiredPermissions: ['state:read'] }))
  const first = errorOf(() => manager.installPlugins(set))
  await vi.waitFor(() => expect(manager.getPlugin('x')?.status).toBe('error'))
  allowed = true
  const held = holder('x', { requiredPermissions: ['state:read'] })
  await manager.installPlugin(held.plugin)
  slowly.resolve(true)
  await first
  expect(held.context().hasPermission('state:read')).toBe(true)
})

test('a plugin that is turned off while it comes up stays, turned off', async () => {
  const { manager } = quietManager()
  let hangs = true
  const installed = errorOf(() =>
    manager.installPlugin(plugin('a', { initialize: () => (hangs ? never() : undefined) })),
  )
  await vi.waitFor(() => expect(manager.getPlugin('a')?.status).toBe('loading'))
  expect(await manager.setPluginEnabled('a', false)).toMatchObject({ status: 'stopped', enabled: false })
  expect((await installed).code).toBe('GK_INSTALL_INTERRUPTED')
  hangs = false
  expect(await manager.setPluginEnabled('a', true)).toMatchObject({ status: 'running' })
})

describe('a person who is asked about a new configuration', () => {
  const listed = (config: number, rights: AnyPlugin['requiredPermissions']): AnyPlugin =>
    plugin('a', { config, requiredPermissions: rights ?? [], onConfigChange: () => {} })

  test('decides when it takes effect, whatever is rendered meanwhile', async () => {
    const answer = deferred<boolean>()
    const { manager } = quietManager({
      permissions: ({ permission }) => permission !== 'download' || answer.promise,
    })
    const heard: unknown[] = []
    const held = holder('a', { config: { size: 1, format: () => 'one' } })
    const listed = (size: number, format: () => string): AnyPlugin => ({
      ...held.plugin,
      config: { size, format },
      requiredPermissions: size === 1 ? [] : ['download'],
      onConfigChange: (next: { format: () => string }, previous: { size: number }) =>
        void heard.push(next.format(), previous.size),
    })
    manager.setPlugins([listed(1, () => 'one')])
    manager.start()
    await manager.ready
    manager.setPlugins([listed(2, () => 'two')])
    await settle()
    manager.setPlugins([listed(2, () => 'two, rendered again')])
    await settle()
    expect(held.context().config).toMatchObject({ size: 1 })
    answer.resolve(true)
    await manager.ready
    expect(heard).toEqual(['two, rendered again', 1])
    expect(held.context().config).toMatchObject({ size: 2 })
  })

  test('holds up nobody else', async () => {
    const { manager } = quietManager({
      permissions: ({ permission }) => permission !== 'download' || (never() as never),
    })
    manager.setPlugins([listed(1, [])])
    manager.start()
    await manager.ready
    manager.setPlugins([listed(2, ['download'])])
    await manager.installPlugin(plugin('other'))
    await manager.uninstallPlugin('a')
    expect(statuses(manager)).toEqual(['other 1.0.0 running'])
    await manager.ready
  })
})

test('a subscriber of the store that throws is reported, and changes nothing', async () => {
  const { manager, lines } = quietManager()
  let broken = true
  manager.store.subscribe(() => {
    if (broken) throw new Error('ui bug')
  })
  await manager.installPlugins([plugin('a'), plugin('b')])
  expect(statuses(manager)).toEqual(['a 1.0.0 running', 'b 1.0.0 running'])
  expect(lines.some(({ message }) => message.includes('ui bug'))).toBe(true)
  await manager.destroy()
  broken = false
  expect(manager.listPlugins()).toEqual([])
})

test('rights given or taken while a person is asked are not lost', async () => {
  const answer = deferred<boolean>()
  const { manager } = quietManager({ permissions: () => answer.promise })
  const held = holder('a', { requiredPermissions: ['state:read', 'rows:update'] })
  const installed = manager.installPlugin(held.plugin)
  await vi.waitFor(() => expect(manager.getPlugin('a')).toBeDefined())
  manager.revokePermission('a', 'rows:update')
  manager.grantPermission('a', 'download')
  answer.resolve(true)
  await installed
  const rights = ['state:read', 'rows:update', 'download'] as const
  expect(rights.map((each) => held.context().hasPermission(each))).toEqual([true, false, true])
})

test('the rights that a plugin has are shown as they change', async () => {
  const { manager } = quietManager({ permissions: ({ when }) => when === 'runtime' })
  const held = holder('a', { optionalPermissions: ['download'] })
  await manager.installPlugin(held.plugin)
  const shown = (): unknown => manager.getPlugin('a')?.permissions
  expect(shown()).toEqual([])
  await held.context().requestPermission('download')
  expect(shown()).toEqual(['download'])
  manager.grantPermission('a', 'state:read')
  expect(shown()).toEqual(['download', 'state:read'])
  manager.revokePermission('a', 'download')
  expect(shown()).toEqual(['state:read'])
})

test('a plugin that is refused is shown so at once, while others of its set wait for people', async () => {
  const { manager } = quietManager({
    permissions: ({ pluginId }) => pluginId === 'slow' && (never() as never),
  })
  const set = ['slow', 'x'].map((id) =>
    plugin(id, { methods: [`${id}.work`], requiredPermissions: ['methods:register'] }),
  )
  const installed = errorOf(() => manager.installPlugins(set))
  await vi.waitFor(() => expect(manager.getPlugin('x')?.status).toBe('error'))
  await manager.destroy()
  await installed
})

test('an uninstall that is refused leaves the plugin as it was', async () => {
  const asked: string[] = []
  const { manager } = quietManager({ permissions: ({ permission }) => asked.push(permission) > 0 })
  const a = (config: number, rights: AnyPlugin['requiredPermissions'] = []): AnyPlugin =>
    plugin('a', { config, requiredPermissions: rights, onConfigChange: () => {} })
  const b = plugin('b', { dependencies: { a: '*' } })
  manager.setPlugins([a(1), b])
  manager.start()
  await manager.ready
  expect(await errorOf(() => manager.uninstallPlugin('a'))).toMatchObject({ code: 'GK_PLUGIN_REQUIRED' })
  manager.setPlugins([a(2, ['download']), b])
  await manager.ready
  expect(asked).toEqual(['download'])
})

test('what two loaders bring at different speed comes together', async () => {
  const slow = deferred<AnyPlugin>()
  const loader: PluginLoader = {
    name: 'two',
    canLoad: () => true,
    load: (source) => (source === 'x' ? slow.promise : plugin('y', { dependencies: { x: '*' } })),
  }
  const { manager } = quietManager({ loaders: [loader] })
  const both = [manager.installPlugin('x'), manager.installPlugin('y')]
  await settle()
  slow.resolve(plugin('x'))
  await Promise.all(both)
  expect(statuses(manager)).toEqual(['x 1.0.0 running', 'y 1.0.0 running'])
})

test('storage of a right that was given later can be used', async () => {
  const { manager } = quietManager({ storage: 'memory', permissions: () => false })
  const held = holder('a')
  await manager.installPlugin(held.plugin)
  expect(await errorOf(() => held.context().storage.set('key', 1))).toMatchObject({
    code: 'GK_PERMISSION_DENIED',
  })
  manager.grantPermission('a', 'storage:use')
  await manager.ready
  held.context().storage.set('key', 1)
  expect(held.context().storage.get('key')).toBe(1)
})

test('the failures of a plugin are remembered until it is uninstalled', async () => {
  const { manager } = quietManager()
  const fail = (): never => {
    throw new Error('broken')
  }
  await errorOf(() => manager.installPlugin(plugin('a', { initialize: fail })))
  expect(await manager.checkPluginHealth('a')).toMatchObject({ status: 'unhealthy', errorCount: 1 })
  await manager.uninstallPlugin('a')
  await manager.installPlugin(plugin('a'))
  expect(await manager.checkPluginHealth('a')).toMatchObject({ status: 'healthy', errorCount: 0 })
})

test('a restart under way ends with the manager', async () => {
  const { manager } = quietManager()
  await manager.installPlugin(
    plugin('a', { config: 1, initialize: ({ config }) => (config === 2 ? never() : undefined) }),
  )
  const restarted = errorOf(() => manager.setPluginConfig('a', 2))
  await manager.destroy()
  expect((await restarted).code).toMatch(/GK_INSTALL_INTERRUPTED|GK_MANAGER_DESTROYED/)
  expect(manager.listPlugins()).toEqual([])
})
