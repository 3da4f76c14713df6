import { describe, expect, test, vi } from 'vitest'
import { settle } from '../../test/fake-clock.ts'
import { errorOf, holder, plugin, quietManager, type TestPlugin } from '../../test/plugins.ts'
import type { HostOptions } from '../index.ts'

const rights = [
  'events:subscribe',
  'events:emit',
  'methods:register',
  'messages:send',
  'services:export',
  'services:import',
  'storage:use',
] as const

/** A plugin that fails whenever it hears `test:work`, and counts how often it heard it. */
function faulty(rest: TestPlugin = {}) {
  const heard = { count: 0, isWell: false }
  const definition = plugin('faulty', {
    requiredPermissions: rights,
    methods: ['work'],
    ...rest,
    initialize(context) {
      context.on('test:work' as never, () => {
        heard.count += 1
        if (!heard.isWell) throw new Error('broken')
      })
      context.registerMethod('work', () => 'done')
      return rest.initialize?.(context)
    },
  })
  return { heard, definition }
}

async function world(rest: TestPlugin = {}, options: HostOptions = {}) {
  const { heard, definition } = faulty(rest)
  const host = quietManager({ errorThreshold: { coolDown: 1_000 }, ...options })
  await host.manager.installPlugin(definition)
  const { manager } = host
  const work = (times = 1): void => {
    for (let time = 0; time < times; time += 1)
      manager.events.emit<string>({ type: 'test:work', payload: {} })
  }
  const told: string[] = []
  manager.events.on('plugin:*', ({ type, payload }) => {
    const { kind } = payload as { kind?: string }
    if (type !== 'plugin:error') told.push(kind ? `${type} ${kind}` : type)
  })
  return { ...host, heard, work, told, status: () => manager.getPlugin('faulty')?.status }
}

describe('a plugin that fails too often', () => {
  test('is suspended: it hears nothing, and its methods fail at once', async () => {
    const { manager, work, heard, status, told } = await world()
    work(4)
    expect(status()).toBe('running')
    work(3)
    expect([status(), heard.count]).toEqual(['suspended', 5])
    expect(await errorOf(() => manager.callMethod('work', []))).toMatchObject({
      code: 'GK_PLUGIN_UNAVAILABLE',
      message: expect.stringContaining('suspended') as string,
    })
    expect(told).toEqual([
      'plugin:alert warning',
      'plugin:alert threshold',
      'plugin:suspended',
      'plugin:alert suspended',
    ])
  })

  test('runs again after a while, and stays up when it works', async () => {
    const { work, heard, status, clock } = await world()
    work(5)
    heard.isWell = true
    await clock.advance(1_300)
    expect(status()).toBe('running')
    work(10)
    expect([status(), heard.count]).toEqual(['running', 15])
  })

  test('is suspended again by the first failure on trial, for longer, and after three restarts for good', async () => {
    const { work, status, clock, told } = await world()
    work(5)
    for (const wait of [1_300, 2_500, 5_000]) {
      await clock.advance(wait)
      expect(status()).toBe('running')
      work(1)
      expect(status()).toBe('suspended')
    }
    await clock.advance(200_000)
    expect(status()).toBe('suspended')
    expect(told.at(-1)).toBe('plugin:alert down')
  })

  test('runs again at once when somebody turns it on', async () => {
    const { manager, work, heard, status } = await world()
    work(5)
    heard.isWell = true
    await manager.setPluginEnabled('faulty', true)
    expect(status()).toBe('running')
    work(1)
    expect(heard.count).toBe(6)
  })

  test('has another threshold where one was set', async () => {
    const onAlert = vi.fn<(alert: { kind: string }) => void>()
    const { manager, work, status } = await world()
    manager.setErrorThreshold('faulty', { errors: 2, action: 'alert', onAlert })
    work(2)
    expect(status()).toBe('running')
    expect(onAlert.mock.calls.map(([{ kind }]) => kind)).toEqual(['threshold'])
    manager.setErrorThreshold('faulty', { action: 'disable' })
    work(2)
    expect(status()).toBe('suspended')
  })

  test('makes no call that changes something while it is suspended', async () => {
    const { plugin: definition, context } = holder('faulty', { requiredPermissions: rights })
    const { manager } = quietManager()
    await manager.installPlugin(definition)
    context().on('plugin:*', () => {})
    context().on('test:work' as never, () => {
      throw new Error('broken')
    })
    for (let time = 0; time < 5; time += 1) manager.events.emit<string>({ type: 'test:work', payload: {} })
    expect(await errorOf(() => context().emit({ type: 'faulty/x:y', payload: {} }))).toMatchObject({
      code: 'GK_PLUGIN_SUSPENDED',
    })
    expect(await errorOf(() => context().storage.set('a', 1))).toMatchObject({ code: 'GK_PLUGIN_SUSPENDED' })
    expect(context().storage.get('a')).toBeUndefined()
  })

  test('is taken down like any other, and comes back sound', async () => {
    const stop = vi.fn<() => void>()
    const { manager, work, status, heard, clock } = await world({ stop })
    work(5)
    await manager.uninstallPlugin('faulty')
    expect(stop).toHaveBeenCalledOnce()
    expect(clock.pending).toBe(0)
    await manager.installPlugin(faulty().definition)
    expect(status()).toBe('running')
    work(1)
    expect(heard.count).toBe(5)
  })

  test('is counted by the failures of its methods, timers and messages too', async () => {
    const failing = (): never => {
      throw new Error('broken')
    }
    const { plugin: definition, context } = holder('faulty', { requiredPermissions: rights })
    const { manager, clock } = quietManager()
    await manager.installPlugins([definition, plugin('other', { requiredPermissions: rights })])
    context().setInterval(failing, 10)
    await clock.advance(100)
    expect(manager.getPlugin('faulty')?.status).toBe('suspended')
  })
})

