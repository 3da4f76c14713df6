import { describe, expect, test } from 'vitest'
import { FakeClock, settle } from '../../test/fake-clock.ts'
import {
  deferred,
  errorOf,
  holder,
  never,
  plugin,
  quietManager,
  type TestPlugin,
} from '../../test/plugins.ts'
import { EnhancedPluginManager, GridKitError, coreVersion, type AnyPlugin } from '../index.ts'
import { assertTransition } from './lifecycle.ts'

/** Plugins that write down each phase of their lives. */
function traced(): { log: string[]; make: (id: string, rest?: TestPlugin) => AnyPlugin } {
  const log: string[] = []
  const make = (id: string, rest: TestPlugin = {}): AnyPlugin =>
    plugin(id, {
      initialize: () => void log.push(`${id} initialize`),
      start: () => void log.push(`${id} start`),
      stop: () => void log.push(`${id} stop`),
      destroy: () => void log.push(`${id} destroy`),
      ...rest,
    })
  return { log, make }
}

describe('installing', () => {
  test('initialises in the order of dependencies and priorities, then starts, and ends in reverse', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    const infos = await manager.installPlugins([
      make('c', { dependencies: { b: '^1.0.0' } }),
      make('a'),
      make('b', { priority: 9 }),
    ])
    expect(infos.map(({ id, status }) => `${id} ${status}`)).toEqual(['b running', 'c running', 'a running'])
    expect(log.slice(0, 3)).toEqual(['b initialize', 'a initialize', 'c initialize'])
    expect(log.slice(3).sort()).toEqual(['a start', 'b start', 'c start'])
    log.length = 0
    await manager.destroy()
    expect(log).toEqual(['a stop', 'a destroy', 'c stop', 'c destroy', 'b stop', 'b destroy'])
  })

  test('starts none before all are initialised, and waits for dependencies in each phase', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    const gate = deferred()
    const installed = manager.installPlugins([
      make('slow', {
        initialize: async () => {
          await gate.promise
          log.push('slow initialize')
        },
      }),
      make('quick'),
      make('needs', { dependencies: { slow: '*' } }),
      make('likes', { optionalDependencies: { slow: '*' } }),
    ])
    await settle()
    expect(log).toEqual(['quick initialize'])
    gate.resolve()
    await installed
    expect(log.slice(0, 4)).toEqual([
      'quick initialize',
      'slow initialize',
      'needs initialize',
      'likes initialize',
    ])
  })

  test('shows each status on the way, and how long it took', async () => {
    const { manager, clock } = quietManager()
    const seen: (string | undefined)[] = []
    manager.store.subscribe(() => seen.push(manager.getPlugin('a')?.status))
    const wait = (): Promise<void> => new Promise((resolve) => clock.after(5, resolve))
    const installed = manager.installPlugin(
      plugin('a', { metadata: { description: 'does' }, initialize: wait, start: wait }),
    )
    await clock.advance(10)
    expect(await installed).toEqual({
      author: undefined,
      enabled: true,
      permissions: [],
      origin: 'code',
      registry: undefined,
      tags: [],
      id: 'a',
      name: 'The a',
      version: '1.0.0',
      category: 'utility',
      description: 'does',
      status: 'running',
      loadTime: 10,
      error: undefined,
    })
    await manager.uninstallPlugin('a')
    expect(seen).toEqual(['unloaded', 'loading', 'initialized', 'running', undefined])
  })

  test('takes a configuration in place of the plugin’s own', async () => {
    const { manager } = quietManager()
    const held = holder('a', { config: { size: 1 } })
    await manager.installPlugin(held.plugin, { size: 2 })
    expect(held.context().config).toEqual({ size: 2 })
    expect(held.context().pluginId).toBe('a')
  })

  test('tells what happened, in order', async () => {
    const { manager } = quietManager()
    const facts: string[] = []
    manager.events.on('plugin:*', ({ type, payload }) => facts.push(`${type} ${payload.pluginId}`))
    await manager.installPlugins([plugin('a'), plugin('b')])
    await manager.uninstallPlugin('a')
    expect(facts).toEqual([
      'plugin:installed a',
      'plugin:installed b',
      'plugin:started a',
      'plugin:started b',
      'plugin:stopped a',
      'plugin:uninstalled a',
    ])
  })

  test('installs nothing of a set that is refused, and says everything that is wrong', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    await manager.installPlugin(make('there'))
    log.length = 0
    const invalid = await errorOf(() =>
      manager.installPlugins([
        make('fine'),
        make('bad', { metadata: { version: '1', name: '' } }),
        {} as AnyPlugin,
      ]),
    )
    expect(invalid).toMatchObject({ code: 'GK_INVALID_PLUGIN', pluginId: 'bad' })
    expect(invalid.message).toBe(
      "plugin 'bad' is not valid: missing required field: name; invalid version format: must be semantic version (X.Y.Z); plugin 'plugins[2]' is not valid: missing required field: metadata",
    )
    expect(await errorOf(() => manager.installPlugins([make('there'), make('fine')]))).toMatchObject({
      code: 'GK_PLUGIN_ALREADY_INSTALLED',
      pluginId: 'there',
    })
    const unresolved = await errorOf(() =>
      manager.installPlugins([
        make('fine'),
        make('x', { dependencies: { y: '>=2.0.0' }, metadata: { coreVersion: '>=9.0.0' } }),
      ]),
    )
    expect(unresolved.code).toBe('GK_UNRESOLVED_PLUGINS')
    expect(unresolved.message).toBe(
      `framework version mismatch: plugin requires >=9.0.0, found ${coreVersion}; missing dependency: plugin 'x' requires 'y' version '>=2.0.0'`,
    )
    expect(log).toEqual([])
    expect(manager.listPlugins().map(({ id }) => id)).toEqual(['there'])
    expect(await manager.installPlugins([])).toEqual([])
  })

  test('lists by status and category', async () => {
    const { manager } = quietManager()
    await manager
      .installPlugins([
        plugin('a', { metadata: { category: 'data' } }),
        plugin('b', {
          start() {
            throw new Error('no')
          },
        }),
      ])
      .catch(() => {})
    expect(manager.listPlugins({ category: 'data' }).map(({ id }) => id)).toEqual(['a'])
    expect(manager.listPlugins({ status: 'error' }).map(({ id }) => id)).toEqual(['b'])
    expect(['a', 'b', 'c', '__proto__'].map((id) => manager.isInstalled(id))).toEqual([
      true,
      false,
      false,
      false,
    ])
    expect([manager.getPlugin('__proto__'), manager.getPlugin('none')]).toEqual([undefined, undefined])
  })

  test('works with nothing given', async () => {
    const manager = new EnhancedPluginManager()
    expect((await manager.installPlugin(plugin('a'))).status).toBe('running')
    await manager.destroy()
  })
})

