import { describe, expect, test, vi } from 'vitest'
import { settle } from '../../test/fake-clock.ts'
import { peopleTable } from '../../test/people.ts'
import {
  deferred,
  errorOf,
  holder,
  never,
  plugin,
  quietManager,
  type TestPlugin,
} from '../../test/plugins.ts'
import { GridKitError, memoryBackend, type AnyPlugin, type EnhancedPluginContext } from '../index.ts'

const rights = ['state:read', 'rows:update', 'events:subscribe', 'methods:register', 'storage:use'] as const

interface Seen {
  events: string[]
  calls: number[]
}

/** A plugin that remembers each event and call, and hands its memory on. */
function remembering(version: string, rest: Partial<AnyPlugin> = {}): AnyPlugin {
  let seen: Seen = { events: [], calls: [] }
  return {
    ...plugin('memory', {
      metadata: { version },
      requiredPermissions: rights,
      methods: ['note', 'recall'],
      initialize(context) {
        seen = { events: [], calls: [] }
        context.on('row:update', ({ payload }) => void seen.events.push(String(payload.after['name'])))
        context.registerMethod('note', (number: number) => seen.calls.push(number))
        context.registerMethod('recall', () => ({ ...seen, version }))
        context.storage.set('version', version)
      },
    }),
    snapshot: () => seen,
    restore(state: Seen) {
      seen = { events: [...state.events, ...seen.events], calls: [...state.calls, ...seen.calls] }
    },
    ...rest,
  }
}

async function remembered(rest: Partial<AnyPlugin> = {}) {
  const world = peopleTable([remembering('1.0.0', rest)])
  await world.table.plugins.ready
  const recall = (): Promise<unknown> => world.table.plugins.callMethod('recall', [])
  const note = (number: number): Promise<unknown> => world.table.plugins.callMethod('note', [number])
  const rename = (name: string): void => world.table.updateRow('ada', { name })
  const told: unknown[] = []
  world.table.events.on('plugin:*', ({ type, payload }) => told.push({ type, ...(payload as object) }))
  return { ...world, manager: world.table.plugins, recall, note, rename, told }
}

const failing = (phase: string): Partial<AnyPlugin> => ({
  [phase]: () => {
    throw new Error(`no ${phase}`)
  },
})