describe('limits', () => {
  test('keep a flood from the others, and suspend who goes on', async () => {
    const { plugin: definition, context } = holder('faulty', { requiredPermissions: rights })
    const { manager, clock } = quietManager()
    await manager.installPlugin(definition)
    let heard = 0
    manager.events.on('faulty/x:y', () => (heard += 1))
    const flood = (): void => {
      for (let time = 0; time < 1_000; time += 1)
        try {
          context().emit({ type: 'faulty/x:y', payload: {} })
        } catch {}
    }
    flood()
    expect(heard).toBe(200)
    expect(context().getResourceUsage()).toMatchObject({ callsLeft: 0, callsRefused: 800 })
    for (let second = 0; second < 5; second += 1) {
      await clock.advance(1_000)
      flood()
    }
    expect(manager.getPlugin('faulty')?.status).toBe('suspended')
    expect(heard).toBeLessThanOrEqual(700)
  })

  test('say how many handlers a plugin may have', async () => {
    const { plugin: definition, context } = holder('faulty', {
      requiredPermissions: rights,
      resourceLimits: { maxEventHandlers: 2 },
    })
    const { manager } = quietManager()
    await manager.installPlugin(definition)
    const undo = context().on('row:*', () => {})
    context().on('row:*', () => {})
    const before = manager.events.count('faulty')
    expect(await errorOf(() => context().on('row:*', () => {}))).toMatchObject({
      code: 'GK_TOO_MANY_HANDLERS',
    })
    expect(manager.events.count('faulty')).toBe(before)
    undo()
    context().on('row:*', () => {})
    expect(context().getResourceUsage()).toMatchObject({ handlers: 2 })
  })

  test('of time make asynchronous work wait, and then suspend', async () => {
    const { plugin: definition, context } = holder('faulty', {
      requiredPermissions: rights,
      resourceLimits: { maxCPUPercent: 20 },
    })
    const { manager, clock } = quietManager()
    await manager.installPlugin(definition)
    context().on('test:work' as never, () => clock.spend(50))
    const work = (): void => manager.events.emit<string>({ type: 'test:work', payload: {} })
    for (let time = 0; time < 45; time += 1) work()
    const ticked = vi.fn<() => void>()
    context().setTimeout(ticked, 1)
    await clock.advance(10)
    expect(ticked).not.toHaveBeenCalled()
    expect(manager.getPlugin('faulty')?.status).toBe('running')
    for (let time = 0; time < 60; time += 1) work()
    await settle()
    expect(manager.getPlugin('faulty')?.status).toBe('suspended')
  })

  test('are measured: who takes what is told', async () => {
    const { plugin: definition, context } = holder('faulty', { requiredPermissions: rights })
    const { manager, clock } = quietManager()
    await manager.installPlugin(definition)
    context().on('test:work' as never, () => clock.spend(20))
    manager.events.emit<string>({ type: 'test:work', payload: {} })
    context().storage.set('key', 'value')
    expect(context().getResourceUsage()).toMatchObject({
      busyMilliseconds: 20,
      storageBytes: context().storage.size,
      handlers: 1,
    })
    expect(manager.getMetrics('faulty')?.handlers).toContainEqual(
      expect.objectContaining({ handler: "handler of 'test:work'", count: 1, total: 20 }),
    )
    expect(manager.detectBottlenecks()).toMatchObject([{ pluginId: 'faulty', max: 20 }])
    expect(manager.getTraces({ pluginId: 'faulty', slowerThan: 10 })).toMatchObject([{ duration: 20 }])
    expect(await manager.exportMetrics('prometheus')).toContain('gridkit_plugin_calls_total{')
    await manager.uninstallPlugin('faulty')
    expect(manager.getMetrics()).toEqual([])
  })
})

