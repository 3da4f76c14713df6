import { describe, expect, test, vi } from 'vitest'
import { deferred, errorOf, plugin, quietManager } from '../../test/plugins.ts'
import type { HostOptions } from '../index.ts'

/** A plugin that waits to be let go before it comes up. */
async function loading(options: HostOptions = {}) {
  const gate = deferred()
  const world = quietManager(options)
  const installed = world.manager.installPlugin(
    plugin('slow', {
      requiredPermissions: ['methods:register'],
      methods: ['work'],
      async initialize(context) {
        context.registerMethod('work', () => 'done')
        await gate.promise
      },
    }),
  )
  await vi.waitFor(() => expect(world.manager.getPlugin('slow')?.status).toBe('loading'))
  return { ...world, gate, installed, call: () => world.manager.callMethod('work', []) }
}

describe('a call of a method whose plugin is on its way up', () => {
  test('waits for it', async () => {
    const { call, gate, clock } = await loading({ timeouts: { initialize: 60_000 } })
    const called = call()
    await clock.advance(29_999)
    gate.resolve()
    expect(await called).toBe('done')
    expect(clock.pending).toBe(0)
  })

  test('waits for 30 seconds', async () => {
    const { call, clock } = await loading({ timeouts: { initialize: 60_000 } })
    const called = errorOf(call)
    await clock.advance(30_000)
    expect(await called).toMatchObject({ code: 'GK_METHOD_TIMED_OUT', pluginId: 'slow' })
  })

  test('waits with 999 others at most', async () => {
    const { call, gate } = await loading()
    const called = Array.from({ length: 1000 }, call)
    expect(await errorOf(call)).toMatchObject({ code: 'GK_METHOD_QUEUE_FULL', pluginId: 'slow' })
    gate.resolve()
    expect(new Set(await Promise.all(called))).toEqual(new Set(['done']))
    expect(await call()).toBe('done')
  })

  test('is refused where the host says so', async () => {
    const { call, gate, installed } = await loading({ callsWhileLoading: 'reject' })
    expect(await errorOf(call)).toMatchObject({ code: 'GK_PLUGIN_UNAVAILABLE', pluginId: 'slow' })
    gate.resolve()
    await installed
    expect(await call()).toBe('done')
  })
})
