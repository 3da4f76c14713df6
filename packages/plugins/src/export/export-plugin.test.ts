// @vitest-environment node
import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { createTable, definePlugin, type GridKitEvent } from '@gridkit/core'
import * as fc from 'fast-check'
import Papa from 'papaparse'
import { readSheet } from 'read-excel-file/node'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { LogLines } from '../../test/log-lines.ts'
import { exportPlugin, type ExportFormat, type ExportPluginOptions } from './export-plugin.ts'

type Row = Record<string, unknown>
const formats = ['csv', 'xlsx', 'pdf', 'json'] as const
const open: { destroy(): Promise<void> }[] = []
const timeZone = process.env['TZ']

afterEach(async () => {
  await Promise.all(open.splice(0).map((table) => table.destroy()))
  vi.doUnmock('papaparse')
  if (timeZone === undefined) delete process.env['TZ']
  else process.env['TZ'] = timeZone
})

interface Given {
  readonly config?: Partial<ExportPluginOptions>
  readonly columnIds?: readonly string[]
  readonly labels?: Readonly<Record<string, string>>
}

function tableOf(data: readonly Row[], { config, columnIds, labels }: Given = {}) {
  const ids = columnIds ?? Object.keys(data[0] ?? { name: '' })
  const downloads: { fileName: string; content: Blob }[] = []
  const log = new LogLines()
  const table = createTable({
    data: [...data],
    columns: ids.map((id) => ({ id, accessorFn: (row: Row) => row[id], header: labels?.[id] ?? id })),
    features: { plugins: [exportPlugin<readonly ExportFormat[]>({ formats, ...config })] },
    download: (fileName, content) => void downloads.push({ fileName, content }),
    log: log.sink,
  })
  open.push(table)
  return Object.assign(table, { downloads, log })
}

async function csvOf(data: readonly Row[], options: object = {}, given: Given = {}): Promise<string> {
  const { blob } = await tableOf(data, given).export('csv', { to: 'blob', ...options })
  // Not text(), which takes the byte order mark away.
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(await blob.arrayBuffer())
}

async function sheetOf(data: readonly Row[], options: object = {}, given: Given = {}) {
  const { blob } = await tableOf(data, given).export('xlsx', { to: 'blob', ...options })
  return await readSheet(Buffer.from(await blob.arrayBuffer()))
}

async function pdfTextOf(blob: Blob): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gridkit-pdf-'))
  try {
    await writeFile(join(folder, 'table.pdf'), Buffer.from(await blob.arrayBuffer()))
    const { stdout } = await promisify(execFile)('pdftotext', ['-layout', join(folder, 'table.pdf'), '-'])
    return stdout
  } finally {
    await rm(folder, { recursive: true })
  }
}

const people: readonly Row[] = [
  { name: 'Ada', age: 36, city: 'London' },
  { name: 'Bob', age: 25, city: 'Paris' },
  { name: 'Cyd', age: 47, city: 'Paris' },
]

