import { describe, expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { cell, dataRows, grid, one, openGrid, place, press, said, scroller } from '../../test/grid-page.tsx'
import { people, type Person } from '../../test/people-grid.tsx'

const open = async (data: readonly Person[] = people(200)) => {
  const opened = await openGrid({ data })
  await expect.poll(() => dataRows().length).toBeGreaterThan(0)
  const updates: unknown[] = []
  opened.table().events.on('row:update', ({ payload, source }) => void updates.push([source, payload.after]))
  return { ...opened, updates }
}
const editor = () => one('.gridkit-editor') as HTMLInputElement
const isEditing = () => document.querySelector('.gridkit-editor') !== null

describe('editing a cell', () => {
  test('begins with Enter, and Enter saves and goes down', async () => {
    const { updates } = await open()
    cell(0, 1).focus()
    await press('{Enter}')
    expect(document.activeElement).toBe(editor())
    expect(editor()).toHaveAttribute('aria-label', 'Edit Name')
    expect([editor().selectionStart, editor().selectionEnd]).toEqual([0, 'Ada 0'.length])
    await press('Lovelace{Enter}')
    expect(cell(0, 1).textContent).toBe('Lovelace')
    expect(place()).toEqual([1, 1])
    expect(said()).toBe('Name saved')
    await expect.poll(() => updates).toEqual([['user', { name: 'Lovelace' }]])
    await press('{F2}Hopper{Enter}')
    expect(said()).toBe('Name saved')
    expect(one('[role="status"]').textContent).toBe('Name saved\u00A0')
  })

  test('begins by typing, which replaces the value', async () => {
    await open()
    cell(2, 1).focus()
    await press('Zoe{Enter}')
    expect(cell(2, 1).textContent).toBe('Zoe')
    cell(2, 3).focus()
    await press('77')
    await userEvent.tab()
    expect(cell(2, 3).textContent).toBe('77')
    expect(place()).toEqual([2, 4])
  })

  test('begins with a double click, and is saved by leaving it', async () => {
    await open()
    await userEvent.dblClick(cell(1, 1))
    await userEvent.fill(editor(), 'Left')
    await userEvent.click(cell(4, 2))
    expect(isEditing()).toBe(false)
    expect(cell(1, 1).textContent).toBe('Left')
    expect(place()).toEqual([4, 2])
    await userEvent.dblClick(cell(4, 2))
    expect(isEditing()).toBe(false)
  })

  test('is given up with Escape, and writes nothing where nothing changed', async () => {
    const { updates } = await open()
    cell(0, 1).focus()
    await press('{F2}other{Escape}')
    expect(cell(0, 1).textContent).toBe('Ada 0')
    expect(place()).toEqual([0, 1])
    await press('{F2}{Enter}')
    expect(place()).toEqual([1, 1])
    await userEvent.dblClick(cell(1, 3))
    await userEvent.tab({ shift: true })
    expect(place()).toEqual([1, 2])
    expect(updates).toEqual([])
    expect(said()).toBe('')
  })

  test('has a number field, empty for no value', async () => {
    const { table } = await open()
    cell(0, 3).focus()
    await press('{Enter}')
    expect(editor().type).toBe('number')
    await press('{Backspace}{Enter}')
    expect(table().getRow('p0').original.age).toBeNull()
    expect(cell(0, 3).textContent).toBe('')
  })

  test('has a choice for a boolean and a field for a day', async () => {
    const { table } = await open()
    cell(0, 5).focus()
    await press('{Enter}')
    await userEvent.selectOptions(editor(), 'No')
    await press('{Enter}')
    expect(table().getRow('p0').original.active).toBe(false)
    cell(0, 6).focus()
    await press('{Enter}')
    expect(editor().value).toBe('2015-01-01')
    await userEvent.fill(editor(), '2020-02-29')
    await press('{Enter}')
    expect(table().getRow('p0').original.joined).toBe('2020-02-29')
    expect(cell(0, 6).textContent).toBe('Feb 29, 2020')
  })

  test('offers no value to a boolean that has none', async () => {
    const [first, ...others] = people(3)
    const { table } = await open([{ ...first, active: undefined } as unknown as Person, ...others])
    cell(0, 5).focus()
    await press('{Enter}')
    expect([...editor().querySelectorAll('option')].map(({ value }) => value)).toEqual(['', 'true', 'false'])
    await userEvent.selectOptions(editor(), 'Yes')
    await press('{Enter}')
    expect(table().getRow('p0').original.active).toBe(true)
  })

  test('stays at the last row and the edges', async () => {
    await open(people(2))
    cell(1, 6).focus()
    await press('{Enter}')
    await userEvent.tab()
    expect(place()).toEqual([1, 6])
    await press('{Enter}{Enter}')
    expect(place()).toEqual([1, 6])
    cell(0, 1).focus()
    await press('{Enter}')
    await userEvent.tab({ shift: true })
    expect(place()).toEqual([0, 1])
  })

  test('goes on while its row is scrolled out of sight', async () => {
    await open()
    cell(0, 1).focus()
    await press('{Enter}Still here')
    scroller().scrollTop = 5000
    await expect.poll(() => document.querySelector('[aria-rowindex="145"]')).not.toBeNull()
    expect(document.activeElement).toBe(editor())
    await press('{Enter}')
    expect(place()).toEqual([1, 1])
    expect(cell(0, 1).textContent).toBe('Still here')
  })

  test('goes on while its row is sorted elsewhere', async () => {
    const { table } = await open()
    cell(0, 1).focus()
    await press('{Enter}Moved')
    table().setSorting([{ id: 'score', desc: true }])
    await expect.poll(() => place()[0]).not.toBe(0)
    expect(document.activeElement).toBe(editor())
    await press('{Enter}')
    expect(table().getRow('p0').original.name).toBe('Moved')
    expect(isEditing()).toBe(false)
  })
})

describe('an edit that is refused', () => {
  test('stays open and says what is no number', async () => {
    const { updates } = await open()
    cell(0, 3).focus()
    await press('{Enter}-{Enter}')
    expect(document.activeElement).toBe(editor())
    expect(editor()).toHaveAttribute('aria-invalid', 'true')
    const problem = document.getElementById(editor().getAttribute('aria-describedby') ?? '')
    expect(problem?.textContent).toBe('Enter a number, or leave it empty.')
    expect(problem).toBeVisible()
    await press('5{Enter}')
    expect(isEditing()).toBe(false)
    expect(cell(0, 3).textContent).toBe('-5')
    await expect.poll(() => updates).toEqual([['user', { age: -5 }]])
  })

  test('stays open and says why GridKit refused it', async () => {
    class Frozen implements Person {
      id = 'p0'
      name = 'Ada'
      city = 'Lima'
      age = 1
      score = 2
      active = true
      joined = '2015-01-01'
    }
    await open([new Frozen()])
    cell(0, 1).focus()
    await press('{Enter}Other{Enter}')
    expect(editor()).toHaveAttribute('aria-invalid', 'true')
    await expect.element(page.getByRole('alert')).toHaveTextContent("row 'p0' can't be changed")
    await press('{Escape}')
    expect(isEditing()).toBe(false)
    expect(place()).toEqual([0, 1])
    expect(cell(0, 1).textContent).toBe('Ada')
  })
})

const outside = () => page.getByRole('button', { name: 'before' }).element() as HTMLElement
const only = (city: string) => [{ id: 'city', value: city }]

describe('an edit whose row goes out of sight or away', () => {
  test('keeps its text, and leaves the focus where it went', async () => {
    const { table } = await open()
    await userEvent.dblClick(cell(0, 3))
    await press('-{Enter}')
    await userEvent.click(cell(4, 2))
    expect(editor()).toHaveAttribute('aria-invalid', 'true')
    const element = editor()
    scroller().scrollTop = 5000
    await expect.poll(() => document.querySelector('[aria-rowindex="145"]')).not.toBeNull()
    expect(dataRows().length).toBeLessThan(60)
    outside().focus()
    scroller().scrollTop = 0
    await expect.poll(() => document.querySelector('[aria-rowindex="145"]')).toBeNull()
    expect(editor()).toBe(element)
    expect(document.activeElement).toBe(outside())
    expect(editor().validity.badInput).toBe(true)
    await userEvent.click(editor())
    await press('{End}7{Enter}')
    expect(table().getRow('p0').original.age).toBe(-7)
  })

  test('keeps it while its row is sorted far away', async () => {
    const { table } = await open()
    await userEvent.dblClick(cell(0, 3))
    await press('-{Enter}')
    await userEvent.click(cell(4, 2))
    const element = editor()
    table().setSorting([{ id: 'score', desc: true }])
    await expect.poll(() => element.closest('[role="row"]')?.getAttribute('aria-rowindex')).toBe('202')
    expect(editor()).toBe(element)
    expect(place()).not.toEqual([])
  })

  test('ends when its row is filtered away', async () => {
    const { table, updates } = await open()
    await userEvent.dblClick(cell(0, 1))
    await press('Typed')
    table().setColumnFilters(only('Lima'))
    await expect.poll(() => dataRows().length).toBeLessThan(41)
    expect(isEditing()).toBe(false)
    outside().focus()
    table().setColumnFilters([])
    await expect.poll(() => cell(0, 1).textContent).toBe('Ada 0')
    expect(isEditing()).toBe(false)
    expect(document.activeElement).toBe(outside())
    expect(updates).toEqual([])
    expect(said()).toBe('200 rows')
  })

  test('ends when no row is left', async () => {
    const { table } = await open()
    await userEvent.dblClick(cell(0, 1))
    table().setColumnFilters(only('nowhere'))
    await expect.element(page.getByText('No rows match the filters.')).toBeVisible()
    outside().focus()
    table().setColumnFilters([])
    await expect.poll(() => dataRows().length).toBeGreaterThan(0)
    expect(isEditing()).toBe(false)
    expect(document.activeElement).toBe(outside())
  })

  test('ends when its row is deleted, and says nothing', async () => {
    const { table, updates } = await open()
    await userEvent.dblClick(cell(0, 3))
    await press('-{Enter}')
    outside().focus()
    table().deleteRow('p0')
    await expect.poll(() => cell(0, 1).textContent).toBe('Grace 1')
    expect(isEditing()).toBe(false)
    expect(document.activeElement).toBe(outside())
    expect(said()).toBe('')
    expect(updates).toEqual([])
  })

  test('ends when its column is hidden', async () => {
    const { table } = await open()
    await userEvent.dblClick(cell(0, 3))
    table().setColumnVisibility({ age: false })
    await expect.poll(isEditing).toBe(false)
    outside().focus()
    table().setColumnVisibility({})
    await expect.poll(() => grid().getAttribute('aria-colcount')).toBe('7')
    expect(isEditing()).toBe(false)
    expect(document.activeElement).toBe(outside())
  })
})
