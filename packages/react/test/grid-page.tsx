// oxlint-disable-next-line import/no-unassigned-import -- A style sheet.
import '../src/styles.css'
import { page, userEvent } from 'vitest/browser'
import { render } from 'vitest-browser-react'
import type { ComponentProps } from 'react'
import { PeopleGrid, type PeopleTable } from './people-grid.tsx'

type Options = ComponentProps<typeof PeopleGrid> & { readonly dir?: 'rtl' }

/** Renders a grid of people, 600 pixels high, with what the tests need of it. */
export async function openGrid({ dir, ...props }: Options) {
  await page.viewport(1200, 700)
  let table: PeopleTable | undefined
  const view = (next: Options) => (
    <div dir={dir} style={{ blockSize: 600 }}>
      <button type="button">before</button>
      <PeopleGrid {...next} onTable={(made) => (table = made)} />
    </div>
  )
  const screen = await render(view(props))
  return {
    screen,
    rerender: (next: Options) => screen.rerender(view(next)),
    table: (): PeopleTable => {
      if (table === undefined) throw new Error('the table was not made')
      return table
    },
  }
}

export const grid = () => page.getByRole('grid').element()
export const scroller = () => one('.gridkit-scroller')
export const dataRows = () => [...document.querySelectorAll<HTMLElement>('.gridkit-data')]
export const said = () => one('[role="status"]').textContent?.trim()

export function one(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector)
  if (found === null) throw new Error(`there is no ${selector}`)
  return found
}

/** The cell of a row shown (from 0; -1 the filters, -2 the headers) and a column (from 0, the checkboxes). */
export function cell(row: number, column: number): HTMLElement {
  return one(`[aria-rowindex="${row + 3}"] > [aria-colindex="${column + 1}"]`)
}

/** Where the focus is, as row and column. */
export function place(): readonly number[] {
  const at = document.activeElement?.closest('[aria-colindex]')
  const row = at?.closest('[aria-rowindex]')
  if (!at || !row) return []
  return [Number(row.getAttribute('aria-rowindex')) - 3, Number(at.getAttribute('aria-colindex')) - 1]
}

export const press = (keys: string) => userEvent.keyboard(keys)

/** The texts of a column, as far as its rows are rendered. */
export const textsOf = (column: number) =>
  dataRows().map((row) => row.querySelector(`[aria-colindex="${column + 1}"]`)?.textContent)
