import { describe, expect, test } from 'vitest'
import { settle } from '../../../test/fake-clock.ts'
import { errorOf, holder, quietHost } from '../../../test/plugins.ts'
import {
  createTable,
  type AnyPlugin,
  type GridColumnDef,
  type GridKitEvent,
  type Permission,
} from '../../index.ts'

interface Patient {
  id: string
  name: string
  ssn: string
  address: { city: string; street: string }
  notes: string
  visits?: Patient[]
}

const patients = (): Patient[] => [
  patient('ada', { visits: [patient('ada-1')] }),
  patient('bob'),
  patient('cy'),
]
function patient(id: string, rest: Partial<Patient> = {}): Patient {
  return {
    id,
    name: `name-${id}`,
    ssn: `canary-ssn-${id}`,
    address: { city: `city-${id}`, street: `canary-street-${id}` },
    notes: `unlisted-${id}`,
    ...rest,
  }
}
const personal = { gridkit: { sensitivity: 'personal' } }
const columns: GridColumnDef<Patient>[] = [
  { accessorKey: 'name', header: 'Name' },
  { accessorKey: 'ssn', meta: personal },
  { accessorKey: 'address' },
  {
    id: 'where',
    header: 'Where',
    meta: { gridkit: { sensitivity: 'secret' } },
    columns: [{ accessorKey: 'address.street' }],
  },
  { accessorKey: 'address.city' },
  { id: 'whole', accessorFn: (row) => row },
  { id: 'copied', accessorFn: (row) => ({ ...row }) },
  { id: 'summary', accessorFn: (row) => `${row.name} ${row.ssn}` },
  { id: 'loud', accessorFn: (row) => row.name.toUpperCase() },
  { id: 'actions' },
]
const may: readonly Permission[] = [
  'state:read',
  'state:write',
  'rows:create',
  'rows:update',
  'rows:delete',
  'events:subscribe',
  'events:emit',
]

async function hospital(
  rights: readonly Permission[] = [],
  options: { data?: Patient[]; columns?: GridColumnDef<Patient>[]; onDataChange?: () => void } = {},
) {
  const seen: GridKitEvent[] = []
  const held = holder('acme', {
    requiredPermissions: [...may, ...rights],
    initialize: (context) => void context.on('*', (event) => seen.push(event as GridKitEvent)),
  })
  const privileged = holder('boss', {
    requiredPermissions: [...may, 'hooks:register', 'columns:read', 'columns:write'],
  })
  const { lines, ...host } = quietHost()
  const table = createTable<{ plugins: readonly AnyPlugin[] }, Patient>({
    ...host,
    data: patients(),
    columns,
    getRowId: ({ id }) => id,
    getSubRows: ({ visits }) => visits,
    features: { plugins: [held.plugin, privileged.plugin] },
    ...options,
  })
  await table.plugins.ready
  seen.length = 0
  return { table, context: held.context(), boss: privileged.context(), seen, lines }
}
const payloads = (seen: readonly GridKitEvent[]): unknown[] => seen.map(({ payload }) => payload)
const ada = { name: 'name-ada', address: { city: 'city-ada' } }

