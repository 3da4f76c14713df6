import { describe, expect, test } from 'vitest'
import { settle } from '../../test/fake-clock.ts'
import { deferred, errorOf, never, plugin, quietManager, type TestPlugin } from '../../test/plugins.ts'
import type { AnyPlugin, EnhancedPluginManager, Permission } from '../index.ts'

/** Plugins that write down their starts and ends, and answer `<id>.config`. */
function traced(): { log: string[]; make: (id: string, rest?: TestPlugin) => AnyPlugin } {
  const log: string[] = []
  const make = (id: string, rest: TestPlugin = {}): AnyPlugin =>
    plugin(id, {
      methods: [`${id}.config`],
      requiredPermissions: ['methods:register'],
      initialize(context) {
        context.registerMethod(`${id}.config`, () => context.config)
      },
      start: () => void log.push(`+${id}`),
      destroy: () => void log.push(`-${id}`),
      ...rest,
    })
  return { log, make }
}
const statuses = (manager: EnhancedPluginManager): readonly string[] =>
  manager.listPlugins().map(({ id, status }) => `${id} ${status}`)
const boom = (): never => {
  throw new Error('boom')
}

describe('setPlugins', () => {
  test('shows what is listed, and starts it when told', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    manager.setPlugins([make('a'), make('b', { dependencies: { a: '*' } })])
    expect(statuses(manager)).toEqual(['a unloaded', 'b unloaded'])
    const early = manager.callMethod('a.config', [])
    await settle()
    expect(log).toEqual([])
    manager.start()
    manager.start()
    await manager.ready
    await early
    expect(statuses(manager)).toEqual(['a running', 'b running'])
    expect(log).toEqual(['+a', '+b'])
  })

  test('restarts nothing when a list says the same', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    const list = (): AnyPlugin[] => [
      make('a', { config: { size: 1, deep: [{ on: true }], run: () => {} } }),
      make('b'),
    ]
    manager.setPlugins(list())
    manager.start()
    manager.setPlugins(list())
    await manager.ready
    const same = list()
    manager.setPlugins(same)
    manager.setPlugins(same)
    manager.setPlugins(list().reverse())
    await manager.ready
    expect(log).toEqual(['+a', '+b'])
  })

  test('asks the policy for what a changed configuration needs, and keeps the plugin running', async () => {
    const asked: string[] = []
    const { manager, errors } = quietManager({
      permissions: ({ permission }) => {
        asked.push(permission)
        return permission !== 'rows:delete'
      },
    })
    const { log, make } = traced()
    const wanting = (config: string, ...more: Permission[]): AnyPlugin =>
      make('a', {
        config,
        requiredPermissions: ['methods:register', ...more],
        onConfigChange: (next: string) => void log.push(next),
      })
    manager.setPlugins([wanting('one')])
    manager.start()
    await manager.ready
    manager.setPlugins([wanting('two', 'rows:update')])
    await manager.ready
    expect(asked).toEqual(['methods:register', 'rows:update'])
    expect(log).toEqual(['+a', 'two'])
    manager.revokePermission('a', 'rows:update')
    manager.setPlugins([wanting('three', 'rows:update', 'rows:delete')])
    await manager.ready
    expect(statuses(manager)).toEqual(['a running'])
    expect(log).toEqual(['+a', 'two', 'three'])
    expect(errors.map(({ phase, message }) => `${phase}: ${message}`)).toEqual([
      "onConfigChange: plugin 'a' lacks the permission 'rows:update'",
      "onConfigChange: plugin 'a' lacks the permission 'rows:delete'",
    ])
    expect(asked.at(-1)).toBe('rows:delete')
  })

  test('a policy that fails when it is asked again is reported, and the plugin goes on', async () => {
    const { manager, errors, lines } = quietManager({
      permissions: ({ permission }) => permission === 'methods:register' || boom(),
    })
    const { make } = traced()
    const list = (config: number, more: readonly Permission[]): AnyPlugin[] => [
      make('a', { config, requiredPermissions: ['methods:register', ...more], onConfigChange: () => {} }),
    ]
    manager.setPlugins(list(1, []))
    manager.start()
    await manager.ready
    manager.setPlugins(list(2, ['download']))
    await manager.ready
    expect(statuses(manager)).toEqual(['a running'])
    expect(errors).toMatchObject([{ pluginId: 'a', phase: 'onConfigChange', code: 'GK_PERMISSION_DENIED' }])
    expect(lines.some(({ tag, message }) => tag === 'host' && message.includes('boom'))).toBe(true)
  })

  test('takes functions in a configuration over at once', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    const list = (answer: number): AnyPlugin[] => [make('a', { config: { ask: () => answer } })]
    const ask = async (): Promise<number> => {
      const config = (await manager.callMethod('a.config', [])) as { ask(): number }
      return config.ask()
    }
    manager.setPlugins(list(1))
    manager.start()
    expect(await ask()).toBe(1)
    manager.setPlugins(list(2))
    expect(await ask()).toBe(2)
    expect(log).toEqual(['+a'])
  })

  test('tells a plugin of its new configuration, or restarts it', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    const list = (size: number): AnyPlugin[] => [
      make('told', {
        config: { size },
        onConfigChange: (next: { size: number }, previous: { size: number }) =>
          void log.push(`${previous.size} -> ${next.size}`),
      }),
      make('restarted', { config: { size } }),
    ]
    manager.setPlugins(list(1))
    manager.start()
    await manager.ready
    log.length = 0
    manager.setPlugins(list(2))
    // The methods of a plugin that is restarted are there all the time.
    expect(await manager.callMethod('restarted.config', [])).toEqual({ size: 1 })
    await manager.ready
    expect(log).toEqual(['-restarted', '1 -> 2', '+restarted'])
    expect(await manager.callMethod('told.config', [])).toEqual({ size: 2 })
    expect(await manager.callMethod('restarted.config', [])).toEqual({ size: 2 })
  })

  test.each([
    ['throws', boom, 'GK_PLUGIN_FAILED'],
    ['rejects', () => Promise.reject(new Error('boom')), 'GK_PLUGIN_FAILED'],
    ['hangs', never, 'GK_PLUGIN_TIMED_OUT'],
  ])('an onConfigChange that %s is reported, and the plugin goes on', async (_, onConfigChange, code) => {
    const { manager, errors, clock } = quietManager()
    const { log, make } = traced()
    manager.setPlugins([make('a', { config: 1, onConfigChange })])
    manager.start()
    await manager.ready
    manager.setPlugins([make('a', { config: 2, onConfigChange })])
    await clock.advance(20_000)
    await manager.ready
    expect(errors).toMatchObject([{ pluginId: 'a', phase: 'onConfigChange', code }])
    expect(log).toEqual(['+a'])
    expect(statuses(manager)).toEqual(['a running'])
  })

  test('a call made during a restart waits for it', async () => {
    const { manager } = quietManager()
    const { make } = traced()
    const gate = deferred()
    const list = (size: number): AnyPlugin[] => [
      make('a', { config: size, start: () => (size === 2 ? gate.promise : undefined) }),
    ]
    manager.setPlugins(list(1))
    manager.start()
    await manager.ready
    manager.setPlugins(list(2))
    await settle()
    const answer = manager.callMethod('a.config', [])
    gate.resolve()
    expect(await answer).toBe(2)
  })

  test('restarts for another version, with what depends on it', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    const list = (version: string): AnyPlugin[] => [
      make('a', { metadata: { version } }),
      make('b', { dependencies: { a: '*' } }),
      make('c'),
    ]
    manager.setPlugins(list('1.0.0'))
    manager.start()
    await manager.ready
    log.length = 0
    manager.setPlugins(list('1.1.0'))
    await manager.ready
    expect(log).toEqual(['-b', '-a', '+a', '+b'])
    expect(manager.getPlugin('a')?.version).toBe('1.1.0')
  })

  test('removes what is no longer listed, and adds what is new', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    manager.setPlugins([make('a'), make('b')])
    manager.start()
    await manager.ready
    log.length = 0
    manager.setPlugins([make('b'), make('c')])
    expect(statuses(manager)).toEqual(['a running', 'b running', 'c unloaded'])
    await manager.ready
    expect(log).toEqual(['-a', '+c'])
    expect((await errorOf(() => manager.callMethod('a.config', []))).message).toContain('not installed')
  })

  test('a plugin that was left out frees its methods for another', async () => {
    const { manager, errors } = quietManager()
    const { make } = traced()
    manager.setPlugins([make('a')])
    manager.setPlugins([make('b', { methods: ['a.config'], initialize: () => {} })])
    manager.start()
    await manager.ready
    expect(errors).toEqual([])
    expect(statuses(manager)).toEqual(['b running'])
  })

  test('shows why a set is refused, until the list is right', async () => {
    const { manager, lines } = quietManager()
    const { log, make } = traced()
    const lonely = (): AnyPlugin => make('lonely', { dependencies: { friend: '^1.0.0' } })
    manager.setPlugins([lonely(), make('fine')])
    const early = errorOf(() => manager.callMethod('fine.config', []))
    manager.start()
    await manager.ready
    expect(statuses(manager)).toEqual(['lonely error', 'fine error'])
    expect(manager.getPlugin('lonely')?.error).toMatchObject({
      code: 'GK_UNRESOLVED_PLUGINS',
      message: "missing dependency: plugin 'lonely' requires 'friend' version '^1.0.0'",
    })
    expect((await early).message).toContain('is error')
    expect((await errorOf(() => manager.callMethod('lonely.config', []))).code).toBe('GK_PLUGIN_UNAVAILABLE')
    expect(lines.filter(({ level }) => level === 'error')).toHaveLength(1)
    // Another render changes nothing of it.
    manager.setPlugins([lonely(), make('fine')])
    await manager.ready
    expect(statuses(manager)).toEqual(['lonely error', 'fine error'])
    manager.setPlugins([lonely(), make('fine'), make('friend')])
    await manager.ready
    expect(statuses(manager)).toEqual(['fine running', 'friend running', 'lonely running'])
    expect(log).toHaveLength(3)
  })

  test('shows why a plugin that is not valid is refused', async () => {
    const { manager } = quietManager()
    const { make } = traced()
    manager.setPlugins([make('bad', { metadata: { version: '1' } })])
    manager.start()
    await manager.ready
    expect(manager.getPlugin('bad')?.error?.code).toBe('GK_INVALID_PLUGIN')
  })

  test('what runs goes on when a plugin that comes is refused', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    manager.setPlugins([make('a', { config: 1 }), make('gone')])
    manager.start()
    await manager.ready
    manager.setPlugins([make('a', { config: 2 }), make('bad', { dependencies: { none: '*' } })])
    await manager.ready
    expect(statuses(manager)).toEqual(['a running', 'bad error'])
    expect(log).toEqual(['+a', '+gone', '-gone'])
    manager.setPlugins([make('a', { config: 2 })])
    await manager.ready
    expect(statuses(manager)).toEqual(['a running'])
    expect(await manager.callMethod('a.config', [])).toBe(2)
  })

  test('a list with something that is no plugin is refused, and what runs goes on', async () => {
    const { manager, lines } = quietManager()
    const { make } = traced()
    manager.setPlugins([make('a')])
    manager.start()
    for (const nothing of [undefined, null, false, {}, { metadata: {} }])
      manager.setPlugins([nothing as unknown as AnyPlugin])
    await manager.ready
    expect(statuses(manager)).toEqual(['a running'])
    expect(lines.filter(({ message }) => message.includes("plugin 'plugins[0]' is not valid"))).toHaveLength(
      5,
    )
  })

  test('a plugin listed twice is refused', async () => {
    const { manager } = quietManager()
    const { make } = traced()
    manager.setPlugins([make('a'), make('a')])
    manager.start()
    await manager.ready
    expect(manager.getPlugin('a')?.error?.message).toBe("plugin 'a' is listed twice")
  })

  test('a failed plugin stays down until its configuration changes', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    const list = (config: number): AnyPlugin[] => [
      make('a', { config, initialize: () => (config === 1 ? boom() : undefined) }),
      make('b', { dependencies: { a: '*' } }),
    ]
    manager.setPlugins(list(1))
    manager.start()
    await manager.ready
    expect(statuses(manager)).toEqual(['a error', 'b error'])
    manager.setPlugins([...list(1), make('c')])
    await manager.ready
    expect(statuses(manager)).toEqual(['a error', 'b error', 'c running'])
    log.length = 0
    manager.setPlugins([...list(2), make('c')])
    await manager.ready
    expect(statuses(manager)).toEqual(['c running', 'a running', 'b running'])
    expect(log).toEqual(['+a', '+b'])
  })

  test('several failures are told once each', async () => {
    const { manager, errors, lines } = quietManager()
    manager.setPlugins([plugin('a', { start: boom }), plugin('b', { initialize: boom })])
    manager.start()
    await manager.ready
    expect(errors.map(({ pluginId }) => pluginId).sort()).toEqual(['a', 'b'])
    expect(lines).toHaveLength(2)
  })

  test('a plugin installed by hand can be listed later', async () => {
    const { manager, lines } = quietManager()
    const { log, make } = traced()
    await manager.installPlugin(make('a'))
    manager.setPlugins([])
    manager.start()
    manager.setPlugins([make('a'), make('b')])
    await manager.ready
    expect(log).toEqual(['+a', '+b'])
    manager.setPlugins([make('b')])
    await manager.ready
    expect(statuses(manager)).toEqual(['b running'])
    expect(lines).toEqual([])
  })

  test('a plugin installed by hand goes when what it needs is no longer listed', async () => {
    const { manager } = quietManager()
    const { make } = traced()
    manager.setPlugins([make('a')])
    manager.start()
    await manager.installPlugin(make('b', { dependencies: { a: '*' } }))
    manager.setPlugins([])
    await manager.ready
    expect(statuses(manager)).toEqual([])
  })

  test('a plugin installed by hand comes back with what it needs', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    manager.setPlugins([make('a', { config: 1 })])
    manager.start()
    await manager.installPlugin(make('b', { dependencies: { a: '*' } }))
    log.length = 0
    manager.setPlugins([make('a', { config: 2 })])
    await manager.ready
    expect(log).toEqual(['-b', '-a', '+a', '+b'])
  })

  test('a listed plugin that was removed by hand stays away until the next start', async () => {
    const { manager } = quietManager()
    const { make } = traced()
    const list = (): AnyPlugin[] => [make('a'), make('b')]
    manager.setPlugins(list())
    manager.start()
    await manager.uninstallPlugin('a')
    manager.setPlugins(list())
    manager.setPlugins([...list(), make('c')])
    await manager.ready
    expect(statuses(manager)).toEqual(['b running', 'c running'])
    expect((await errorOf(() => manager.callMethod('a.config', []))).code).toBe('GK_PLUGIN_UNAVAILABLE')
  })
})

