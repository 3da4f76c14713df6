import { expect, test } from 'vitest'
import { cdp } from 'vitest/browser'
import { plugin } from '../../test/plugins.ts'
import { EnhancedPluginManager, createTable, type AnyPlugin, type Clock, type Undo } from '../index.ts'

/** The part of Chrome's protocol that measures the heap. */
interface HeapSession {
  send(method: 'HeapProfiler.collectGarbage' | 'HeapProfiler.enable'): Promise<void>
  send(method: 'Runtime.getHeapUsage'): Promise<{ usedSize: number }>
}

async function heapInUse(): Promise<number> {
  const session = cdp() as unknown as HeapSession
  await session.send('HeapProfiler.enable')
  // What finalizers let go is collected by the next round.
  for (let round = 0; round < 3; round += 1) await session.send('HeapProfiler.collectGarbage')
  return (await session.send('Runtime.getHeapUsage')).usedSize
}

/**
 * Bytes by which the heap grows with each of a thousand times, at least. The first
 * thousands also fill the caches of the browser; what leaks, leaks in every one.
 */
async function leastGrowth(aThousandTimes: () => Promise<void>): Promise<number> {
  let least = Infinity
  for (let round = 0; round < 5 && least >= 64; round += 1) {
    const before = await heapInUse()
    await aThousandTimes()
    least = Math.min(least, ((await heapInUse()) - before) / 1000)
  }
  return least
}

/** The browser's clock, which counts the timers that wait. */
function countingClock(): Clock & { readonly pending: number } {
  const waiting = new Set<object>()
  const count = (clear: () => void): { key: object; undo: Undo } => {
    const key = {}
    waiting.add(key)
    return {
      key,
      undo: () => {
        waiting.delete(key)
        clear()
      },
    }
  }
  return {
    now: () => Date.now(),
    elapsed: () => performance.now(),
    after(milliseconds, run) {
      const timer = setTimeout(() => {
        waiting.delete(key)
        run()
      }, milliseconds)
      const { key, undo } = count(() => clearTimeout(timer))
      return undo
    },
    every(milliseconds, run) {
      const timer = setInterval(run, milliseconds)
      return count(() => clearInterval(timer)).undo
    },
    get pending() {
      return waiting.size
    },
  }
}

/** Takes one of everything that a context gives. */
const greedy: AnyPlugin = plugin('greedy', {
  requiredPermissions: [
    'events:subscribe',
    'methods:register',
    'storage:use',
    'messages:send',
    'state:read',
    'state:write',
    'rows:update',
    'hooks:register',
    'middleware:register',
    'services:export',
    'services:import',
  ],
  migrations: [{ version: 1, up: (storage) => storage.set('shape', 1) }],
  methods: ['work', 'deep.work'],
  initialize(context) {
    const controller = new AbortController()
    context.on('*', () => {})
    context.on('row:*', () => {}, { signal: controller.signal })
    context.on('sort:change', () => {}, { once: true, priority: 5 })
    context.registerMethod('work', () => context.getTableState().data.length)
    context.registerMethod('deep.work', () => 1)
    context.setTimeout(() => {}, 1_000_000)
    context.setInterval(() => {}, 1_000_000)
    context.storage.set('rows', [1, 2, 3])
    context.storage.onChange(() => {})
    context.onMessage(() => {})
    context.sendMessage('greedy', 'to itself')
    void context.request('greedy', 'never answered').catch(() => {})
    context.signal.addEventListener('abort', () => {})
    context.rows.update('0', { name: String(Math.random()) })
    context.emit({ type: 'greedy/thing:done', payload: { size: 1 } })
    context.registerHook('before:row:*', ({ signal }) => signal.addEventListener('abort', () => {}))
    context.registerHook('after:*', () => {}, { priority: 3, before: 'other' })
    context.registerHook('error', () => {})
    context.registerMiddleware('passing', (_, next) => next())
    context.exportService('work', { run: () => 1 })
    const { run } = context.importService<{ run(): number }>('greedy', 'work')
    void run().catch(() => {})
    context.metrics.counter('things', { labels: { of: 'tests' } }).add()
    context.rows.update('0', { name: String(Math.random()) })
  },
  snapshot: () => ({ size: 1 }),
  restore: () => {},
})

test.each(['memory', 'localStorage', 'indexedDB'] as const)(
  'a plugin that came and went a thousand times leaves nothing, with storage in %s',
  { timeout: 240_000 },
  async (storage) => {
    const clock = countingClock()
    const table = createTable({
      id: `teardown-${storage}`,
      storage,
      clock,
      // It is filled once the plugin has come a few times.
      permissionAuditSize: 100,
      log: () => {},
      data: [{ name: 'Ada' }],
      columns: [{ accessorKey: 'name' }],
      features: { plugins: [] as readonly AnyPlugin[] },
    })
    await table.plugins.ready
    const came = async (times: number): Promise<void> => {
      for (let time = 0; time < times; time += 1) {
        await table.plugins.installPlugin(greedy)
        await table.plugins.uninstallPlugin('greedy')
      }
    }
    const counts = (): object => ({
      subscriptions: table.events.count(),
      timers: clock.pending,
      plugins: table.plugins.store.getState().plugins,
      members: Object.keys(table).toSorted(),
    })
    await came(300)
    const before = counts()
    expect(await leastGrowth(() => came(1000))).toBeLessThan(64)
    expect(counts()).toEqual(before)
    await table.destroy()
    expect(clock.pending).toBe(0)
  },
)

test('a plugin that was reloaded a thousand times leaves nothing', { timeout: 240_000 }, async () => {
  const clock = countingClock()
  const table = createTable({
    clock,
    permissionAuditSize: 100,
    log: () => {},
    data: [{ name: 'Ada' }],
    columns: [{ accessorKey: 'name' }],
    features: { plugins: [greedy] },
  })
  await table.plugins.ready
  const reloaded = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) await table.plugins.reloadPlugin('greedy')
  }
  const counts = (): object => ({
    subscriptions: table.events.count(),
    timers: clock.pending,
    plugins: Object.keys(table.plugins.store.getState().plugins),
  })
  await reloaded(300)
  const before = counts()
  expect(await leastGrowth(() => reloaded(1000))).toBeLessThan(64)
  expect(counts()).toEqual(before)
  await table.destroy()
  expect(clock.pending).toBe(0)
})

test('managers that came and went leave nothing', { timeout: 120_000 }, async () => {
  const came = async (times: number): Promise<void> => {
    for (let time = 0; time < times; time += 1) {
      const manager = new EnhancedPluginManager({ log: () => {} })
      await manager.installPlugin(plugin('a', { requiredPermissions: ['storage:use', 'events:subscribe'] }))
      await manager.destroy()
    }
  }
  expect(await leastGrowth(() => came(1000))).toBeLessThan(64)
})
