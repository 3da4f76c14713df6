import { describe, expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { cell, dataRows, grid, one, openGrid, place, press, said, scroller } from '../../test/grid-page.tsx'
import { people } from '../../test/people-grid.tsx'

const thousand = people(1000)
const open = async (dir?: 'rtl') => {
  const opened = await openGrid({ data: thousand, ...(dir ? { dir } : {}) })
  await expect.poll(() => dataRows().length).toBeGreaterThan(10)
  return opened
}
const inSight = (element: Element): boolean => {
  const { top, bottom } = element.getBoundingClientRect()
  const head = one('.gridkit-head').getBoundingClientRect()
  return top >= head.bottom - 1 && bottom <= scroller().getBoundingClientRect().bottom + 1
}

describe('the focus of the grid', () => {
  test('is one tab stop', async () => {
    await open()
    await userEvent.click(page.getByLabelText('Search all columns'))
    await userEvent.tab()
    expect(place()).toEqual([0, 0])
    expect(grid().querySelectorAll('[tabindex="0"]')).toHaveLength(1)
    expect(grid().querySelectorAll(':is(input, button, select):not([tabindex="-1"])')).toHaveLength(0)
    await press('{ArrowDown}{ArrowRight}')
    await userEvent.tab({ shift: true })
    expect(place()).toEqual([])
    await userEvent.tab()
    expect(place()).toEqual([1, 1])
  })

  test.each([
    ['{ArrowDown}', [6, 2]],
    ['{ArrowUp}', [4, 2]],
    ['{ArrowLeft}', [5, 1]],
    ['{ArrowRight}', [5, 3]],
    ['{Home}', [5, 0]],
    ['{End}', [5, 6]],
    ['{Control>}{Home}{/Control}', [0, 0]],
    ['{Control>}{End}{/Control}', [999, 6]],
    ['{PageUp}', [0, 2]],
  ])('moves by %s', async (keys, to) => {
    await open()
    cell(5, 2).focus()
    await press(keys)
    expect(place()).toEqual(to)
    expect(inSight(cell(to[0] ?? 0, to[1] ?? 0))).toBe(true)
    expect(document.activeElement).toHaveAttribute('tabindex', '0')
  })

  test('moves by pages that follow each other', async () => {
    await open()
    cell(0, 1).focus()
    await press('{PageDown}')
    const [row = 0] = place()
    expect(row).toBeGreaterThan(5)
    await press('{PageDown}')
    expect(place()).toEqual([2 * row, 1])
    expect(inSight(cell(2 * row, 1))).toBe(true)
    await press('{PageUp}{PageUp}')
    expect(place()).toEqual([0, 1])
    expect(inSight(cell(0, 1))).toBe(true)
  })

  test('goes from the first row to the filters and the headers, and back', async () => {
    await open()
    cell(0, 3).focus()
    await press('{ArrowUp}')
    expect(place()).toEqual([-1, 3])
    await press('{ArrowUp}{ArrowUp}')
    expect(place()).toEqual([-2, 3])
    await press('{Home}')
    expect(place()).toEqual([-2, 0])
    await press('{ArrowDown}{ArrowDown}')
    expect(place()).toEqual([0, 0])
  })

  test('goes where the eye goes in a page from right to left', async () => {
    await open('rtl')
    cell(0, 2).focus()
    await press('{ArrowLeft}')
    expect(place()).toEqual([0, 3])
    await press('{ArrowRight}{ArrowRight}')
    expect(place()).toEqual([0, 1])
    expect(cell(0, 0).getBoundingClientRect().left).toBeGreaterThan(cell(0, 6).getBoundingClientRect().left)
  })

  test('survives scrolling far away, and brings its row back', async () => {
    await open()
    cell(3, 1).focus()
    scroller().scrollTop = 20_000
    await expect.poll(() => document.querySelector('[aria-rowindex="560"]')).not.toBeNull()
    expect(place()).toEqual([3, 1])
    await press('{ArrowDown}')
    expect(place()).toEqual([4, 1])
    expect(inSight(cell(4, 1))).toBe(true)
  })

  test('stays with its row when the rows are sorted', async () => {
    const { table } = await open()
    cell(3, 1).focus()
    const text = cell(3, 1).textContent
    table().setSorting([{ id: 'score', desc: true }])
    await expect.poll(() => place()[0]).not.toBe(3)
    expect(document.activeElement?.textContent).toBe(text)
    const [row = 0] = place()
    await press('{ArrowDown}')
    expect(place()).toEqual([row + 1, 1])
  })

  test('stays in the grid when its row is filtered away or deleted', async () => {
    const { table } = await open()
    cell(4, 1).focus()
    table().deleteRow('p4')
    await expect.poll(() => place()).toEqual([4, 1])
    table().setColumnFilters([{ id: 'name', value: 'Ada 7' }])
    await expect.poll(() => place()[1]).toBe(1)
    table().setColumnFilters([{ id: 'name', value: 'nobody' }])
    await expect.poll(() => place()).toEqual([-2, 1])
  })

  test('is not taken from elsewhere on the page', async () => {
    const { table } = await open()
    cell(4, 1).focus()
    one('button').focus()
    table().deleteRow('p4')
    await expect.element(page.getByText('999 of 999 rows')).toBeVisible()
    expect(document.activeElement).toBe(one('button'))
  })

  test('scrolls sideways to columns out of sight', async () => {
    await open()
    await page.viewport(500, 700)
    cell(0, 1).focus()
    await press('{End}')
    const frame = scroller().getBoundingClientRect()
    await expect.poll(() => cell(0, 6).getBoundingClientRect().right).toBeLessThanOrEqual(frame.right + 1)
    await press('{ArrowUp}{Home}')
    expect(cell(-1, 0).getBoundingClientRect().left).toBeGreaterThanOrEqual(frame.left - 1)
  })

  test('leaves keys alone that are not the grid’s', async () => {
    await open()
    cell(0, 2).focus()
    await press('{Control>}a{/Control}{Alt>}x{/Alt}{F5}x')
    expect(place()).toEqual([0, 2])
    expect(one('[role="status"]').textContent).toBe('')
  })
})

describe('the filter row by keyboard', () => {
  test('is entered by Enter, left by Escape, and crossed by Tab', async () => {
    const { table } = await open()
    cell(-1, 2).focus()
    await press('{Enter}')
    expect(document.activeElement).toBe(page.getByLabelText('Filter City').element())
    await press('lima{ArrowLeft}{Home}')
    expect(document.activeElement).toBe(page.getByLabelText('Filter City').element())
    await userEvent.tab()
    expect(document.activeElement).toBe(page.getByLabelText('Filter Age, minimum').element())
    expect(table().store.state.columnFilters).toEqual([{ id: 'city', value: 'lima' }])
    await userEvent.tab()
    await userEvent.tab({ shift: true })
    expect(document.activeElement).toBe(page.getByLabelText('Filter Age, minimum').element())
    await press('{Escape}')
    expect(document.activeElement).toBe(cell(-1, 3))
    // The last field has parts of its own for day, month, year and the calendar.
    page.getByLabelText('Filter Joined, to').element().focus()
    for (let part = 0; part < 4; part += 1) await userEvent.tab()
    expect(place()).not.toEqual([-1, 6])
  })

  test('is typed into at once', async () => {
    const { table } = await open()
    cell(-1, 1).focus()
    await press('ada 1')
    await expect.poll(() => table().store.state.columnFilters).toEqual([{ id: 'name', value: 'ada 1' }])
    expect(said()).toMatch(/rows$/)
    cell(-1, 0).focus()
    await press('{Enter}x')
    expect(place()).toEqual([-1, 0])
  })
})
