import { describe, expect, test } from 'vitest'
import { settle } from '../../test/fake-clock.ts'
import { errorOf, holder, plugin, quietManager } from '../../test/plugins.ts'

const schema = {
  type: 'object',
  properties: { sigma: { type: 'number', default: 3, minimum: 1 }, mode: { enum: ['one', 'two'] } },
}

describe('configSchema', () => {
  test('fills in its defaults, also where there is no configuration', async () => {
    const { manager } = quietManager()
    const bare = holder('bare', { configSchema: schema })
    const given = holder('given', { configSchema: schema, config: { mode: 'two' } })
    await manager.installPlugins([bare.plugin, given.plugin])
    expect(bare.context().config).toEqual({ sigma: 3 })
    expect(given.context().config).toEqual({ sigma: 3, mode: 'two' })
  })

  test('refuses what does not satisfy it, of a whole set, with all problems, before anything runs', async () => {
    const { manager } = quietManager()
    const ran: string[] = []
    const error = await errorOf(() =>
      manager.installPlugins([
        plugin('fine', { initialize: () => void ran.push('fine') }),
        plugin('bad', { configSchema: schema, config: { sigma: 0, mode: 'three' } }),
        plugin('worse', { configSchema: schema, config: { sigma: 'much' } }),
      ]),
    )
    expect(error).toMatchObject({ code: 'GK_INVALID_CONFIG', pluginId: 'bad' })
    expect(error.message).toMatch(/'bad'.*sigma.*mode.*'worse'.*sigma/s)
    expect(ran).toEqual([])
    expect(manager.listPlugins()).toEqual([])
  })

  test('that is none is refused with the definition', async () => {
    const { manager } = quietManager()
    const error = await errorOf(() =>
      manager.installPlugin(
        plugin('bad', {
          metadata: { version: '1' },
          configSchema: { type: 'objekt', properties: { a: { pattern: '(' } } },
        }),
      ),
    )
    expect(error.code).toBe('GK_INVALID_PLUGIN')
    expect(error.message).toMatch(/semantic version.*configSchema\.type.*pattern/s)
  })

  test('of a listed plugin is checked too', async () => {
    const { manager, lines } = quietManager()
    manager.setPlugins([plugin('bad', { configSchema: schema, config: { sigma: 0 } })])
    manager.start()
    await manager.ready
    expect(manager.getPlugin('bad')).toMatchObject({ status: 'error', error: { code: 'GK_INVALID_CONFIG' } })
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })
})

describe('setPluginConfig', () => {
  test('tells a plugin that wants to hear of it', async () => {
    const { manager } = quietManager()
    const heard: unknown[] = []
    const held = holder('a', {
      configSchema: schema,
      onConfigChange: (next: unknown, previous: unknown) => void heard.push(next, previous),
    })
    await manager.installPlugin(held.plugin)
    const info = await manager.setPluginConfig('a', { sigma: 5 })
    expect(info).toMatchObject({ id: 'a', status: 'running' })
    expect(heard).toEqual([{ sigma: 5 }, { sigma: 3 }])
    expect(held.context().config).toEqual({ sigma: 5 })
  })

  test('restarts a plugin that does not, with those that need it', async () => {
    const { manager } = quietManager()
    const log: string[] = []
    const traced = (id: string, rest = {}): ReturnType<typeof plugin> =>
      plugin(id, {
        ...rest,
        initialize: ({ config }) => void log.push(`${id} ${JSON.stringify(config)}`),
        destroy: () => void log.push(`${id} ends`),
      })
    await manager.installPlugins([traced('a', { config: 1 }), traced('b', { dependencies: { a: '*' } })])
    log.length = 0
    await manager.setPluginConfig('a', 2)
    expect(log).toEqual(['b ends', 'a ends', 'a 2', 'b undefined'])
    expect(manager.listPlugins({ status: 'running' })).toHaveLength(2)
  })

  test('with what the schema refuses changes nothing', async () => {
    const { manager } = quietManager()
    const held = holder('a', { configSchema: schema })
    await manager.installPlugin(held.plugin)
    const before = held.context()
    expect(await errorOf(() => manager.setPluginConfig('a', { sigma: 0 }))).toMatchObject({
      code: 'GK_INVALID_CONFIG',
    })
    expect(held.context()).toBe(before)
    expect(before.config).toEqual({ sigma: 3 })
    expect(manager.getPlugin('a')?.status).toBe('running')
  })

  test('wants a plugin that is there', async () => {
    const { manager } = quietManager()
    expect(await errorOf(() => manager.setPluginConfig('a', {}))).toMatchObject({
      code: 'GK_PLUGIN_NOT_INSTALLED',
    })
  })

  test('lasts through renders, until the application says something else of that plugin', async () => {
    const { manager } = quietManager()
    const configs: unknown[] = []
    const listed = (config: unknown): ReturnType<typeof plugin> =>
      plugin('a', { config, initialize: (context) => void configs.push(context.config) })
    manager.setPlugins([listed(1)])
    manager.start()
    await manager.setPluginConfig('a', 2)
    manager.setPlugins([listed(1), plugin('b')])
    await manager.ready
    expect(configs).toEqual([1, 2])
    manager.setPlugins([listed(3), plugin('b')])
    await manager.ready
    expect(configs).toEqual([1, 2, 3])
  })
})