describe('a reload', () => {
  test('hands the state on, and tells', async () => {
    const { manager, recall, note, rename, told } = await remembered()
    rename('Eve')
    await note(1)
    const info = await manager.reloadPlugin('memory', remembering('2.0.0'))
    rename('Fay')
    await note(2)
    expect(await recall()).toEqual({ events: ['Eve', 'Fay'], calls: [1, 2], version: '2.0.0' })
    expect(info).toMatchObject({ version: '2.0.0', status: 'running' })
    expect(told).toContainEqual(
      expect.objectContaining({ type: 'plugin:reloaded', pluginId: 'memory', from: '1.0.0', to: '2.0.0' }),
    )
  })

  test('keeps what comes while it is under way, in order', async () => {
    const { manager, recall, note, rename } = await remembered()
    rename('before')
    const open = deferred()
    const next = remembering('2.0.0')
    const slow = { ...next, start: () => open.promise }
    const reloaded = manager.reloadPlugin('memory', slow)
    await vi.waitFor(() => expect(manager.getPlugin('memory')?.status).toBe('reloading'))
    rename('one')
    const noted = [note(1), note(2)]
    rename('two')
    open.resolve()
    await reloaded
    rename('after')
    await Promise.all(noted)
    expect(await recall()).toMatchObject({ events: ['before', 'one', 'two', 'after'], calls: [1, 2] })
  })

  test('waits for what the old version is doing, before it asks for its state', async () => {
    const open = deferred()
    let count = 0
    const old = plugin('memory', {
      requiredPermissions: rights,
      methods: ['work'],
      initialize(context) {
        context.registerMethod('work', async () => {
          await open.promise
          count += 1
        })
      },
    })
    const { manager } = quietManager()
    await manager.installPlugin({ ...old, snapshot: () => count })
    const working = manager.callMethod('work', [])
    await settle()
    const restored: unknown[] = []
    const next = { ...old, restore: (state: unknown) => void restored.push(state) } as AnyPlugin
    const reloaded = manager.reloadPlugin('memory', next)
    await settle()
    open.resolve()
    await Promise.all([working, reloaded])
    expect(restored).toEqual([1])
  })

  test('without a next version runs the same one again', async () => {
    const initialize = vi.fn<() => void>()
    const { manager } = quietManager()
    await manager.installPlugin(plugin('a', { initialize }))
    await manager.reloadPlugin('a')
    expect(initialize).toHaveBeenCalledTimes(2)
    expect(manager.getPlugin('a')?.status).toBe('running')
  })

  test('keeps the configuration, unless the new version brings its own', async () => {
    const seen: unknown[] = []
    const configured = (config?: unknown): AnyPlugin =>
      plugin('a', { initialize: (context) => void seen.push(context.config), ...(config ? { config } : {}) })
    const { manager } = quietManager()
    await manager.installPlugin(configured({ size: 1 }))
    await manager.reloadPlugin('a', configured())
    await manager.reloadPlugin('a', configured({ size: 2 }))
    expect(seen).toEqual([{ size: 1 }, { size: 1 }, { size: 2 }])
  })

  test('leaves those that need it running', async () => {
    const stop = vi.fn<() => void>()
    const { manager } = quietManager()
    await manager.installPlugins([plugin('base'), plugin('upon', { dependencies: { base: '^1.0.0' }, stop })])
    await manager.reloadPlugin('base', plugin('base', { metadata: { version: '1.1.0' } }))
    expect(manager.getPlugin('upon')?.status).toBe('running')
    expect(stop).not.toHaveBeenCalled()
    const error = await errorOf(() =>
      manager.reloadPlugin('base', plugin('base', { metadata: { version: '2.0.0' } })),
    )
    expect(error).toMatchObject({ code: 'GK_UNRESOLVED_PLUGINS' })
    expect(manager.getPlugin('base')).toMatchObject({ version: '1.1.0', status: 'running' })
  })

  test('survives a stop and a start of the table', async () => {
    const { manager } = await remembered()
    await manager.reloadPlugin('memory', remembering('1.0.0', { priority: 7 }))
    await manager.reloadPlugin('memory', remembering('2.0.0'))
    await manager.stop()
    manager.start()
    await manager.ready
    expect(manager.getPlugin('memory')).toMatchObject({ version: '2.0.0', status: 'running' })
  })

  test('is refused for another plugin, and for one that is not there', async () => {
    const { manager } = await remembered()
    expect(await errorOf(() => manager.reloadPlugin('memory', plugin('other')))).toMatchObject({
      code: 'GK_OTHER_PLUGIN_GIVEN',
    })
    expect(await errorOf(() => manager.reloadPlugin('nobody'))).toMatchObject({
      code: 'GK_PLUGIN_NOT_INSTALLED',
    })
  })

  test('of a plugin that failed brings it up', async () => {
    const { manager } = quietManager()
    await manager.installPlugin(plugin('a', failing('start') as TestPlugin)).catch(() => {})
    await manager.reloadPlugin('a', plugin('a'))
    expect(manager.getPlugin('a')?.status).toBe('running')
  })

  test('moves timers and messages over', async () => {
    const { manager, clock } = quietManager()
    const ticks: string[] = []
    const ticking = (version: string): AnyPlugin =>
      plugin('a', {
        metadata: { version },
        initialize: (context) => void context.setInterval(() => ticks.push(version), 10),
      })
    await manager.installPlugin(ticking('1.0.0'))
    await clock.advance(10)
    await manager.reloadPlugin('a', ticking('2.0.0'))
    await clock.advance(10)
    expect(ticks).toEqual(['1.0.0', '2.0.0'])
  })

  test('leaves nothing behind, 1,000 times', { timeout: 60_000 }, async () => {
    const { manager, recall, note, rename, table } = await remembered()
    const handlers = (): number => table.events.count('memory')
    const before = handlers()
    for (let time = 0; time < 1000; time += 1) {
      const reloaded = manager.reloadPlugin('memory', remembering(`1.0.${time}`))
      rename(`during ${time}`)
      await Promise.all([reloaded, note(time)])
    }
    const { events, calls } = (await recall()) as Seen
    expect(events).toEqual(Array.from({ length: 1000 }, (_, time) => `during ${time}`))
    expect(calls).toEqual(Array.from({ length: 1000 }, (_, time) => time))
    expect(handlers()).toBe(before)
  })
})

