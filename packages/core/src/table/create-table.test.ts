import {
  createSortedRowModel,
  rowSelectionFeature,
  rowSortingFeature,
  sortFns,
  tableFeatures,
} from '@tanstack/table-core'
import { describe, expect, test } from 'vitest'
import { FakeClock, settle } from '../../test/fake-clock.ts'
import { columns, people, peopleTable } from '../../test/people.ts'
import { errorOf, holder, plugin, quietHost } from '../../test/plugins.ts'
import { createTableHost, hostOptions, pluginsOf, settleTable, tableOptionsOf } from '../adapter.ts'
import { createTable, definePlugin, type AnyPlugin } from '../index.ts'
import type { CoreTable } from './core-table.ts'

/** A plugin with the methods given, each answering with its own name. */
function answering(id: string, methods: readonly string[], rest: Partial<AnyPlugin> = {}): AnyPlugin {
  return {
    ...plugin(id, {
      methods,
      requiredPermissions: ['methods:register'],
      initialize(context) {
        for (const name of methods) context.registerMethod(name, () => name)
      },
    }),
    ...rest,
  }
}
type Callable = Record<string, (() => Promise<unknown>) & Record<string, () => Promise<unknown>>>
const methodsOf = (table: object): Callable => table as Callable

describe('createTable', () => {
  test('is the example of the readme', async () => {
    const exporter = definePlugin<unknown, { export(format: string): string }>({
      metadata: { id: 'export', name: 'Export', version: '1.0.0', category: 'export' },
      methods: ['export'],
      requiredPermissions: ['methods:register'],
      initialize(context) {
        context.registerMethod('export', (format) => `as ${format}`)
      },
    })
    const table = createTable({ ...quietHost(), data: people(), columns, features: { plugins: [exporter] } })
    expect(await table.export('csv')).toBe('as csv')
    await table.registerPlugin(plugin('custom'), { size: 1 })
    expect(table.plugins.isInstalled('custom')).toBe(true)
    await table.unregisterPlugin('custom')
    expect(table.plugins.isInstalled('custom')).toBe(false)
    await table.destroy()
  })

  test('registering and unregistering need not be awaited: what is refused is logged, and rejects nobody', async () => {
    const host = quietHost()
    const table = createTable({ ...host, data: people(), columns, features: {} })
    void table.registerPlugin(plugin('no id', { metadata: { version: 'one' } }))
    void table.unregisterPlugin('absent')
    await table.plugins.ready
    expect(host.lines.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      expect.stringContaining(
        "error: plugin 'no id' is not valid: invalid id: 'no id'; invalid version format",
      ),
      "error: plugin 'absent' is not installed",
    ])
  })

  test('has the stock features when none is named', () => {
    const { table } = peopleTable()
    table.setSorting([{ id: 'age', desc: false }])
    table.setGlobalFilter('e')
    expect(table.getRowModel().rows.map(({ id }) => id)).toEqual(['dee'])
    expect(table.getColumn('age')?.getFacetedMinMaxValues()).toEqual([25, 25])
  })

  test('has only the features that are named, and those work', async () => {
    const held = holder('acme', { requiredPermissions: ['state:read', 'state:write'] })
    const features = { rowSortingFeature, sortedRowModel: createSortedRowModel(), sortFns }
    const table = createTable({
      ...quietHost(),
      data: people(),
      columns: [{ accessorKey: 'age' }],
      features: { ...tableFeatures(features), plugins: [held.plugin] },
    })
    await table.plugins.ready
    const types: string[] = []
    table.events.on('*', ({ type }) => types.push(type))
    table.setSorting([{ id: 'age', desc: false }])
    expect(types).toEqual(['sort:change'])
    const state = held.context().getTableState()
    expect(Object.keys(state).sort()).toEqual(['columns', 'data', 'filteredRows', 'sorting'])
    expect(state.filteredRows.map((row) => row['age'])).toEqual([25, 30, 35, 40])
    expect(state.columns).toEqual([{ id: 'age', label: 'age', type: 'text', visible: true }])
    held.context().updateTableState((draft) => {
      draft.pagination = { pageIndex: 1, pageSize: 1 }
    })
    table.reset()
    expect(table.store.state).toEqual({ sorting: [] })
    expect(await errorOf(() => table.selectRow(0))).toMatchObject({
      code: 'GK_FEATURE_MISSING',
      message: "selectRow needs the TanStack feature 'rowSelectionFeature', which this table does not have",
    })
    await table.destroy()
  })

  test('reads rows without the features that would order them', async () => {
    const held = holder('acme', { requiredPermissions: ['state:read'] })
    const table = createTable({
      ...quietHost(),
      data: people(),
      columns: [{ accessorKey: 'age' }],
      features: { rowSelectionFeature, plugins: [held.plugin] },
    })
    await table.plugins.ready
    table.selectRow(1)
    const totals = (['all', 'filtered', 'page', 'selected'] as const).map(
      (scope) => held.context().rows.query({ scope }).total,
    )
    expect(totals).toEqual([4, 4, 4, 1])
  })

  test('a plugin that fails leaves the table and the others working', async () => {
    const boom = (): never => {
      throw new Error('boom')
    }
    const { table } = peopleTable([
      plugin('bad', { initialize: boom }),
      plugin('worse', {
        requiredPermissions: ['events:subscribe'],
        initialize: (context) => void context.on('*', boom),
      }),
      answering('good', ['work']),
    ])
    expect(await methodsOf(table)['work']?.()).toBe('work')
    table.setSorting([{ id: 'age', desc: false }])
    expect(table.getRowModel().rows[0]?.id).toBe('dee')
    expect(table.plugins.listPlugins().map(({ status }) => status)).toEqual(['error', 'suspended', 'running'])
  })

  test('a list of plugins that is refused leaves the table working', async () => {
    const made = peopleTable([undefined as unknown as AnyPlugin])
    await made.table.plugins.ready
    made.table.setSorting([{ id: 'age', desc: false }])
    expect(made.table.getRowModel().rows[0]?.id).toBe('dee')
    expect(made.lines.some((line) => line.includes('is not valid'))).toBe(true)
  })
})

