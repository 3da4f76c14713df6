import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { promisify } from 'node:util'
import Papa from 'papaparse'
import readExcelFile from 'read-excel-file/node'
import { exportFile, expect, openDataset, readFlights, test } from './fixtures.ts'

const run = promisify(execFile)
const headers = ['Flight', 'Delay', 'Distance', 'Hour']
const minimumDistance = 2500

/** Whether a program is on this machine; the report says which were. */
async function has(program: string): Promise<boolean> {
  const found = await run('which', [program]).then(
    () => true,
    () => false,
  )
  test
    .info()
    .annotations.push({ type: 'independent reader', description: `${program}: ${found ? 'ran' : 'absent'}` })
  return found
}

test('filters 200,000 flights and exports what is left to CSV, XLSX and PDF', async ({ page }) => {
  const expected = (await readFlights())
    .filter(({ distance }) => distance >= minimumDistance)
    .map(({ id, delay, distance, time }) => [id, delay, distance, time])

  await openDataset(page, 'flights')
  await expect(page.getByText('200,000', { exact: false }).first()).toBeVisible()
  await page.getByLabel('Filter Distance, minimum').fill(String(minimumDistance))
  await expect(page.getByText(`${expected.length.toLocaleString('en')} of 200,000`)).toBeVisible()

  const csv = await (await exportFile(page, 'CSV')).path()
  const text = await readFile(csv, 'utf8')
  const { data, errors } = Papa.parse<string[]>(text.replace(/^\uFEFF/, ''), { skipEmptyLines: true })
  expect(errors).toEqual([])
  expect(data[0]).toEqual(headers)
  expect(data.slice(1).map((row) => row.map(Number))).toEqual(expected)

  const xlsx = await (await exportFile(page, 'XLSX')).path()
  const [sheet] = await readExcelFile(await readFile(xlsx))
  expect(sheet?.data[0]).toEqual(headers)
  expect(sheet?.data.slice(1)).toEqual(expected)

  const pdf = await (await exportFile(page, 'PDF')).path()
  expect((await readFile(pdf)).subarray(0, 5).toString()).toBe('%PDF-')

  const readable = await has('pdftotext')
  // .ci/run installs it.
  if (process.env['CI']) expect(readable).toBe(true)
  if (readable) {
    const { stdout } = await run('pdftotext', ['-layout', pdf, '-'], { maxBuffer: 64 * 1024 * 1024 })
    const rows = stdout
      .split('\n')
      .map((line) => line.trim().split(/\s+/).map(Number))
      .filter((row) => row.length === headers.length && row.every((value) => !Number.isNaN(value)))
    expect(rows).toEqual(expected)
  }
  if (await has('soffice')) {
    const copy = `${xlsx}.xlsx`
    await run('cp', [xlsx, copy])
    await run('soffice', ['--headless', '--convert-to', 'csv', '--outdir', dirname(copy), copy])
    const converted = await readFile(copy.replace(/\.xlsx$/, '.csv'), 'utf8')
    const rows = Papa.parse<string[]>(converted, { skipEmptyLines: true }).data
    // LibreOffice writes numbers as its cells show them, to 15 digits.
    const shown = expected.map((row) => row.map((value) => Number(value.toPrecision(15))))
    expect(rows.slice(1).map((row) => row.map(Number))).toEqual(shown)
  }
})

test('refuses more rows than an XLSX writer can hold, and says what to do', async ({ page }) => {
  await openDataset(page, 'flights')
  await page.getByRole('button', { name: 'Export XLSX' }).click()
  await expect(page.getByRole('group', { name: 'Export' }).getByRole('status')).toContainText('csv', {
    ignoreCase: true,
  })
  await expect(page.getByRole('button', { name: 'Export CSV' })).toBeEnabled()
})

test('exports all 200,000 flights to CSV, and stops when asked to', async ({ page }) => {
  await openDataset(page, 'flights')
  const file = await (await exportFile(page, 'CSV')).path()
  const text = await readFile(file, 'utf8')
  expect(Papa.parse(text, { skipEmptyLines: true }).data).toHaveLength(200_001)

  await page.getByRole('button', { name: 'Export CSV' }).click()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await expect(page.getByRole('group', { name: 'Export' }).getByRole('status')).toHaveText('Cancelled')
})