describe('what people hear of it', () => {
  test('is in the health of the plugin', async () => {
    const { manager, work } = await world()
    work(5)
    expect(await manager.checkPluginHealth('faulty')).toMatchObject({
      status: 'unhealthy',
      message: expect.stringContaining('it failed 5 times') as string,
      resourceUse: { handlers: 1, callsRefused: 0 },
    })
  })

  test('is in the log only where that is wanted', async () => {
    const { manager, work, told, status, lines } = await world()
    manager.setErrorThreshold('faulty', { errors: 3, action: 'log' })
    work(4)
    expect([status(), told]).toEqual(['running', []])
    expect(
      lines.filter(({ level, tag }) => level === 'warn' && tag === 'faulty').map(({ message }) => message),
    ).toEqual([expect.stringMatching(/^threshold: it failed 3 times/)])
  })

  test('limits of time hold also where nothing is profiled', async () => {
    const { plugin: definition, context } = holder('faulty', { requiredPermissions: rights })
    const { manager, clock } = quietManager({ profiling: { enabled: false } })
    await manager.installPlugin(definition)
    context().on('test:work' as never, () => clock.spend(500))
    for (let time = 0; time < 20; time += 1) manager.events.emit<string>({ type: 'test:work', payload: {} })
    expect(manager.getPlugin('faulty')?.status).toBe('suspended')
    expect(manager.getMetrics('faulty')).toMatchObject({ count: 0 })
  })
})

/** A plugin that took so much time that what can wait does. */
async function slowed(rest: TestPlugin = {}) {
  const { plugin: definition, context } = holder('faulty', {
    requiredPermissions: rights,
    resourceLimits: { maxCPUPercent: 5 },
    methods: ['work'],
    ...rest,
  })
  const host = quietManager()
  await host.manager.installPlugins([definition, plugin('other', { requiredPermissions: rights })])
  context().on('test:work' as never, () => host.clock.spend(600))
  host.manager.events.emit<string>({ type: 'test:work', payload: {} })
  return { ...host, context, definition }
}

describe('what waits because its plugin takes too much time', () => {
  test('is not called any more when the plugin goes', async () => {
    const ran = vi.fn<() => string>(() => 'late')
    const { manager, context } = await slowed()
    context().registerMethod('work', ran)
    const called = errorOf(() => manager.callMethod('work', []))
    await settle()
    await manager.uninstallPlugin('faulty')
    expect(await called).toMatchObject({ code: 'GK_CONTEXT_CLOSED' })
    expect(ran).not.toHaveBeenCalled()
  })

  test('is called before the plugin hands its state on', async () => {
    const heard: unknown[] = []
    const { manager, context, definition } = await slowed()
    context().registerMethod('work', () => heard.push('call'))
    context().onMessage((message) => heard.push(message))
    context().sendMessage('faulty', 'message')
    const called = manager.callMethod('work', [])
    await settle()
    expect(heard).toEqual([])
    await manager.reloadPlugin('faulty', { ...definition, snapshot: () => [] })
    await called
    expect(new Set(heard)).toEqual(new Set(['call', 'message']))
  })

  test('is one tick of an interval, however many were due', async () => {
    const tick = vi.fn<() => void>()
    const { context, clock } = await slowed()
    context().setInterval(tick, 10)
    await clock.advance(2_000)
    expect(tick).not.toHaveBeenCalled()
    await clock.advance(9_000)
    expect(tick.mock.calls.length).toBeGreaterThan(0)
    expect(tick.mock.calls.length).toBeLessThan(300)
  })
})