describe('a plugin that fails', () => {
  const boom = (): never => {
    throw new Error('boom')
  }
  const ways: readonly (readonly [string, () => Promise<void> | never, string])[] = [
    ['throws', boom, 'GK_PLUGIN_FAILED'],
    ['rejects', () => Promise.reject(new Error('boom')), 'GK_PLUGIN_FAILED'],
    ['hangs', never, 'GK_PLUGIN_TIMED_OUT'],
  ]
  const timeouts = { initialize: 10, start: 20, stop: 30, destroy: 40 }

  for (const phase of ['initialize', 'start'] as const) {
    test.each(ways)(`and %s in ${phase} is torn down, and the others run`, async (_, way, code) => {
      const { manager, clock, errors } = quietManager({ timeouts })
      const { log, make } = traced()
      const held = holder('bad', {
        requiredPermissions: ['events:subscribe', 'methods:register'],
        methods: ['work'],
        destroy: () => void log.push('bad destroy'),
        initialize(context) {
          context.on('*', () => {})
          return phase === 'initialize' ? way() : undefined
        },
        ...(phase === 'start' ? { start: way } : {}),
      })
      const before = manager.events.count()
      const failed = errorOf(() => manager.installPlugins([held.plugin, make('good')]))
      await clock.advance(100)
      expect(await failed).toMatchObject({ code, pluginId: 'bad' })
      expect(manager.getPlugin('good')?.status).toBe('running')
      expect(manager.getPlugin('bad')).toMatchObject({ status: 'error', error: { code } })
      expect(log).toContain('bad destroy')
      expect(manager.events.count()).toBe(before)
      expect(held.context().signal.aborted).toBe(true)
      expect(errors).toMatchObject([{ pluginId: 'bad', phase, code }])
      expect((await errorOf(() => manager.callMethod('work', []))).code).toBe('GK_PLUGIN_UNAVAILABLE')
      expect(clock.pending).toBe(0)
    })
  }

  for (const phase of ['stop', 'destroy'] as const) {
    test.each(ways)(`and %s in ${phase} goes all the same`, async (_, way, code) => {
      const { manager, clock, errors } = quietManager({ timeouts })
      await manager.installPlugin(plugin('bad', { [phase]: way }))
      const gone = manager.uninstallPlugin('bad')
      await clock.advance(100)
      await gone
      expect(manager.listPlugins()).toEqual([])
      expect(errors).toMatchObject([{ pluginId: 'bad', phase, code }])
    })
  }

  test('keeps those from running that need it, which say why', async () => {
    const { manager, errors } = quietManager()
    const { log, make } = traced()
    const error = await errorOf(() =>
      manager.installPlugins([
        make('c', { dependencies: { b: '*' } }),
        make('b', { dependencies: { a: '*' } }),
        make('a', { initialize: boom }),
        make('other', { optionalDependencies: { a: '*' } }),
      ]),
    )
    expect(error.code).toBe('GK_PLUGINS_FAILED')
    expect(error.cause).toBeInstanceOf(AggregateError)
    expect(manager.getPlugin('c')?.error?.message).toBe(
      "plugin 'c' was not started, because a plugin it depends on failed: c -> b -> a",
    )
    expect(manager.listPlugins().map(({ id, status }) => `${id} ${status}`)).toEqual([
      'a error',
      'b error',
      'c error',
      'other running',
    ])
    expect(errors.map(({ pluginId, code }) => `${pluginId} ${code}`)).toEqual([
      'a GK_PLUGIN_FAILED',
      'b GK_DEPENDENCY_FAILED',
      'c GK_DEPENDENCY_FAILED',
    ])
    expect(log).toEqual(['a destroy', 'other initialize', 'other start'])
  })

  test('in start takes its dependents with it, the last first', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    await errorOf(() =>
      manager.installPlugins([make('a', { start: boom }), make('b', { dependencies: { a: '*' } })]),
    )
    expect(log).toEqual(['a initialize', 'b initialize', 'b destroy', 'a destroy'])
  })

  test('can be installed again', async () => {
    const { manager } = quietManager()
    const rights = { requiredPermissions: ['methods:register'] } as const
    const failing = plugin('a', { ...rights, methods: ['work'], initialize: boom })
    expect((await errorOf(() => manager.installPlugins([failing]))).code).toBe('GK_PLUGIN_FAILED')
    await manager.installPlugin(
      plugin('a', {
        ...rights,
        methods: ['work'],
        initialize: (context) => void context.registerMethod('work', () => 'done'),
      }),
    )
    expect(manager.getPlugin('a')?.status).toBe('running')
    expect(await manager.callMethod('work', [])).toBe('done')
  })

  test('can be removed', async () => {
    const { manager } = quietManager()
    await errorOf(() => manager.installPlugin(plugin('a', { initialize: boom })))
    await manager.uninstallPlugin('a')
    expect(manager.listPlugins()).toEqual([])
  })

  test('too late is ignored', async () => {
    const { manager, clock, errors } = quietManager({ timeouts })
    const late = deferred()
    const held = holder('bad', { initialize: () => late.promise })
    const failed = errorOf(() => manager.installPlugin(held.plugin))
    await clock.advance(10)
    await failed
    late.reject(new Error('late'))
    await settle()
    expect(errors).toHaveLength(1)
    expect(manager.getPlugin('bad')?.status).toBe('error')
  })

  test('to be released in part is torn down in all other parts', async () => {
    const clock = new FakeClock()
    clock.every = () => () => {
      throw new Error('released badly')
    }
    const { manager, errors } = quietManager({ clock })
    const before = manager.events.count()
    const bad = plugin('bad', {
      requiredPermissions: ['events:subscribe'],
      initialize(context) {
        context.on('*', () => {})
        context.setInterval(() => {}, 1)
        context.on('*', () => {})
      },
    })
    await manager.installPlugin(bad)
    await manager.uninstallPlugin('bad')
    expect(errors).toMatchObject([{ pluginId: 'bad', phase: 'teardown', code: 'GK_HANDLER_FAILED' }])
    expect(manager.events.count()).toBe(before)
  })
})

