/**
 * Dates by the wall clock of the browser's time zone, as they are exported too.
 * Text of a day alone, `2026-03-29`, is that day in every time zone.
 */

const dayText = /^(\d{4,6})-(\d{2})-(\d{2})$/
const timedText = /^\d{4,6}-\d{2}-\d{2}([T ].+)$/
const zonedTime = /(Z|[+-]\d{2}:?\d{2})$/i
const dayFormat = { year: 'numeric', month: 'short', day: 'numeric' } as const

interface Day {
  readonly year: number
  /** From 0, as in `Date`. */
  readonly month: number
  readonly date: number
}

/** How a date reads, with the time of day unless it is midnight; `undefined` for what is no date. */
export function dateText(value: unknown, locale: string): string | undefined {
  const day = dayIn(value)
  // In UTC, as not every day of every time zone has a midnight.
  if (day) return utcOf(day).toLocaleDateString(locale, { ...dayFormat, timeZone: 'UTC' })
  const date = dateOf(value)
  if (date === undefined) return undefined
  const seconds = date.getSeconds() + date.getMilliseconds()
  if (date.getHours() + date.getMinutes() + seconds === 0) return date.toLocaleDateString(locale, dayFormat)
  const time = { hour: 'numeric', minute: '2-digit' } as const
  return date.toLocaleString(locale, { ...dayFormat, ...time, ...(seconds > 0 && { second: '2-digit' }) })
}

/** The day of a date, as date fields write it; empty when it is no date. */
export function dayOf(value: unknown): string {
  if (dayIn(value)) return String(value)
  const date = dateOf(value)
  // Date fields know no year before the first.
  if (date === undefined || date.getFullYear() < 1) return ''
  return `${digits(date.getFullYear(), 4)}-${digits(date.getMonth() + 1)}-${digits(date.getDate())}`
}

/** The moments from which and to which a date is, in milliseconds: a day alone is all of that day. */
export function spanOf(value: unknown): readonly [first: number, last: number] | undefined {
  const day = dayIn(value)
  if (day) return [localOf(day).getTime(), localOf({ ...day, date: day.date + 1 }).getTime() - 1]
  const time = dateOf(value)?.getTime()
  return time === undefined ? undefined : [time, time]
}

/**
 * The date of another day, at the time of day of the one before, and kept in
 * the same way: as an object, a timestamp or text.
 *
 * @param day As a date field writes it.
 * @param sample A value that is kept as this one should be, where there was none before.
 * @returns `undefined` when the text is no day.
 */
export function moveToDay(day: string, before: unknown, sample?: unknown): unknown {
  const to = dayIn(day)
  if (to === undefined) return undefined
  const like = before ?? sample
  const date = localOf(to, dateOf(before))
  if (like instanceof Date) return date
  if (typeof like === 'number') return date.getTime()
  const time = typeof like === 'string' && dateOf(like) ? timedText.exec(like)?.[1] : undefined
  if (time === undefined) return day
  if (zonedTime.test(time)) return instantText(date, time.includes('.'))
  return day + (before === like ? time : `${time.charAt(0)}00:00:00`)
}

function dateOf(value: unknown): Date | undefined {
  if (typeof value === 'string' && dayText.test(value)) {
    const day = dayIn(value)
    return day && localOf(day)
  }
  if (!(value instanceof Date) && typeof value !== 'string' && typeof value !== 'number') return undefined
  const date = new Date(value)
  return Number.isNaN(date.getTime()) ? undefined : date
}

function dayIn(value: unknown): Day | undefined {
  const [, year, month, date] = (typeof value === 'string' && dayText.exec(value)) || []
  if (year === undefined) return undefined
  const day = { year: Number(year), month: Number(month) - 1, date: Number(date) }
  const utc = utcOf(day)
  // Others, such as the 30th of February, are another day for `Date`.
  return utc.getUTCMonth() === day.month && utc.getUTCDate() === day.date ? day : undefined
}

function utcOf({ year, month, date }: Day): Date {
  // Not by the constructor, for which the year 99 is 1999.
  return new Date(new Date(0).setUTCFullYear(year, month, date))
}

/** A day in the time zone of the browser, at the time of day of another date or when it begins. */
function localOf({ year, month, date }: Day, at = new Date(2000, 0, 1)): Date {
  return new Date(new Date(at).setFullYear(year, month, date))
}

function instantText(date: Date, milliseconds: boolean): string {
  const text = date.toISOString()
  return milliseconds ? text : text.replace('.000Z', 'Z')
}

function digits(value: number, length = 2): string {
  return String(value).padStart(length, '0')
}
