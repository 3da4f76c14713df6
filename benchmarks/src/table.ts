import { createTable, stockGridFeatures } from '@gridkit/core'
import { analyticsPlugin, auditLogPlugin, exportPlugin } from '@gridkit/plugins'
import { constructTable, type RowSelectionState } from '@tanstack/table-core'
import { storeReactivityBindings } from '@tanstack/table-core/store-reactivity-bindings'
import { measure, type Contestant, type Measurement } from './measure.ts'

const suite = 'Table, 100,000 rows'

interface Item {
  readonly id: string
  readonly name: string
  readonly price: number
}

/** What the disciplines use of a table. */
interface BenchTable {
  setSorting(sorting: { id: string; desc: boolean }[]): void
  setGlobalFilter(filter: unknown): void
  setPageIndex(index: number): void
  setRowSelection(updater: (selection: RowSelectionState) => RowSelectionState): void
  toggleAllRowsSelected(on?: boolean): void
  getRowModel(): { readonly rows: readonly unknown[] }
}

// A small generator with a fixed seed, so that every run sorts the same rows.
function createItems(count: number): readonly Item[] {
  let state = 42
  const next = (): number => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296
    return state
  }
  return Array.from({ length: count }, (_, index) => ({
    id: `item-${index}`,
    name: `Name ${next().toString(36)}`,
    price: next() % 100_000,
  }))
}

const items = createItems(100_000)
const columns = [{ accessorKey: 'name' }, { accessorKey: 'price' }] as const
const getRowId = ({ id }: Item): string => id

function bareTable(): BenchTable {
  const features = { ...stockGridFeatures, coreReactivityFeature: storeReactivityBindings() }
  return constructTable({ features, data: items, columns, getRowId })
}

function pluginTable(): BenchTable & { destroy(): Promise<void> } {
  return createTable({
    data: items,
    columns,
    getRowId,
    features: {
      plugins: [
        auditLogPlugin({ destination: () => undefined }),
        analyticsPlugin({ provider: 'mixpanel', autoTrack: true }),
        exportPlugin({ formats: ['csv', 'xlsx', 'pdf'] }),
      ],
    },
  })
}

type Discipline = (table: BenchTable, turn: number) => void

const disciplines: Readonly<Record<string, Discipline>> = {
  'sort numbers': (table, turn) => {
    table.setSorting([{ id: 'price', desc: turn % 2 === 0 }])
    table.getRowModel()
  },
  'sort strings': (table, turn) => {
    table.setSorting([{ id: 'name', desc: turn % 2 === 0 }])
    table.getRowModel()
  },
  filter: (table, turn) => {
    table.setGlobalFilter(turn % 2 === 0 ? 'ab' : 'cd')
    table.getRowModel()
  },
  page: (table, turn) => {
    table.setPageIndex(turn % 1000)
    table.getRowModel()
  },
  'select a row': (table, turn) => table.setRowSelection(() => ({ [`item-${turn}`]: true })),
  'select all': (table, turn) => table.toggleAllRowsSelected(turn % 2 === 0),
}

function contestants(discipline: Discipline): readonly Contestant[] {
  let destroy = (): Promise<void> => Promise.resolve()
  const turns = (table: BenchTable): (() => void) => {
    let turn = 0
    return () => discipline(table, (turn += 1))
  }
  return [
    { name: 'bare TanStack v9', baseline: true, prepare: () => turns(bareTable()) },
    {
      name: 'GridKit, three plugins',
      prepare() {
        const table = pluginTable()
        destroy = () => table.destroy()
        return turns(table)
      },
      finish: () => destroy(),
    },
  ]
}

const mount: readonly Contestant[] = [
  { name: 'bare TanStack v9', baseline: true, prepare: () => () => void bareTable().getRowModel() },
  {
    name: 'GridKit, three plugins',
    prepare: () => () => {
      const table = pluginTable()
      table.getRowModel()
      void table.destroy()
    },
  },
]

/** GridKit with its official plugins against the table it is made of. */
export async function measureTable(): Promise<readonly Measurement[]> {
  const results = [...(await measure(suite, 'mount', 1, mount))]
  for (const [name, discipline] of Object.entries(disciplines)) {
    // What takes less than the clock's resolution is done several times.
    const repeat = name === 'page' || name === 'select a row' ? 50 : 1
    results.push(...(await measure(suite, name, repeat, contestants(discipline))))
  }
  return results
}