describe('start and stop', () => {
  test('bring listed plugins up, down and up again', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    manager.setPlugins([make('a'), make('b')])
    manager.start()
    await manager.stop()
    expect(statuses(manager)).toEqual(['a unloaded', 'b unloaded'])
    expect(await errorOf(() => manager.callMethod('a.config', []))).toMatchObject({
      code: 'GK_PLUGIN_UNAVAILABLE',
    })
    manager.start()
    await manager.callMethod('a.config', [])
    await manager.ready
    expect(statuses(manager)).toEqual(['a running', 'b running'])
    await manager.stop()
    await manager.stop()
    expect(log.slice(-4)).toEqual(['+a', '+b', '-b', '-a'])
  })

  test('a call that waits for plugins is refused when they are stopped before they came', async () => {
    const { manager } = quietManager()
    const { make } = traced()
    manager.setPlugins([make('a')])
    const waiting = manager.callMethod('a.config', [])
    await manager.stop()
    expect(await errorOf(() => waiting)).toMatchObject({ code: 'GK_PLUGIN_UNAVAILABLE' })
  })

  test('in quick succession start each plugin once', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    manager.setPlugins([make('a')])
    manager.start()
    const stopped = manager.stop()
    manager.start()
    await stopped
    await manager.ready
    expect(log).toEqual(['+a'])
    expect(statuses(manager)).toEqual(['a running'])
  })

  test('a list set while stopped is the one that starts', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    manager.setPlugins([make('a')])
    manager.start()
    await manager.stop()
    log.length = 0
    manager.setPlugins([make('b')])
    expect(statuses(manager)).toEqual(['b unloaded'])
    manager.start()
    await manager.ready
    expect(log).toEqual(['+b'])
  })

  test('a stop ends what is coming up, quietly', async () => {
    const { manager, lines } = quietManager()
    const { make } = traced()
    manager.setPlugins([make('a', { start: never }), make('b', { dependencies: { a: '*' } })])
    manager.start()
    await settle()
    await manager.stop()
    expect(statuses(manager)).toEqual(['a unloaded', 'b unloaded'])
    manager.setPlugins([make('alone', { initialize: never })])
    manager.start()
    await settle()
    await manager.stop()
    expect(statuses(manager)).toEqual(['alone unloaded'])
    expect(lines).toEqual([])
  })
})

