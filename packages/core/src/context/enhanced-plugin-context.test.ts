import { getEventListeners } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { settle } from '../../test/fake-clock.ts'
import { deferred, errorOf, holder, plugin, quietManager } from '../../test/plugins.ts'
import type { Permission, PermissionPolicy, PermissionRequest } from '../index.ts'
import { pageDownload } from './download.ts'
import { networkPermission, pageAddress, pageFetch } from './fetch.ts'

async function contextWith(requiredPermissions: readonly Permission[], options = {}) {
  const host = quietManager(options)
  const held = holder('acme', { requiredPermissions })
  await host.manager.installPlugin(held.plugin)
  return { ...host, context: held.context() }
}

describe('permissions', () => {
  test('are asked of the policy, the required ones first', async () => {
    const asked: PermissionRequest[] = []
    const permissions: PermissionPolicy = (request) => {
      asked.push(request)
      return Promise.resolve(request.permission !== 'rows:create')
    }
    const { manager } = quietManager({ permissions })
    const held = holder('acme', {
      requiredPermissions: ['state:read'],
      optionalPermissions: ['rows:create', 'events:subscribe'],
    })
    await manager.installPlugin(held.plugin)
    expect(asked.map(({ permission, when }) => `${when} ${permission}`)).toEqual([
      'install state:read',
      'install rows:create',
      'install events:subscribe',
    ])
    const held3 = (['state:read', 'rows:create', 'events:subscribe:row:*'] as const).map((each) =>
      held.context().hasPermission(each),
    )
    expect(held3).toEqual([true, false, true])
  })

  test('that are required and refused keep the plugin from running, torn down', async () => {
    const rights = { requiredPermissions: ['download'], optionalPermissions: ['methods:register'] } as const
    const { manager, errors } = quietManager({ permissions: () => false })
    const error = await errorOf(() => manager.installPlugin(plugin('acme', { ...rights, methods: ['work'] })))
    expect(error).toMatchObject({ code: 'GK_PERMISSION_DENIED', pluginId: 'acme' })
    expect(manager.getPlugin('acme')?.status).toBe('error')
    expect(errors).toMatchObject([{ phase: 'install', code: 'GK_PERMISSION_DENIED' }])
    const other = plugin('other', { optionalPermissions: ['methods:register'], methods: ['work'] })
    await manager.installPlugin(other)
  })

  test('a policy that throws keeps the plugin from running, and is reported', async () => {
    const { manager, lines } = quietManager({
      permissions() {
        throw new Error('no policy')
      },
    })
    const error = await errorOf(() =>
      manager.installPlugin(plugin('acme', { requiredPermissions: ['download'] })),
    )
    expect(error.code).toBe('GK_PERMISSION_DENIED')
    expect(lines.map(({ tag, message }) => `${tag}: ${message}`)).toEqual([
      "host: the permission policy failed when asked for 'download' of plugin 'acme': no policy",
      "acme: plugin 'acme' lacks the permission 'download'",
    ])
  })

  test('that are required and refused are all named, with what to do', async () => {
    const { manager } = quietManager({ permissions: 'prompt' })
    const error = await errorOf(() =>
      manager.installPlugin(plugin('acme', { requiredPermissions: ['download', 'state:read'] })),
    )
    expect(error.message).toBe("plugin 'acme' lacks the permissions 'download', 'state:read'")
    expect(error.hint).toContain('promptPermission')
  })

  test('are asked of a person, where the host says so', async () => {
    const { manager } = quietManager({
      permissions: 'prompt',
      promptPermission: ({ permission }) => Promise.resolve(permission === 'state:read'),
    })
    const held = holder('acme', { requiredPermissions: ['state:read'], optionalPermissions: ['download'] })
    await manager.installPlugin(held.plugin)
    expect([held.context().hasPermission('state:read'), held.context().hasPermission('download')]).toEqual([
      true,
      false,
    ])
  })

  test('leave a trail of who was given and used them', async () => {
    const { manager, context } = await contextWith(['download'], {
      permissionAuditSize: 3,
      download: () => {},
    })
    for (const name of ['a', 'b']) context.download(name, new Blob())
    manager.revokePermission('acme', 'download')
    expect(() => context.download('c', new Blob())).toThrow('lacks the permission')
    expect(
      manager.permissionAudit.query().map(({ action, allowed, count }) => [action, allowed, count]),
    ).toEqual([
      ['use', false, 1],
      ['revoke', false, 1],
      ['use', true, 2],
    ])
    expect(manager.permissionAudit.violations('acme')).toMatchObject([{ reason: 'revoked' }])
  })

  test('can be asked for at run time, where they were declared', async () => {
    let allowed = false
    const { manager } = quietManager({ permissions: () => allowed })
    const held = holder('acme', { optionalPermissions: ['events:emit:row:*'] })
    await manager.installPlugin(held.plugin)
    const context = held.context()
    expect(await context.requestPermission('events:emit:row:update')).toBe(false)
    allowed = true
    expect(await context.requestPermission('download')).toBe(false)
    expect(await context.requestPermission('events:emit:row:update')).toBe(true)
    expect(await context.requestPermission('events:emit:row:update')).toBe(true)
    expect(context.hasPermission('events:emit:row:create')).toBe(false)
  })

  test('granted too late are of no use to a successor', async () => {
    const answer = deferred<boolean>()
    const { manager } = quietManager({
      permissions: ({ when }: PermissionRequest) => (when === 'runtime' ? answer.promise : false),
    })
    const first = holder('acme', { optionalPermissions: ['download'] })
    await manager.installPlugin(first.plugin)
    const asked = first.context().requestPermission('download')
    await manager.uninstallPlugin('acme')
    const second = holder('acme', { optionalPermissions: ['download'] })
    await manager.installPlugin(second.plugin)
    answer.resolve(true)
    await asked
    expect(second.context().hasPermission('download')).toBe(false)
  })

  test('are given and taken at run time, from the next call on', async () => {
    const { manager, context } = await contextWith(['events:emit'])
    const emit = (): void => context.emit({ type: 'data:replace', payload: { rows: 0 } })
    emit()
    manager.revokePermission('acme', 'events:emit')
    expect(emit).toThrow("lacks the permission 'events:emit:data:replace'")
    expect(await context.requestPermission('events:emit')).toBe(false)
    manager.grantPermission('acme', 'events:emit:data:replace')
    emit()
    expect(() => context.emit({ type: 'export:start', payload: {} as never })).toThrow('lacks the permission')
    manager.grantPermission('acme', 'events:emit')
    expect(() => context.emit({ type: 'a:b', payload: 0 })).not.toThrow()
    expect(() => context.download('a', new Blob())).toThrow("lacks the permission 'download'")
  })

  test('taken in part bind what was subscribed more broadly', async () => {
    const { manager, context } = await contextWith(['events:subscribe'])
    const heard: string[] = []
    context.on('*', ({ type }) => heard.push(type))
    manager.revokePermission('acme', 'events:subscribe:row:*')
    manager.events.emit({ type: 'row:delete', payload: { rowId: '1', index: 0, row: {} } })
    manager.events.emit({ type: 'data:replace', payload: { rows: 0 } })
    expect(heard).toEqual(['data:replace'])
  })

  test('taken in part leave the rest', async () => {
    const { manager, context } = await contextWith(['events:subscribe', 'events:emit'])
    manager.revokePermission('acme', 'events:subscribe:row:*')
    expect(context.hasPermission('events:subscribe:row:update')).toBe(false)
    expect(context.hasPermission('events:subscribe:sort:change')).toBe(true)
    manager.grantPermission('acme', 'events:subscribe:row:update')
    expect(context.hasPermission('events:subscribe:row:update')).toBe(true)
    expect(context.hasPermission('events:subscribe:row:create')).toBe(false)
    expect(await context.requestPermission('events:subscribe:row:create')).toBe(false)
    manager.grantPermission('acme', 'events:subscribe')
    expect(context.hasPermission('events:subscribe:row:create')).toBe(true)
  })

  test('taken away cut what was subscribed, until they are given again', async () => {
    const { manager, context } = await contextWith(['events:subscribe'])
    let calls = 0
    context.on('data:*', () => (calls += 1))
    const emit = (): void => manager.events.emit({ type: 'data:replace', payload: { rows: 0 } })
    emit()
    manager.revokePermission('acme', 'events:subscribe')
    emit()
    expect(calls).toBe(1)
    manager.grantPermission('acme', 'events:subscribe:data:*')
    emit()
    expect(calls).toBe(2)
  })
})