describe('which rows and columns', () => {
  const csv = { csv: { bom: false, newline: '\n' }, to: 'blob' } as const

  async function names(table: ReturnType<typeof tableOf>, options: object = {}): Promise<string[]> {
    const { blob } = await table.export('csv', { ...csv, headers: false, columns: ['name'], ...options })
    return (await blob.text()).split('\n')
  }

  test('all rows in the order of the table, or those filtered, selected or on the page', async () => {
    const table = tableOf(people)
    table.setSorting([{ id: 'age', desc: true }])
    expect(await names(table)).toEqual(['Cyd', 'Ada', 'Bob'])
    table.setPagination({ pageIndex: 0, pageSize: 1 })
    expect(await names(table, { scope: 'page' })).toEqual(['Cyd'])
    table.setRowSelection({ 0: true, 1: true })
    expect(await names(table, { scope: 'selected' })).toEqual(['Ada', 'Bob'])
    table.setColumnFilters([{ id: 'city', value: 'Paris' }])
    expect(await names(table, { scope: 'filtered' })).toEqual(['Cyd', 'Bob'])
    expect(await names(table)).toHaveLength(3)
  })

  test('only those filtered, when the plugin says so and the export does not', async () => {
    const table = tableOf(people, { config: { includeFilteredOnly: true } })
    table.setColumnFilters([{ id: 'city', value: 'Paris' }])
    expect(await names(table)).toEqual(['Bob', 'Cyd'])
    expect(await names(table, { scope: 'all' })).toHaveLength(3)
  })

  test('columns as they are shown, all, or those listed', async () => {
    const table = tableOf(people, { labels: { name: 'Full name' } })
    const header = async (options: object): Promise<string | undefined> =>
      (await (await table.export('csv', { ...csv, ...options })).blob.text()).split('\n')[0]
    table.setColumnVisibility({ age: false })
    expect(await header({})).toBe('Full name,city')
    expect(await header({ columns: 'all' })).toBe('Full name,age,city')
    table.setColumnPinning({ start: ['city'], end: ['name'] })
    expect(await header({})).toBe('city,Full name')
    expect(await header({ columns: 'all' })).toBe('city,age,Full name')
    expect(await header({ columns: ['age', 'name'], headers: 'id' })).toBe('age,name')
    expect(await header({ headers: false })).toBe('London,Ada')
  })

  test('refuses columns the table does not have', async () => {
    await expect(tableOf(people).export('csv', { columns: ['nope'] })).rejects.toMatchObject({
      code: 'GK_UNKNOWN_COLUMNS',
    })
  })

  test.each(formats)('writes %s without rows, and without columns', async (format) => {
    const none = tableOf([])
    expect((await none.export(format, { to: 'blob' })).rows).toBe(0)
    const noColumns = await tableOf(people).export(format, { to: 'blob', columns: [] })
    expect(noColumns.rows).toBe(3)
    expect((await tableOf(people).export(format, { to: 'blob', headers: false })).rows).toBe(3)
  })
})

describe('the file', () => {
  test('goes to the user under its name', async () => {
    const table = tableOf(people, { config: { fileName: 'people' } })
    const result = await table.export('csv')
    expect(result).toMatchObject({ rows: 3, fileName: 'people.csv', bytes: result.blob.size })
    expect(result.duration).toBeGreaterThan(0)
    await table.export('json', { fileName: 'Other.JSON' })
    expect(table.downloads.map(({ fileName }) => fileName)).toEqual(['people.csv', 'Other.JSON'])
    expect(table.downloads[0]?.content).toBe(result.blob)
  })

  test('stays here when only the blob is wanted', async () => {
    const table = tableOf(people, { config: { to: 'blob' } })
    expect((await table.export('csv')).fileName).toBe('export.csv')
    expect(table.downloads).toEqual([])
  })
})