describe('a suspension', () => {
  test('keeps what was to be called once for afterwards, unless that was undone', async () => {
    const ran: string[] = []
    const { plugin: definition, context } = holder('faulty', { requiredPermissions: rights })
    const { manager, clock } = quietManager({ errorThreshold: { errors: 1, coolDown: 1_000 } })
    await manager.installPlugin(definition)
    context().setTimeout(() => ran.push('kept'), 20)
    const undo = context().setTimeout(() => ran.push('undone'), 20)
    context().setTimeout(() => {
      throw new Error('broken')
    }, 10)
    await clock.advance(50)
    expect([manager.getPlugin('faulty')?.status, ran]).toEqual(['suspended', []])
    undo()
    await clock.advance(2_000)
    expect([manager.getPlugin('faulty')?.status, ran]).toEqual(['running', ['kept']])
  })

  test('comes back with the first promise that rejects on trial', async () => {
    const { plugin: definition, context } = holder('faulty', { requiredPermissions: rights })
    const { manager, clock } = quietManager({ errorThreshold: { errors: 1, coolDown: 1_000 } })
    await manager.installPlugin(definition)
    context().on('test:work' as never, () => Promise.reject(new Error('broken')))
    const work = (): void => manager.events.emit<string>({ type: 'test:work', payload: {} })
    work()
    await clock.advance(1_300)
    expect(manager.getPlugin('faulty')?.status).toBe('running')
    for (let time = 0; time < 6; time += 1) work()
    await settle()
    expect(manager.getPlugin('faulty')?.status).toBe('suspended')
  })

  test('lets no file and no request out', async () => {
    const download = vi.fn<() => void>()
    const fetch = vi.fn<() => Promise<Response>>()
    const { plugin: definition, context } = holder('faulty', {
      requiredPermissions: ['download', 'network:https://acme.com'],
    })
    const { manager, clock } = quietManager({ errorThreshold: { errors: 1 }, download, fetch })
    await manager.installPlugin(definition)
    context().setTimeout(() => {
      throw new Error('broken')
    }, 1)
    await clock.advance(1)
    expect(await errorOf(() => context().download('a.txt', new Blob([])))).toMatchObject({
      code: 'GK_PLUGIN_SUSPENDED',
    })
    expect(await errorOf(() => context().fetch('https://acme.com/a'))).toMatchObject({
      code: 'GK_PLUGIN_SUSPENDED',
    })
    expect([download.mock.calls, fetch.mock.calls]).toEqual([[], []])
  })
})

describe('the fault of another', () => {
  test('suspends nobody but that one', async () => {
    const caller = holder('caller', { requiredPermissions: rights })
    const broken = plugin('broken', {
      requiredPermissions: rights,
      initialize: (context) =>
        void context.exportService('work', {
          run() {
            throw new Error('broken')
          },
        }),
    })
    const { manager } = quietManager()
    await manager.installPlugins([caller.plugin, broken])
    const { run } = caller.context().importService<{ run(): number }>('broken', 'work')
    caller.context().on('test:work' as never, () => run())
    caller.context().on('test:work' as never, () => caller.context().request('nobody', 1))
    for (let time = 0; time < 8; time += 1) {
      manager.events.emit<string>({ type: 'test:work', payload: {} })
      await settle()
    }
    expect(manager.listPlugins().map(({ status }) => status)).toEqual(['running', 'suspended'])
  })
})
