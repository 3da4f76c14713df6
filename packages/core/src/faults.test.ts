import { describe, expect, test } from 'vitest'
import { settle } from '../test/fake-clock.ts'
import { peopleTable } from '../test/people.ts'
import { holder, never, plugin, quietHost, type TestPlugin } from '../test/plugins.ts'
import type { AnyPlugin, PluginErrorPayload } from './index.ts'

/** The ways in which a plugin's code can let its host down. */
const faults: Readonly<Record<'throws' | 'rejects' | 'hangs', () => void | Promise<void>>> = {
  throws: () => {
    throw new Error('broken')
  },
  rejects: () => Promise.reject(new Error('broken')),
  hangs: never,
}
type Fault = keyof typeof faults

const everyRight = [
  'state:read',
  'state:write',
  'rows:create',
  'rows:update',
  'rows:delete',
  'events:subscribe',
  'methods:register',
  'messages:send',
  'storage:use',
] as const

interface Case {
  /** Where the fault is; also the phase that the report names, unless `phase` says otherwise. */
  readonly at: string
  readonly phase?: string
  readonly definition: (fault: () => void | Promise<void>) => TestPlugin
  /** Makes the plugin run into it. */
  readonly provoke?: (world: World) => unknown
  /** The status the plugin is in after that. */
  readonly status: (fault: Fault) => string | undefined
  /** How many reports there are: none where hanging is nobody's business. */
  readonly reports?: (fault: Fault) => number
}

const running = (): string => 'running'
const failed = (): string => 'error'
const gone = (): undefined => undefined
const unlessItHangs = (fault: Fault): number => (fault === 'hangs' ? 0 : 1)

const cases: readonly Case[] = [
  { at: 'initialize', definition: (fault) => ({ initialize: fault }), status: failed },
  { at: 'start', definition: (fault) => ({ start: fault }), status: failed },
  {
    at: 'stop',
    definition: (fault) => ({ stop: fault }),
    provoke: ({ table }) => table.unregisterPlugin('faulty'),
    status: gone,
  },
  {
    at: 'destroy',
    definition: (fault) => ({ destroy: fault }),
    provoke: ({ table }) => table.unregisterPlugin('faulty'),
    status: gone,
  },
  {
    at: 'onConfigChange',
    definition: (fault) => ({ onConfigChange: fault }),
    provoke: ({ table }) => table.plugins.setPluginConfig('faulty', { size: 2 }),
    status: running,
  },
  {
    at: 'a migration',
    phase: 'initialize',
    definition: (fault) => ({ migrations: [{ version: 1, up: fault }] }),
    status: failed,
  },
  {
    at: 'a handler',
    phase: "handler of 'column:visibility'",
    definition: (fault) => ({ initialize: (context) => void context.on('column:visibility', fault) }),
    provoke: ({ table }) => table.setColumnVisibility({ name: false }),
    status: running,
    reports: unlessItHangs,
  },
  {
    at: 'a handler that runs once',
    phase: "handler of 'row:update'",
    definition: (fault) => ({ initialize: (context) => void context.on('row:*', fault, { once: true }) }),
    provoke({ table }) {
      table.updateRow('ada', { tags: ['a'] })
      table.updateRow('ada', { tags: ['b'] })
    },
    status: running,
    reports: unlessItHangs,
  },
  {
    at: 'a method',
    phase: "method 'work'",
    definition: (fault) => ({
      methods: ['work'],
      initialize: (context) => void context.registerMethod('work', fault),
    }),
    provoke({ table }) {
      const called = table.plugins.callMethod('work', []).catch(() => {})
      // Whoever calls a method that never answers waits for ever; the table does not.
      return Promise.race([called, settle()])
    },
    status: running,
    reports: unlessItHangs,
  },
  {
    at: 'a timer',
    phase: 'setTimeout',
    definition: (fault) => ({ initialize: (context) => void context.setTimeout(fault, 5) }),
    provoke: ({ clock }) => clock.advance(5),
    status: running,
    reports: unlessItHangs,
  },
  {
    at: 'an interval',
    phase: 'setInterval',
    definition: (fault) => ({
      initialize(context) {
        const undo = context.setInterval(() => {
          undo()
          return fault()
        }, 5)
      },
    }),
    provoke: ({ clock }) => clock.advance(50),
    status: running,
    reports: unlessItHangs,
  },
  {
    at: 'a message',
    phase: "message from 'neighbour'",
    definition: (fault) => ({ initialize: (context) => void context.onMessage(fault) }),
    provoke: ({ neighbour }) => neighbour().sendMessage('faulty', 'hello'),
    status: running,
    reports: unlessItHangs,
  },
  {
    at: 'a request',
    phase: "message from 'neighbour'",
    definition: (fault) => ({ initialize: (context) => void context.onMessage(fault) }),
    provoke: ({ neighbour, clock }) =>
      Promise.race([
        neighbour()
          .request('faulty', 'hello')
          .catch(() => {}),
        clock.advance(20_000),
      ]),
    status: running,
  },
  {
    at: 'a health check',
    phase: 'healthCheck',
    definition: (fault) => ({ healthCheck: fault as never }),
    async provoke({ table, clock }) {
      const checked = table.plugins.checkPluginHealth('faulty')
      await clock.advance(5_000)
      expect(await checked).toMatchObject({ status: 'unhealthy' })
    },
    status: running,
  },
]

type World = Awaited<ReturnType<typeof worldWith>>