describe('events', () => {
  test('of a plugin’s own namespace are free, others need a grant, and none lies about its source', async () => {
    const { manager, context } = await contextWith(['events:emit:export:*'])
    const seen: unknown[] = []
    manager.events.on('*', ({ type, source, operationId }) => seen.push([type, source, operationId]))
    const forged = { type: 'acme/found:one', payload: 1, source: 'user', operationId: 'operation-1' }
    context.emit(forged)
    context.emit({ type: 'export:start', payload: { exportId: '1', format: 'csv', rows: 0, total: 0 } })
    expect(seen).toEqual([
      ['acme/found:one', 'acme', undefined],
      ['export:start', 'acme', undefined],
    ])
    expect(() => context.emit({ type: 'row:update', payload: {} as never })).toThrow('lacks the permission')
    expect(() => context.emit({ type: 'acmes/found:one', payload: 1 })).toThrow('lacks the permission')
    expect(() => context.emit({ type: 'acme/Found', payload: 1 })).toThrow('is not an event type')
  })

  test('subscriptions keep priority, once, signal and undo', async () => {
    const { manager, context } = await contextWith(['events:subscribe:data:*'])
    const before = manager.events.count()
    const calls: string[] = []
    const controller = new AbortController()
    context.on('data:replace', () => calls.push('plain'))
    context.on('data:replace', () => calls.push('first'), { priority: 500 })
    context.on('data:*', () => calls.push('once'), { once: true })
    context.on('data:*', () => calls.push('until'), { signal: controller.signal })
    const undo = context.on('data:*', () => calls.push('undone'))
    undo()
    expect(manager.events.count('acme')).toBe(4)
    const emit = (): void => manager.events.emit({ type: 'data:replace', payload: { rows: 0 } })
    emit()
    controller.abort()
    context.on('data:*', () => calls.push('never'), { signal: controller.signal })
    emit()
    expect(calls).toEqual(['first', 'plain', 'once', 'until', 'first', 'plain'])
    expect(() => context.on('row:update', () => {})).toThrow('lacks the permission')
    await manager.uninstallPlugin('acme')
    emit()
    expect([calls.length, manager.events.count()]).toEqual([6, before])
  })

  test('subscriptions leave nothing on their signal, however they end', async () => {
    const { manager, context } = await contextWith(['events:subscribe'])
    const { signal } = new AbortController()
    for (let time = 0; time < 100; time += 1) context.on('data:*', () => {}, { signal })()
    expect(getEventListeners(signal, 'abort')).toEqual([])
    context.on('data:*', () => {}, { signal, once: true })
    context.on('data:*', () => {}, { signal })
    manager.events.emit({ type: 'data:replace', payload: { rows: 0 } })
    expect(getEventListeners(signal, 'abort')).toHaveLength(1)
    await manager.uninstallPlugin('acme')
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  test('handlers that fail are charged to the plugin, however they fail', async () => {
    const { manager, context, errors } = await contextWith(['events:subscribe'])
    const error = new Error('no')
    context.on('data:replace', () => {
      throw error
    })
    context.on('data:replace', () => Promise.reject(error))
    context.on('data:replace', () => runInNewContext('Promise.reject(error)', { error }))
    manager.events.emit({ type: 'data:replace', payload: { rows: 0 } })
    await settle()
    const expected = { pluginId: 'acme', phase: "handler of 'data:replace'", code: 'GK_HANDLER_FAILED' }
    expect(errors).toMatchObject([expected, expected, expected])
    expect(errors[0]?.message).toBe("plugin 'acme' failed in handler of 'data:replace': no")
  })
})

describe('timers', () => {
  test('run, can be undone, and end with the plugin', async () => {
    const { manager, context, clock } = await contextWith([])
    const calls: string[] = []
    context.setTimeout(() => calls.push('after'), 10)
    context.setTimeout(() => calls.push('undone'), 10)()
    context.setInterval(() => calls.push('every'), 10)
    context.setTimeout(() => calls.push('too late'), 100)
    await clock.advance(25)
    await manager.uninstallPlugin('acme')
    await clock.advance(1000)
    expect(calls).toEqual(['after', 'every', 'every'])
    expect(clock.pending).toBe(0)
  })

  test('that fail are charged to the plugin', async () => {
    const { context, clock, errors } = await contextWith([])
    context.setTimeout(() => {
      throw new Error('after')
    }, 1)
    const undo = context.setInterval(() => {
      undo()
      throw new Error('every')
    }, 2)
    await clock.advance(10)
    expect(errors.map(({ phase }) => phase)).toEqual(['setTimeout', 'setInterval'])
  })
})

describe('fetch', () => {
  const answer = (): Promise<Response> => Promise.resolve(new Response('ok'))

  test('reaches the origins that were granted, and aborts with the plugin', async () => {
    const fetch = vi.fn<(input: string | URL, init?: RequestInit) => Promise<Response>>(answer)
    const { manager, context } = await contextWith(['network:https://api.example.com'], { fetch })
    expect(await (await context.fetch('https://api.example.com/a?b')).text()).toBe('ok')
    const controller = new AbortController()
    await context.fetch(new URL('https://api.example.com/'), { method: 'POST', signal: controller.signal })
    const inits = fetch.mock.calls.map(([, init]) => init)
    expect(inits[1]?.method).toBe('POST')
    controller.abort()
    expect(inits[1]?.signal?.aborted).toBe(true)
    for (const address of [
      'https://api.example.com:8443/',
      'http://api.example.com/',
      'https://api.example.com.evil.com/',
      'https://api.example.com@evil.com/',
      'data:text/plain,hello',
    ])
      expect((await errorOf(() => context.fetch(address))).code).toBe('GK_PERMISSION_DENIED')
    expect(fetch).toHaveBeenCalledTimes(2)
    await manager.uninstallPlugin('acme')
    expect(inits[0]?.signal?.aborted).toBe(true)
    expect((await errorOf(() => context.fetch('https://api.example.com/'))).code).toBe('GK_CONTEXT_CLOSED')
  })

  describe('that is redirected', () => {
    const servers: Server[] = []
    afterEach(() => {
      for (const server of servers.splice(0)) server.close().closeAllConnections()
    })
    async function serve(answer: RequestListener): Promise<string> {
      const server = createServer(answer)
      servers.push(server)
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    }

    test('gives nothing of an origin that was not granted', async () => {
      const secret = await serve((_, response) => response.end('secret'))
      const open = await serve(({ url }, response) => {
        if (url === '/away') response.writeHead(302, { location: `${secret}/path` })
        if (url === '/within') response.writeHead(302, { location: '/here' })
        response.end('open')
      })
      const { manager, context } = await contextWith([`network:${open}`], { fetch: pageFetch })
      expect(await (await context.fetch(`${open}/within`)).text()).toBe('open')
      expect(await errorOf(() => context.fetch(`${open}/away`))).toMatchObject({
        code: 'GK_PERMISSION_DENIED',
        message: `plugin 'acme' lacks the permission 'network:${secret}'`,
      })
      expect(manager.permissionAudit.violations('acme')).toMatchObject([{ permission: `network:${secret}` }])
      expect(await (await context.fetch(`${open}/away`, { redirect: 'manual' })).text()).toBe('open')
      manager.grantPermission('acme', `network:${secret}` as Permission)
      expect(await (await context.fetch(`${open}/away`)).text()).toBe('secret')
    })

    test('lets go of the body', async () => {
      const cancelled = vi.fn<() => Promise<never>>(() => Promise.reject(new Error('no')))
      const response = new Response(new ReadableStream({ cancel: cancelled }))
      Object.defineProperties(response, {
        redirected: { value: true },
        url: { value: 'https://other.example.com/' },
      })
      const { context } = await contextWith(['network:https://api.example.com'], {
        fetch: () => Promise.resolve(response),
      })
      const error = await errorOf(() => context.fetch('https://api.example.com'))
      expect(error.message).toContain("'network:https://other.example.com'")
      expect(cancelled).toHaveBeenCalledTimes(1)
      await settle()
    })
  })

  test('the page’s own origin is self', () => {
    const permission = (target: string, page?: string): string => networkPermission(new URL(target), page)
    expect(permission('https://a.com/x', 'https://a.com/y')).toBe('network:self')
    expect(permission('https://a.com:444/x', 'https://a.com/y')).toBe('network:https://a.com:444')
    expect(permission('https://a.com/x')).toBe('network:https://a.com')
    expect(permission('file:///etc/passwd', 'file:///home/page.html')).toBe('network:null')
    // Node is no page.
    expect(pageAddress()).toBeUndefined()
  })

  test('uses the fetch that the page has now', async () => {
    const fetch = vi.spyOn(globalThis, 'fetch').mockImplementation(answer)
    await pageFetch('https://a.com/')
    expect(fetch).toHaveBeenCalledWith('https://a.com/', undefined)
  })
})

describe('download', () => {
  test('goes through the host', async () => {
    const files: string[] = []
    const { context } = await contextWith(['download'], { download: (name: string) => void files.push(name) })
    context.download('a.csv', new Blob(['a']))
    expect(files).toEqual(['a.csv'])
  })

  test('says so where there is no document', async () => {
    const error = await errorOf(() => pageDownload('a.csv', new Blob()))
    expect(error.code).toBe('GK_DOWNLOAD_UNAVAILABLE')
  })
})

describe('a context', () => {
  test('without a table says so', async () => {
    const { context } = await contextWith([
      'state:read',
      'state:write',
      'rows:create',
      'rows:update',
      'rows:delete',
    ])
    const uses: [string, () => unknown][] = [
      ['getTableState', () => context.getTableState()],
      ['updateTableState', () => context.updateTableState(() => {})],
      ['rows.get', () => context.rows.get('1')],
      ['rows.create', () => context.rows.create({})],
      ['rows.update', () => context.rows.update('1', {})],
      ['rows.delete', () => context.rows.delete('1')],
      ['rows.query', () => context.rows.query()],
    ]
    for (const [member, use] of uses) {
      const error = await errorOf(use)
      expect([error.code, error.message]).toEqual([
        'GK_NO_TABLE',
        `context.${member} needs a table, and this plugin manager has none`,
      ])
    }
  })

  test('is closed when the plugin is gone, but for what says who it was', async () => {
    const { manager, context } = await contextWith(['state:read', 'storage:use'])
    await manager.uninstallPlugin('acme')
    const uses: [string, () => unknown][] = [
      ['on', () => context.on('*', () => {})],
      ['emit', () => context.emit({ type: 'acme/a:b', payload: 1 })],
      ['getTableState', () => context.getTableState()],
      ['updateTableState', () => context.updateTableState(() => {})],
      ['registerMethod', () => context.registerMethod('work', () => 1)],
      ['hasPermission', () => context.hasPermission('download')],
      ['requestPermission', () => context.requestPermission('download')],
      ['setTimeout', () => context.setTimeout(() => {}, 1)],
      ['setInterval', () => context.setInterval(() => {}, 1)],
      ['fetch', () => context.fetch('https://a.com')],
      ['download', () => context.download('a', new Blob())],
      ['rows.get', () => context.rows.get('1')],
      ['storage.get', () => context.storage.get('a')],
      ['storage.size', () => context.storage.size],
      ['storage.flush', () => context.storage.flush()],
    ]
    for (const [member, use] of uses) {
      const error = await errorOf(use)
      expect([error.code, error.message]).toEqual([
        'GK_CONTEXT_CLOSED',
        `plugin 'acme' used context.${member} after it was torn down`,
      ])
    }
    expect([context.pluginId, context.config, context.signal.aborted]).toEqual(['acme', undefined, true])
    expect(() => context.logger.warn('still here')).not.toThrow()
  })

  test('logs with the plugin’s name', async () => {
    const { context, lines } = await contextWith([])
    context.logger.info('hello')
    expect(lines.at(-1)).toEqual({ level: 'info', tag: 'acme', message: 'hello' })
  })
})

test('fetch says which address is none', async () => {
  const { context } = await contextWith(['network:*'])
  expect(await errorOf(() => context.fetch('http://'))).toMatchObject({
    code: 'GK_ADDRESS_INVALID',
    message: "plugin 'acme' can't fetch 'http://': it is no address",
  })
})