describe('the methods of plugins', () => {
  test('are on the table from the first, wait for the plugin, and go with it', async () => {
    const { table } = peopleTable([answering('acme', ['work', 'audit.query', 'audit.deep.clear'])])
    const { work, audit } = methodsOf(table)
    const called = [Promise.resolve(work?.()), Promise.resolve(audit?.['query']?.())]
    expect(table.plugins.getPlugin('acme')?.status).toBe('unloaded')
    expect(await Promise.all(called)).toEqual(['work', 'audit.query'])
    await table.unregisterPlugin('acme')
    expect(['work' in table, 'audit' in table]).toEqual([false, false])
    expect((await errorOf(() => work?.())).code).toBe('GK_PLUGIN_UNAVAILABLE')
  })

  test('of a plugin installed later come with it, and are the same functions ever after', async () => {
    const { table } = peopleTable([answering('acme', ['work'])])
    const { work } = methodsOf(table)
    await table.registerPlugin(answering('late', ['later', 'audit.later']))
    expect(await methodsOf(table)['audit']?.['later']?.()).toBe('audit.later')
    expect(methodsOf(table)['work']).toBe(work)
    await table.plugins.destroy()
    expect(['work' in table, 'later' in table]).toEqual([false, false])
  })

  test.each([
    'setSorting',
    'store',
    'plugins',
    'updateRow',
    'toString',
    '__proto__',
    'constructor',
    'options.data',
  ])('can not take the place of %s: that plugin fails, the others run', async (name) => {
    const { table } = peopleTable([answering('bad', [name]), answering('good', ['work'])])
    const before = (table as unknown as Record<string, unknown>)[name]
    await table.plugins.ready
    expect(table.plugins.getPlugin('bad')?.error?.code).toBe('GK_METHOD_EXISTS')
    expect((table as unknown as Record<string, unknown>)[name]).toBe(before)
    expect(await methodsOf(table)['work']?.()).toBe('work')
    expect(({} as Record<string, unknown>)['work']).toBeUndefined()
  })

  test('reach no prototype by their groups', async () => {
    const { table } = peopleTable([
      answering('acme', ['a.__proto__.polluted', 'a.constructor', 'b.toString']),
    ])
    await table.plugins.ready
    expect(table.plugins.getPlugin('acme')?.status).toBe('running')
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
    expect(await methodsOf(table)['a']?.['constructor']?.()).toBe('a.constructor')
  })

  test('of two plugins with one name are those of the first', async () => {
    const { table } = peopleTable([answering('one', ['work']), answering('two', ['work', 'other'])])
    await table.plugins.ready
    expect(table.plugins.getPlugin('two')?.error?.code).toBe('GK_METHOD_EXISTS')
    expect(await methodsOf(table)['work']?.()).toBe('work')
  })
})