describe('plugin:error', () => {
  test('does not go round in circles when its own handlers fail', async () => {
    const { manager, lines } = quietManager()
    for (const pattern of ['plugin:error', '*', 'plugin:*'] as const) {
      manager.events.on(pattern, () => {
        throw new Error('handler')
      })
    }
    const rights = { requiredPermissions: ['events:subscribe'] } as const
    await manager.installPlugin(
      plugin('listener', {
        ...rights,
        initialize(context) {
          context.on('plugin:error', () => Promise.reject(new Error('listener')))
        },
      }),
    )
    const before = lines.length
    await manager.installPlugin(plugin('bad', { stop: () => Promise.reject(new Error('bad')) }))
    await manager.uninstallPlugin('bad')
    await settle()
    expect(lines.slice(before).filter(({ message }) => message.includes('plugin:error'))).toHaveLength(4)
  })

  test('is told also of a cycle of events', async () => {
    const { manager, errors } = quietManager()
    const rights = ['events:subscribe', 'events:emit'] as const
    const held = holder('looper', {
      requiredPermissions: rights,
      initialize(context) {
        context.on('looper/went:round', () => context.emit({ type: 'looper/went:round', payload: 1 }))
      },
    })
    await manager.installPlugin(held.plugin)
    held.context().emit({ type: 'looper/went:round', payload: 0 })
    expect(errors).toMatchObject([{ pluginId: 'looper', code: 'GK_EVENT_CYCLE' }])
  })

  test('is told also where what was thrown can not be looked at', async () => {
    const { manager, errors } = quietManager()
    const trap = (): never => {
      throw new Error('trap')
    }
    const thrown = new Proxy({}, { get: trap, getPrototypeOf: trap, has: trap })
    await manager.installPlugin(
      plugin('a', {
        requiredPermissions: ['events:subscribe'],
        initialize: (context) =>
          void context.on('sort:change', () => {
            throw thrown
          }),
      }),
    )
    manager.events.emit({ type: 'sort:change', payload: { before: [], after: [] } })
    expect(errors).toMatchObject([{ pluginId: 'a', phase: "handler of 'sort:change'" }])
  })

  test('a log that throws takes nothing with it', async () => {
    const { manager } = quietManager({
      log() {
        throw new Error('log')
      },
    })
    const errors: string[] = []
    manager.events.on('plugin:error', ({ payload }) => errors.push(payload.pluginId))
    const bad = plugin('bad', { initialize: () => Promise.reject(new Error('bad')) })
    expect((await errorOf(() => manager.installPlugin(bad))).code).toBe('GK_PLUGIN_FAILED')
    expect(errors).toEqual(['bad'])
  })
})

