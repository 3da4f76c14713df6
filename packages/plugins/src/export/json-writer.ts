import { jsonOf, type CellValue } from './cell-value.ts'
import type { OpenWriter } from './export-writer.ts'

/**
 * An array of objects, with column ids as names. Dates are instants in UTC,
 * as `JSON.stringify` writes them; bigints, NaN and infinities are text.
 */
export const openJson: OpenWriter = async ({ columns }) => {
  const parts: string[] = []
  const objectOf = (row: readonly CellValue[]): string =>
    // Without a prototype in the way: a column may be called __proto__.
    String(jsonOf(Object.fromEntries(columns.map(({ id }, index) => [id, row[index]]))))
  return {
    write({ rows }) {
      if (rows.length === 0) return
      const text = rows.map(objectOf).join(',\n')
      parts.push(parts.length === 0 ? text : `,\n${text}`)
    },
    finish: () => new Blob(['[\n', ...parts, '\n]\n'], { type: 'application/json' }),
  }
}
