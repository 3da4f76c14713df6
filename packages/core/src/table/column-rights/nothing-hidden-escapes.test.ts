import { filterFns } from '@tanstack/table-core'
import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { everythingIn } from '../../../test/everything-in.ts'
import { holder, quietHost } from '../../../test/plugins.ts'
import { createTable, type AnyPlugin, type GridColumnDef, type Permission } from '../../index.ts'

type Row = { id: string; subs?: Row[] } & Record<string, unknown>
type Hospital = Awaited<ReturnType<typeof setUp>>

const paths = ['a', 'b', 'c', 'c.x', 'c.y', 'c.y.z', 'd', 'd.x', 'subs', 'list', 'list.0.x']
const label = fc.constantFrom(undefined, undefined, 'personal', 'secret')
const column = fc.record({ path: fc.constantFrom(...paths), label, group: label, computed: fc.boolean() })
/** What computed columns compute, and whether that quotes a field of its own or the row. */
const computations: Readonly<Record<string, (row: Row) => unknown>> = {
  row: (row) => row,
  copy: (row) => ({ ...row }),
  inList: (row) => [row],
  text: (row) => JSON.stringify(row),
  fields: (row) => `${String(row['a'])} ${String(row['b'])}`,
  part: (row) => row['c'],
  deep: (row) => (row['c'] as { y?: { z: string } } | undefined)?.y?.z,
  map: (row) => new Map([['row', row]]),
  children: (row) => row.subs,
  free: (row) => row['free'],
}
const computed = fc.record({ name: fc.constantFrom(...Object.keys(computations)), label })
const step = fc.record({
  by: fc.constantFrom('app', 'plugin'),
  what: fc.nat(99),
  at: fc.nat(9),
  field: fc.constantFrom('a', 'b', 'c', 'd', 'list', 'subs', 'free'),
})
const scenario = fc.record({
  columns: fc.uniqueArray(column, { selector: ({ path }) => path, minLength: 1, maxLength: 8 }),
  computed: fc.uniqueArray(computed, { selector: ({ name }) => name, maxLength: 4 }),
  rights: fc.constantFrom<Permission[]>(
    [],
    ['columns:read:personal'],
    ['columns:write'],
    ['columns:read:secret'],
  ),
  steps: fc.array(step, { maxLength: 12 }),
})
type Scenario = typeof scenario extends fc.Arbitrary<infer T> ? T : never

/** Texts for cells, each of its own, and which of them no hidden column must let out. */
function createCanaries({ columns, computed, rights }: Scenario) {
  let last = 0
  const lacks = (given: string | undefined): boolean =>
    given !== undefined && !rights.includes(`columns:read:${given}`)
  const hidden = columns.filter(({ label: own, group }) => lacks(own) || lacks(group)).map(({ path }) => path)
  const planted = new Set<string>()
  // A function is the only one to show these, unless a column shows just the field.
  const sources = { free: 'free', deep: 'c.y.z' } as Readonly<Record<string, string>>
  const read = new Set(computed.flatMap(({ name, label: own }) => (lacks(own) ? (sources[name] ?? []) : [])))
  const isHidden = (path: string): boolean =>
    hidden.some((each) => path === each || path.startsWith(`${each}.`)) ||
    (read.has(path) && !columns.some((each) => each.path === path))
  const text = (path: string): string => {
    last += 1
    const made = `«${last}»`
    if (isHidden(path)) planted.add(made)
    return made
  }
  const fields: Readonly<Record<string, (depth: number) => unknown>> = {
    a: () => text('a'),
    b: () => text('b'),
    c: () => ({ x: text('c.x'), y: { z: text('c.y.z'), more: text('c.y.more') } }),
    d: () => ({ x: text('d.x'), a: text(isHidden('a') ? 'a' : 'd.a') }),
    list: () => [{ x: text('list.0.x') }],
    free: () => text('free'),
    subs: (depth) => (depth === 0 ? [row(`sub-${(last += 1)}`, 1)] : []),
  }
  const field = (name: string, depth = 0): unknown => fields[name]?.(depth)
  function row(id: string, depth = 0): Row {
    return { id, ...Object.fromEntries(Object.keys(fields).map((name) => [name, field(name, depth)])) }
  }
  return { planted, hidden, row, field, text }
}