describe('uninstalling', () => {
  test('is refused while others need the plugin, and takes them along when told', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    await manager.installPlugins([
      make('a'),
      make('b', { dependencies: { a: '*' } }),
      make('c', { dependencies: { b: '*', a: '*' } }),
      make('d'),
    ])
    expect((await errorOf(() => manager.uninstallPlugin('a'))).message).toBe(
      "plugin 'a' is required by 'b', 'c'",
    )
    expect(manager.listPlugins()).toHaveLength(4)
    log.length = 0
    await manager.uninstallPlugin('a', { cascade: true })
    expect(log).toEqual(['c stop', 'c destroy', 'b stop', 'b destroy', 'a stop', 'a destroy'])
    expect(manager.listPlugins().map(({ id }) => id)).toEqual(['d'])
  })

  test('is refused while a plugin is the peer of others, which may be peers of each other', async () => {
    const { manager } = quietManager()
    const peerOf = (id: string, peer: string): AnyPlugin =>
      plugin(id, { metadata: { peerPlugins: { [peer]: '*' } } })
    await manager.installPlugins([peerOf('a', 'b'), peerOf('b', 'a'), plugin('c')])
    expect((await errorOf(() => manager.uninstallPlugin('a'))).message).toBe("plugin 'a' is required by 'b'")
    await manager.uninstallPlugin('a', { cascade: true })
    expect(manager.listPlugins().map(({ id }) => id)).toEqual(['c'])
  })

  test('wants a plugin that is there', async () => {
    const { manager } = quietManager()
    expect((await errorOf(() => manager.uninstallPlugin('none'))).code).toBe('GK_PLUGIN_NOT_INSTALLED')
    expect((await errorOf(() => manager.grantPermission('none', 'download'))).code).toBe(
      'GK_PLUGIN_NOT_INSTALLED',
    )
    expect((await errorOf(() => manager.revokePermission('none', 'download'))).code).toBe(
      'GK_PLUGIN_NOT_INSTALLED',
    )
  })

  for (const phase of ['initialize', 'start'] as const) {
    test(`ends an ${phase} that is under way, quietly`, async () => {
      const { manager, errors, clock } = quietManager()
      const { log, make } = traced()
      const installed = errorOf(() => manager.installPlugin(make('a', { [phase]: never })))
      await settle()
      await manager.uninstallPlugin('a')
      expect((await installed).code).toBe('GK_INSTALL_INTERRUPTED')
      expect(manager.listPlugins()).toEqual([])
      expect(log.at(-1)).toBe('a destroy')
      expect(errors).toEqual([])
      expect(clock.pending).toBe(0)
    })
  }

  test('leaves nothing that a plugin installed next could take for running', async () => {
    const { manager } = quietManager()
    const first = errorOf(() => manager.installPlugin(plugin('a', { initialize: never })))
    await settle()
    const next = errorOf(() => manager.installPlugin(plugin('b', { dependencies: { a: '*' } })))
    await manager.uninstallPlugin('a')
    expect((await first).code).toBe('GK_INSTALL_INTERRUPTED')
    expect((await next).code).toBe('GK_UNRESOLVED_PLUGINS')
    expect(manager.listPlugins()).toEqual([])
  })

  test('ends with the dependents that wait for the plugin, which is no failure of theirs', async () => {
    const { manager, errors } = quietManager()
    const { log, make } = traced()
    const set = [make('a', { initialize: never }), make('b', { dependencies: { a: '*' } }), make('c')]
    const installed = errorOf(() => manager.installPlugins(set))
    await settle()
    await manager.uninstallPlugin('a', { cascade: true })
    expect((await installed).code).toBe('GK_PLUGINS_FAILED')
    expect(manager.listPlugins().map(({ id, status }) => `${id} ${status}`)).toEqual(['c running'])
    expect(log.filter((line) => line.startsWith('b'))).toEqual([])
    expect(errors).toEqual([])
  })

  test('does not wait for a permission policy', async () => {
    const asked = deferred<boolean>()
    const { manager } = quietManager({ permissions: () => asked.promise })
    const installed = errorOf(() => manager.installPlugin(plugin('a', { requiredPermissions: ['download'] })))
    await settle()
    await manager.uninstallPlugin('a')
    expect((await installed).code).toBe('GK_INSTALL_INTERRUPTED')
    asked.resolve(true)
    await settle()
    expect(manager.listPlugins()).toEqual([])
  })

  test('two hundred times leaves nothing behind', async () => {
    const { manager, clock } = quietManager({ storage: 'memory' })
    const before = manager.events.count()
    const busy = plugin('busy', {
      requiredPermissions: ['events:subscribe', 'methods:register', 'storage:use'],
      methods: ['work', 'deep.work'],
      initialize(context) {
        context.on('row:*', () => {})
        context.on('*', () => {}, { once: true })
        context.registerMethod('work', () => 1)
        context.registerMethod('other.work', () => 1)
        context.setTimeout(() => {}, 1_000_000)
        context.setInterval(() => {}, 1_000_000)
        context.storage.clear()
      },
    })
    for (let time = 0; time < 200; time += 1) {
      await manager.installPlugin(busy)
      expect(await manager.callMethod('work', [])).toBe(1)
      await manager.uninstallPlugin('busy')
    }
    expect(manager.events.count()).toBe(before)
    expect(manager.events.count('busy')).toBe(0)
    expect(clock.pending).toBe(0)
    expect(manager.store.getState()).toEqual({ plugins: {} })
    expect((await errorOf(() => manager.callMethod('work', []))).message).toContain('is not installed')
  })
})

