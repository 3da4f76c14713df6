import { textOf, type CellValue } from './cell-value.ts'
import { glyphMissing, tooManyRows, type CellPlace } from './errors.ts'
import type { ExportColumn, OpenWriter } from './export-writer.ts'
import { loadMember } from './library.ts'
import { fontFor, missingGlyph, printable } from './win-ansi.ts'

/** autotable measures every cell at once, for about 5 s at this many rows. */
export const pdfRows = 20_000

/** In millimetres, as everything on the page. */
const margin = 14
const titleHeight = 8
const titleSize = 14
const textSize = 8

/** PDF by jspdf and autotable, on A4, in Helvetica. @throws GK_EXPORT_GLYPH_MISSING for text that it can't show */
export const openPdf: OpenWriter = async ({ request: { pdf, headers }, columns, total }) => {
  if (total > pdfRows) throw tooManyRows('pdf', total, pdfRows)
  const { orientation = 'portrait', title } = pdf
  const heading = title === undefined ? undefined : shown(title, { rowId: undefined, column: 'title' })
  const head = columns.map(({ id, header }) => shown(header, { rowId: undefined, column: id }))
  const jsPDF = await loadMember('pdf', 'jspdf', 'jsPDF', () => import('jspdf'))
  const autoTable = await loadMember('pdf', 'jspdf-autotable', 'autoTable', () => import('jspdf-autotable'))
  const body: string[][] = []
  return {
    write({ rows, rowIds }) {
      for (const [index, row] of rows.entries()) body.push(textsOf(row, columns, rowIds[index]))
    },
    finish() {
      const document = new jsPDF({ orientation, unit: 'mm', format: 'a4', compress: true })
      if (heading !== undefined) document.setFontSize(titleSize).text(heading, margin, margin)
      if (columns.length > 0) {
        autoTable(document, {
          ...(headers === false ? {} : { head: [head] }),
          body,
          margin,
          startY: heading === undefined ? margin : margin + titleHeight,
          styles: { fontSize: textSize, overflow: 'linebreak' },
        })
      }
      return document.output('blob')
    },
  }
}

function textsOf(
  row: readonly CellValue[],
  columns: readonly ExportColumn[],
  rowId: string | undefined,
): string[] {
  return row.map((value, index) => shown(textOf(value), { rowId, column: columns[index]?.id ?? '' }))
}

function shown(text: string, place: CellPlace): string {
  const printed = printable(text)
  const missing = missingGlyph(printed)
  if (missing !== undefined) throw glyphMissing(place, missing, fontFor(missing))
  return printed
}
