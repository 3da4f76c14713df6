import type { ColumnType } from '@gridkit/core'
import type { GridViewMessages } from './messages.ts'

/** What an editor's text means: a value, or what is wrong with it. */
export type ParsedEdit =
  | { readonly valid: true; readonly value: unknown }
  | { readonly valid: false; readonly problem: 'invalidNumber' | 'invalidDate' }

const day = /^\d{4,6}-\d{2}-\d{2}$/

/** How a value reads in a cell. */
export function cellText(value: unknown, type: ColumnType, messages: GridViewMessages): string {
  if (value === null || value === undefined) return ''
  if (type === 'boolean' && typeof value === 'boolean') return value ? messages.yes : messages.no
  if (type === 'number' && typeof value === 'number')
    return value.toLocaleString(messages.locale, { maximumFractionDigits: 20 })
  return type === 'date' ? dateText(value, messages.locale) : plainText(value)
}

/** The text an editor begins with. */
export function editText(value: unknown, type: ColumnType): string {
  if (value === null || value === undefined) return ''
  return type === 'date' ? dayOf(value) : plainText(value)
}

/** The value that an editor's text stands for, kept in the way the value before was kept. */
export function parseEdit(text: string, type: ColumnType, before: unknown): ParsedEdit {
  if (type === 'text') return { valid: true, value: text }
  if (text.trim() === '') return { valid: true, value: null }
  if (type === 'boolean') return { valid: true, value: text === 'true' }
  return type === 'number' ? parseNumber(text) : parseDay(text, before)
}

/** The day of a date in UTC, as date fields write it; empty when it is no date. */
export function dayOf(value: unknown): string {
  if (typeof value === 'string' && day.test(value)) return value
  const date = dateOf(value)
  return date === undefined ? '' : (date.toISOString().split('T')[0] ?? '')
}

/** The last moment of a day, for a range that includes it. */
export function endOfDay(text: string): string {
  return text === '' ? '' : `${text}T23:59:59.999Z`
}

function parseNumber(text: string): ParsedEdit {
  const value = Number(text)
  return Number.isFinite(value) ? { valid: true, value } : { valid: false, problem: 'invalidNumber' }
}

function parseDay(text: string, before: unknown): ParsedEdit {
  const date = day.test(text) ? dateOf(text) : undefined
  if (date === undefined) return { valid: false, problem: 'invalidDate' }
  if (before instanceof Date) return { valid: true, value: atTimeOf(before, date) }
  if (typeof before === 'number') return { valid: true, value: atTimeOf(new Date(before), date).getTime() }
  const time = typeof before === 'string' ? before.slice(dayOf(before).length) : ''
  return { valid: true, value: time.startsWith('T') ? `${text}${time}` : text }
}

/** A date field shows the day only: the time of day stays. */
function atTimeOf(before: Date, date: Date): Date {
  const midnight = Math.floor(before.getTime() / 86_400_000) * 86_400_000
  const time = Number.isNaN(midnight) ? 0 : before.getTime() - midnight
  return new Date(date.getTime() + time)
}

function dateText(value: unknown, locale: string): string {
  // In UTC, like date fields, so that a day reads the same everywhere.
  const format = { year: 'numeric', month: 'short', day: 'numeric', timeZone: 'UTC' } as const
  return dateOf(value)?.toLocaleDateString(locale, format) ?? plainText(value)
}

function dateOf(value: unknown): Date | undefined {
  if (!(value instanceof Date) && typeof value !== 'string' && typeof value !== 'number') return undefined
  const date = new Date(value)
  return Number.isNaN(date.getTime()) ? undefined : date
}

function plainText(value: unknown): string {
  const bare =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  // oxlint-disable-next-line typescript/no-base-to-string -- All but bare objects have a text of their own.
  return bare ? JSON.stringify(value) : String(value)
}
