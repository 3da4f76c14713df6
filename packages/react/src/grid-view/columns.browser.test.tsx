import { useState, type ReactNode } from 'react'
import { createColumnHelper } from '@tanstack/react-table'
import type { StockGridFeatures } from '@gridkit/core'
import { describe, expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import { cell, dataRows, grid, one, place, press, said, textsOf } from '../../test/grid-page.tsx'
import { GridView, useGridEnhancedTable } from '../index.ts'

interface Ship {
  code: string
  built: Date | null
  crew: { size: number }
  notes?: string | undefined
}
const ships: Ship[] = [
  { code: 'A-1', built: new Date(1999, 4, 1), crew: { size: 12 }, notes: 'fast' },
  { code: 'B-2', built: null, crew: { size: 7 } },
  { code: 'C-3', built: new Date(2004, 0, 31, 23, 30), crew: { size: 30 }, notes: 'slow' },
]
const helper = createColumnHelper<StockGridFeatures, Ship>()

interface ShipGridProps {
  readonly columns: Parameters<typeof useShips>[0]
  readonly options?: object
  readonly onTable?: (table: ReturnType<typeof useShips>) => void
}

function useShips(columns: ReturnType<typeof helper.columns>, options: object = {}) {
  return useGridEnhancedTable({ data: ships, columns, features: {}, ...options })
}

function ShipGrid({ columns, options, onTable }: ShipGridProps): ReactNode {
  const table = useShips(columns, options)
  onTable?.(table)
  return (
    <div style={{ blockSize: 500 }}>
      <GridView table={table} aria-label="Ships" />
    </div>
  )
}

async function open(columns: ShipGridProps['columns'], options?: object) {
  let table: ReturnType<typeof useShips> | undefined
  await render(<ShipGrid columns={columns} options={options ?? {}} onTable={(made) => (table = made)} />)
  await expect.poll(() => dataRows().length).toBe(3)
  return () => {
    if (table === undefined) throw new Error('the table was not made')
    return table
  }
}

const code = helper.accessor('code', { header: 'Code', meta: { gridkit: { editable: true } } })

describe('columns', () => {
  test('are named by their header, their label, or their id', async () => {
    await open(
      helper.columns([
        code,
        helper.accessor('notes', { header: () => <em>Remarks</em>, meta: { gridkit: { label: 'Notes' } } }),
        helper.accessor('crew.size', { id: 'crew', header: () => '#' }),
      ]),
    )
    await expect.element(page.getByLabelText('Filter Code')).toBeVisible()
    await expect.element(page.getByLabelText('Filter Notes')).toBeVisible()
    await expect.element(page.getByLabelText('Filter crew')).toBeVisible()
    expect(cell(-2, 2).innerHTML).toContain('<em>Remarks</em>')
    await userEvent.click(page.getByRole('button', { name: 'Remarks' }))
    expect(said()).toBe('Sorted by Notes, ascending')
  })

  test('without values have no sort, no filter and no editor', async () => {
    await open(
      helper.columns([
        code,
        helper.display({
          id: 'actions',
          header: 'Actions',
          meta: { gridkit: { editable: true } },
          cell: ({ row }) => <button type="button">Open {row.original.code}</button>,
        }),
      ]),
    )
    expect(cell(-2, 2)).not.toHaveAttribute('aria-sort')
    expect(cell(-2, 2).querySelector('button')).toBeNull()
    expect(cell(-1, 2).childElementCount).toBe(0)
    cell(-2, 2).focus()
    await press('{Enter}')
    expect(said()).toBe('')
    cell(0, 2).focus()
    await press('x')
    expect(document.querySelector('.gridkit-editor')).toBeNull()
    await press('{Enter}')
    expect(document.activeElement?.textContent).toBe('Open A-1')
    await press('{ArrowDown}')
    expect(place()).toEqual([1, 2])
    await press('{F2}{Escape}')
    expect(document.activeElement).toBe(cell(1, 2))
  })

  test('that read a nested value or compute one are not editable', async () => {
    await open(
      helper.columns([
        code,
        helper.accessor('crew.size', { meta: { gridkit: { type: 'number', editable: true } } }),
        helper.accessor((ship) => ship.code.length, { id: 'length', meta: { gridkit: { editable: true } } }),
      ]),
    )
    await userEvent.dblClick(cell(0, 2))
    await userEvent.dblClick(cell(0, 3))
    expect(document.querySelector('.gridkit-editor')).toBeNull()
    await userEvent.dblClick(cell(0, 1))
    expect(document.querySelector('.gridkit-editor')).not.toBeNull()
    await userEvent.dblClick(one('.gridkit-editor'))
    expect(document.activeElement).toBe(one('.gridkit-editor'))
  })

  test('render by the application’s own cell where there is one', async () => {
    const number = { gridkit: { type: 'number' } } as const
    await open(
      helper.columns([
        code,
        helper.accessor('crew.size', { cell: ({ getValue }) => <b>{getValue()} people</b>, meta: number }),
      ]),
    )
    expect(cell(0, 2).innerHTML).toContain('<b>12 people</b>')
  })

  test('render by the application’s default cell where there is one', async () => {
    await open(helper.columns([code]), { defaultColumn: { cell: () => 'always this' } })
    expect(textsOf(1)).toEqual(['always this', 'always this', 'always this'])
  })

  test('of dates filter, and edit at the same time of day', async () => {
    const table = await open(
      helper.columns([
        code,
        helper.accessor('built', { meta: { gridkit: { type: 'date', editable: true } } }),
      ]),
    )
    // The space before PM is another one in some browsers.
    const texts = textsOf(2).map((text) => text?.replaceAll('\u202F', ' '))
    expect(texts).toEqual(['May 1, 1999', '', 'Jan 31, 2004, 11:30 PM'])
    await userEvent.fill(page.getByLabelText('Filter built, to'), '2004-01-31')
    await userEvent.fill(page.getByLabelText('Filter built, from'), '2004-01-31')
    await expect.poll(() => textsOf(1)).toEqual(['C-3'])
    cell(0, 2).focus()
    await press('{Enter}')
    await userEvent.fill(one('.gridkit-editor'), '2004-01-30')
    await press('{Enter}')
    expect(table().getRow('2').original.built).toEqual(new Date(2004, 0, 30, 23, 30))
    await expect.element(page.getByText('No rows match the filters.')).toBeVisible()
  })

  test('of dates take a date where there was none', async () => {
    const table = await open(
      helper.columns([
        code,
        helper.accessor('built', {
          filterFn: 'inDateRange',
          meta: { gridkit: { type: 'date', editable: true } },
        }),
      ]),
    )
    cell(1, 2).focus()
    await press('{Enter}')
    await userEvent.fill(one('.gridkit-editor'), '2001-02-03')
    await press('{Enter}')
    expect(table().getRow('1').original.built).toEqual(new Date(2001, 1, 3))
    expect(cell(1, 2).textContent).toBe('Feb 3, 2001')
    await userEvent.fill(page.getByLabelText('Filter built, from'), '2001-02-03')
    await userEvent.fill(page.getByLabelText('Filter built, to'), '2004-01-31')
    await expect.poll(() => textsOf(1)).toEqual(['B-2', 'C-3'])
  })

  test('of days that are not complete are refused', async () => {
    await open(
      helper.columns([
        code,
        helper.accessor('built', { meta: { gridkit: { type: 'date', editable: true } } }),
      ]),
    )
    cell(1, 2).focus()
    await press('{Enter}12{Enter}')
    await expect.element(page.getByRole('alert')).toHaveTextContent('Enter a date, or leave it empty.')
    await userEvent.click(cell(0, 1))
    expect(one('.gridkit-editor')).toHaveAttribute('aria-invalid', 'true')
  })

  test('may be hidden, and their filter fields go with them', async () => {
    const table = await open(helper.columns([code, helper.accessor('notes', { header: 'Notes' })]))
    expect(grid()).toHaveAttribute('aria-colcount', '3')
    cell(0, 2).focus()
    table().setColumnVisibility({ notes: false })
    await expect.poll(() => grid().getAttribute('aria-colcount')).toBe('2')
    await expect.poll(() => place()).toEqual([0, 1])
    expect(page.getByLabelText('Filter Notes').elements()).toHaveLength(0)
  })

  test('are announced by their id while hidden', async () => {
    const table = await open(helper.columns([code, helper.accessor('notes', { header: 'Notes' })]))
    table().setColumnVisibility({ notes: false })
    table().setSorting([{ id: 'notes', desc: true }])
    await expect.poll(() => said()).toBe('Sorted by notes, descending')
  })

  test('show a filter that others set, whatever it is', async () => {
    const type = { gridkit: { type: 'number' } } as const
    const table = await open(
      helper.columns([code, helper.accessor('crew.size', { header: 'Crew', meta: type })]),
    )
    table().setColumnFilters([{ id: 'crew_size', value: [null, 20] }])
    await expect.element(page.getByLabelText('Filter Crew, maximum')).toHaveValue(20)
    await expect.element(page.getByLabelText('Filter Crew, minimum')).toHaveValue(null)
    await userEvent.fill(page.getByLabelText('Filter Crew, minimum'), '10')
    await expect.poll(() => table().store.state.columnFilters[0]?.value).toEqual([10, 20])
    table().setColumnFilters([{ id: 'code', value: { any: 'thing' } }])
    await expect.element(page.getByLabelText('Filter Code')).toHaveValue('')
  })

  test('may be none at all', async () => {
    await open([])
    expect(grid()).toHaveAttribute('aria-colcount', '1')
    cell(0, 0).focus()
    await press('{ArrowRight}{Enter}')
    expect(place()).toEqual([0, 0])
  })

  test('keep the filter that the application chose', async () => {
    await open(helper.columns([helper.accessor('code', { filterFn: 'startsWith' })]))
    await userEvent.fill(page.getByLabelText('Filter code'), '-')
    await expect.element(page.getByText('0 of 3 rows')).toBeVisible()
    await userEvent.fill(page.getByLabelText('Filter code'), 'b')
    await expect.element(page.getByText('1 of 3 rows')).toBeVisible()
    expect(said()).toBe('1 row')
  })
})

describe('rows that may not be selected', () => {
  test('have a checkbox that says so', async () => {
    const table = await open(helper.columns([code]), {
      enableRowSelection: ({ original }: { original: Ship }) => original.code !== 'B-2',
    })
    await expect.element(page.getByLabelText('Select row 2')).toBeDisabled()
    cell(1, 1).focus()
    await press(' ')
    expect(table().store.state.rowSelection).toEqual({})
    await userEvent.click(page.getByLabelText('Select all rows'))
    expect(Object.keys(table().store.state.rowSelection)).toEqual(['0', '2'])
    await expect.element(page.getByLabelText('Select all rows')).toBeChecked()
  })
})

test('a table that the application controls is shown and announced once for each change', async () => {
  function Controlled(): ReactNode {
    const [sorting, setSorting] = useState([{ id: 'code', desc: true }])
    const [, setCount] = useState(0)
    const table = useGridEnhancedTable({
      data: ships,
      columns: helper.columns([code]),
      features: {},
      // Another array in every render, as applications do.
      state: { sorting: [...sorting], columnFilters: [] },
      onSortingChange: setSorting,
    })
    return (
      <div style={{ blockSize: 500 }}>
        <button type="button" onClick={() => setCount((count) => count + 1)}>
          again
        </button>
        <GridView table={table} aria-label="Ships" />
      </div>
    )
  }
  await render(<Controlled />)
  await expect.poll(() => textsOf(1)).toEqual(['C-3', 'B-2', 'A-1'])
  await userEvent.click(page.getByText('again'))
  expect(said()).toBe('')
  await userEvent.click(page.getByRole('button', { name: 'Code' }))
  await expect.poll(() => textsOf(1)).toEqual(['C-3', 'B-2', 'A-1'].toReversed())
})
