import { describe, expect, test, vi } from 'vitest'
import { settle } from '../../test/fake-clock.ts'
import { errorOf, holder, quietManager, type TestPlugin } from '../../test/plugins.ts'
import type { GridKitError, MessageHandler, Permission } from '../index.ts'

/** A plugin 'b' that hears, and a plugin 'a' that talks to it. */
async function pair(
  handler: MessageHandler,
  requiredPermissions: readonly Permission[] = ['messages:send:b'],
) {
  const host = quietManager()
  const a = holder('a', { requiredPermissions })
  const b = holder('b', { initialize: (context) => void context.onMessage(handler) })
  await host.manager.installPlugins([a.plugin, b.plugin])
  return { ...host, a: a.context(), b: b.context() }
}

describe('messages between plugins', () => {
  test('arrive, with where they come from', async () => {
    const heard: unknown[] = []
    const { a } = await pair((message, { from }) => heard.push([from, message]))
    a.sendMessage('b', { rows: [1] })
    expect(heard).toEqual([])
    await settle()
    expect(heard).toEqual([['a', { rows: [1] }]])
  })

  test('are answered', async () => {
    const { a, clock } = await pair(async (message, { from }) => `${from} said ${String(message)}`)
    expect(await a.request<string>('b', 'hello')).toBe('a said hello')
    expect(clock.pending).toBe(0)
  })

  test.each<[readonly Permission[], readonly (string | undefined)[]]>([
    [[], ['GK_PERMISSION_DENIED', 'GK_PERMISSION_DENIED']],
    [['messages:send:c'], ['GK_PERMISSION_DENIED', 'GK_PERMISSION_DENIED']],
    [['messages:send:b'], [undefined, 'yes']],
    [['messages:send'], [undefined, 'yes']],
  ])('with %j come to %j', async (permissions, outcomes) => {
    const { a, manager } = await pair(() => 'yes', permissions)
    const outcomeOf = async (say: () => unknown): Promise<unknown> => {
      try {
        return await say()
      } catch (error) {
        return (error as GridKitError).code
      }
    }
    const send = (): unknown => a.sendMessage('b', 1)
    const request = (): unknown => a.request('b', 1)
    expect([await outcomeOf(send), await outcomeOf(request)]).toEqual(outcomes)
    manager.revokePermission('a', 'messages:send')
    expect(await outcomeOf(request)).toBe('GK_PERMISSION_DENIED')
  })

  test('to a plugin that is not there, or does not listen, are refused', async () => {
    const { a } = await pair(() => {}, ['messages:send'])
    for (const target of ['nobody', 'a']) {
      expect((await errorOf(() => a.sendMessage(target, 1))).code).toBe('GK_NO_RECEIVER')
      expect((await errorOf(() => a.request(target, 1))).code).toBe('GK_NO_RECEIVER')
    }
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('whose handler %s are charged to the receiver', async (_, handler) => {
    const { a, errors } = await pair(handler)
    a.sendMessage('b', 1)
    await settle()
    const phase = "message from 'a'"
    expect(errors).toMatchObject([{ pluginId: 'b', phase, code: 'GK_HANDLER_FAILED' }])
    const failure = await errorOf(() => a.request('b', 1))
    expect(failure).toMatchObject({ code: 'GK_REQUEST_FAILED', pluginId: 'b', cause: { message: 'no' } })
    expect(errors).toMatchObject([{ phase }, { pluginId: 'b', phase }])
  })

  test('are not held up by a handler that fails or hangs', async () => {
    const heard: unknown[] = []
    const { a } = await pair((message) => {
      heard.push(message)
      if (message === 1) throw new Error('no')
      return message === 2 ? new Promise(() => {}) : undefined
    })
    for (const message of [1, 2, 3]) a.sendMessage('b', message)
    await settle()
    expect(heard).toEqual([1, 2, 3])
  })

  test('have one handler a plugin, until it is undone', async () => {
    const { a, b } = await pair(() => 'first')
    expect((await errorOf(() => b.onMessage(() => {}))).code).toBe('GK_MESSAGE_HANDLER_EXISTS')
    const undo = a.onMessage(() => 'mine')
    undo()
    undo()
    a.onMessage(() => 'mine again')
  })

  test('under way when the receiver goes fail, and leave nothing', async () => {
    const { a, manager, clock, errors } = await pair(() => new Promise(() => {}))
    a.sendMessage('b', 1)
    const failure = errorOf(() => a.request('b', 1))
    await manager.uninstallPlugin('b')
    expect((await failure).code).toBe('GK_RECEIVER_GONE')
    expect((await errorOf(() => a.request('b', 1))).code).toBe('GK_NO_RECEIVER')
    expect([clock.pending, errors]).toEqual([0, []])
  })

  test('under way when the sender goes fail, and leave nothing', async () => {
    const { a, manager, clock, errors } = await pair(() => new Promise(() => {}))
    const failure = errorOf(() => a.request('b', 1))
    await manager.uninstallPlugin('a')
    expect((await failure).code).toBe('GK_REQUEST_ABORTED')
    for (const use of [() => a.sendMessage('b', 1), () => a.request('b', 1), () => a.onMessage(() => {})])
      expect((await errorOf(use)).code).toBe('GK_CONTEXT_CLOSED')
    expect([clock.pending, errors]).toEqual([0, []])
  })

  test('that nobody waits for any more are no unhandled rejections', async () => {
    const unhandled = vi.fn<() => void>()
    process.on('unhandledRejection', unhandled)
    const { a, manager } = await pair(() => Promise.reject(new Error('no')))
    void a.request('b', 1)
    void a.request('nobody', 1)
    await settle()
    void a.request('b', 1)
    await manager.uninstallPlugin('a')
    await settle()
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  test('reach a plugin that was installed again', async () => {
    const listener: TestPlugin = { initialize: (context) => void context.onMessage(() => 'here') }
    const { a, manager } = await pair(() => 'there')
    await manager.uninstallPlugin('b')
    await manager.installPlugin(holder('b', listener).plugin)
    expect(await a.request('b', 1)).toBe('here')
  })

  test('that are not answered suspend the receiver, but not when they were given little time', async () => {
    const { a, manager, clock, errors } = await pair(() => new Promise(() => {}))
    const hurried = [1, 2, 3, 4, 5].map((each) => errorOf(() => a.request('b', each, { timeout: 100 })))
    await clock.advance(100)
    for (const failure of hurried) expect((await failure).code).toBe('GK_REQUEST_TIMED_OUT')
    expect([errors, manager.getPlugin('b')?.status]).toEqual([[], 'running'])
    const failures = [1, 2, 3, 4, 5].map((each) => errorOf(() => a.request('b', each)))
    await clock.advance(5_000)
    for (const failure of failures) expect((await failure).code).toBe('GK_REQUEST_TIMED_OUT')
    const failed = { pluginId: 'b', phase: "message from 'a'", code: 'GK_REQUEST_TIMED_OUT' }
    expect(errors).toMatchObject([failed, failed, failed, failed, failed])
    expect([manager.getPlugin('b')?.status, manager.getPlugin('a')?.status]).toEqual(['suspended', 'running'])
  })

  test('that wait for a plugin are part of what it takes, to itself and in its health, beside its hooks', async () => {
    const { a, manager } = await pair(() => new Promise(() => {}))
    const c = holder('c', {
      requiredPermissions: ['hooks:register', 'middleware:register', 'storage:use'],
      initialize(context) {
        context.onMessage(() => new Promise(() => {}))
        context.registerHook('before:row:update', () => {})
        context.registerMiddleware('trace', (_, next) => next())
        context.storage.set('key', 'value')
      },
    })
    await manager.installPlugin(c.plugin)
    manager.grantPermission('a', 'messages:send:c')
    for (const message of [1, 2, 3]) void a.request('c', message)
    await settle()
    const use = c.context().getResourceUsage()
    expect(use).toMatchObject({ queued: 3, storageBytes: c.context().storage.size })
    expect(await manager.checkPluginHealth('c')).toMatchObject({ hooks: 2, resourceUse: use })
    expect(await manager.checkPluginHealth('a')).toMatchObject({ hooks: 0, resourceUse: { queued: 0 } })
    await manager.destroy()
  })
})