describe('the state of a plugin without the right', () => {
  test('has rows of what its columns show, and nothing else', async () => {
    const { context, table } = await hospital()
    const state = context.getTableState()
    expect(state.data).toHaveLength(3)
    expect(state.data[0]).toEqual(ada)
    expect(Reflect.ownKeys(state.data[0] ?? {})).toEqual(['name', 'address'])
    expect(Object.getPrototypeOf(state.data[0])).toBe(Object.prototype)
    expect(Object.isFrozen(state.data[0])).toBe(true)
    expect(state.data[0]).toBe(state.filteredRows[0])
    expect(state.data[0]).toBe(context.rows.get('ada'))
    expect(state.columns.map(({ id }) => id)).toEqual([
      'name',
      'address',
      'address_city',
      'whole',
      'copied',
      'summary',
      'loud',
    ])
    expect(table.options.data[0]?.ssn).toBe('canary-ssn-ada')
  })

  test('names no hidden column, and shows nothing typed about one', async () => {
    const { context, table } = await hospital()
    table.setSorting([
      { id: 'ssn', desc: true },
      { id: 'name', desc: true },
    ])
    table.setColumnFilters([
      { id: 'ssn', value: 'canary' },
      { id: 'summary', value: 'canary' },
      { id: 'name', value: 'a' },
    ])
    table.setGlobalFilter('canary')
    table.setColumnVisibility({ ssn: false, name: true })
    table.setColumnOrder(['ssn', 'name', 'actions'])
    table.setColumnPinning({ start: ['ssn', 'name'], end: ['address_street'] })
    table.setColumnSizing({ ssn: 1, name: 2 })
    table.setRowPinning({ top: ['ssn:canary', 'bob'], bottom: [] })
    table.setRowSelection({ bob: true, 'name:name-bob>ssn:canary': true })
    table.setExpanded({ 'ssn:canary': true, 'name:name-ada': true, 'loud:canary': true, ada: true })
    table.setGrouping(['ssn', 'name'])
    const state = context.getTableState()
    expect(state).toMatchObject({
      sorting: [{ id: 'name', desc: true }],
      columnFilters: [{ id: 'name', value: 'a' }],
      columnVisibility: { name: true },
      columnOrder: ['name', 'actions'],
      columnPinning: { start: ['name'], end: [] },
      columnSizing: { name: 2 },
      rowPinning: { top: ['bob'], bottom: [] },
      rowSelection: { bob: true },
      expanded: { 'name:name-ada': true, ada: true },
      grouping: ['name'],
    })
    expect('globalFilter' in state).toBe(false)
    expect(JSON.stringify(state)).not.toContain('canary')
  })

  test('of one who holds the right is the very same as ever', async () => {
    const { boss, table } = await hospital()
    const state = boss.getTableState()
    expect(state.data).toBe(table.options.data)
    expect(state.sorting).toBe(table.store.state.sorting)
    expect(state.filteredRows[0]).toBe(table.options.data[0])
    expect(boss.rows.get('ada')).toEqual(patients()[0])
  })

  test('follows the rights and the columns as they are when it is read', async () => {
    const { context, table } = await hospital(['columns:read:personal'])
    expect(context.getTableState().data[0]).toEqual({ ...ada, ssn: 'canary-ssn-ada' })
    const before = context.getTableState()
    table.plugins.revokePermission('acme', 'columns:read:personal')
    expect([before.data[0], before.filteredRows[0]]).toEqual([ada, ada])
    table.plugins.grantPermission('acme', 'columns:read')
    expect(context.getTableState().data).toBe(table.options.data)
    table.plugins.revokePermission('acme', 'columns:read')
    table.setOptions((options) => ({
      ...options,
      columns: [{ accessorKey: 'name', meta: personal }, { accessorKey: 'id' }],
    }))
    expect(context.getTableState().data[0]).toEqual({ id: 'ada' })
  })
})

describe('rows read by a plugin without the right', () => {
  const readAll = async (context: Awaited<ReturnType<typeof hospital>>['context'], ids?: string[]) => {
    const values: unknown[] = []
    for await (const page of context.rows.query(ids ? { columns: ids } : {})) values.push(...page.values)
    return values
  }

  test('have the values of the columns it may read, without what is hidden in them', async () => {
    const { context } = await hospital()
    const [first] = await readAll(context)
    expect(first).toEqual([
      'name-ada',
      { city: 'city-ada' },
      'city-ada',
      ada,
      ada,
      'name-ada undefined',
      'NAME-ADA',
    ])
    expect(JSON.stringify(first)).not.toContain('canary')
  })

  test('are refused in hidden columns, which are not even named', async () => {
    const { context } = await hospital()
    expect(await errorOf(() => context.rows.query({ columns: ['ssn'] }))).toMatchObject({
      code: 'GK_PERMISSION_DENIED',
      message: "plugin 'acme' lacks the permission 'columns:read:personal'",
    })
    const unknown = await errorOf(() => context.rows.query({ columns: ['nome'] }))
    expect([unknown.code, unknown.hint.includes('ssn')]).toEqual(['GK_UNKNOWN_COLUMNS', false])
  })

  test('stop coming when the right goes while they are read', async () => {
    const { context, table } = await hospital(['columns:read'])
    const pages = context.rows.query({ pageSize: 1 })[Symbol.asyncIterator]()
    expect(JSON.stringify(await pages.next())).toContain('canary-ssn-ada')
    table.plugins.revokePermission('acme', 'columns:read')
    expect((await errorOf(() => pages.next())).code).toBe('GK_PERMISSION_DENIED')
  })
})

