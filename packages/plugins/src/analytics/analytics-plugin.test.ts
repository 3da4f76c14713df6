// @vitest-environment node
import { createTable, definePlugin, type PermissionPolicy } from '@gridkit/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { LogLines } from '../../test/log-lines.ts'
import { exportPlugin } from '../export/export-plugin.ts'
import { analyticsPlugin, type AnalyticsAdapter, type AnalyticsOptions } from './analytics-plugin.ts'

interface Person {
  id: string
  name: string
  age: number
}

const columns = [{ accessorKey: 'name' }, { accessorKey: 'age' }] as const
const open: { destroy(): Promise<void> }[] = []

afterEach(() => Promise.all(open.splice(0).map((table) => table.destroy())))

/** An adapter that writes down its calls. */
function recorder(overrides: Partial<AnalyticsAdapter> = {}) {
  const calls: unknown[][] = []
  const note =
    (name: string) =>
    (...parameters: unknown[]): void =>
      void calls.push([name, ...parameters])
  const adapter: AnalyticsAdapter = {
    name: 'recorder',
    load: note('load'),
    track: note('track'),
    identify: note('identify'),
    reset: note('reset'),
    flush: note('flush'),
    close: note('close'),
    ...overrides,
  }
  return {
    adapter,
    calls,
    tracked: () => calls.filter(([name]) => name === 'track').map((call) => call.slice(1)),
  }
}

function tableWith(
  options: Partial<AnalyticsOptions>,
  host: { readonly permissions?: PermissionPolicy } = {},
) {
  const log = new LogLines()
  const table = createTable({
    data: Array.from({ length: 30 }, (_, at): Person => ({
      id: `${at}`,
      name: `secret name ${at}`,
      age: 4_242,
    })),
    columns: [...columns],
    getRowId: (row) => row.id,
    autoResetPageIndex: false,
    features: {
      plugins: [
        analyticsPlugin({ provider: recorder().adapter, autoTrack: true, consent: 'granted', ...options }),
        exportPlugin({ formats: ['csv'] }),
      ],
    },
    log: log.sink,
    ...host,
  })
  open.push(table)
  return Object.assign(table, { log })
}

describe('what is tracked by itself', () => {
  test('has names, ids of columns and counts, and never a value', async () => {
    const { adapter, tracked } = recorder()
    const table = tableWith({ provider: adapter })
    await table.plugins.ready
    table.selectRow(0)
    table.selectRow(0, false)
    table.setColumnFilters([{ id: 'name', value: 'secret' }])
    table.setGlobalFilter('secret')
    table.setSorting([{ id: 'age', desc: true }])
    table.setColumnSizing({ name: 222 })
    table.setColumnVisibility({ age: false })
    table.setColumnVisibility({ age: true })
    table.setColumnPinning({ start: ['name'], end: ['age'] })
    table.setColumnPinning({ start: ['name'], end: [] })
    table.setColumnOrder(['age', 'name'])
    table.createRow({ id: 'new', name: 'secret new', age: 4_242 })
    table.updateRow('new', { name: 'secret other' })
    table.deleteRow('new')
    table.setPagination({ pageIndex: 1, pageSize: 10 })
    await table.export('csv', { to: 'blob' })
    await table.analytics.flush()
    expect(tracked()).toEqual([
      ['Table Row Selected', { added: 1, selected: 1 }],
      ['Table Filter Applied', { filterCount: 1, columnIds: ['name'], global: false }],
      ['Table Filter Applied', { filterCount: 1, columnIds: ['name'], global: true }],
      ['Table Sorted', { columnIds: ['age'] }],
      ['Table Column Resized', { columnIds: ['name'] }],
      ['Table Column Hidden', { columnIds: ['age'] }],
      ['Table Column Pinned', { columnIds: ['name', 'age'] }],
      ['Table Column Reordered', { columnIds: ['age', 'name'] }],
      ['Table Row Created', {}],
      ['Table Row Updated', { columnIds: ['name'] }],
      ['Table Row Deleted', {}],
      ['Table Page Changed', { pageIndex: 1, pageSize: 10 }],
      ['Table Exported', { format: 'csv', rowCount: 30, duration: expect.any(Number) }],
    ])
    expect(JSON.stringify(tracked())).not.toMatch(/secret|4242/)
  })

  test('tells of a failing plugin, without its message', async () => {
    const { adapter, tracked } = recorder()
    const table = tableWith({ provider: adapter })
    const failing = definePlugin({
      metadata: { id: 'failing', name: 'Failing', version: '1.0.0', category: 'utility' },
      requiredPermissions: ['events:subscribe:row:*'],
      initialize(context) {
        context.on('row:delete', () => {
          throw new Error('secret')
        })
      },
    })
    await table.registerPlugin(failing)
    table.deleteRow('0')
    await table.analytics.flush()
    expect(tracked()).toContainEqual([
      'Table Plugin Error',
      { pluginId: 'failing', phase: "handler of 'row:delete'", code: 'GK_HANDLER_FAILED' },
    ])
    expect(JSON.stringify(tracked())).not.toContain('secret')
  })

  test('has the names and properties of the application', async () => {
    const { adapter, tracked } = recorder()
    const table = tableWith({
      provider: adapter,
      autoTrack: false,
      customEvents: { 'acme/found:one': 'Found', 'row:delete': 'Gone' },
      properties: ({ source }) => ({ source }),
    })
    const acme = definePlugin({
      metadata: { id: 'acme', name: 'Acme', version: '1.0.0', category: 'data' },
      initialize: (context) => context.emit({ type: 'acme/found:one', payload: { value: 'secret' } }),
    })
    await table.registerPlugin(acme)
    table.deleteRow('0')
    table.setSorting([])
    await table.analytics.flush()
    expect(tracked()).toEqual([
      ['Found', { source: 'acme' }],
      ['Gone', { source: 'api' }],
    ])
  })

  test('comes without the properties that can not be told', async () => {
    const { adapter, tracked } = recorder()
    const properties = (): never => {
      throw new Error('no properties')
    }
    const table = tableWith({ provider: adapter, properties })
    await table.plugins.ready
    table.deleteRow('0')
    await table.analytics.flush()
    expect(tracked()).toEqual([['Table Row Deleted', {}]])
    expect(table.log.at('error')).toContain('no properties')
  })

  test('is handed over after the grid is done', async () => {
    const { adapter, calls } = recorder()
    const table = tableWith({ provider: adapter })
    await table.analytics.track('first')
    await table.analytics.flush()
    table.deleteRow('0')
    table.deleteRow('1')
    expect(calls.map(([name]) => name)).toEqual(['load', 'track', 'flush'])
    await Promise.resolve()
    expect(calls.map(([name]) => name)).toEqual(['load', 'track', 'flush', 'track', 'track'])
  })
})

