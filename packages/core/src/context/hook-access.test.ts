import { describe, expect, test } from 'vitest'
import { settle } from '../../test/fake-clock.ts'
import { peopleTable } from '../../test/people.ts'
import { errorOf, holder, plugin, quietHost, quietManager, type TestPlugin } from '../../test/plugins.ts'
import type { Permission } from '../index.ts'

const rights: readonly Permission[] = ['hooks:register', 'middleware:register']

async function contextWith(rest: TestPlugin = {}) {
  const held = holder('acme', { requiredPermissions: rights, ...rest })
  const { clock, ...host } = quietHost()
  const { table, events } = peopleTable([held.plugin], { ...host, clock })
  await table.plugins.ready
  return { table, events, clock, context: held.context() }
}
const sort = ({ table }: Awaited<ReturnType<typeof contextWith>>): void =>
  table.setSorting([{ id: 'age', desc: table.store.state.sorting[0]?.desc !== true }])

describe('registerHook', () => {
  test('needs the right for its point', async () => {
    const { context } = await contextWith({ requiredPermissions: ['hooks:register:before:row:*'] })
    context.registerHook('before:row:update', () => undefined)
    context.registerHook('before:row:*', () => undefined)
    for (const point of ['before:*', 'after:row:update', 'before:sort:change', 'startup'] as const) {
      const error = await errorOf(() => context.registerHook(point, () => undefined))
      expect(error.code).toBe('GK_PERMISSION_DENIED')
    }
  })

  test('refuses what is no point', async () => {
    const { context } = await contextWith()
    const error = await errorOf(() => context.registerHook('before:rows' as 'before:*', () => undefined))
    expect(error.code).toBe('GK_HOOK_POINT_INVALID')
  })

  test('counts as a handler, until it goes', async () => {
    const made = await contextWith({ resourceLimits: { maxEventHandlers: 2 } })
    const { context } = made
    for (let times = 0; times < 5; times += 1) {
      const undos = [
        context.registerHook('before:*', () => undefined),
        context.registerMiddleware('m', (_, next) => next()),
      ]
      expect((await errorOf(() => context.registerHook('after:*', () => undefined))).code).toBe(
        'GK_TOO_MANY_HANDLERS',
      )
      expect((await errorOf(() => context.registerMiddleware('n', (_, next) => next()))).code).toBe(
        'GK_TOO_MANY_HANDLERS',
      )
      undos[0]?.()
      expect((await errorOf(() => context.registerMiddleware('m', (_, next) => next()))).code).toBe(
        'GK_MIDDLEWARE_EXISTS',
      )
      if (times % 2 === 0) undos[1]?.()
      else context.unregisterMiddleware('m')
    }
    context.unregisterMiddleware('never there')
  })

  test('ends with the plugin', async () => {
    const made = await contextWith()
    const { context, table, events } = made
    let ran = 0
    context.registerHook('before:*', () => (ran += 1))
    context.registerHook('after:*', () => (ran += 1))
    context.registerMiddleware('m', () => (ran += 1))
    sort(made)
    expect([ran, events.map(({ type }) => type)]).toEqual([2, ['operation:cancelled']])
    await table.unregisterPlugin('acme')
    sort(made)
    expect([ran, events.map(({ type }) => type)]).toEqual([2, ['operation:cancelled', 'sort:change']])
    for (const call of [
      () => context.registerHook('before:*', () => undefined),
      () => context.registerMiddleware('m', (_, next) => next()),
    ])
      expect((await errorOf(call)).code).toBe('GK_CONTEXT_CLOSED')
  })

  test('gives what it was given to amend no more once the plugin has gone', async () => {
    const made = await contextWith()
    let late: (() => void) | undefined
    let aborted: AbortSignal | undefined
    made.context.registerHook('before:sort:change', async ({ amend, signal }) => {
      late = () => amend({ after: [] })
      aborted = signal
      await new Promise(() => {})
    })
    sort(made)
    await made.table.unregisterPlugin('acme')
    await settle()
    expect(made.events.map(({ type }) => type)).toEqual(['sort:change'])
    expect(aborted?.aborted).toBe(true)
    expect(() => late?.()).toThrow('had ended')
  })
})

describe('the moments of a host', () => {
  test('are told to hooks, on a host without a table, too', async () => {
    const { manager } = quietManager()
    const told: unknown[] = []
    await manager.installPlugin(
      plugin('acme', {
        requiredPermissions: rights,
        initialize(context) {
          context.registerHook('startup', (moment) => void told.push(['startup', moment]))
          context.registerHook('shutdown', (moment) => void told.push(['shutdown', moment]))
          context.registerHook('error', (failure) => void told.push(failure))
        },
      }),
    )
    await errorOf(() =>
      manager.installPlugin(
        plugin('broken', {
          initialize() {
            throw new Error('no')
          },
        }),
      ),
    )
    await manager.destroy()
    expect(told).toMatchObject([
      ['startup', {}],
      { pluginId: 'broken', code: 'GK_PLUGIN_FAILED', phase: 'initialize' },
      ['shutdown', {}],
    ])
  })
})
