import { valueUnsupported, type CellPlace } from './errors.ts'

/** A value as files can hold it. Numbers are finite, dates valid. */
export type CellValue = string | number | bigint | boolean | Date | null

/**
 * Makes a value of a row into one that files can hold: NaN and infinities as
 * text, objects and arrays as JSON text.
 *
 * @throws GK_EXPORT_VALUE_UNSUPPORTED for functions, symbols and what has no JSON, naming row and column.
 */
export function cellValueOf(value: unknown, place: CellPlace): CellValue {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'bigint':
      return value
    case 'number':
      return Number.isFinite(value) ? value : String(value)
    case 'undefined':
      return null
    case 'object':
      return value === null ? null : objectValue(value, place)
    default:
      throw valueUnsupported(place, `a ${typeof value}`)
  }
}

function objectValue(value: object, place: CellPlace): CellValue {
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'Invalid Date' : value
  const text = jsonText(value, place)
  // What says itself as one text, such as Temporal dates and decimals, needs no quotes.
  return text?.startsWith('"') ? (JSON.parse(text) as string) : (text ?? null)
}

function jsonText(value: object, place: CellPlace): string | undefined {
  try {
    return jsonOf(value)
  } catch (error) {
    throw valueUnsupported(place, 'an object without JSON', error)
  }
}

/** JSON text, with bigints as text and the members of maps and sets. `undefined` when the value says so. */
export function jsonOf(value: unknown): string | undefined {
  return JSON.stringify(value, (_, each: unknown) => {
    if (typeof each === 'bigint') return String(each)
    if (each instanceof Map) return Object.fromEntries(each) as unknown
    return each instanceof Set ? [...(each as Set<unknown>)] : each
  })
}

/** A value as people read it. Dates are local wall-clock time, to the day where it is midnight. */
export function textOf(value: CellValue): string {
  if (value === null) return ''
  return value instanceof Date ? localText(value) : String(value)
}

/** Local wall-clock time: `2026-03-29`, or `2026-03-29 14:30:00`, with milliseconds only where there are some. */
export function localText(date: Date): string {
  const day = `${yearText(date.getFullYear())}-${digits(date.getMonth() + 1)}-${digits(date.getDate())}`
  if (isMidnight(date)) return day
  const milliseconds = date.getMilliseconds()
  const fraction = milliseconds === 0 ? '' : `.${digits(milliseconds, 3)}`
  return `${day} ${digits(date.getHours())}:${digits(date.getMinutes())}:${digits(date.getSeconds())}${fraction}`
}

export function isMidnight(date: Date): boolean {
  return date.getHours() + date.getMinutes() + date.getSeconds() + date.getMilliseconds() === 0
}

/** As ISO 8601 writes years that need more than four digits or are before the year 0. */
function yearText(year: number): string {
  if (year >= 0 && year <= 9999) return digits(year, 4)
  return `${year < 0 ? '-' : '+'}${digits(Math.abs(year), 6)}`
}

function digits(value: number, length = 2): string {
  return String(value).padStart(length, '0')
}
