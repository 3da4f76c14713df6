import { expect, test } from 'vitest'
import { createTable, definePlugin, type AnyPlugin, type EnhancedPluginContext } from './index.ts'

const seconds = 60
const sound = 60
const rowCount = 1_000
const rights = [
  'state:read',
  'state:write',
  'events:subscribe',
  'events:emit',
  'hooks:register',
  'middleware:register',
  'methods:register',
  'messages:send',
  'services:export',
  'storage:use',
] as const

/** The same numbers each time, from 0 to below 1. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

function busy(milliseconds: number): void {
  const end = performance.now() + milliseconds
  while (performance.now() < end);
}

const never = (): Promise<void> => new Promise(() => {})
const boom = (): never => {
  throw new Error('chaos')
}
const attempt = (run: () => unknown): void => {
  try {
    run()
  } catch {
    // The plugin goes on, whatever it is told.
  }
}
const huge = Array.from({ length: 200_000 }, (_, index) => ({ index, text: `entry ${index}` }))

/** What a plugin does wrong, once it is initialised. Each in a way that its own `try` does not end. */
const faults: Readonly<Record<string, (context: EnhancedPluginContext, random: () => number) => void>> = {
  throws(context) {
    context.on('*', boom)
  },
  rejects(context) {
    context.on('*', () => Promise.reject(new Error('chaos')))
    context.onMessage(() => Promise.reject(new Error('chaos')))
  },
  hangs(context) {
    context.on('*', never)
    context.registerHook('before:*', never, { timeout: 50 })
    context.registerMiddleware('hanging', never, { timeout: 50 })
  },
  loops(context) {
    context.on('sort:change', () => busy(50))
    context.on('row:update', () => busy(50))
  },
  loopsInTimers(context) {
    context.setInterval(() => busy(50), 100)
  },
  floods(context) {
    context.setInterval(() => {
      for (let each = 0; each < 200; each += 1)
        attempt(() => context.emit({ type: `${context.pluginId}/flood:drop`, payload: { each } }))
    }, 20)
  },
  isHuge(context, random) {
    context.setInterval(() => {
      attempt(() => context.emit({ type: `${context.pluginId}/flood:drop`, payload: huge }))
      if (random() < 0.5) context.storage.set('huge', huge)
      else context.sendMessage(context.pluginId, huge)
    }, 100)
    context.onMessage(() => {})
  },
}

/** How often the code of faulty plugins was called. */
let faultyCalls = 0

function faultyPlugin(id: string, kind: string, random: () => number): AnyPlugin {
  return definePlugin({
    metadata: { id, name: id, version: '1.0.0', category: 'utility' },
    requiredPermissions: rights,
    resourceLimits: { maxCPUPercent: 5, maxStorageMB: 1 },
    initialize(context) {
      context.on('*', () => void (faultyCalls += 1))
      faults[kind]?.(context, random)
    },
  })
}

function soundPlugin(index: number): AnyPlugin {
  return definePlugin({
    metadata: { id: `sound-${index}`, name: 'Sound', version: '1.0.0', category: 'utility' },
    requiredPermissions: rights,
    initialize(context) {
      context.on('row:*', ({ payload }) => payload)
      context.on('sort:change', () => {})
      if (index % 10 === 0) context.registerHook('before:row:update', () => {})
    },
  })
}

interface Row {
  id: string
  name: string
  size: number
}

function makeTable(plugins: readonly AnyPlugin[]) {
  return createTable({
    data: Array.from({ length: rowCount }, (_, index): Row => ({
      id: String(index),
      name: `Row ${(index * 7919) % rowCount}`,
      size: (index * 104_729) % rowCount,
    })),
    columns: [
      { accessorKey: 'name' as const },
      { accessorKey: 'size' as const, meta: { gridkit: { type: 'number' as const } } },
    ],
    getRowId: ({ id }) => id,
    features: { plugins },
    log: () => {},
  })
}
type Table = ReturnType<typeof makeTable>