describe('a new version that fails', () => {
  const phases = ['initialize', 'start', 'restore', 'onHotReload'] as const
  const ways: Readonly<Record<string, () => unknown>> = {
    throws: () => {
      throw new Error('broken')
    },
    rejects: () => Promise.reject(new Error('broken')),
    hangs: never,
  }
  const cases = phases.flatMap((phase) => Object.entries(ways).map(([way, run]) => ({ phase, way, run })))

  test.each(cases)('in $phase ($way) gives way to the old one', async ({ phase, run }) => {
    const backend = memoryBackend()
    const options = { id: 'people', storage: backend }
    const { table, clock } = peopleTable([remembering('1.0.0', { config: { size: 1 } })], options)
    await table.plugins.ready
    table.updateRow('ada', { name: 'before' })
    const next = remembering('2.0.0', { config: { size: 2 }, [phase]: run })
    const reload = errorOf(() => table.plugins.reloadPlugin('memory', next))
    await settle()
    table.updateRow('ada', { name: 'during' })
    const noted = table.plugins.callMethod('note', [1])
    await clock.advance(20_000)
    expect(await reload).toMatchObject({ code: 'GK_RELOAD_ROLLED_BACK' })
    await noted
    table.updateRow('ada', { name: 'after' })
    expect(await table.plugins.callMethod('recall', [])).toEqual({
      events: ['before', 'during', 'after'],
      calls: [1],
      version: '1.0.0',
    })
    expect(table.plugins.getPlugin('memory')).toMatchObject({ version: '1.0.0', status: 'running' })
    await table.destroy()
    expect(clock.pending).toBe(0)
  })

  test('in its snapshot stays as it is', async () => {
    const { manager, recall, rename } = await remembered(failing('snapshot'))
    rename('before')
    const error = await errorOf(() => manager.reloadPlugin('memory', remembering('2.0.0')))
    expect(error).toMatchObject({ code: 'GK_RELOAD_ROLLED_BACK' })
    rename('after')
    expect(await recall()).toMatchObject({ events: ['before', 'after'], version: '1.0.0' })
  })

  test('in its grace period gives way, and nothing is lost that came since', async () => {
    const { manager, recall, rename, told, clock } = await remembered()
    rename('before')
    const next = remembering('2.0.0')
    const crashing = {
      ...next,
      initialize(context: EnhancedPluginContext) {
        context.on('column:visibility', () => {
          throw new Error('late')
        })
        return next.initialize(context as never)
      },
    } as AnyPlugin
    await manager.reloadPlugin('memory', crashing)
    rename('since')
    manager.events.emit({ type: 'column:visibility', payload: { before: {}, after: {} } })
    await manager.ready
    rename('after')
    expect(await recall()).toMatchObject({ events: ['before', 'since', 'after'], version: '1.0.0' })
    expect(told).toContainEqual(
      expect.objectContaining({
        type: 'plugin:rolled-back',
        version: '1.0.0',
        code: 'GK_RELOAD_ROLLED_BACK',
      }),
    )
    await clock.advance(60_000)
  })

  test('after its grace period stays', async () => {
    const { manager, clock } = await remembered()
    await manager.reloadPlugin('memory', remembering('2.0.0'))
    await clock.advance(30_000)
    manager.events.emit({
      type: 'plugin:error',
      payload: { pluginId: 'x', phase: '', code: '', message: '' },
    })
    expect(manager.getPlugin('memory')?.version).toBe('2.0.0')
    await manager.destroy()
    expect(clock.pending).toBe(0)
  })

  test('gives its storage back as the old one left it', async () => {
    const stored = holder('a', { requiredPermissions: ['storage:use'] })
    const { manager } = quietManager()
    await manager.installPlugin(stored.plugin)
    stored.context().storage.set('kept', 1)
    const next = plugin('a', {
      requiredPermissions: ['storage:use'],
      initialize({ storage }) {
        storage.clear()
        storage.set('other', 2)
      },
      ...(failing('start') as TestPlugin),
    })
    await errorOf(() => manager.reloadPlugin('a', next))
    expect(stored.context().storage.keys()).toEqual(['kept'])
  })
})

describe('a reload that is interrupted', () => {
  test('by the end of the manager leaves nothing', async () => {
    const { manager, clock } = quietManager()
    await manager.installPlugin(plugin('a'))
    const reload = errorOf(() => manager.reloadPlugin('a', plugin('a', { start: never })))
    await vi.waitFor(() => expect(manager.getPlugin('a')?.status).toBe('reloading'))
    await manager.destroy()
    expect(await reload).toMatchObject({ code: 'GK_INSTALL_INTERRUPTED' })
    expect(manager.listPlugins()).toEqual([])
    expect(clock.pending).toBe(0)
  })

  test('by an uninstall ends it for good', async () => {
    const { manager, clock } = quietManager()
    await manager.installPlugin(plugin('a'))
    const reload = errorOf(() => manager.reloadPlugin('a', plugin('a', { start: never })))
    await vi.waitFor(() => expect(manager.getPlugin('a')?.status).toBe('reloading'))
    await manager.uninstallPlugin('a')
    expect(await reload).toMatchObject({ code: 'GK_INSTALL_INTERRUPTED' })
    expect(manager.getPlugin('a')).toBeUndefined()
    expect(clock.pending).toBe(0)
  })

  test('two at a time come one after the other', async () => {
    const { manager } = quietManager()
    await manager.installPlugin(plugin('a'))
    const versions = ['1.1.0', '1.2.0', '1.3.0'].map((version) =>
      manager.reloadPlugin('a', plugin('a', { metadata: { version } })),
    )
    await Promise.all(versions)
    expect(manager.getPlugin('a')).toMatchObject({ version: '1.3.0', status: 'running' })
  })
})

