/* oxlint-disable react/globals, react/immutability -- The components of these tests hand out what they hold. */
import { act, cleanup, render, screen } from '@testing-library/react'
import { StrictMode, useState } from 'react'
import { createTable } from '@gridkit/core'
import type { SortingState } from '@tanstack/react-table'
import { afterEach, describe, expect, test } from 'vitest'
import { useGridEnhancedTable } from '../index.ts'

interface Person {
  name: string
  age: number
}
const people: Person[] = [
  { name: 'Ada', age: 36 },
  { name: 'Grace', age: 85 },
]
const columns = [{ accessorKey: 'name' as const }, { accessorKey: 'age' as const }]
afterEach(cleanup)
const settled = () => act(() => new Promise<void>((resolve) => setTimeout(resolve, 20)))

function useTable(data: readonly Person[] = people) {
  return useGridEnhancedTable({ data, columns, features: {} })
}
type Table = ReturnType<typeof useTable>
const namesOf = (table: Pick<Table, 'getRowModel'>) =>
  table
    .getRowModel()
    .rows.map(({ original }) => original.name)
    .join()

describe('the state of a table', () => {
  test('may be the application’s: state and onSortingChange, with the operation around them', async () => {
    const sources: unknown[] = []
    let table: Table | undefined
    function Grid() {
      const [sorting, setSorting] = useState<SortingState>([])
      table = useGridEnhancedTable({
        data: people,
        columns,
        features: {},
        state: { sorting },
        onSortingChange: setSorting,
      })
      return <output>{namesOf(table)}</output>
    }
    render(<Grid />, { wrapper: StrictMode })
    await settled()
    table?.events.on('sort:change', ({ source, payload }) => void sources.push([source, payload.after]))
    act(() => table?.withSource('user', () => table?.setSorting([{ id: 'age', desc: true }])))
    expect(screen.getByRole('status').textContent).toBe('Grace,Ada')
    await settled()
    expect(sources).toEqual([['user', [{ id: 'age', desc: true }]]])
  })

  test('may be in an atom of the application', async () => {
    // An atom of TanStack's store, of which applications make their own; here another table's.
    const { sorting } = createTable({ data: people, columns, features: {} }).baseAtoms
    const heard: unknown[] = []
    let table: Table | undefined
    function Grid() {
      table = useGridEnhancedTable({ data: people, columns, features: {}, atoms: { sorting } })
      return <output>{namesOf(table)}</output>
    }
    render(<Grid />)
    await settled()
    table?.events.on('sort:change', ({ payload }) => void heard.push(payload.after))
    act(() => table?.setSorting([{ id: 'age', desc: true }]))
    expect(screen.getByRole('status').textContent).toBe('Grace,Ada')
    expect(sorting.get()).toEqual([{ id: 'age', desc: true }])
    act(() => sorting.set(() => []))
    expect(screen.getByRole('status').textContent).toBe('Ada,Grace')
    await settled()
    expect(heard).toHaveLength(1)
  })

  test('renders nobody again with a selector of nothing', () => {
    let renders = 0
    let table: Pick<Table, 'setSorting' | 'getRowModel'> | undefined
    function Grid() {
      renders += 1
      table = useGridEnhancedTable({ data: people, columns, features: {} }, () => null)
      return null
    }
    render(<Grid />)
    const before = renders
    act(() => table?.setSorting([{ id: 'age', desc: true }]))
    expect(renders).toBe(before)
    expect(table && namesOf(table)).toBe('Grace,Ada')
  })
})

describe('the rows of a table', () => {
  test('render again when one is updated, also with a selector of nothing', () => {
    let table: Table | undefined
    function Grid() {
      table = useGridEnhancedTable({ data: people, columns, features: {} }, () => null) as unknown as Table
      return <output>{namesOf(table)}</output>
    }
    render(<Grid />, { wrapper: StrictMode })
    act(() => table?.updateRow('1', { name: 'Grace H.' }))
    expect(screen.getByRole('status').textContent).toBe('Ada,Grace H.')
  })

  test('are replaced by new data, which plugins hear of once', async () => {
    const heard: unknown[] = []
    let table: Table | undefined
    function Grid({ data }: { data: readonly Person[] }) {
      table = useTable(data)
      return <output>{namesOf(table)}</output>
    }
    const { rerender } = render(<Grid data={people} />, { wrapper: StrictMode })
    table?.events.on('data:replace', ({ payload }) => void heard.push(payload))
    act(() => table?.updateRow('0', { name: 'changed' }))
    const next = [{ name: 'Linus', age: 50 }]
    rerender(<Grid data={next} />)
    rerender(<Grid data={next} />)
    expect(screen.getByRole('status').textContent).toBe('Linus')
    await settled()
    expect(heard).toEqual([{ rows: 1 }])
  })

  test('may be written inline without rendering for ever', async () => {
    let renders = 0
    let table: Table | undefined
    function Grid() {
      renders += 1
      table = useTable([{ name: 'Ada', age: 36 }])
      return <output>{namesOf(table)}</output>
    }
    render(<Grid />)
    await settled()
    expect(renders).toBeLessThan(5)
    act(() => table?.setSorting([{ id: 'age', desc: true }]))
    await settled()
    expect(renders).toBeLessThan(10)
  })
})