describe('consent', () => {
  test('is required unless said otherwise: before it nothing happens or is kept', async () => {
    const { adapter, calls, tracked } = recorder()
    const { consent: _, ...options } = { provider: adapter, consent: undefined }
    const table = createTable({
      data: [] as Person[],
      columns: [...columns],
      features: { plugins: [analyticsPlugin({ ...options, autoTrack: true })] },
    })
    open.push(table)
    table.setSorting([{ id: 'age', desc: true }])
    expect(await table.analytics.track('early')).toBe(false)
    expect(await table.analytics.identify('u1')).toBe(false)
    expect(await table.analytics.reset()).toBe(false)
    await table.analytics.flush()
    expect(await table.analytics.status()).toMatchObject({
      consent: 'required',
      providers: [{ state: 'idle' }],
    })
    expect(calls).toEqual([])
    await table.analytics.optIn()
    table.setSorting([])
    expect(await table.analytics.track('late', { count: 1 })).toBe(true)
    await table.analytics.flush()
    expect(calls[0]).toEqual(['load', {}])
    expect(tracked()).toEqual([
      ['Table Sorted', { columnIds: [] }],
      ['late', { count: 1 }],
    ])
    expect(await table.analytics.status()).toMatchObject({
      consent: 'granted',
      providers: [{ name: 'recorder', state: 'ready', queued: 0, handed: 2, dropped: 0 }],
    })
  })

  test('withdrawn closes the provider, and given again loads it anew', async () => {
    const { adapter, calls } = recorder()
    const table = tableWith({ provider: adapter, apiKey: 'k', host: 'https://example.com' })
    await table.analytics.identify('u1')
    await table.analytics.flush()
    await table.analytics.optOut()
    expect(await table.analytics.track('no')).toBe(false)
    expect((await table.analytics.status()).consent).toBe('denied')
    await table.analytics.optIn()
    await table.analytics.reset()
    await table.analytics.flush()
    expect(calls).toEqual([
      ['load', { apiKey: 'k', host: 'https://example.com' }],
      ['identify', 'u1'],
      ['flush'],
      ['close'],
      ['load', { apiKey: 'k', host: 'https://example.com' }],
      ['reset'],
      ['flush'],
    ])
  })

  test('withdrawn while the SDK loads sends nothing', async () => {
    let finish = (): void => {}
    const load = (): Promise<void> => new Promise((resolve) => (finish = resolve))
    const { adapter, calls } = recorder({ load })
    const table = tableWith({ provider: adapter })
    await table.analytics.track('waiting')
    await table.analytics.optOut()
    finish()
    await vi.waitFor(() => expect(calls).toEqual([['close']]))
    expect((await table.analytics.status()).providers[0]?.state).toBe('idle')
  })

  test('withdrawn while the SDK fails to load leaves no failure', async () => {
    let finish = (_: Error): void => {}
    const load = (): Promise<void> => new Promise((_, reject) => (finish = reject))
    const table = tableWith({ provider: recorder({ load }).adapter })
    await table.analytics.track('waiting')
    await table.analytics.optOut()
    finish(new Error('late'))
    await Promise.resolve()
    expect((await table.analytics.status()).providers[0]).toMatchObject({ state: 'idle' })
    expect(table.log.lines.filter(({ level }) => level === 'warn')).toEqual([])
  })

  test('by a function is asked at each event', async () => {
    let agreed = false
    const { adapter, tracked } = recorder()
    const table = tableWith({ provider: adapter, consent: () => agreed })
    await table.plugins.ready
    table.deleteRow('0')
    agreed = true
    table.deleteRow('1')
    await table.analytics.flush()
    agreed = false
    table.deleteRow('2')
    await table.analytics.flush()
    expect(tracked()).toHaveLength(1)
  })

  test('by a function is asked again before anything is handed over', async () => {
    let agreed = true
    let finish = (): void => {}
    const load = (): Promise<void> => new Promise((resolve) => (finish = resolve))
    const { adapter, calls } = recorder({ load })
    const table = tableWith({ provider: adapter, consent: () => agreed })
    await table.plugins.ready
    table.deleteRow('0')
    await table.analytics.identify('u1')
    agreed = false
    finish()
    await table.analytics.flush()
    expect(calls).toEqual([['close']])
    expect((await table.analytics.status()).providers[0]).toMatchObject({
      state: 'idle',
      queued: 0,
      handed: 0,
    })
  })

  test('by a function, withdrawn in the same tick, keeps a loaded SDK from hearing or sending', async () => {
    let agreed = true
    const { adapter, calls, tracked } = recorder()
    const table = tableWith({ provider: adapter, consent: () => agreed })
    await table.analytics.track('first')
    await table.analytics.flush()
    table.deleteRow('0')
    agreed = false
    await Promise.resolve()
    await table.analytics.flush()
    expect(tracked()).toEqual([['first', {}]])
    expect(calls.map(([name]) => name)).toEqual(['load', 'track', 'flush', 'close'])
  })

  test('by a function that fails is none', async () => {
    const consent = (): never => {
      throw new Error('no banner')
    }
    const { adapter, calls } = recorder()
    const table = tableWith({ provider: adapter, consent })
    await table.plugins.ready
    table.deleteRow('0')
    expect(await table.analytics.track('a')).toBe(false)
    expect(calls).toEqual([])
    expect(table.log.at('error')).toContain('no banner')
  })

  test('outlives another configuration, in which the provider goes on', async () => {
    const { adapter, calls, tracked } = recorder()
    const table = tableWith({ provider: adapter, consent: 'required' })
    await table.analytics.optIn()
    await table.analytics.track('a')
    const plugins = [analyticsPlugin({ provider: adapter, autoTrack: ['row:create'], consent: 'required' })]
    table.plugins.setPlugins(plugins)
    await table.plugins.ready
    table.createRow({ id: 'new', name: 'n', age: 1 })
    table.deleteRow('new')
    await table.analytics.flush()
    expect((await table.analytics.status()).consent).toBe('granted')
    expect(tracked()).toEqual([
      ['a', {}],
      ['Table Row Created', {}],
    ])
    expect(calls.filter(([name]) => name === 'load')).toHaveLength(1)
  })

  test('outlives another provider, which is loaded while the one before is closed', async () => {
    const [first, second] = [recorder(), recorder({ name: 'second' })]
    const table = tableWith({ provider: first.adapter, consent: 'required' })
    await table.analytics.optIn()
    await table.analytics.track('a')
    await table.analytics.flush()
    table.plugins.setPlugins([analyticsPlugin({ provider: second.adapter, consent: 'required' })])
    await table.plugins.ready
    expect(await table.analytics.track('b')).toBe(true)
    await table.analytics.flush()
    expect(first.calls.map(([name]) => name)).toEqual(['load', 'track', 'flush', 'flush', 'close'])
    expect(second.tracked()).toEqual([['b', {}]])
  })

  test('denied stays denied under a configuration that grants it', async () => {
    const { adapter, calls } = recorder()
    const table = tableWith({ provider: adapter })
    await table.analytics.optOut()
    table.plugins.setPlugins([analyticsPlugin({ provider: adapter, apiKey: 'k', consent: 'granted' })])
    await table.plugins.ready
    expect(await table.analytics.track('b')).toBe(false)
    expect(calls).toEqual([])
  })
})

