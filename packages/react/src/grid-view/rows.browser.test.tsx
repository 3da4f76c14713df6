import { definePlugin } from '@gridkit/core'
import { describe, expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import {
  cell,
  dataRows,
  grid,
  one,
  openGrid,
  place,
  press,
  said,
  scroller,
  textsOf,
} from '../../test/grid-page.tsx'
import { people } from '../../test/people-grid.tsx'

const hundredThousand = people(100_000)

describe('virtual rows', () => {
  test('are few of many, and the last one is reached by scrolling', async () => {
    await openGrid({ data: hundredThousand })
    await expect.poll(() => dataRows().length).toBeGreaterThan(10)
    expect(dataRows().length).toBeLessThan(60)
    scroller().scrollTop = scroller().scrollHeight
    await expect.element(page.getByText('Grace 99996')).toBeInTheDocument()
    await expect.poll(() => textsOf(1).at(-1)).toContain('99999')
    expect(dataRows().length).toBeLessThan(60)
    const last = dataRows().at(-1)?.getBoundingClientRect()
    expect(last?.bottom).toBeLessThanOrEqual(scroller().getBoundingClientRect().bottom + 1)
  })

  test('say how many there are, and where each is', async () => {
    await openGrid({ data: people(1000) })
    await expect.poll(() => dataRows().length).toBeGreaterThan(10)
    expect(grid()).toHaveAttribute('aria-label', 'People')
    expect(grid()).toHaveAttribute('aria-rowcount', '1002')
    expect(grid()).toHaveAttribute('aria-colcount', '7')
    expect(grid()).toHaveAttribute('aria-multiselectable', 'true')
    expect(dataRows()[0]).toHaveAttribute('aria-rowindex', '3')
    expect(dataRows()[0]).toHaveAttribute('aria-selected', 'false')
    expect(cell(0, 2)).toHaveAttribute('aria-readonly', 'true')
    expect(cell(0, 1)).not.toHaveAttribute('aria-readonly')
    expect(page.getByRole('columnheader').elements()).toHaveLength(7)
    await expect.element(page.getByText('1,000 of 1,000 rows')).toBeVisible()
    expect(said()).toBe('')
  })

  test('take another height', async () => {
    const { rerender } = await openGrid({ data: people(1000) })
    await expect.poll(() => one('.gridkit-body').style.blockSize).toBe('36000px')
    await rerender({ data: people(1000), rowHeight: 50, className: 'tall' })
    await expect.poll(() => one('.gridkit-body').style.blockSize).toBe('50000px')
    await expect.poll(() => dataRows()[1]?.getBoundingClientRect().height).toBe(50)
    expect(dataRows()[1]?.style.transform).toBe('translateY(50px)')
    expect(one('.gridkit')).toHaveClass('tall')
  })

  test('stay few where the style sheet is missing', async () => {
    await openGrid({ data: people(5000) })
    scroller().style.cssText = 'overflow: visible; max-block-size: none; flex: none'
    await expect.poll(() => dataRows().length).toBeGreaterThan(100)
    expect(dataRows().length).toBeLessThanOrEqual(401)
  })

  test('are not rendered again when another one is selected', async () => {
    const { table } = await openGrid({ data: people(100) })
    await expect.poll(() => dataRows().length).toBeGreaterThan(10)
    const changed: string[] = []
    const watcher = new MutationObserver((records) => {
      for (const { target } of records)
        changed.push((target as Element).closest?.('[role="row"]')?.getAttribute('aria-rowindex') ?? '')
    })
    watcher.observe(one('.gridkit-body'), {
      subtree: true,
      attributes: true,
      childList: true,
      characterData: true,
    })
    table().selectRow('p2')
    await expect.poll(() => dataRows()[2]?.getAttribute('aria-selected')).toBe('true')
    watcher.disconnect()
    expect([...new Set(changed)]).toEqual(['5'])
  })
})

describe('sorting', () => {
  test('is by click, more with Shift, and said', async () => {
    const { table } = await openGrid({ data: people(100) })
    const sources: unknown[] = []
    table().events.on('sort:change', ({ source }) => void sources.push(source))
    await userEvent.click(page.getByRole('button', { name: 'Age' }))
    expect(cell(-2, 3)).toHaveAttribute('aria-sort', 'descending')
    expect(textsOf(3)[0]).toBe('69')
    expect(said()).toBe('Sorted by Age, descending')
    await userEvent.keyboard('{Shift>}')
    await userEvent.click(page.getByRole('button', { name: 'City' }))
    await userEvent.keyboard('{/Shift}')
    expect(cell(-2, 2)).toHaveAttribute('aria-sort', 'ascending')
    expect(table().store.state.sorting).toEqual([
      { id: 'age', desc: true },
      { id: 'city', desc: false },
    ])
    expect(said()).toBe('Sorted by Age, descending; City, ascending')
    expect(cell(-2, 2).textContent).toBe('City2')
    await userEvent.click(page.getByRole('button', { name: 'City' }))
    await userEvent.click(page.getByRole('button', { name: 'City' }))
    expect(said()).toBe('Not sorted')
    await expect.poll(() => sources).toEqual(['user', 'user', 'user', 'user'])
  })

  test('is by Enter on the header', async () => {
    const { table } = await openGrid({ data: people(100) })
    cell(-2, 1).focus()
    await press('{Enter}')
    expect(cell(-2, 1)).toHaveAttribute('aria-sort', 'ascending')
    await press('{ArrowRight}{Shift>}{Enter}{/Shift}')
    expect(table().store.state.sorting.map(({ id }) => id)).toEqual(['name', 'city'])
    expect(place()).toEqual([-2, 2])
    await press('{F2}')
    expect(document.activeElement?.tagName).toBe('BUTTON')
    await press('{Enter}')
    expect(table().store.state.sorting).toEqual([{ id: 'city', desc: true }])
    await press('{Escape}')
    expect(document.activeElement).toBe(cell(-2, 2))
    await press(' ')
    expect(table().store.state.sorting).toEqual([])
  })
})

describe('filtering', () => {
  test('is by the field of each type, after a moment', async () => {
    const { table } = await openGrid({ data: people(100) })
    const sources: unknown[] = []
    table().events.on('filter:apply', ({ source }) => void sources.push(source))
    await userEvent.fill(page.getByLabelText('Filter City'), 'to')
    expect(table().store.state.columnFilters).toEqual([])
    await expect.element(page.getByText('40 of 100 rows')).toBeVisible()
    expect(said()).toBe('40 rows')
    await userEvent.fill(page.getByLabelText('Filter Age, minimum'), '40')
    await userEvent.fill(page.getByLabelText('Filter Age, maximum'), '42')
    await expect.poll(() => table().store.state.columnFilters.at(-1)?.value).toEqual([40, 42])
    await expect.element(page.getByText('2 of 100 rows')).toBeVisible()
    await userEvent.selectOptions(page.getByLabelText('Filter Active'), 'No')
    await expect.poll(() => textsOf(5)).toEqual(['No', 'No'])
    expect(grid()).toHaveAttribute('aria-rowcount', '4')
    await expect.poll(() => new Set(sources)).toEqual(new Set(['user']))
    await userEvent.selectOptions(page.getByLabelText('Filter Active'), 'Any')
    await userEvent.fill(page.getByLabelText('Filter Age, minimum'), '')
    await userEvent.fill(page.getByLabelText('Filter Age, maximum'), '')
    await userEvent.fill(page.getByLabelText('Filter City'), '')
    await expect.poll(() => table().store.state.columnFilters).toEqual([])
  })

  test('finds days that are kept as text, both ends included', async () => {
    const { table } = await openGrid({ data: people(100) })
    await userEvent.fill(page.getByLabelText('Filter Joined, from'), '2015-01-10')
    await userEvent.fill(page.getByLabelText('Filter Joined, to'), '2015-01-12')
    await expect.poll(() => textsOf(6)).toEqual(['Jan 10, 2015', 'Jan 11, 2015', 'Jan 12, 2015'])
    expect(table().store.state.columnFilters[0]?.value).toEqual(['2015-01-10', '2015-01-12'])
    await expect.element(page.getByLabelText('Filter Joined, to')).toHaveValue('2015-01-12')
  })

  test('filters a text column of any values as text, and shows what others filter by', async () => {
    const { table } = await openGrid({
      data: people(100),
      initialState: { columnFilters: [{ id: 'joined', value: ['2015-01-31', ''] }] },
    })
    await expect.element(page.getByText('70 of 100 rows')).toBeVisible()
    await expect.element(page.getByLabelText('Filter Joined, from')).toHaveValue('2015-01-31')
    table().setColumnFilters([{ id: 'name', value: 'ken' }])
    await expect.element(page.getByLabelText('Filter Name')).toHaveValue('ken')
    await expect.element(page.getByLabelText('Filter Joined, from')).toHaveValue('')
  })

  test('searches all columns, and clears everything when nothing is found', async () => {
    const { table } = await openGrid({ data: people(100) })
    const search = page.getByLabelText('Search all columns')
    await userEvent.fill(search, 'barbara')
    await expect.element(page.getByText('14 of 100 rows')).toBeVisible()
    await userEvent.fill(page.getByLabelText('Filter City'), 'nowhere')
    await expect.element(page.getByText('No rows match the filters.')).toBeVisible()
    expect(said()).toBe('0 rows')
    await userEvent.click(page.getByRole('button', { name: 'Clear filters' }))
    await expect.element(page.getByText('100 of 100 rows')).toBeVisible()
    await expect.element(search).toHaveValue('')
    await expect.element(page.getByLabelText('Filter City')).toHaveValue('')
    expect(table().store.state.globalFilter).toBeUndefined()
  })

  test('applies what is typed at once when the field is left', async () => {
    const { table } = await openGrid({ data: people(100) })
    await userEvent.type(page.getByLabelText('Filter City'), 'o')
    await userEvent.type(page.getByLabelText('Filter Name'), 'a')
    expect(table().store.state.columnFilters[0]).toEqual({ id: 'city', value: 'o' })
  })

  test('keeps a number as it is typed, while it is typed', async () => {
    const { table } = await openGrid({ data: people(100) })
    const field = page.getByLabelText('Filter Score, minimum')
    await userEvent.type(field, '10')
    await expect.poll(() => table().store.state.columnFilters[0]?.value).toEqual([10, ''])
    await userEvent.type(field, '.50')
    await expect.poll(() => table().store.state.columnFilters[0]?.value).toEqual([10.5, ''])
    await expect.element(field).toHaveValue(10.5)
    expect((field.element() as HTMLInputElement).value).toBe('10.50')
  })
})

describe('selecting', () => {
  test('is by checkbox, with Shift a range, and all that are shown', async () => {
    const { table } = await openGrid({ data: people(100) })
    const sources: unknown[] = []
    table().events.on('row:select', ({ source }) => void sources.push(source))
    const all = page.getByLabelText('Select all rows')
    await userEvent.click(page.getByLabelText('Select row 2', { exact: true }))
    expect(dataRows()[1]).toHaveAttribute('aria-selected', 'true')
    expect((all.element() as HTMLInputElement).indeterminate).toBe(true)
    await userEvent.keyboard('{Shift>}')
    await userEvent.click(page.getByLabelText('Select row 5', { exact: true }))
    await userEvent.keyboard('{/Shift}')
    expect(Object.keys(table().store.state.rowSelection)).toEqual(['p1', 'p2', 'p3', 'p4'])
    await userEvent.fill(page.getByLabelText('Filter City'), 'tokyo')
    await expect.element(page.getByText('20 of 100 rows')).toBeVisible()
    await userEvent.click(all)
    expect(Object.keys(table().store.state.rowSelection)).toHaveLength(23)
    await expect.element(all).toBeChecked()
    await userEvent.click(all)
    expect(Object.keys(table().store.state.rowSelection)).toEqual(['p2', 'p3', 'p4'])
    expect((all.element() as HTMLInputElement).indeterminate).toBe(false)
    await expect.poll(() => new Set(sources)).toEqual(new Set(['user']))
  })

  test('is of all rows, whatever page the table is on', async () => {
    const { table } = await openGrid({ data: people(100) })
    expect(table().store.state.pagination.pageSize).toBe(10)
    await userEvent.click(page.getByLabelText('Select row 9', { exact: true }))
    await userEvent.keyboard('{Shift>}')
    await userEvent.click(page.getByLabelText('Select row 13', { exact: true }))
    await userEvent.keyboard('{/Shift}')
    expect(Object.keys(table().store.state.rowSelection)).toEqual(['p8', 'p9', 'p10', 'p11', 'p12'])
    await userEvent.click(page.getByLabelText('Select all rows'))
    expect(Object.keys(table().store.state.rowSelection)).toHaveLength(100)
  })

  test('is by Space on a row, and on the header for all', async () => {
    const { table } = await openGrid({ data: people(10) })
    await expect.poll(() => dataRows().length).toBe(10)
    cell(1, 2).focus()
    await press(' {ArrowDown}{ArrowDown}{Shift>} {/Shift}')
    expect(Object.keys(table().store.state.rowSelection)).toEqual(['p1', 'p2', 'p3'])
    await press(' ')
    expect(Object.keys(table().store.state.rowSelection)).toEqual(['p1', 'p2'])
    cell(-2, 0).focus()
    await press(' ')
    expect(Object.keys(table().store.state.rowSelection)).toHaveLength(10)
    await press('{Enter}')
    expect(document.activeElement).toBe(page.getByLabelText('Select all rows').element())
    await press(' ')
    expect(table().store.state.rowSelection).toEqual({})
    await press('{ArrowDown}')
    expect(place()).toEqual([-1, 0])
  })
})

describe('without rows', () => {
  test('says so, in the application’s words where it has some', async () => {
    const { rerender } = await openGrid({ data: [] })
    await expect.element(page.getByText('There are no rows yet.')).toBeVisible()
    expect(page.getByRole('rowgroup').elements()).toHaveLength(1)
    expect(cell(-2, 0).tabIndex).toBe(0)
    await rerender({ data: [], emptyMessage: 'Nobody here', messages: { search: 'Find people' } })
    await expect.element(page.getByText('Nobody here')).toBeVisible()
    await expect.element(page.getByLabelText('Find people')).toBeVisible()
  })
})

test('a filter that code sets is announced, on a table with a plugin', async () => {
  const plugin = definePlugin({
    metadata: { id: 'idle', name: 'Idle', version: '1.0.0', category: 'utility' },
    initialize() {},
  })
  const plugins = [plugin]
  const { table } = await openGrid({ data: people(50), plugins })
  table().setColumnFilters([{ id: 'city', value: 'Lima' }])
  await expect.element(page.getByText('10 of 50 rows')).toBeVisible()
  expect(said()).toBe('10 rows')
})