describe('a version', () => {
  test('that comes late does not replace one that was asked for after it', async () => {
    const answer = deferred<boolean>()
    const { manager } = quietManager({
      permissions: ({ permission }) => (permission === 'clipboard:read' ? answer.promise : true),
    })
    await manager.installPlugin(plugin('a'))
    const asking = plugin('a', { metadata: { version: '2.0.0' }, requiredPermissions: ['clipboard:read'] })
    const second = manager.reloadPlugin('a', asking).catch(() => {})
    await settle()
    await manager.reloadPlugin('a', plugin('a', { metadata: { version: '3.0.0' } }))
    answer.resolve(true)
    await second
    expect(manager.getPlugin('a')).toMatchObject({ version: '3.0.0', status: 'running' })
  })

  test('that waits for a person ends with its plugin', async () => {
    const { manager } = quietManager({
      permissions: ({ permission }) => (permission === 'clipboard:read' ? new Promise(() => {}) : true),
    })
    await manager.installPlugin(plugin('a'))
    const asking = plugin('a', { requiredPermissions: ['clipboard:read'] })
    const reload = errorOf(() => manager.reloadPlugin('a', asking))
    await settle()
    await manager.uninstallPlugin('a')
    expect(await reload).toMatchObject({ code: 'GK_INSTALL_INTERRUPTED' })
    await manager.ready
  })

  test('that was given to a plugin that does not run stays what the list means', async () => {
    const { table } = peopleTable([plugin('a', failing('start') as TestPlugin)])
    await table.plugins.ready
    await table.plugins.reloadPlugin('a', plugin('a', { metadata: { version: '2.0.0' } }))
    await table.plugins.stop()
    table.plugins.start()
    await table.plugins.ready
    expect(table.plugins.getPlugin('a')).toMatchObject({ version: '2.0.0', status: 'running' })
  })

  test('does not go because another plugin vetoed what it did', async () => {
    const cancelled = new GridKitError({ code: 'GK_OPERATION_CANCELLED', message: 'vetoed', hint: 'none' })
    const { manager } = quietManager()
    const vetoed = plugin('a', {
      metadata: { version: '2.0.0' },
      requiredPermissions: ['events:subscribe'],
      initialize: (context) =>
        void context.on('row:update', () => {
          throw cancelled
        }),
    })
    await manager.installPlugin(plugin('a'))
    await manager.reloadPlugin('a', vetoed)
    manager.events.emit({ type: 'row:update', payload: {} as never })
    await manager.ready
    expect(manager.getPlugin('a')?.version).toBe('2.0.0')
  })

  test('does not write to the figures of the next', async () => {
    const old = holder('a')
    const { manager } = quietManager()
    await manager.installPlugin(old.plugin)
    const { metrics } = old.context()
    const counter = metrics.counter('calls')
    counter.add(2)
    await manager.reloadPlugin('a', plugin('a', { metadata: { version: '2.0.0' } }))
    counter.add(5)
    metrics.gauge('late').set(1)
    expect(manager.getMetrics('a')?.custom).toMatchObject([{ name: 'calls', value: 2 }])
  })

  test('waits a second, and no longer, for handlers that never end', async () => {
    const hanging = holder('a', { requiredPermissions: ['events:subscribe'] })
    const { manager, clock } = quietManager()
    await manager.installPlugin(hanging.plugin)
    hanging.context().on('data:replace', never)
    manager.events.emit({ type: 'data:replace', payload: { rows: 1 } })
    const reloaded = manager.reloadPlugin('a', plugin('a', { metadata: { version: '2.0.0' } }))
    await clock.advance(999)
    expect(manager.getPlugin('a')?.status).toBe('reloading')
    await clock.advance(1)
    expect(await reloaded).toMatchObject({ version: '2.0.0', status: 'running' })
  })
})