describe('CSV', () => {
  test('begins with a byte order mark, and has CRLF between lines', async () => {
    expect(await csvOf([{ a: 1, b: 'x,"y"' }])).toBe('\uFEFFa,b\r\n1,"x,""y"""')
  })

  test('takes another delimiter, line break and no mark, by plugin and by export', async () => {
    const csv = { delimiter: ';', bom: false }
    expect(
      await csvOf([{ a: 1, b: 2 }], { csv: { newline: '\n', bom: undefined } }, { config: { csv } }),
    ).toBe('a;b\n1;2')
  })

  test.each(['', '"', '\n', '\uFEFF'])('refuses %j as a delimiter', async (delimiter) => {
    await expect(csvOf(people, { csv: { delimiter } })).rejects.toMatchObject({
      code: 'GK_EXPORT_OPTION_INVALID',
    })
  })

  test('neutralises formulas in cells and headers, and leaves numbers alone', async () => {
    const row = { '=h': '=1+1', n: -5, big: -5n, infinite: -Infinity, text: '-5' }
    expect(await csvOf([row], { csv: { bom: false } })).toBe(
      `'=h,n,big,infinite,text\r\n'=1+1,-5,-5,'-Infinity,'-5`,
    )
    expect(await csvOf([row], { csv: { bom: false, escapeFormulae: false } })).toContain('\r\n=1+1,-5')
  })

  test('is what papaparse writes of all rows at once', async () => {
    const rows = Array.from({ length: 2_500 }, (_, id) => ({ id: String(id), text: `a "b", ${id}` }))
    expect(await csvOf(rows, { csv: { bom: false } })).toBe(Papa.unparse(rows))
  })

  test('gives back every text', async () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('', ' x ', '007', 'a\r\nb', '"', ',', '\t'),
    )
    await fc.assert(
      fc.asyncProperty(fc.array(fc.tuple(text, text), { minLength: 1 }), async (pairs) => {
        const rows = pairs.map(([a, b]) => ({ a, b }))
        const written = await csvOf(rows, { csv: { bom: false, escapeFormulae: false } })
        const parsed = Papa.parse<string[]>(written, { delimiter: ',', newline: '\r\n' })
        // UTF-8 has no halves of surrogate pairs.
        expect(parsed.data.slice(1)).toEqual(
          pairs.map((pair) => pair.map((each) => Buffer.from(each).toString())),
        )
      }),
      { numRuns: 60 },
    )
  })

  test('leaves no text that a spreadsheet would run', async () => {
    const start = fc.constantFrom('=', '+', '-', '@', '\t', '\r', '＝', ' =', '\u00A0+', '\n@', '\uFEFF=')
    await fc.assert(
      fc.asyncProperty(start, fc.string(), async (first, rest) => {
        const written = await csvOf([{ a: first + rest }], { csv: { bom: false }, headers: false })
        expect(Papa.parse<string[]>(written, { delimiter: ',', newline: '\r\n' }).data[0]?.[0]).toMatch(/^'/)
      }),
      { numRuns: 40 },
    )
  })
})

