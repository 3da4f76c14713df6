import { filterFn_greaterThan } from '@tanstack/table-core'
import { createTable, type AnyPlugin, type EnhancedTable, type GridColumnDef } from '../src/index.ts'
import type { FakeClock } from './fake-clock.ts'
import { quietHost } from './plugins.ts'

export interface Person {
  id: string
  name: string
  age: number
  tags: string[]
  children?: Person[]
}

export function people(): Person[] {
  return ['Ada', 'Bob', 'Cy', 'Dee'].map((name, index) => ({
    id: name.toLowerCase(),
    name,
    age: 40 - index * 5,
    tags: [],
  }))
}

export const columns: readonly GridColumnDef<Person>[] = [
  { accessorKey: 'name', header: 'Name' },
  {
    accessorKey: 'age',
    header: () => 'years',
    meta: { gridkit: { type: 'number', label: 'Age' } },
    filterFn: filterFn_greaterThan,
  },
  { id: 'actions', header: 'Actions' },
]

type PeopleTable = EnhancedTable<{ plugins: readonly AnyPlugin[] }, Person>
type PeopleOptions = Partial<Parameters<typeof createTable<{ plugins: readonly AnyPlugin[] }, Person>>[0]>

/** A table of people with the stock features, and the events on it but those about plugins. */
export function peopleTable(
  plugins: readonly AnyPlugin[] = [],
  options: Omit<PeopleOptions, 'features'> = {},
): {
  table: PeopleTable
  events: { type: string; source: string; payload: unknown }[]
  lines: string[]
  clock: FakeClock
} {
  const { lines, ...host } = quietHost()
  const table = createTable<{ plugins: readonly AnyPlugin[] }, Person>({
    ...host,
    data: people(),
    columns,
    getRowId: ({ id }) => id,
    getSubRows: ({ children }) => children,
    features: { plugins },
    ...options,
  })
  const events: { type: string; source: string; payload: unknown }[] = []
  table.events.on('*', ({ type, source, payload }) => {
    if (!type.startsWith('plugin:')) events.push({ type, source, payload })
  })
  return {
    table,
    events,
    clock: host.clock,
    get lines() {
      return lines.map(({ message }) => message)
    },
  }
}