/** What people do with a table, and how long that took in milliseconds. */
function operate(table: Table, turn: number): number {
  const began = performance.now()
  if (turn % 3 === 0) table.setSorting([{ id: turn % 2 ? 'size' : 'name', desc: turn % 4 > 1 }])
  else if (turn % 3 === 1) table.updateRow(String(turn % rowCount), { name: `Renamed ${turn}` })
  else table.selectRow(String(turn % rowCount), turn % 2 === 0)
  void table.getRowModel().rows.length
  return performance.now() - began
}

/** Lets timers and messages have their turn. Sooner than a timer would, of which browsers make nested ones wait. */
function nextTask(): Promise<void> {
  const { port1, port2 } = new MessageChannel()
  return new Promise((resolve) => {
    port1.addEventListener('message', () => {
      port1.close()
      resolve()
    })
    port1.start()
    port2.postMessage(undefined)
  })
}

function quantile(values: readonly number[], part: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * part)] ?? Number.NaN
}

test(
  'among 100 plugins, the faulty ones are cut off, and the table is as quick as without them',
  { timeout: (seconds + 60) * 1_000 },
  async () => {
    const unhandled: unknown[] = []
    const note = (event: Event): void => void unhandled.push('reason' in event ? event.reason : event)
    addEventListener('unhandledrejection', note)
    addEventListener('error', note)
    const random = seeded(2026)
    const kinds = Object.keys(faults)
    const faulty = Array.from({ length: 100 - sound }, (_, index) => {
      const kind = kinds[index % kinds.length] ?? 'throws'
      const id = `${kind.toLowerCase()}-${index}`
      return { id, make: () => faultyPlugin(id, kind, random) }
    })
    const soundPlugins = Array.from({ length: sound }, (_, index) => soundPlugin(index))
    const calm = makeTable(soundPlugins)
    const chaotic = makeTable([...soundPlugins, ...faulty.map(({ make }) => make())])
    await Promise.all([calm.plugins.ready, chaotic.plugins.ready])
    const suspended = new Set<string>()
    chaotic.events.on('plugin:suspended', ({ payload }) => suspended.add(payload.pluginId))

    const times = { calm: [] as number[], chaotic: [] as number[] }
    const end = performance.now() + seconds * 1_000
    for (let turn = 0; performance.now() < end; turn += 1) {
      // Turn by turn, so that what else the machine does hits both alike.
      times.calm.push(operate(calm, turn))
      times.chaotic.push(operate(chaotic, turn))
      if (turn % 100 === 50) {
        const { id, make } = faulty[Math.floor(random() * faulty.length)] as (typeof faulty)[number]
        void chaotic.plugins
          .uninstallPlugin(id)
          .then(() => chaotic.plugins.installPlugin(make()))
          .catch(() => {})
      }
      await nextTask()
    }
    await chaotic.plugins.ready

    const ratio = quantile(times.chaotic, 0.95) / quantile(times.calm, 0.95)
    console.info(
      `chaos: ${times.chaotic.length} operations, p95 ${quantile(times.calm, 0.95).toFixed(2)} ms without and ` +
        `${quantile(times.chaotic, 0.95).toFixed(2)} ms with faulty plugins, ratio ${ratio.toFixed(2)}`,
    )
    expect(unhandled).toEqual([])
    expect(faulty.map(({ id }) => id).filter((id) => !suspended.has(id))).toEqual([])
    expect(soundPlugins.filter(({ metadata: { id } }) => suspended.has(id))).toEqual([])
    expect(chaotic.plugins.listPlugins({ status: 'running' }).length).toBeGreaterThanOrEqual(sound)
    expect(ratio).toBeLessThanOrEqual(1.2)
    expect(chaotic.getSelectedRowModel().rows.length).toBe(calm.getSelectedRowModel().rows.length)

    await Promise.all([chaotic.destroy(), calm.destroy()])
    const calls = faultyCalls
    await new Promise((resolve) => setTimeout(resolve, 500))
    expect([faultyCalls - calls, chaotic.events.count(), chaotic.plugins.listPlugins()]).toEqual([0, 0, []])
    expect(unhandled).toEqual([])
    removeEventListener('unhandledrejection', note)
    removeEventListener('error', note)
  },
)
