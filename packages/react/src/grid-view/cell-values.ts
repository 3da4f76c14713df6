import type { ColumnType } from '@gridkit/core'
import { dateText, dayOf, moveToDay } from './dates.ts'
import type { GridViewMessages } from './messages.ts'

/** What an editor's text means: a value, or what is wrong with it. */
export type ParsedEdit =
  | { readonly valid: true; readonly value: unknown }
  | { readonly valid: false; readonly problem: 'invalidNumber' | 'invalidDate' }

/** How a value reads in a cell. */
export function cellText(value: unknown, type: ColumnType, messages: GridViewMessages): string {
  if (value === null || value === undefined) return ''
  if (type === 'boolean' && typeof value === 'boolean') return value ? messages.yes : messages.no
  if (type === 'number' && typeof value === 'number')
    return value.toLocaleString(messages.locale, { maximumFractionDigits: 20 })
  return (type === 'date' ? dateText(value, messages.locale) : undefined) ?? plainText(value)
}

/** The text an editor begins with. */
export function editText(value: unknown, type: ColumnType): string {
  if (value === null || value === undefined) return ''
  return type === 'date' ? dayOf(value) : plainText(value)
}

/**
 * The value that an editor's text stands for, kept in the way the value before was kept.
 *
 * @param sample Where there was none before, another value of the column: dates are kept like it.
 */
export function parseEdit(text: string, type: ColumnType, before: unknown, sample?: unknown): ParsedEdit {
  if (type === 'text') return { valid: true, value: text }
  if (text.trim() === '') return { valid: true, value: null }
  if (type === 'boolean') return { valid: true, value: text === 'true' }
  return type === 'number' ? parseNumber(text) : parseDay(text, before, sample)
}

function parseNumber(text: string): ParsedEdit {
  const value = Number(text)
  return Number.isFinite(value) ? { valid: true, value } : { valid: false, problem: 'invalidNumber' }
}

function parseDay(text: string, before: unknown, sample: unknown): ParsedEdit {
  const value = moveToDay(text, before, sample)
  return value === undefined ? { valid: false, problem: 'invalidDate' } : { valid: true, value }
}

function plainText(value: unknown): string {
  const bare =
    typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype
  // oxlint-disable-next-line typescript/no-base-to-string -- All but bare objects have a text of their own.
  return bare ? JSON.stringify(value) : String(value)
}