describe('events to a plugin without the right', () => {
  test('of rows have the fields it may see', async () => {
    const { table, seen } = await hospital()
    table.updateRow('ada', { ssn: 'canary', notes: 'x' })
    table.updateRow('ada', (draft) => {
      draft.name = 'Ada'
      draft.address.street = 'canary'
      draft.address.city = 'Rome'
    })
    table.updateRow('ada', (draft) => {
      draft.address = { city: 'Oslo', street: 'canary' }
      if (draft.visits?.[0]) draft.visits[0].ssn = 'canary'
    })
    table.updateRow('ada', (draft) => ({ ...draft, name: 'Eve', ssn: 'canary' }))
    table.createRow(patient('dee'))
    table.deleteRow('bob')
    expect(seen.map(({ type }) => type)).toEqual([
      'row:update',
      'row:update',
      'row:update',
      'row:update',
      'row:create',
      'row:delete',
    ])
    expect(payloads(seen)).toEqual([
      { rowId: 'ada', before: {}, after: {}, patches: [], inversePatches: [] },
      {
        rowId: 'ada',
        before: { name: 'name-ada', address: { city: 'city-ada' } },
        after: { name: 'Ada', address: { city: 'Rome' } },
        patches: [
          { op: 'replace', path: ['name'], value: 'Ada' },
          { op: 'replace', path: ['address', 'city'], value: 'Rome' },
        ],
        inversePatches: [
          { op: 'replace', path: ['name'], value: 'name-ada' },
          { op: 'replace', path: ['address', 'city'], value: 'city-ada' },
        ],
      },
      {
        rowId: 'ada',
        before: { address: { city: 'Rome' } },
        after: { address: { city: 'Oslo' } },
        patches: [{ op: 'replace', path: ['address', 'city'], value: 'Oslo' }],
        inversePatches: [{ op: 'replace', path: ['address', 'city'], value: 'Rome' }],
      },
      {
        rowId: 'ada',
        before: { name: 'Ada' },
        after: { name: 'Eve' },
        patches: [{ op: 'replace', path: ['name'], value: 'Eve' }],
        inversePatches: [{ op: 'replace', path: ['name'], value: 'Ada' }],
      },
      { rowId: 'dee', index: 3, row: { name: 'name-dee', address: { city: 'city-dee' } } },
      { rowId: 'bob', index: 1, row: { name: 'name-bob', address: { city: 'city-bob' } } },
    ])
    expect(seen.every((event) => Object.isFrozen(event) && Object.isFrozen(event.payload))).toBe(true)
  })

  test('of state name no hidden column', async () => {
    const { table, seen } = await hospital()
    table.setColumnFilters([
      { id: 'ssn', value: 'canary' },
      { id: 'name', value: 'a' },
    ])
    table.setGlobalFilter('canary')
    table.setSorting([{ id: 'ssn', desc: true }])
    table.setExpanded(true)
    const none = { filters: [], globalFilter: undefined }
    const one = { filters: [{ id: 'name', value: 'a' }], globalFilter: undefined }
    expect(payloads(seen)).toEqual([
      { ...one, before: none, after: one },
      { ...one, before: one, after: one },
      { before: [], after: [] },
      { before: {}, after: true },
    ])
  })

  test('are shared by all who see the same, and are the original to who sees all', async () => {
    const twins = ['one', 'two'].map((id) => holder(id, { requiredPermissions: may }))
    const boss = holder('boss', { requiredPermissions: [...may, 'columns:read'] })
    const table = createTable<{ plugins: readonly AnyPlugin[] }, Patient>({
      ...quietHost(),
      data: patients(),
      columns,
      features: { plugins: [...twins, boss].map(({ plugin }) => plugin) },
    })
    await table.plugins.ready
    const events: unknown[] = []
    const note = (event: unknown): unknown => events.push(event)
    for (const { context } of [...twins, boss]) context().on('row:update', note)
    table.events.on('row:update', note)
    table.updateRow('0', { name: 'new' })
    expect(events[0]).toBe(events[1])
    expect(events[2]).toBe(events[3])
    expect(events[0]).not.toBe(events[2])
  })

  test('of other plugins that failed keep what these said to themselves', async () => {
    const { table, seen } = await hospital()
    const fail = (id: string, source?: string): void =>
      table.events.emit({
        type: 'plugin:error',
        payload: { pluginId: id, phase: 'x', code: 'GK_X', message: `canary-${id}` },
        ...(source ? { source } : {}),
      })
    fail('boss')
    fail('acme')
    fail('acme', 'boss')
    expect(payloads(seen).map((payload) => (payload as { message?: string }).message)).toEqual([
      undefined,
      'canary-acme',
      undefined,
    ])
  })

  test.each(['plugin:alert', 'plugin:suspended', 'plugin:rolled-back'] as const)(
    '%s of other plugins say so in figures, and in no words',
    async (type) => {
      const { table, seen } = await hospital()
      const figures = { version: '1.0.0', code: 'GK_X', kind: 'down', errors: 5, window: 60_000, retryAt: 7 }
      const tell = (pluginId: string, source = 'api'): void =>
        table.events.emit<string>({
          type,
          payload: { pluginId, ...figures, reason: 'canary', message: 'canary' },
          source,
        })
      tell('boss')
      tell('acme', 'boss')
      tell('acme')
      expect(payloads(seen)).toEqual([
        { pluginId: 'boss', ...figures },
        { pluginId: 'acme', ...figures },
        { pluginId: 'acme', ...figures, reason: 'canary', message: 'canary' },
      ])
    },
  )

  test('of a plugin that is suspended do not quote what made it fail', async () => {
    const { table, seen, boss } = await hospital()
    boss.on('row:update', ({ payload }) => {
      throw new Error(JSON.stringify(payload.after))
    })
    for (let times = 0; times < 5; times += 1) table.updateRow('ada', { ssn: `canary-${times}` })
    const types = seen.map(({ type }) => type)
    expect(types).toEqual(expect.arrayContaining(['plugin:alert', 'plugin:suspended']))
    expect(JSON.stringify(seen)).not.toContain('canary')
  })

  test('that others emit in the name of the host carry no more than the host would', async () => {
    const { boss, seen } = await hospital()
    const row = { ...patient('x'), extra: 'canary' }
    boss.emit({ type: 'row:create', payload: { rowId: 'x', index: 0, row, more: row } as never })
    boss.emit({ type: 'row:update', payload: null as never })
    boss.emit({
      type: 'sort:change',
      payload: { before: row, after: [{ id: 'ssn', desc: 'canary' }] } as never,
    })
    boss.emit({ type: 'order:placed', payload: { row } })
    boss.emit({ type: 'boss/thing:done', payload: { own: 1 } })
    expect(payloads(seen)).toEqual([
      { rowId: 'x', index: 0, row: { name: 'name-x', address: { city: 'city-x' } } },
      {},
      { after: [] },
      { row: expect.not.objectContaining({ ssn: expect.anything() }) },
      { own: 1 },
    ])
  })
})

