import { describe, expect, test, vi } from 'vitest'
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
import type { AnyPlugin } from '../index.ts'

const version = (number: string, rest: TestPlugin = {}): AnyPlugin =>
  plugin('a', { ...rest, metadata: { version: number } })
const boom = (): never => {
  throw new Error('broken')
}

/** A reload whose new version is coming up, and never gets there. */
async function halfway() {
  const world = peopleTable([version('1.0.0')])
  const { plugins } = world.table
  await plugins.ready
  const reload = plugins.reloadPlugin('a', version('2.0.0', { initialize: never })).catch(() => {})
  await vi.waitFor(() => expect(plugins.getPlugin('a')?.status).toBe('reloading'))
  return { ...world, plugins, reload }
}

describe('while a new version comes up', () => {
  test('the plugin can be turned off, and comes back as it was', async () => {
    const { plugins, reload, clock } = await halfway()
    await plugins.setPluginEnabled('a', false)
    await reload
    expect(plugins.getPlugin('a')).toMatchObject({ status: 'stopped', enabled: false, version: '1.0.0' })
    await plugins.setPluginEnabled('a', true)
    expect(plugins.getPlugin('a')).toMatchObject({ status: 'running', version: '1.0.0' })
    await plugins.destroy()
    expect(clock.pending).toBe(0)
  })

  test('the list can drop the plugin and have it again', async () => {
    const { plugins, reload } = await halfway()
    plugins.setPlugins([])
    plugins.setPlugins([version('1.0.0')])
    await reload
    await plugins.ready
    expect(plugins.getPlugin('a')).toMatchObject({ status: 'running', version: '1.0.0' })
  })

  test('nobody takes the name of a method that neither version has at the moment', async () => {
    const thief = holder('thief', { requiredPermissions: ['methods:register'] })
    const open = deferred()
    const working = (number: string, before: () => Promise<void> | void = () => {}): AnyPlugin =>
      version(number, {
        requiredPermissions: ['methods:register'],
        async initialize(context) {
          await before()
          context.registerMethod('work', () => number)
        },
      })
    const { manager } = quietManager()
    await manager.installPlugins([thief.plugin, working('1.0.0')])
    const reload = manager.reloadPlugin(
      'a',
      working('2.0.0', () => open.promise),
    )
    await vi.waitFor(() => expect(manager.getPlugin('a')?.status).toBe('reloading'))
    expect(await errorOf(() => thief.context().registerMethod('work', () => 'stolen'))).toMatchObject({
      code: 'GK_METHOD_EXISTS',
    })
    open.resolve()
    await reload
    expect(await manager.callMethod('work', [])).toBe('2.0.0')
  })
})

describe('where the version before does not come back either', () => {
  test('the plugin is in error, and calls are told so', async () => {
    let starts = 0
    const old = version('1.0.0', {
      requiredPermissions: ['methods:register'],
      methods: ['work'],
      initialize: (context) => void context.registerMethod('work', () => 1),
      start: () => void ((starts += 1) > 1 && boom()),
    })
    const { manager, clock } = quietManager()
    await manager.installPlugin(old)
    const open = deferred()
    const next = version('2.0.0', { initialize: () => open.promise, start: boom })
    const reload = errorOf(() => manager.reloadPlugin('a', next))
    await vi.waitFor(() => expect(manager.getPlugin('a')?.status).toBe('reloading'))
    const called = errorOf(() => manager.callMethod('work', []))
    open.resolve()
    expect(await reload).toMatchObject({ code: 'GK_ROLLBACK_FAILED' })
    expect(manager.getPlugin('a')).toMatchObject({ status: 'error' })
    expect(await called).toMatchObject({ code: 'GK_PLUGIN_UNAVAILABLE' })
    await manager.destroy()
    expect(clock.pending).toBe(0)
  })
})

describe('in the grace period', () => {
  const crashing = (number: string): AnyPlugin =>
    version(number, {
      requiredPermissions: ['events:subscribe'],
      onConfigChange: () => {},
      initialize: (context) => void context.on('data:replace', boom),
    })
  const crash = (manager: ReturnType<typeof quietManager>['manager']): Promise<void> => {
    manager.events.emit({ type: 'data:replace', payload: { rows: 1 } })
    return manager.ready
  }

  test('what was configured outlives the version', async () => {
    const { manager } = quietManager()
    await manager.installPlugin(version('1.0.0'), { size: 1 })
    await manager.reloadPlugin('a', crashing('2.0.0'))
    await manager.setPluginConfig('a', { size: 2 })
    await crash(manager)
    expect(manager.getPlugin('a')?.version).toBe('1.0.0')
    const seen = holder('a')
    await manager.reloadPlugin('a', seen.plugin)
    expect(seen.context().config).toEqual({ size: 2 })
  })

  test('what the version stored goes with it, also where the one before stored nothing', async () => {
    const stored = (context: { storage: { set(key: string, value: unknown): void } }): void =>
      context.storage.set('left', 1)
    const { manager } = quietManager()
    await manager.installPlugin(version('1.0.0'))
    const next = version('2.0.0', { requiredPermissions: ['storage:use'], initialize: stored, start: boom })
    await errorOf(() => manager.reloadPlugin('a', next))
    const reader = holder('a', { requiredPermissions: ['storage:use'] })
    await manager.reloadPlugin('a', reader.plugin)
    expect(reader.context().storage.keys()).toEqual([])
  })

  test('what is replayed is not cut by the limit of calls', async () => {
    let noted = 0
    const open = deferred()
    const noting = version('2.0.0', {
      requiredPermissions: ['events:subscribe', 'storage:use'],
      async initialize(context) {
        context.on('data:replace', () => {
          noted += 1
          context.storage.set('noted', noted)
        })
        await open.promise
      },
    })
    const { manager, errors } = quietManager()
    await manager.installPlugin(version('1.0.0', { requiredPermissions: ['events:subscribe'] }))
    const reload = manager.reloadPlugin('a', noting)
    await vi.waitFor(() => expect(manager.getPlugin('a')?.status).toBe('reloading'))
    for (let event = 0; event < 500; event += 1)
      manager.events.emit({ type: 'data:replace', payload: { rows: event } })
    open.resolve()
    await reload
    expect([noted, errors]).toEqual([500, []])
  })
})

test('a version that is listed anew after another is that version, and not what once replaced it', async () => {
  const { table } = peopleTable([version('1.0.0')])
  const { plugins } = table
  await plugins.ready
  await plugins.reloadPlugin('a', version('1.5.0'))
  for (const listed of ['2.0.0', '1.0.0']) {
    plugins.setPlugins([version(listed)])
    await plugins.ready
    expect(plugins.getPlugin('a')?.version).toBe(listed)
  }
})