describe('XLSX', () => {
  test('has typed cells and text that stays text', async () => {
    const row = {
      text: '=1+1',
      number: -1.5,
      yes: true,
      nothing: null,
      big: 2n ** 64n,
      unsafe: 2 ** 60,
      nan: Number.NaN,
      infinite: Infinity,
      data: { a: 1 },
      zeros: '007',
      spaces: '  x ',
      emoji: '👩‍👩‍👧',
    }
    const [header, values] = await sheetOf([row])
    expect(header).toEqual(Object.keys(row))
    expect(values).toEqual([
      '=1+1',
      -1.5,
      true,
      null,
      '18446744073709551616',
      String(2 ** 60),
      'NaN',
      'Infinity',
      '{"a":1}',
      '007',
      expect.stringMatching(/x/),
      '👩‍👩‍👧',
    ])
  })

  test.each(['Asia/Shanghai', 'America/New_York', 'UTC', 'Asia/Kathmandu'])(
    'shows dates as the clock does in %s',
    async (zone) => {
      process.env['TZ'] = zone
      const dates = [
        new Date(2026, 0, 1),
        new Date(2026, 2, 8, 1, 59, 59),
        // A time that a change to summer time leaves out.
        new Date(2026, 2, 8, 2, 30),
        new Date(2024, 1, 29, 23, 59, 59),
      ]
      const sheet = await sheetOf(dates.map((date) => ({ date })))
      // The reader cuts off what a fraction of a day lacks of a second.
      const shown = sheet
        .slice(1)
        .map(([date]) => Math.round((date as unknown as Date).getTime() / 1000) * 1000)
      const clock = dates.map((date) =>
        Date.UTC(
          date.getFullYear(),
          date.getMonth(),
          date.getDate(),
          date.getHours(),
          date.getMinutes(),
          date.getSeconds(),
        ),
      )
      expect(shown).toEqual(clock)
    },
  )

  test('writes dates that Excel has no number for as text', async () => {
    const rows = [new Date(1899, 11, 31), new Date(1900, 1, 28), new Date(10_000, 0, 1)].map((date) => ({
      date,
    }))
    expect((await sheetOf(rows)).slice(1)).toEqual([['1899-12-31'], ['1900-02-28'], ['+010000-01-01']])
  })

  test('has a bold header that stays and filters, and a sheet name', async () => {
    const { blob } = await tableOf([{ name: 'Ada', born: new Date(2026, 0, 1, 5) }]).export('xlsx', {
      to: 'blob',
      xlsx: { sheetName: 'People' },
    })
    const { default: exceljs } = await import('exceljs')
    const workbook = new exceljs.Workbook()
    await workbook.xlsx.load(await blob.arrayBuffer())
    const sheet = workbook.worksheets[0]
    expect(sheet?.name).toBe('People')
    expect(sheet?.getCell('A1').font.bold).toBe(true)
    expect(sheet?.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 })
    expect(sheet?.autoFilter).toBe('A1:B1')
    expect(sheet?.getCell('B2').numFmt).toBe('yyyy-mm-dd hh:mm:ss')
    expect(sheet?.getColumn(2).width).toBeGreaterThanOrEqual(19)
  })

  test('loses no character that XML can not hold', async () => {
    const text = 'a\u0001b\rc\nd_x0041_e\uD800f\u007F'
    const { blob } = await tableOf([{ text }]).export('xlsx', { to: 'blob' })
    const { default: exceljs } = await import('exceljs')
    const workbook = new exceljs.Workbook()
    await workbook.xlsx.load(await blob.arrayBuffer())
    expect(workbook.worksheets[0]?.getCell('A2').value).toBe(text)
  })

  test('refuses a text longer than a cell, with its place', async () => {
    const table = tableOf([{ a: 'x'.repeat(32_767) }, { a: 'x'.repeat(32_768) }])
    await expect(table.export('xlsx')).rejects.toMatchObject({
      code: 'GK_EXPORT_CELL_TOO_LONG',
      message: "row '1', column 'a' has 32768 characters, and Excel takes 32767 in a cell",
    })
    const header = tableOf([{ a: 1 }], { labels: { a: 'x'.repeat(40_000) } })
    await expect(header.export('xlsx')).rejects.toThrow("the header of column 'a'")
  })

  test('refuses more rows than it has memory for', async () => {
    const table = tableOf(Array.from({ length: 100_001 }, () => ({ a: 1 })))
    await expect(table.export('xlsx')).rejects.toMatchObject({
      code: 'GK_EXPORT_TOO_MANY_ROWS',
      hint: expect.stringContaining("'csv'"),
    })
  })

  test.each(['', 'a/b', "'a", 'x'.repeat(32), 'History'])(
    'refuses %j as a name of a sheet',
    async (sheetName) => {
      await expect(tableOf(people).export('xlsx', { xlsx: { sheetName } })).rejects.toMatchObject({
        code: 'GK_EXPORT_OPTION_INVALID',
      })
    },
  )
})