describe('a plugin that may not write a column', () => {
  test('changes what it sees, and leaves the rest as it was', async () => {
    const { context, table, seen } = await hospital()
    let drafted: unknown
    context.rows.update('ada', (draft) => {
      drafted = JSON.parse(JSON.stringify(draft))
      draft['name'] = 'Ada'
      ;(draft['address'] as { city: string }).city = 'Rome'
    })
    expect(drafted).toEqual(ada)
    context.rows.update('ada', { address: { city: 'Oslo' } })
    context.rows.update('ada', () => ({ name: 'Eve' }))
    expect(table.getRow('ada').original).toEqual({
      ...patients()[0],
      name: 'Eve',
      address: { street: 'canary-street-ada' },
    })
    expect(JSON.stringify(seen)).not.toContain('canary')
  })

  test.each([
    ['a value', { ssn: 'guess' }, 'personal'],
    ['the value it has', { ssn: 'canary-ssn-ada' }, 'personal'],
    ['a part', { address: { city: 'x', street: 'y' } }, 'secret'],
    ['nothing in its place', { address: null }, 'secret'],
  ])('is refused %s', async (_, change, label) => {
    const { context, table, seen } = await hospital()
    expect(await errorOf(() => context.rows.update('ada', change))).toMatchObject({
      code: 'GK_PERMISSION_DENIED',
      message: `plugin 'acme' lacks the permission 'columns:write:${label}'`,
    })
    expect(table.options.data[0]).toEqual(patients()[0])
    expect(seen.filter(({ type }) => type.startsWith('row:'))).toEqual([])
  })

  test('creates rows without values in it', async () => {
    const { context, table } = await hospital()
    expect((await errorOf(() => context.rows.create({ id: 'x', ssn: 'x' }))).code).toBe(
      'GK_PERMISSION_DENIED',
    )
    expect(context.rows.create({ id: 'x', name: 'x', ssn: null })).toBe('x')
    expect(table.getRow('x').original.name).toBe('x')
  })

  test('but may read it, is refused too', async () => {
    const { context, table } = await hospital(['columns:read'])
    expect((await errorOf(() => context.rows.update('ada', { ssn: 'x' }))).code).toBe('GK_PERMISSION_DENIED')
    expect((await errorOf(() => context.rows.update('ada', { address: { city: 'x' } }))).code).toBe(
      'GK_PERMISSION_DENIED',
    )
    context.rows.update('ada', { address: { city: 'x', street: 'canary-street-ada' } })
    context.rows.update('ada', (draft) => void (draft['notes'] = 'n'))
    expect(table.getRow('ada').original).toMatchObject({
      address: { city: 'x', street: 'canary-street-ada' },
      notes: 'n',
    })
  })

  test('one that may write and not read sets what it can not see', async () => {
    const { context, table, seen } = await hospital(['columns:write'])
    context.rows.update('ada', { ssn: 'new', address: { city: 'c', street: 'new' } })
    expect(table.getRow('ada').original).toMatchObject({ ssn: 'new', address: { city: 'c', street: 'new' } })
    expect(JSON.stringify(seen)).not.toContain('new')
  })

  test('hears nothing of what the application says when it fails', async () => {
    const { context, lines } = await hospital([], {
      onDataChange: () => {
        throw new Error('canary')
      },
    })
    const error = await errorOf(() => context.rows.update('ada', { name: 'x' }))
    expect([error.code, error.cause]).toEqual(['GK_ERROR_WITHHELD', undefined])
    expect(JSON.stringify([error.message, error.hint, error.stack])).not.toContain('canary')
    expect(lines.some(({ message }) => message.includes('canary'))).toBe(true)
  })

  test('nor hears it later, when its changes have to wait', async () => {
    const { context, table, boss, lines, seen } = await hospital(['hooks:register:error'], {
      onDataChange: () => {
        throw new Error('canary')
      },
    })
    context.registerHook('error', (failure) => void seen.push({ type: 'plugin:hook', failure } as never))
    boss.registerHook('before:*', () => Promise.resolve())
    for (let times = 0; times < 6; times += 1) {
      context.rows.update('ada', { name: `x${times}` })
      context.rows.create({ id: `new-${times}`, name: 'new' })
      if (times === 0) context.rows.delete('bob')
      await settle()
    }
    expect(table.getRow('ada').original.name).toBe('x5')
    expect(JSON.stringify(seen)).not.toContain('canary')
    expect(seen.filter(({ type }) => type.startsWith('plugin:'))).toEqual([])
    expect(table.plugins.getPlugin('acme')?.status).toBe('running')
    expect(lines.filter(({ message }) => message.includes('canary')).length).toBeGreaterThan(6)
  })

  test('nor is blamed for what the application does of a change of its', async () => {
    const { context, table, boss, seen } = await hospital([], {
      onDataChange: () => {
        if (table.getRow('bob').original.name !== 'bob again')
          table.updateRow('bob', () => {
            throw new Error('canary')
          })
      },
    })
    boss.registerHook('before:*', () => settle())
    table.updateRow('bob', { name: 'bob again' })
    context.rows.update('ada', { name: 'x' })
    context.rows.update('bob', { name: 'y' })
    for (let turn = 0; turn < 5; turn += 1) await settle()
    expect(JSON.stringify(seen)).not.toContain('canary')
    expect(seen.filter(({ type }) => type.startsWith('plugin:'))).toEqual([])
  })
})