describe('destroying', () => {
  test('ends an install that is under way, and those that wait', async () => {
    const { manager, errors, clock } = quietManager()
    const { log, make } = traced()
    const under = errorOf(() =>
      manager.installPlugins([make('a', { initialize: never }), make('b', { dependencies: { a: '*' } })]),
    )
    const waiting = errorOf(() => manager.installPlugin(make('c')))
    await settle()
    await manager.destroy()
    expect((await under).code).toBe('GK_PLUGINS_FAILED')
    expect((await waiting).code).toBe('GK_MANAGER_DESTROYED')
    expect(log).toEqual(['a destroy'])
    expect(errors).toEqual([])
    expect([manager.events.count(), clock.pending]).toEqual([0, 0])
  })

  test('twice is once, and nothing comes after it', async () => {
    const { manager } = quietManager()
    const { log, make } = traced()
    await manager.installPlugin(make('a'))
    await Promise.all([manager.destroy(), manager.destroy()])
    expect(log.filter((line) => line === 'a destroy')).toHaveLength(1)
    expect((await errorOf(() => manager.installPlugin(make('a')))).code).toBe('GK_MANAGER_DESTROYED')
    manager.setPlugins([make('b')])
    manager.start()
    await manager.ready
    expect(manager.listPlugins()).toEqual([])
  })

  test('tells the application before it forgets it', async () => {
    const { manager } = quietManager()
    const facts: string[] = []
    await manager.installPlugin(plugin('a'))
    manager.events.on('*', ({ type }) => facts.push(type))
    await manager.destroy()
    expect(facts).toEqual(['plugin:stopped', 'plugin:uninstalled'])
  })
})