async function setUp(given: Scenario) {
  const canaries = createCanaries(given)
  const seen: unknown[] = []
  const held = holder('spy', {
    requiredPermissions: [
      'state:read',
      'state:write',
      'rows:create',
      'rows:update',
      'rows:delete',
      'events:subscribe',
      'events:emit',
      ...given.rights,
    ],
    initialize: (context) => void context.on('*', (event) => seen.push(event)),
  })
  const columns = given.columns.map(({ path, label: own, group }): GridColumnDef<Row> => {
    const leaf = {
      accessorKey: path,
      filterFn: filterFns.includesString,
      meta: meta(own),
    } as unknown as GridColumnDef<Row>
    return group === undefined ? leaf : { id: `group ${path}`, columns: [leaf], meta: meta(group) }
  })
  const functions = given.computed.map(({ name, label: own }): GridColumnDef<Row> => ({
    id: name,
    accessorFn: computations[name] ?? (() => undefined),
    meta: meta(own),
  }))
  const table = createTable<{ plugins: readonly AnyPlugin[] }, Row>({
    ...quietHost(),
    data: ['one', 'two', 'three'].map((id) => canaries.row(id)),
    columns: [...columns, ...functions],
    getRowId: ({ id }) => id,
    getSubRows: ({ subs }) => subs,
    onDataChange: (rows) => {
      if (rows.length === 5) throw new Error(JSON.stringify(rows))
    },
    features: { plugins: [held.plugin] },
  })
  await table.plugins.ready
  return { table, context: held.context(), seen, canaries }
}
const meta = (sensitivity: string | undefined) => ({
  gridkit: sensitivity === undefined ? {} : { sensitivity },
})

function byApplication({ table, canaries }: Hospital, { what, at, field }: Scenario['steps'][number]): void {
  const ids = table.getAllLeafColumns().map(({ id }) => id)
  const id = ids[at % ids.length] ?? ''
  const rowId = table.options.data[at % table.options.data.length]?.id ?? ''
  const text = canaries.text(id.replaceAll('_', '.'))
  const value = table.getRow(rowId).getValue(id)
  const typed = typeof value === 'string' && !canaries.hidden.includes(id) ? text : String(value)
  const acts: (() => unknown)[] = [
    () => table.updateRow(rowId, { [field]: canaries.field(field) }),
    () =>
      table.updateRow(rowId, (draft) => {
        draft['a'] = canaries.text('a')
        ;(draft['c'] as { y: { z: string } }).y.z = canaries.text('c.y.z')
        const [sub] = draft['subs'] ?? []
        if (sub) sub['b'] = canaries.text('b')
      }),
    () => table.updateRow(rowId, () => canaries.row(rowId)),
    () => table.createRow(canaries.row(`new-${at}-${what}`)),
    () => table.deleteRow(rowId),
    () => table.setSorting([{ id, desc: true }]),
    () => table.setColumnFilters(canaries.hidden.includes(id) ? [{ id, value: typed }] : []),
    () => table.setGlobalFilter(typed),
    () => table.setGrouping([id, ids[what % ids.length] ?? id]),
    () =>
      table.setExpanded(Object.fromEntries(table.getGroupedRowModel().flatRows.map((row) => [row.id, true]))),
    () =>
      table.setRowSelection(
        Object.fromEntries(table.getGroupedRowModel().flatRows.map((row) => [row.id, true])),
      ),
    () => table.setRowPinning({ top: table.getGroupedRowModel().rows.map((row) => row.id), bottom: [] }),
    () => table.setColumnVisibility({ [id]: false }),
  ]
  acts[what % acts.length]?.()
}

async function byPlugin(
  { context, seen, table }: Hospital,
  { what, at, field }: Scenario['steps'][number],
): Promise<void> {
  const rowId = table.options.data[at % table.options.data.length]?.id ?? ''
  const drafted = (draft: object): void => void seen.push(everythingIn(draft))
  const acts: (() => unknown)[] = [
    () => context.getTableState(),
    () => context.rows.get(rowId),
    async () => {
      for await (const page of context.rows.query()) seen.push(page)
    },
    () =>
      context.rows.update(rowId, (draft) => {
        drafted(draft)
        draft[field] = `mine ${what}`
      }),
    () =>
      context.rows.update(rowId, (draft) => {
        drafted(draft)
        return { ...draft, [field]: { x: 'mine' } }
      }),
    () => context.rows.create({ id: `its-${at}-${what}`, c: { y: {} } }),
    () => context.rows.delete(rowId),
    () =>
      context.updateTableState((draft) => {
        drafted(draft)
        draft.sorting = [{ id: field, desc: false }]
        draft.columnVisibility = {}
        draft.expanded = {}
      }),
    () => context.rows.query({ columns: [field, 'no such'] }),
  ]
  seen.push(await acts[what % acts.length]?.())
}

test('whatever the application and the plugin do, nothing of a hidden column gets to the plugin', async () => {
  let planted = 0
  await fc.assert(
    fc.asyncProperty(scenario, async (given) => {
      const hospital = await setUp(given)
      const { context, seen, canaries, table } = hospital
      for (const step of given.steps) {
        try {
          if (step.by === 'app') byApplication(hospital, step)
          else await byPlugin(hospital, step)
        } catch (error) {
          if (step.by === 'plugin') seen.push(error)
        }
      }
      for (const what of [0, 1, 2, 7]) {
        try {
          await byPlugin(hospital, { by: 'plugin', what, at: 0, field: 'a' })
        } catch (error) {
          seen.push(error)
        }
      }
      const texts = everythingIn([context, seen])
      planted += canaries.planted.size
      expect(
        [...texts.matchAll(/«\d+»/g)].map(([each]) => each).filter((each) => canaries.planted.has(each)),
      ).toEqual([])
      await table.destroy()
    }),
    { numRuns: 150 },
  )
  expect(planted).toBeGreaterThan(100)
}, 60_000)
