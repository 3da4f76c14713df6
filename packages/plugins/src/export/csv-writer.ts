import type { UnparseConfig } from 'papaparse'
import { textOf, type CellValue } from './cell-value.ts'
import { optionInvalid } from './errors.ts'
import type { CsvOptions } from './export-options.ts'
import type { OpenWriter } from './export-writer.ts'
import { escapeFormula } from './formula-guard.ts'
import { loadMember } from './library.ts'

const byteOrderMark = '\uFEFF'

/**
 * CSV by papaparse, page by page. Numbers as JavaScript writes them, dates as
 * local wall-clock time, nothing as an empty field.
 */
export const openCsv: OpenWriter = async ({ request: { csv, headers }, columns }) => {
  const unparse = await loadMember('csv', 'papaparse', 'unparse', () => import('papaparse'))
  const { newline = '\r\n', delimiter = ',', bom = true } = csv
  requireDelimiter(delimiter)
  const config: UnparseConfig = { newline, delimiter, header: false }
  const write = fieldWriter(csv)
  // Parts, because one text of all rows would be in memory twice.
  const parts: string[] = []
  const add = (rows: readonly (readonly CellValue[])[]): void => {
    if (rows.length === 0 || columns.length === 0) return
    const text = unparse(
      rows.map((row) => row.map(write)),
      config,
    )
    parts.push(parts.length === 0 ? text : newline + text)
  }
  if (headers !== false) add([columns.map(({ header }) => header)])
  return {
    write: ({ rows }) => add(rows),
    finish: () => new Blob(bom ? [byteOrderMark, ...parts] : parts, { type: 'text/csv;charset=utf-8' }),
  }
}

function fieldWriter({ escapeFormulae = true }: CsvOptions): (value: CellValue) => string {
  if (!escapeFormulae) return textOf
  return (value) =>
    typeof value === 'number' || typeof value === 'bigint' ? textOf(value) : escapeFormula(textOf(value))
}

function requireDelimiter(delimiter: string): void {
  if (delimiter !== '' && !/["\r\n\uFEFF]/.test(delimiter)) return
  throw optionInvalid(
    'csv.delimiter',
    JSON.stringify(delimiter),
    "Use a character that is no quote and no line break, such as ',', ';' or '\\t'.",
  )
}
