import { createTable } from '@gridkit/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { IngestServer, type ReceivedRequest } from '../../test/ingest-server.ts'
import { LogLines } from '../../test/log-lines.ts'
import { analyticsPlugin, type AnalyticsOptions } from './analytics-plugin.ts'

const columns = [{ accessorKey: 'name' }] as const
const open: { destroy(): Promise<void> }[] = []
const loader = 'mixpanel-browser/src/loaders/loader-module-core.js'
let server: IngestServer

beforeEach(async () => {
  server = await new IngestServer().listen()
  document.title = 'canary title'
  window.history.pushState({}, '', '/canary-path?canary=query')
})

afterEach(async () => {
  await Promise.all(open.splice(0).map((table) => table.destroy()))
  await server.close()
  vi.doUnmock(loader)
})

function tableWith(options: Partial<AnalyticsOptions>) {
  const log = new LogLines()
  const table = createTable({
    data: [{ name: 'canary value' }],
    columns: [...columns],
    features: {
      plugins: [analyticsPlugin({ provider: 'mixpanel', autoTrack: true, host: server.origin, ...options })],
    },
    log: log.sink,
  })
  open.push(table)
  return Object.assign(table, { log })
}

interface WireEvent {
  readonly event: string
  readonly properties: Readonly<Record<string, unknown>>
}

function decoded({ body }: ReceivedRequest): WireEvent {
  const data = new URLSearchParams(body).get('data') ?? ''
  return JSON.parse(Buffer.from(data, 'base64').toString()) as WireEvent
}

function traces(): unknown {
  return [document.cookie, Object.entries(localStorage), Object.entries(sessionStorage)]
}

describe("the real SDK, with a server of one's own", () => {
  test('sends nothing, keeps nothing and loads nothing before consent', async () => {
    const loaded = vi.fn<() => object>()
    vi.doMock(loader, () => loaded())
    const before = traces()
    const table = tableWith({ apiKey: 'token' })
    table.setSorting([{ id: 'name', desc: true }])
    await table.analytics.track('early')
    await table.analytics.flush()
    expect(loaded).not.toHaveBeenCalled()
    expect(server.received).toEqual([])
    expect(traces()).toEqual(before)
  })

  test('sends events of the grid, and nothing of the page, the device or the cells', async () => {
    const before = traces()
    const table = tableWith({ apiKey: 'token', consent: 'granted' })
    await table.plugins.ready
    table.setSorting([{ id: 'name', desc: true }])
    table.setGlobalFilter('canary')
    await table.analytics.identify('user-1')
    await table.analytics.track('Own', { count: 2 })
    await table.analytics.flush()
    await vi.waitFor(() => expect(server.received.length).toBeGreaterThanOrEqual(4))
    const [sorted, filtered, ...others] = server.received.map(decoded)
    expect(server.received[0]).toMatchObject({
      method: 'POST',
      url: expect.stringMatching(/^\/track\/\?.*ip=0/),
    })
    expect(sorted).toMatchObject({
      event: 'Table Sorted',
      properties: { columnIds: ['name'], token: 'token' },
    })
    expect(filtered?.event).toBe('Table Filter Applied')
    expect(others.find(({ event }) => event === 'Own')?.properties).toMatchObject({
      count: 2,
      distinct_id: 'user-1',
    })
    const allowed = [
      'columnIds',
      'token',
      'distinct_id',
      '$device_id',
      '$insert_id',
      'time',
      'mp_lib',
      '$lib_version',
    ]
    expect(Object.keys(sorted?.properties ?? {}).sort()).toEqual(allowed.sort())
    expect(JSON.stringify(server.received.map(decoded))).not.toContain('canary')
    expect(traces()).toEqual(before)
  })

  test('gives the next user another id, and keeps two tables apart', async () => {
    const [first, second] = [
      tableWith({ apiKey: 'one', consent: 'granted' }),
      tableWith({ apiKey: 'two', consent: 'granted' }),
    ]
    await first.analytics.identify('user-1')
    await first.analytics.track('A')
    await second.analytics.track('B')
    await first.analytics.reset()
    await first.analytics.track('C')
    await Promise.all([first.analytics.flush(), second.analytics.flush()])
    await vi.waitFor(() => expect(server.received.length).toBeGreaterThanOrEqual(4))
    const events = server.received.map(decoded)
    const propertiesOf = (name: string) => events.find(({ event }) => event === name)?.properties
    expect(propertiesOf('A')).toMatchObject({ distinct_id: 'user-1', token: 'one' })
    expect(propertiesOf('B')).toMatchObject({ token: 'two' })
    expect(propertiesOf('B')?.['distinct_id']).not.toBe('user-1')
    expect(propertiesOf('C')?.['distinct_id']).not.toBe('user-1')
    expect(propertiesOf('C')?.['$device_id']).not.toBe(propertiesOf('A')?.['$device_id'])
  })

  test('sends nothing after consent is withdrawn', async () => {
    const table = tableWith({ apiKey: 'token', consent: 'granted' })
    await table.analytics.track('A')
    await table.analytics.flush()
    await table.analytics.optOut()
    table.setSorting([{ id: 'name', desc: true }])
    await table.analytics.flush()
    expect(server.received).toHaveLength(1)
  })

  test('says when the service does not take events, and the grid goes on', async () => {
    server.answers.push(500)
    const table = tableWith({ apiKey: 'token', consent: 'granted' })
    await table.analytics.track('A')
    await table.analytics.flush()
    const [provider] = (await table.analytics.status()).providers
    expect(provider).toMatchObject({ state: 'ready', error: { code: 'GK_ANALYTICS_NOT_ACCEPTED' } })
    table.setSorting([{ id: 'name', desc: true }])
    expect(table.getRowModel().rows).toHaveLength(1)
  })
})