describe('table state changed by a plugin without the right', () => {
  test('keeps the entries of hidden columns where they were', async () => {
    const { context, table, seen } = await hospital()
    table.setSorting([
      { id: 'name', desc: false },
      { id: 'ssn', desc: true },
    ])
    table.setColumnVisibility({ ssn: false })
    table.setColumnOrder(['ssn', 'name', 'address'])
    table.setGlobalFilter('canary')
    seen.length = 0
    context.updateTableState((draft) => {
      expect(JSON.stringify(draft)).not.toMatch(/ssn|canary/)
      draft.sorting = [{ id: 'address_city', desc: true }]
      draft.columnVisibility = { name: false }
      draft.columnOrder = ['address', 'name']
    })
    expect(table.store.state).toMatchObject({
      sorting: [
        { id: 'address_city', desc: true },
        { id: 'ssn', desc: true },
      ],
      columnVisibility: { ssn: false, name: false },
      columnOrder: ['ssn', 'address', 'name'],
      globalFilter: 'canary',
    })
    expect(seen.map(({ type }) => type)).toEqual(['sort:change', 'column:visibility', 'column:reorder'])
  })

  test.each([
    ['sorting', [{ id: 'ssn', desc: true }]],
    ['columnFilters', [{ id: 'ssn', value: 'a' }]],
    ['columnFilters', [{ id: 'summary', value: 'a' }]],
    ['globalFilter', 'a'],
    ['grouping', ['ssn']],
    ['expanded', { 'ssn:a': true }],
    ['columnVisibility', { ssn: true }],
  ])('may not probe by %s', async (slice, value) => {
    const { context, table } = await hospital()
    const before = table.store.state
    expect(
      (await errorOf(() => context.updateTableState((draft) => ({ ...draft, [slice]: value })))).code,
    ).toBe('GK_PERMISSION_DENIED')
    expect(table.store.state).toEqual(before)
  })
})

test('what is read of sensitive columns by right is on record', async () => {
  const { table, boss, context } = await hospital()
  boss.getTableState()
  await errorOf(() => context.rows.query({ columns: ['ssn'] }))
  const { permissionAudit } = table.plugins
  expect(
    permissionAudit
      .query({ plugin: 'boss' })
      .some(({ permission }) => permission === 'columns:read:personal'),
  ).toBe(true)
  expect(permissionAudit.violations('acme').map(({ permission }) => permission)).toEqual([
    'columns:read:personal',
  ])
})
