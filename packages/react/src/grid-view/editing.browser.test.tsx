import { definePlugin } from '@gridkit/core'
import { describe, expect, test } from 'vitest'
import { page, userEvent } from 'vitest/browser'
import { cell, dataRows, one, openGrid, place, press, said, scroller } from '../../test/grid-page.tsx'
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

  test('stays open and says which plugin refused it, and why', async () => {
    const closed = definePlugin({
      metadata: { id: 'closed', name: 'Closed', version: '1.0.0', category: 'data' },
      requiredPermissions: ['hooks:register:before:row:update'],
      initialize(context) {
        context.registerHook('before:row:update', ({ cancel }) => cancel('Closed on Sundays.'), {
          priority: 200,
        })
      },
    })
    const opened = await openGrid({ data: people(3), plugins: [closed] })
    await expect.poll(() => dataRows().length).toBeGreaterThan(0)
    await opened.table().plugins.ready
    cell(0, 1).focus()
    await press('{Enter}Other{Enter}')
    expect(editor()).toHaveAttribute('aria-invalid', 'true')
    await expect
      .element(page.getByRole('alert'))
      .toHaveTextContent("plugin 'closed' cancelled 'row:update': Closed on Sundays.")
    await press('{Escape}')
    expect([isEditing(), cell(0, 1).textContent]).toEqual([false, 'Ada 0'])
  })

  test('that a plugin vetoes later is taken back, and said', async () => {
    const slow = definePlugin({
      metadata: { id: 'slow', name: 'Slow', version: '1.0.0', category: 'data' },
      requiredPermissions: ['hooks:register:before:row:update'],
      initialize(context) {
        context.registerHook('before:row:update', async ({ cancel }) => {
          await new Promise((resolve) => setTimeout(resolve, 50))
          cancel('The server says no.')
        })
      },
    })
    const opened = await openGrid({ data: people(3), plugins: [slow] })
    await expect.poll(() => dataRows().length).toBeGreaterThan(0)
    await opened.table().plugins.ready
    cell(0, 1).focus()
    await press('{Enter}Other{Enter}')
    await expect.poll(() => said()).toBe('Not changed: The server says no.')
    expect(cell(0, 1).textContent).toBe('Ada 0')
  })
})
