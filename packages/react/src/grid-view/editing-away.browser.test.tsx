import { describe, expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { cell, dataRows, grid, one, openGrid, place, press, said, scroller } from '../../test/grid-page.tsx'
import { people } from '../../test/people-grid.tsx'

const open = async () => {
  const opened = await openGrid({ data: people(200) })
  await expect.poll(() => dataRows().length).toBeGreaterThan(0)
  const updates: unknown[] = []
  opened.table().events.on('row:update', ({ payload, source }) => void updates.push([source, payload.after]))
  return { ...opened, updates }
}
const editor = () => one('.gridkit-editor') as HTMLInputElement
const isEditing = () => document.querySelector('.gridkit-editor') !== null
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