describe('PDF', () => {
  test('has the title, the headers and the text, on as many pages as it takes', async () => {
    const rows = [{ name: 'Zoë – “Ångström” €5', when: new Date(2026, 0, 1) }]
    for (let at = 0; at < 120; at += 1) rows.push({ name: `row number ${at}`, when: new Date(2026, 0, 2) })
    const { blob } = await tableOf(rows, { labels: { name: 'Full name' } }).export('pdf', {
      to: 'blob',
      pdf: { title: 'All people', orientation: 'landscape' },
    })
    const text = await pdfTextOf(blob)
    for (const part of ['All people', 'Full name', 'Zoë – “Ångström” €5', '2026-01-01', 'row number 119'])
      expect(text).toContain(part)
    expect(text.split('\f').length).toBeGreaterThan(3)
  })

  test('shows every character that it does not refuse', async () => {
    const all = [
      ...Array.from({ length: 256 }, (_, code) => String.fromCharCode(code)),
      ...Array.from('€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ'),
    ]
    const shown: string[] = []
    for (const character of all.filter((each) => each.trim() !== '' && each !== '\u00AD')) {
      const code = character.codePointAt(0) ?? 0
      if (code > 0x20 && code !== 0x7f && (code < 0x80 || code > 0x9f)) shown.push(character)
    }
    const { blob } = await tableOf(shown.map((text) => ({ text: `<${text}>` }))).export('pdf', { to: 'blob' })
    const text = await pdfTextOf(blob)
    expect(shown.filter((character) => !text.includes(`<${character}>`))).toEqual([])
  })

  test('joins letters and their marks, and keeps lines and tabs apart', async () => {
    const { blob } = await tableOf([{ a: 'Zoe\u0308\r\nb\tc' }]).export('pdf', { to: 'blob' })
    const text = await pdfTextOf(blob)
    expect(text).toContain('Zoë')
    expect(text).toMatch(/b\s+c/)
  })

  test.each([
    ['漢', 'U+6F22', 'Noto Sans CJK'],
    ['Ж', 'U+0416', 'Noto Sans'],
    ['ع', 'U+0639', 'Noto Sans Arabic'],
    ['א', 'U+05D0', 'Noto Sans Hebrew'],
    ['अ', 'U+0905', 'Noto Sans Devanagari'],
    ['ก', 'U+0E01', 'Noto Sans Thai'],
    ['😀', 'U+1F600', 'Noto Emoji'],
    ['✓', 'U+2713', 'Noto Sans Symbols'],
    ['\u0001', 'U+0001', 'Noto Sans Symbols'],
    ['\u0085', 'U+0085', 'Noto Sans Symbols'],
  ])('refuses %s, naming its place and a font', async (character, code, font) => {
    const table = tableOf([{ name: 'fine' }, { name: `x${character}` }])
    await expect(table.export('pdf')).rejects.toMatchObject({
      code: 'GK_EXPORT_GLYPH_MISSING',
      message: expect.stringContaining(`row '1', column 'name'`),
      hint: expect.stringContaining(font),
    })
    await expect(table.export('pdf')).rejects.toThrow(code)
    expect(table.downloads).toEqual([])
  })

  test('refuses a title it can not show', async () => {
    await expect(tableOf(people).export('pdf', { pdf: { title: '漢' } })).rejects.toMatchObject({
      code: 'GK_EXPORT_GLYPH_MISSING',
    })
  })

  test('refuses more rows than it can measure', async () => {
    const table = tableOf(Array.from({ length: 20_001 }, () => ({ a: 1 })))
    await expect(table.export('pdf')).rejects.toMatchObject({ code: 'GK_EXPORT_TOO_MANY_ROWS' })
  })
})

describe('JSON', () => {
  test('is an array of objects by column id, with instants', async () => {
    const row = {
      text: 'a"b',
      when: new Date(0),
      big: 1n,
      nan: Number.NaN,
      none: undefined,
      ['__proto__x']: 1,
    }
    const { blob } = await tableOf([row], { labels: { text: 'Text' } }).export('json', { to: 'blob' })
    expect(JSON.parse(await blob.text())).toEqual([
      { text: 'a"b', when: '1970-01-01T00:00:00.000Z', big: '1', nan: 'NaN', none: null, ['__proto__x']: 1 },
    ])
  })

  test('joins pages', async () => {
    const rows = Array.from({ length: 2_001 }, (_, id) => ({ id }))
    const { blob } = await tableOf(rows).export('json', { to: 'blob' })
    expect(JSON.parse(await blob.text())).toEqual(rows)
    const none = await tableOf([]).export('json', { to: 'blob' })
    expect(JSON.parse(await none.blob.text())).toEqual([])
  })
})