describe('what keeps it from working', () => {
  test('no key: the table is as it would be, and status says so', async () => {
    const table = tableWith({})
    await table.plugins.ready
    table.setSorting([{ id: 'name', desc: true }])
    await table.analytics.optIn()
    await table.analytics.flush()
    expect((await table.analytics.status()).providers[0]).toMatchObject({
      state: 'failed',
      error: { code: 'GK_ANALYTICS_KEY_MISSING', hint: expect.stringContaining('apiKey') },
    })
    await expect(table.analytics.track('A')).rejects.toMatchObject({ code: 'GK_ANALYTICS_KEY_MISSING' })
    expect(table.plugins.getPlugin('analytics')?.status).toBe('running')
    expect(server.received).toEqual([])
  })

  test.each([
    ['is missing', () => Promise.reject(new Error('Cannot find package'))],
    ['is emptied by a blocker', () => ({ default: undefined })],
  ])('the SDK %s: says how to install it', async (_, factory) => {
    vi.doMock(loader, factory)
    const table = tableWith({ apiKey: 'token', consent: 'granted' })
    await table.analytics.track('A')
    await table.analytics.flush()
    const [provider] = (await table.analytics.status()).providers
    expect(provider).toMatchObject({
      state: 'failed',
      error: {
        code: 'GK_ANALYTICS_SDK_UNAVAILABLE',
        hint: expect.stringContaining('pnpm add mixpanel-browser'),
      },
    })
  })

  test('a host that is no address', async () => {
    const table = tableWith({ apiKey: 'token', host: 'ftp://example.com' })
    await table.plugins.ready.catch(() => undefined)
    expect(table.plugins.getPlugin('analytics')?.error?.message).toContain(
      "'ftp://example.com' is no address",
    )
  })

  test('the network is asked for by origin', async () => {
    const asked: string[] = []
    const table = createTable({
      data: [],
      columns: [],
      features: { plugins: [analyticsPlugin({ provider: 'mixpanel' })] },
      permissions: ({ permission }) => asked.push(permission) > 0,
    })
    open.push(table)
    await table.plugins.ready
    expect(asked).toEqual(['methods:register', 'network:https://api-js.mixpanel.com'])
  })
})
