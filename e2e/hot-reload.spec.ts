import { readFile, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test, type Page } from '@playwright/test'
import { openDataset } from './fixtures.ts'

const file = fileURLToPath(new URL('../apps/demo/src/plugins/operation-counter.ts', import.meta.url))
const label = 'Operations so far'
let original = ''

test.beforeEach(async () => {
  original = await readFile(file, 'utf8')
  expect(original).toContain(label)
})

test.afterEach(() => writeFile(file, original))

/** Whether the page is the one it was when it was opened. */
const isSamePage = (page: Page): Promise<boolean> => page.evaluate(() => 'opened' in window)

test('a plugin that is edited is replaced in the page, with its state; one that is broken is not', async ({
  page,
}) => {
  const thrown: string[] = []
  page.on('pageerror', ({ message }) => thrown.push(message))
  await openDataset(page, 'employees')
  await page.evaluate(() => Object.assign(window, { opened: true }))
  const panel = page.getByRole('region', { name: 'Plugins' })
  const counter = panel.getByRole('listitem').filter({ hasText: 'Operation counter' })
  await expect(counter).toContainText('running')
  const header = page.getByRole('columnheader').first()
  await header.click()
  await header.click()
  await expect(panel).toContainText(`${label}: 2`)

  await writeFile(file, original.replace(label, 'Done'))
  await expect(panel).toContainText('Done: 2')
  await header.click()
  await expect(panel).toContainText('Done: 3')

  await writeFile(file, original.replace('initialize(context) {', 'initialize(context {'))
  await expect(counter).toContainText("can't be loaded")
  await expect(counter).toContainText('running')
  // Vite lays its own word of it over the page.
  await page.keyboard.press('Escape')
  await header.click()
  await expect(panel).toContainText('Done: 4')

  await writeFile(
    file,
    original.replace('initialize(context) {', "initialize(context) {\n    throw new Error('unwell')"),
  )
  await expect(counter).toContainText('unwell')
  await header.click()
  await expect(panel).toContainText('Done: 5')

  await writeFile(file, original.replace("version: '1.0.0'", "version: '1.1.0'"))
  await expect(counter).toContainText('1.1.0 running')
  await expect(panel).toContainText(`${label}: 5`)
  await expect(counter).not.toContainText('unwell')
  expect(await isSamePage(page)).toBe(true)
  expect(thrown).toEqual([])
})