describe('providers', () => {
  test('are not reached at a host that was not granted', async () => {
    const permissions: PermissionPolicy = ({ permission }) => !permission.endsWith('//other.example')
    const table = tableWith(
      { provider: 'mixpanel', apiKey: 'k', host: 'https://one.example' },
      { permissions },
    )
    await table.plugins.ready
    const options = { provider: 'mixpanel', apiKey: 'k', consent: 'granted' } as const
    table.plugins.setPlugins([analyticsPlugin({ ...options, host: 'https://other.example' })])
    await table.plugins.ready
    const outcome = await table.analytics.track('a').catch((error: unknown) => error)
    expect(outcome).toMatchObject({ code: 'GK_ANALYTICS_HOST_DENIED' })
  })

  test('are several at once, and one that fails does not touch the others', async () => {
    const broken = recorder({
      name: 'broken',
      track() {
        throw new Error('down')
      },
    })
    const working = recorder()
    const table = tableWith({ provider: [broken.adapter, working.adapter] })
    await table.analytics.track('a')
    await table.analytics.track('b')
    await table.analytics.flush()
    expect(working.tracked()).toHaveLength(2)
    const { providers } = await table.analytics.status()
    expect(providers[0]?.error).toMatchObject({ code: 'GK_ANALYTICS_PROVIDER_FAILED' })
    expect(providers[1]).not.toHaveProperty('error')
    expect(table.log.at('warn').match(/failed in track/g)).not.toBeNull()
    expect(table.log.lines.filter(({ level }) => level === 'warn')).toHaveLength(1)
  })

  test('hold at most 1,000 calls while the SDK loads', async () => {
    let finish = (): void => {}
    const load = (): Promise<void> => new Promise((resolve) => (finish = resolve))
    const { adapter, tracked } = recorder({ load })
    const table = tableWith({ provider: adapter })
    await table.plugins.ready
    for (let age = 0; age < 1_200; age += 1) table.updateRow('0', { age })
    expect((await table.analytics.status()).providers[0]).toMatchObject({
      state: 'loading',
      queued: 1_000,
      dropped: 200,
    })
    finish()
    await table.analytics.flush()
    expect(tracked()).toHaveLength(1_000)
  })

  test('hold at most 1,000 calls that are never answered', async () => {
    const { adapter } = recorder({ track: () => new Promise(() => {}) })
    const table = tableWith({ provider: adapter })
    await table.analytics.track('first')
    for (let age = 0; age < 1_200; age += 1) table.updateRow('0', { age })
    expect((await table.analytics.status()).providers[0]).toMatchObject({ queued: 1_000, dropped: 201 })
    await table.analytics.optOut()
  })

  test('that do not load say why, drop what waited, and load at the next consent', async () => {
    let attempts = 0
    const load = (): void => {
      attempts += 1
      if (attempts === 1) throw new Error('blocked')
    }
    const { adapter, tracked } = recorder({ load })
    const table = tableWith({ provider: adapter })
    expect(await table.analytics.track('lost')).toBe(true)
    await table.analytics.flush()
    await expect(table.analytics.track('more')).rejects.toMatchObject({
      code: 'GK_ANALYTICS_PROVIDER_FAILED',
    })
    table.deleteRow('0')
    expect((await table.analytics.status()).providers[0]).toMatchObject({
      state: 'failed',
      queued: 0,
      dropped: 2,
      error: { message: "the analytics provider 'recorder' failed in load: blocked" },
    })
    await table.analytics.optIn()
    await table.analytics.optIn()
    await table.analytics.track('again')
    await table.analytics.flush()
    expect(tracked()).toEqual([['again', {}]])
    expect(attempts).toBe(2)
  })

  test('that throw what is no error are named all the same', async () => {
    const table = tableWith({
      provider: recorder({
        flush() {
          throw 'a text'
        },
      }).adapter,
    })
    await table.analytics.track('a')
    await table.analytics.flush()
    expect(table.log.at('warn')).toContain('failed in flush: a text')
  })

  test('are flushed and closed at the end', async () => {
    const { adapter, calls } = recorder()
    const table = tableWith({ provider: adapter })
    await table.analytics.track('a')
    await table.unregisterPlugin('analytics')
    expect(calls.map(([name]) => name)).toEqual(['load', 'track', 'flush', 'close'])
    expect('analytics' in table).toBe(false)
  })

  test('may be swapped for others with the same functions while the plugin runs', async () => {
    const [first, second] = [recorder(), recorder()]
    const table = tableWith({ provider: first.adapter })
    await table.analytics.track('a')
    await table.analytics.flush()
    const plugins = [analyticsPlugin({ provider: second.adapter, autoTrack: true, consent: 'granted' })]
    table.plugins.setPlugins(plugins)
    await table.plugins.ready
    await table.analytics.track('b')
    await table.analytics.flush()
    expect(first.tracked()).toEqual([['a', {}]])
    expect(second.calls.map(([name]) => name)).toEqual(['track', 'flush'])
  })
})