describe('a plugin’s status', () => {
  test('goes only where it can', async () => {
    expect(() => assertTransition('a', 'unloaded', 'loading')).not.toThrow()
    expect((await errorOf(() => assertTransition('a', 'unloaded', 'running'))).code).toBe(
      'GK_ILLEGAL_TRANSITION',
    )
  })
})

describe('phases and answers', () => {
  test('each phase is given the context of its own table, so that a definition can run on two', async () => {
    const seen: string[] = []
    const keep = (phase: string) => (context: { readonly signal: AbortSignal }) => {
      seen.push(`${phase} ${context.signal === signals[0] ? 'first' : 'second'}`)
    }
    const signals: AbortSignal[] = []
    const shared = plugin('shared', {
      initialize: ({ signal }) => void signals.push(signal),
      start: keep('start'),
      stop: keep('stop'),
      destroy: keep('destroy'),
    })
    const first = quietManager().manager
    const second = quietManager().manager
    await first.installPlugin(shared)
    await second.installPlugin(shared)
    await second.uninstallPlugin('shared')
    expect(seen).toEqual(['start first', 'start second', 'stop second', 'destroy second'])
    expect(signals.map(({ aborted }) => aborted)).toEqual([false, true])
  })

  test('a GridKitError thrown on the way up keeps its code and hint', async () => {
    const { manager } = quietManager()
    const refusal = new GridKitError({ code: 'GK_ACME_KEY_MISSING', message: 'no key', hint: 'Give one.' })
    const failing = plugin('acme', {
      initialize() {
        throw refusal
      },
    })
    expect(await errorOf(() => manager.installPlugin(failing))).toBe(refusal)
    expect(manager.getPlugin('acme')?.error).toEqual({
      code: 'GK_ACME_KEY_MISSING',
      message: 'no key',
      hint: 'Give one.',
    })
  })

  test('a method may answer with a GridKitError without being at fault; any other error is reported', async () => {
    const { manager } = quietManager()
    const faults: string[] = []
    manager.events.on('plugin:error', ({ payload }) => faults.push(`${payload.phase}: ${payload.message}`))
    const answer = new GridKitError({ code: 'GK_ACME_CANCELLED', message: 'cancelled', hint: 'Start again.' })
    await manager.installPlugin(
      plugin('acme', {
        requiredPermissions: ['methods:register'],
        initialize(context) {
          context.registerMethod('refuse' as never, (() => Promise.reject(answer)) as never)
          context.registerMethod('crash' as never, (() => Promise.reject(new Error('boom'))) as never)
        },
      }),
    )
    expect(await errorOf(() => manager.callMethod('refuse', []))).toBe(answer)
    expect(faults).toEqual([])
    await expect(manager.callMethod('crash', [])).rejects.toThrow('boom')
    expect(faults).toEqual(["method 'crash': plugin 'acme' failed in method 'crash': boom"])
  })
})
