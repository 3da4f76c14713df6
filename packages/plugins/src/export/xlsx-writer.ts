import type { Worksheet } from 'exceljs'
import type { CellValue } from './cell-value.ts'
import { optionInvalid, tooManyRows } from './errors.ts'
import type { ExportColumn, OpenWriter } from './export-writer.ts'
import { loadMember } from './library.ts'
import { dateFormatOf, xlsxValue } from './xlsx-cell.ts'

/** exceljs takes about 0.9 GB for 100,000 rows, and brings the page down at 500,000. */
export const xlsxRows = 100_000

const mediaType = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'
const narrowest = 12
const widest = 60

/** XLSX by exceljs: a bold header that stays in view and filters, and typed cells. */
export const openXlsx: OpenWriter = async ({ request: { xlsx, headers }, columns, total }) => {
  if (total > xlsxRows) throw tooManyRows('xlsx', total, xlsxRows)
  const { sheetName = 'Sheet1' } = xlsx
  requireSheetName(sheetName)
  const Workbook = await loadMember('xlsx', 'exceljs', 'Workbook', () => import('exceljs'))
  const workbook = new Workbook()
  const sheet = workbook.addWorksheet(sheetName)
  if (headers !== false && columns.length > 0) addHeader(sheet, columns)
  return {
    write: ({ rows, rowIds }) => {
      for (const [index, row] of rows.entries()) addRow(sheet, columns, row, rowIds[index])
    },
    finish: async () => new Blob([await workbook.xlsx.writeBuffer()], { type: mediaType }),
  }
}

function addHeader(sheet: Worksheet, columns: readonly ExportColumn[]): void {
  const texts = columns.map(({ id, header }) => xlsxValue(header, { rowId: undefined, column: id }))
  sheet.addRow(texts).font = { bold: true }
  sheet.views = [{ state: 'frozen', ySplit: 1 }]
  sheet.autoFilter = { from: { row: 1, column: 1 }, to: { row: 1, column: columns.length } }
  for (const [index, { header }] of columns.entries()) {
    sheet.getColumn(index + 1).width = Math.min(widest, Math.max(narrowest, header.length + 4))
  }
}

function addRow(
  sheet: Worksheet,
  columns: readonly ExportColumn[],
  row: readonly CellValue[],
  rowId: string | undefined,
): void {
  const values = row.map((value, index) => xlsxValue(value, { rowId, column: columns[index]?.id ?? '' }))
  const added = sheet.addRow(values)
  for (const [index, value] of row.entries()) {
    const format = dateFormatOf(value)
    if (format === undefined) continue
    added.getCell(index + 1).numFmt = format
    // Excel shows #### where a date does not fit.
    const column = sheet.getColumn(index + 1)
    column.width = Math.max(column.width ?? 0, format.length + 2)
  }
}

function requireSheetName(name: string): void {
  const named = name.trim() !== '' && name.length <= 31 && !/[[\]:*?/\\]|^'|'$/.test(name)
  if (named && name.toLowerCase() !== 'history') return
  throw optionInvalid(
    'xlsx.sheetName',
    name,
    "Use 1 to 31 characters without [ ] : * ? / \\, no ' at either end, and not the name History.",
  )
}
