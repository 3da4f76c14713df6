import type { ReactNode } from 'react'
import type { AnyPlugin } from '@gridkit/core'
import { GridView, useGridEnhancedTable, type GridViewProps } from '../src/index.ts'

export interface Person {
  id: string
  name: string
  city: string
  age: number | null
  score: number
  active: boolean
  joined: string
}

const cities = ['Berlin', 'Tokyo', 'Lima', 'Oslo', 'Quito']
const names = ['Ada', 'Grace', 'Linus', 'Margaret', 'Edsger', 'Barbara', 'Ken']

/** Rows that are the same in every run: person i is 20 + i % 50 years old. */
export function people(count: number): Person[] {
  return Array.from({ length: count }, (_, index) => ({
    id: `p${index}`,
    name: `${names[index % names.length]} ${index}`,
    city: cities[index % cities.length] ?? '',
    age: 20 + (index % 50),
    score: ((index * 7919) % 10_000) / 4,
    active: index % 2 === 0,
    joined: new Date(Date.UTC(2015, 0, 1 + (index % 3000))).toISOString().slice(0, 10),
  }))
}

const columns = [
  { accessorKey: 'name', header: 'Name', size: 180, meta: { gridkit: { type: 'text', editable: true } } },
  { accessorKey: 'city', header: 'City', size: 140 },
  { accessorKey: 'age', header: 'Age', size: 140, meta: { gridkit: { type: 'number', editable: true } } },
  { accessorKey: 'score', header: 'Score', size: 140, meta: { gridkit: { type: 'number' } } },
  {
    accessorKey: 'active',
    header: 'Active',
    size: 110,
    meta: { gridkit: { type: 'boolean', editable: true } },
  },
  { accessorKey: 'joined', header: 'Joined', size: 240, meta: { gridkit: { type: 'date', editable: true } } },
] as const

export type PeopleTable = ReturnType<typeof usePeopleTable>

function usePeopleTable(data: readonly Person[], plugins: readonly AnyPlugin[], initialState: object) {
  return useGridEnhancedTable(
    { data, columns, getRowId: (row) => row.id, features: { plugins }, initialState },
    () => null,
  )
}

interface PeopleGridProps extends Omit<Partial<GridViewProps<Person>>, 'table'> {
  readonly data: readonly Person[]
  readonly plugins?: readonly AnyPlugin[]
  readonly initialState?: object
  readonly onTable?: (table: PeopleTable) => void
}

const noPlugins: readonly AnyPlugin[] = []
const noState = {}

/** A grid of people. Its table re-renders nobody, so the view has to see to itself. */
export function PeopleGrid(props: PeopleGridProps): ReactNode {
  const { data, plugins = noPlugins, initialState = noState, onTable, ...view } = props
  const table = usePeopleTable(data, plugins, initialState)
  onTable?.(table)
  return <GridView table={table} aria-label="People" {...view} />
}