describe('methods', () => {
  test('pass parameters, results and failures', async () => {
    const { manager, errors } = quietManager()
    const failure = new Error('no')
    await manager.installPlugin(
      plugin('a', {
        requiredPermissions: ['methods:register'],
        initialize(context) {
          context.registerMethod('add', (a: number, b: number) => a + b)
          context.registerMethod('fail', () => Promise.reject(failure))
        },
      }),
    )
    expect(await manager.callMethod('add', [1, 2])).toBe(3)
    await expect(manager.callMethod('fail', [])).rejects.toBe(failure)
    expect(errors).toMatchObject([{ pluginId: 'a', phase: "method 'fail'", code: 'GK_HANDLER_FAILED' }])
  })

  test('that were declared but not registered say so', async () => {
    const { manager } = quietManager()
    await manager.installPlugin(plugin('a', { methods: ['work'], requiredPermissions: ['methods:register'] }))
    expect((await errorOf(() => manager.callMethod('work', []))).code).toBe('GK_PLUGIN_UNAVAILABLE')
  })

  test('of two plugins with one name, the second plugin fails and the first works', async () => {
    const { manager } = quietManager()
    const { make } = traced()
    await manager.installPlugin(make('a'))
    expect(await errorOf(() => manager.installPlugin(make('b', { methods: ['a.config'] })))).toMatchObject({
      code: 'GK_METHOD_EXISTS',
      pluginId: 'b',
    })
    expect(statuses(manager)).toEqual(['a running', 'b error'])
    expect(await manager.callMethod('a.config', [])).toBeUndefined()
  })
})
