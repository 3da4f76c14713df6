import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { expect, test as base, type Download, type Page, type Request } from '@playwright/test'

const { resolve } = createRequire(new URL('../apps/demo/package.json', import.meta.url))

/** A departure, as vega-datasets has it. */
export interface Flight {
  readonly delay: number
  readonly distance: number
  readonly time: number
}

interface Fixtures {
  /** Every request the page made, with the body it sent. */
  readonly requests: readonly Request[]
  /** Fails the test when the page wrote to the console or threw. */
  readonly quiet: undefined
}

export const test = base.extend<Fixtures>({
  quiet: [
    async ({ page }, use) => {
      const noise: string[] = []
      page.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) noise.push(`${message.type()}: ${message.text()}`)
      })
      page.on('pageerror', (error) => noise.push(`thrown: ${error.message}`))
      await use(undefined)
      expect(noise).toEqual([])
    },
    { auto: true },
  ],
  requests: async ({ page }, use) => {
    const requests: Request[] = []
    page.on('request', (request) => requests.push(request))
    await use(requests)
  },
})

export { expect }

/** The rows behind the flights grid, read without any code of the demo. */
export async function readFlights(): Promise<readonly (Flight & { readonly id: number })[]> {
  const text = await readFile(join(dirname(resolve('vega-datasets')), '../data/flights-200k.json'), 'utf8')
  return (JSON.parse(text) as Flight[]).map((flight, index) => ({ id: index + 1, ...flight }))
}

export async function openDataset(page: Page, id: string): Promise<void> {
  await page.goto(`/?data=${id}`)
  await expect(page.getByRole('grid')).toBeVisible()
  await expect(page.getByText('running', { exact: false }).nth(2)).toBeVisible()
}

/** Presses an export button, and returns the file that came of it. */
export async function exportFile(page: Page, format: 'CSV' | 'XLSX' | 'PDF'): Promise<Download> {
  const coming = page.waitForEvent('download')
  await page.getByRole('button', { name: `Export ${format}` }).click()
  return coming
}