describe('setPluginEnabled', () => {
  test('takes a plugin down and keeps it in the list, then brings it back', async () => {
    const { manager } = quietManager()
    const log: string[] = []
    await manager.installPlugin(
      plugin('a', {
        methods: ['hello'],
        requiredPermissions: ['methods:register'],
        initialize: (context) => {
          log.push('up')
          context.registerMethod('hello', () => 'hello')
        },
        destroy: () => void log.push('down'),
      }),
    )
    await manager.setPluginEnabled('a', false)
    expect(manager.getPlugin('a')).toMatchObject({ status: 'stopped', enabled: false })
    expect(manager.events.count('a')).toBe(0)
    expect(await errorOf(() => manager.callMethod('hello', []))).toMatchObject({
      code: 'GK_PLUGIN_UNAVAILABLE',
    })
    await manager.setPluginEnabled('a', false)
    await manager.setPluginEnabled('a', true)
    expect(manager.getPlugin('a')).toMatchObject({ status: 'running', enabled: true })
    expect(await manager.callMethod('hello', [])).toBe('hello')
    expect(log).toEqual(['up', 'down', 'up'])
  })

  test('is refused while others that run need the plugin', async () => {
    const { manager } = quietManager()
    await manager.installPlugins([plugin('a'), plugin('b', { dependencies: { a: '*' } })])
    expect(await errorOf(() => manager.setPluginEnabled('a', false))).toMatchObject({
      code: 'GK_PLUGIN_REQUIRED',
    })
    await manager.setPluginEnabled('b', false)
    await manager.setPluginEnabled('a', false)
    expect(await errorOf(() => manager.setPluginEnabled('b', true))).toMatchObject({
      code: 'GK_UNRESOLVED_PLUGINS',
    })
    await manager.setPluginEnabled('a', true)
    await manager.setPluginEnabled('b', true)
    expect(manager.listPlugins({ status: 'running' })).toHaveLength(2)
  })

  test('a plugin that is disabled can’t be installed twice, counts for no dependency, and can be removed', async () => {
    const { manager } = quietManager()
    await manager.installPlugin(plugin('a'))
    await manager.setPluginEnabled('a', false)
    expect(await errorOf(() => manager.installPlugin(plugin('a')))).toMatchObject({
      code: 'GK_PLUGIN_ALREADY_INSTALLED',
    })
    expect(
      await errorOf(() => manager.installPlugin(plugin('b', { dependencies: { a: '*' } }))),
    ).toMatchObject({ code: 'GK_UNRESOLVED_PLUGINS' })
    await manager.uninstallPlugin('a')
    expect(manager.listPlugins()).toEqual([])
    await manager.installPlugin(plugin('a'))
    expect(manager.getPlugin('a')).toMatchObject({ status: 'running', enabled: true })
  })

  test('lasts through renders and through a stop and a start', async () => {
    const { manager } = quietManager()
    manager.setPlugins([plugin('a')])
    manager.start()
    await manager.setPluginEnabled('a', false)
    manager.setPlugins([plugin('a', { config: 2 }), plugin('b')])
    await manager.ready
    expect(manager.getPlugin('a')).toMatchObject({ status: 'stopped', enabled: false })
    await manager.stop()
    manager.start()
    await manager.ready
    expect(manager.listPlugins().map(({ id, status }) => `${id} ${status}`)).toEqual([
      'b running',
      'a stopped',
    ])
    await manager.setPluginEnabled('a', true)
    expect(manager.getPlugin('a')).toMatchObject({ status: 'running' })
  })

  test('of a plugin that fails to come back leaves it in error, and enabled', async () => {
    const { manager } = quietManager()
    let broken = false
    await manager.installPlugin(
      plugin('a', {
        initialize: () => {
          if (broken) throw new Error('broken')
        },
      }),
    )
    await manager.setPluginEnabled('a', false)
    broken = true
    expect(await errorOf(() => manager.setPluginEnabled('a', true))).toMatchObject({
      code: 'GK_PLUGIN_FAILED',
    })
    expect(manager.getPlugin('a')).toMatchObject({ status: 'error', enabled: true })
  })

  test('wants a plugin that is there', async () => {
    const { manager } = quietManager()
    expect(await errorOf(() => manager.setPluginEnabled('a', true))).toMatchObject({
      code: 'GK_PLUGIN_NOT_INSTALLED',
    })
    await settle()
  })
})