describe('a host in a framework', () => {
  function mount(data = people(), plugins: readonly AnyPlugin[] = []) {
    const clock = new FakeClock()
    const options = {
      ...quietHost(),
      clock,
      data,
      columns,
      getRowId: ({ id }: { id: string }) => id,
      features: { plugins },
    }
    const host = createTableHost(options)
    const types: string[] = []
    host.manager.events.on('*', ({ type }) => types.push(type))
    const table = createTable({ ...options })
    host.construct(table as unknown as CoreTable)
    return { clock, options, host, table, types }
  }

  test('takes over new rows, and tells plugins', () => {
    const { host, options, types, table } = mount()
    host.update(hostOptions(options), [])
    expect(types).toEqual([])
    const data = people().slice(1)
    host.update(hostOptions({ ...options, data }), [])
    expect(types).toEqual(['data:replace'])
    expect(host.rows.rows).toBe(data)
    expect(table.getCoreRowModel().rows.map(({ id }) => id)).toEqual(['bob', 'cy', 'dee'])
  })

  test('takes its own rows back from an application that keeps them, and tells nothing', () => {
    const { host, options, types } = mount()
    host.updateRow('ada', { age: 1 })
    expect(types).toEqual(['row:update'])
    expect(tableOptionsOf(host, options).data).toBe(host.rows.rows)
    host.update(hostOptions({ ...options, data: host.rows.rows as unknown as typeof options.data }), [])
    expect(types).toEqual(['row:update'])
  })

  test('goes on when it is unmounted and mounted at once, and ends when it is not', async () => {
    const log: string[] = []
    const traced = plugin('acme', {
      initialize: () => void log.push('+'),
      destroy: () => void log.push('-'),
    })
    const { host, clock } = mount(people(), [traced])
    const disconnect = host.connect()
    await host.manager.ready
    disconnect()
    const again = host.connect()
    await clock.advance(10)
    expect(log.filter((each) => each === '-')).toEqual([])
    const started = log.length
    again()
    await clock.advance(10)
    await host.manager.ready
    await settle()
    expect(log.slice(started)).toEqual(['-'])
  })

  test('works on the table that was settled', () => {
    const { host, options } = mount()
    const other = createTable(options)
    host.construct(other as unknown as CoreTable)
    const settleOther = (other as unknown as Record<symbol, () => void>)[settleTable]
    settleOther?.()
    settleOther?.()
    host.updateRow('ada', { age: 1 })
    expect(other.getRow('ada').original.age).toBe(1)
    expect(pluginsOf(options)).toEqual([])
    expect(pluginsOf({ features: {} })).toEqual([])
  })

  test('counts and tells the changes made here', () => {
    const { host } = mount()
    let calls = 0
    const undo = host.rows.subscribe(() => (calls += 1))
    host.deleteRow('ada')
    undo()
    host.deleteRow('bob')
    expect([calls, host.rows.version]).toEqual([1, 2])
  })
})
