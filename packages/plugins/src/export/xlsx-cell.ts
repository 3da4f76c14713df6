import { isMidnight, localText, textOf, type CellValue } from './cell-value.ts'
import { cellTooLong, type CellPlace } from './errors.ts'
import { xlsxText } from './xlsx-text.ts'

/** A value as exceljs takes it. Objects would be formulas or links to it, so there are none but dates. */
export type XlsxValue = string | number | boolean | Date | null

/** Excel's limit. */
const longestCell = 32_767
const dayFormat = 'yyyy-mm-dd'
const timeFormat = 'yyyy-mm-dd hh:mm:ss'

/**
 * Excel has numbers of 15 digits, and its calendar is right from March 1900 to
 * the year 9999: what goes beyond is text.
 *
 * @throws GK_EXPORT_CELL_TOO_LONG
 */
export function xlsxValue(value: CellValue, place: CellPlace): XlsxValue {
  if (value === null || typeof value === 'boolean') return value
  if (typeof value === 'number') return isExact(value) ? value : String(value)
  if (value instanceof Date) return wallClock(value) ?? localText(value)
  const text = textOf(value)
  if (text.length > longestCell) throw cellTooLong(place, text.length, longestCell)
  return xlsxText(text)
}

/** The number format that a date needs. */
export function dateFormatOf(value: CellValue): string | undefined {
  if (!(value instanceof Date)) return undefined
  return isMidnight(value) ? dayFormat : timeFormat
}

function isExact(value: number): boolean {
  return !Number.isInteger(value) || Number.isSafeInteger(value)
}

/** exceljs writes what the clock says in UTC: gives it the date at which that is what the local clock says. */
function wallClock(date: Date): Date | undefined {
  const year = date.getFullYear()
  const moved = new Date(0)
  moved.setUTCFullYear(year, date.getMonth(), date.getDate())
  moved.setUTCHours(date.getHours(), date.getMinutes(), date.getSeconds(), date.getMilliseconds())
  const first = Date.UTC(1900, 2, 1)
  return moved.getTime() >= first && year <= 9999 ? moved : undefined
}