describe('how it goes', () => {
  const many = Array.from({ length: 3_500 }, (_, id) => ({ id }))

  function eventsOf(table: ReturnType<typeof tableOf>): GridKitEvent[] {
    const events: GridKitEvent[] = []
    table.events.on('export:*', (event) => void events.push(event as GridKitEvent))
    return events
  }

  test('is told by events and by onProgress', async () => {
    const table = tableOf(many)
    const events = eventsOf(table)
    const progress: number[] = []
    const result = await table.export('csv', { onProgress: ({ rows, total }) => progress.push(rows, total) })
    expect(progress).toEqual([1000, 3500, 2000, 3500, 3000, 3500, 3500, 3500])
    const told = events.filter(({ type }) => type === 'export:progress')
    expect([told[0], told.at(-1)]).toMatchObject([{ payload: { rows: 1000 } }, { payload: { rows: 3500 } }])
    expect(events.map(({ type }) => type)).toEqual([
      'export:start',
      ...told.map(({ type }) => type),
      'export:complete',
    ])
    expect(events[0]?.payload).toEqual({ exportId: 'export-1', format: 'csv', rows: 0, total: 3500 })
    expect(events.at(-1)).toMatchObject({
      source: 'export',
      payload: { exportId: 'export-1', rows: 3500, bytes: result.bytes, duration: result.duration },
    })
  })

  test(
    'is told rarely enough for the limit of calls, however many pages there are',
    {
      timeout: 60_000,
    },
    async () => {
      const rows = Array.from({ length: 500_000 }, (_, id) => ({ id }))
      const table = tableOf(rows)
      const events = eventsOf(table)
      const { rows: exported } = await table.export('json', { to: 'blob' })
      expect(exported).toBe(500_000)
      expect(events.length).toBeLessThan(250)
    },
  )

  test('leaves the page its turn', async () => {
    const slow = Array.from({ length: 40_000 }, (_, id) => ({ id, text: 'some text '.repeat(40) }))
    let turns = 0
    const table = tableOf(slow)
    await table.plugins.ready
    const timer = setInterval(() => (turns += 1), 0)
    await table.export('csv', { to: 'blob' })
    clearInterval(timer)
    expect(turns).toBeGreaterThan(1)
  })

  test('is one at a time', async () => {
    const table = tableOf(many)
    const events = eventsOf(table)
    await Promise.all([table.export('csv', { to: 'blob' }), table.export('json', { to: 'blob' })])
    const ids = events.map(({ payload }) => (payload as { exportId: string }).exportId)
    expect(ids).toEqual([...ids].sort())
    expect(new Set(ids).size).toBe(2)
  })

  test.each(formats)('stops %s at the next page when its signal aborts', async (format) => {
    const table = tableOf(many)
    const events = eventsOf(table)
    const controller = new AbortController()
    const progress: number[] = []
    const exporting = table.export(format, {
      signal: controller.signal,
      onProgress: ({ rows }) => {
        progress.push(rows)
        controller.abort(new Error('enough'))
      },
    })
    await expect(exporting).rejects.toMatchObject({ code: 'GK_EXPORT_CANCELLED', cause: new Error('enough') })
    await vi.waitFor(() =>
      expect(events.at(-1)?.payload).toMatchObject({ code: 'GK_EXPORT_CANCELLED', rows: 1000 }),
    )
    expect(progress).toEqual([1000])
    expect(table.downloads).toEqual([])
  })

  test('rejects at once when cancelled in the queue or before', async () => {
    const table = tableOf(many)
    const controller = new AbortController()
    const order: string[] = []
    const first = table.export('csv').then(() => order.push('first'))
    const second = table.export('csv', { signal: controller.signal }).catch(({ code }) => order.push(code))
    await table.plugins.ready
    controller.abort()
    await Promise.all([first, second])
    expect(order).toEqual(['GK_EXPORT_CANCELLED', 'first'])
    await expect(table.export('csv', { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'GK_EXPORT_CANCELLED',
    })
    expect(table.downloads).toHaveLength(1)
  })

  test('ends with the plugin', async () => {
    const table = tableOf(many)
    let gone: Promise<void> | undefined
    const exporting = table.export('csv', { onProgress: () => (gone ??= table.unregisterPlugin('export')) })
    await expect(exporting).rejects.toMatchObject({ code: 'GK_EXPORT_CANCELLED' })
    await gone
    expect(table.downloads).toEqual([])
  })

  test('goes on after one that failed', async () => {
    const table = tableOf([{ name: 'Ada', act: () => 1 }])
    const events = eventsOf(table)
    await expect(table.export('csv')).rejects.toMatchObject({
      code: 'GK_EXPORT_VALUE_UNSUPPORTED',
      message: expect.stringContaining("row '0', column 'act' holds a function"),
    })
    expect(events.at(-1)).toMatchObject({
      type: 'export:error',
      payload: { format: 'csv', code: 'GK_EXPORT_VALUE_UNSUPPORTED' },
    })
    expect((await table.export('csv', { columns: ['name'] })).rows).toBe(1)
  })

  test('passes on what a callback or a library threw', async () => {
    const table = tableOf(people)
    const onProgress = (): never => {
      throw new Error('no progress')
    }
    await expect(table.export('csv', { onProgress })).rejects.toMatchObject({
      code: 'GK_EXPORT_FAILED',
      message: 'the csv export failed: no progress',
    })
    const text = (): never => {
      // Anything can be thrown.
      throw 'a text'
    }
    await expect(table.export('csv', { onProgress: text })).rejects.toThrow('the csv export failed: a text')
  })

  test('says so when a writer can not be loaded', async () => {
    vi.doMock('papaparse', () => {
      throw new Error('gone')
    })
    await expect(tableOf(people).export('csv')).rejects.toMatchObject({
      code: 'GK_EXPORT_WRITER_UNAVAILABLE',
    })
  })

  test('says so when a writer is not what it should be', async () => {
    vi.doMock('papaparse', () => ({ unparse: undefined, default: {} }))
    await expect(tableOf(people).export('csv')).rejects.toThrow('it has no unparse')
  })

  test('refuses other formats, listing those enabled', async () => {
    const table = tableOf(people, { config: { formats: ['csv', 'xlsx'] } })
    await expect(table.export('pdf')).rejects.toMatchObject({
      code: 'GK_EXPORT_FORMAT_UNSUPPORTED',
      message: "'pdf' is not among the formats of this table: csv, xlsx",
    })
  })

  test('needs the right to download only what it declares', async () => {
    const denied = createTable({
      data: [...people],
      columns: [],
      features: { plugins: [exportPlugin({ formats: ['csv'] })] },
      permissions: ({ permission }) => permission !== 'download',
      log: () => {},
    })
    open.push(denied)
    await denied.plugins.ready.catch(() => undefined)
    expect(denied.plugins.getPlugin('export')?.error?.code).toBe('GK_PERMISSION_DENIED')
  })

  test('keeps two tables apart', async () => {
    const plugin = exportPlugin({ formats: ['csv'] })
    const options = { data: [...people], columns: [{ accessorKey: 'name' }], features: { plugins: [plugin] } }
    const [first, second] = [createTable(options), createTable(options)]
    open.push(second)
    await first.export('csv', { to: 'blob' })
    await first.destroy()
    expect((await second.export('csv', { to: 'blob' })).rows).toBe(3)
  })
})

test('works beside plugins of the application', async () => {
  const seen: string[] = []
  const watcher = definePlugin({
    metadata: { id: 'watcher', name: 'Watcher', version: '1.0.0', category: 'utility' },
    requiredPermissions: ['events:subscribe:export:*'],
    initialize: (context) => void context.on('export:*', ({ type }) => seen.push(type)),
  })
  const table = tableOf(people)
  await table.registerPlugin(watcher)
  await table.export('csv')
  expect(seen).toEqual(['export:start', 'export:progress', 'export:complete'])
})