/** A table with a plugin that does its work, and one that is at fault. */
async function worldWith(faulty: TestPlugin) {
  const { clock, lines, ...host } = quietHost()
  const seen: string[] = []
  const neighbour = holder('neighbour', {
    requiredPermissions: everyRight,
    methods: ['count'],
    initialize(context) {
      context.registerMethod('count', () => context.getTableState().data.length)
      context.on('*', ({ type }) => void seen.push(type))
    },
  })
  const { table } = peopleTable([neighbour.plugin], { ...host, clock, id: 'faults', storage: 'memory' })
  const reports: PluginErrorPayload[] = []
  table.events.on('plugin:error', ({ payload }) => reports.push(payload))
  await table.plugins.ready
  const definition: AnyPlugin = plugin('faulty', {
    requiredPermissions: everyRight,
    config: { size: 1 },
    ...faulty,
  })
  const installed = table.registerPlugin(definition).catch((error: unknown) => error)
  for (let time = 0; time < 3; time += 1) await clock.advance(10_000)
  await installed
  return { table, clock, lines, seen, reports, neighbour: neighbour.context }
}

/** The table and the other plugin do what they always do. */
async function expectInOrder({ table, seen, neighbour }: World): Promise<void> {
  seen.length = 0
  table.setSorting([{ id: 'age', desc: false }])
  table.updateRow('bob', { name: 'Robert' })
  expect(table.getRowModel().rows.map(({ id }) => id)).toEqual(['dee', 'cy', 'bob', 'ada'])
  expect(seen).toEqual(['sort:change', 'row:update'])
  expect(await table.plugins.callMethod('count', [])).toBe(4)
  neighbour().storage.set('key', 1)
  expect(table.plugins.getPlugin('neighbour')?.status).toBe('running')
  await table.registerPlugin(plugin('after'))
  await table.unregisterPlugin('after')
}

describe.each(cases)(
  'a fault in $at',
  ({ at, phase = at, definition, provoke, status, reports = () => 1 }) => {
    test.each(Object.keys(faults) as Fault[])('that %s harms nobody else', async (fault) => {
      const world = await worldWith(definition(faults[fault]))
      const provoked = Promise.resolve(provoke?.(world)).catch(() => {})
      await world.clock.advance(20_000)
      await provoked
      await expectInOrder(world)
      expect(world.table.plugins.getPlugin('faulty')?.status).toBe(status(fault))
      expect(world.reports).toHaveLength(reports(fault))
      for (const report of world.reports) expect(report).toMatchObject({ pluginId: 'faulty', phase })
      await world.table.destroy()
      expect(world.clock.pending).toBe(0)
    })
  },
)

describe.each(cases)('calling the host back from $at', ({ definition, provoke }) => {
  test('in the middle of it leaves the host in order', async () => {
    const held: { world?: World } = {}
    const outcomes: Promise<unknown>[] = []
    let called = 0
    const call = (): void => {
      called += 1
      // Once: a handler that edits what it hears of would go on for ever.
      if (called > 1 || held.world === undefined) return
      const { table } = held.world
      outcomes.push(
        table.registerPlugin(plugin('child')),
        table.plugins.setPluginConfig('neighbour', { size: 3 }),
        table.plugins.callMethod('count', []),
        table.unregisterPlugin('faulty'),
      )
      table.updateRow('cy', { tags: ['re-entrant'] })
    }
    const world = await worldWith({})
    held.world = world
    await world.table.unregisterPlugin('faulty')
    const installed = world.table
      .registerPlugin(
        plugin('faulty', { requiredPermissions: everyRight, config: { size: 1 }, ...definition(call) }),
      )
      .catch((error: unknown) => error)
    for (let time = 0; time < 3; time += 1) await world.clock.advance(10_000)
    const provoked = Promise.resolve(provoke?.(world)).catch(() => {})
    for (let time = 0; time < 3; time += 1) await world.clock.advance(10_000)
    await installed
    await provoked
    await Promise.allSettled(outcomes)
    expect(called).toBeGreaterThan(0)
    expect(world.table.getRow('cy').original.tags).toEqual(['re-entrant'])
    expect(world.table.plugins.getPlugin('faulty')).toBeUndefined()
    expect(world.table.plugins.getPlugin('child')?.status).toBe('running')
    expect(world.table.events.count('faulty')).toBe(0)
    await expectInOrder(world)
    await world.table.destroy()
    expect(world.clock.pending).toBe(0)
  })
})

test.each(['initialize', 'start', 'stop', 'destroy'] as const)(
  'a plugin that waits in %s for the host, which waits for it, is cut off when its time is up',
  async (phase) => {
    const held: { world?: World } = {}
    const wait = async (): Promise<void> => {
      await held.world?.table.registerPlugin(plugin('child'))
    }
    const world = await worldWith({})
    held.world = world
    await world.table.unregisterPlugin('faulty')
    const installed = world.table
      .registerPlugin(plugin('faulty', { requiredPermissions: everyRight, [phase]: wait }))
      .catch((error: unknown) => error)
    for (let time = 0; time < 3; time += 1) await world.clock.advance(10_000)
    await installed
    const removed = world.table.unregisterPlugin('faulty').catch(() => {})
    for (let time = 0; time < 3; time += 1) await world.clock.advance(10_000)
    await removed
    expect(world.reports).toMatchObject([{ pluginId: 'faulty', phase, code: 'GK_PLUGIN_TIMED_OUT' }])
    expect(world.table.plugins.getPlugin('child')?.status).toBe('running')
    await expectInOrder(world)
    await world.table.destroy()
    expect(world.clock.pending).toBe(0)
  },
)
