import { afterEach, describe, expect, test } from 'vitest'
import { dateFilterFn } from './date-filter.ts'
import { dateText, dayOf, moveToDay, spanOf } from './dates.ts'

const zones = ['America/New_York', 'Asia/Shanghai', 'UTC', 'Asia/Kathmandu'] as const
const zoneBefore = process.env['TZ']

function inZone(zone: string): void {
  process.env['TZ'] = zone
}

afterEach(() => {
  if (zoneBefore === undefined) delete process.env['TZ']
  else process.env['TZ'] = zoneBefore
})

const read = (value: unknown) => dateText(value, 'en')?.replaceAll('\u202F', ' ')
const passes = (value: unknown, range: unknown) => {
  const row = { getValue: () => value } as unknown as Parameters<typeof dateFilterFn>[0]
  return dateFilterFn(row, 'day', dateFilterFn.resolveFilterValue?.(range), () => undefined)
}

test('the time zone of the tests changes', () => {
  inZone('Asia/Kathmandu')
  expect(new Date(2024, 0, 1).toISOString()).toBe('2023-12-31T18:15:00.000Z')
})

describe.each(zones)('dates in %s', (zone) => {
  test('are shown by the wall clock', () => {
    inZone(zone)
    expect(read(new Date(2024, 1, 29))).toBe('Feb 29, 2024')
    expect(read(new Date(2024, 1, 29).getTime())).toBe('Feb 29, 2024')
    expect(read(new Date(2024, 1, 29, 23, 30))).toBe('Feb 29, 2024, 11:30 PM')
    expect(read(new Date(2024, 1, 29, 0, 0, 5).getTime())).toBe('Feb 29, 2024, 12:00:05 AM')
    expect(read('2024-02-29T23:30:00')).toBe('Feb 29, 2024, 11:30 PM')
    expect(read(new Date(2024, 1, 29, 23, 30).toISOString())).toBe('Feb 29, 2024, 11:30 PM')
    expect(read(new Date(Number.NaN))).toBeUndefined()
  })

  test('are the same day as text', () => {
    inZone(zone)
    expect(read('2024-02-29')).toBe('Feb 29, 2024')
    expect(read('0099-12-31')).toBe('Dec 31, 99')
    expect(read('2024-02-30')).toBeUndefined()
    expect(dayOf('2024-02-29')).toBe('2024-02-29')
    expect(dayOf('2024-02-30')).toBe('')
    expect(dayOf('999999-01-01')).toBe('')
  })

  test('begin in an editor as the day of the wall clock', () => {
    inZone(zone)
    expect(dayOf(new Date(2024, 1, 29))).toBe('2024-02-29')
    expect(dayOf(new Date(2024, 1, 29, 23, 59, 59, 999).getTime())).toBe('2024-02-29')
    expect(dayOf(new Date(-1, 0, 1))).toBe('')
    expect(dayOf(new Date(Number.NaN))).toBe('')
    expect(dayOf({})).toBe('')
  })

  test('are edited at the same time of day, also over a change of clocks', () => {
    inZone(zone)
    const winter = new Date(2024, 0, 31, 23, 30, 1, 2)
    const summer = new Date(2024, 6, 4, 23, 30, 1, 2)
    expect(moveToDay('2024-07-04', winter)).toEqual(summer)
    expect(moveToDay('2024-07-04', winter.getTime())).toBe(summer.getTime())
    expect(moveToDay('2024-07-04', winter.toISOString())).toBe(summer.toISOString())
    expect(moveToDay('2024-07-04', '2024-01-31')).toBe('2024-07-04')
    expect(moveToDay('2024-07-04', '2024-01-31T23:30:00')).toBe('2024-07-04T23:30:00')
    expect(moveToDay('2024-07-04', new Date(Number.NaN))).toEqual(new Date(2024, 6, 4))
    expect(moveToDay('2024-07-04', 'soon')).toBe('2024-07-04')
    expect(moveToDay('2024-07-04', '2024-01-31Tsoon')).toBe('2024-07-04')
    expect(moveToDay('2024-02-30', winter)).toBeUndefined()
  })

  test('are kept like a sample where there were none', () => {
    inZone(zone)
    const sample = new Date(2020, 5, 6, 7, 8, 9)
    const start = new Date(2024, 6, 4)
    expect(moveToDay('2024-07-04', null, sample)).toEqual(start)
    expect(moveToDay('2024-07-04', undefined, sample.getTime())).toBe(start.getTime())
    expect(moveToDay('2024-07-04', null, sample.toISOString())).toBe(start.toISOString())
    expect(moveToDay('2024-07-04', null, '2020-06-06T07:08:09+02:00')).toBe(
      start.toISOString().replace('.000', ''),
    )
    expect(moveToDay('2024-07-04', null, '2020-06-06 07:08')).toBe('2024-07-04 00:00:00')
    expect(moveToDay('2024-07-04', null, '2020-06-06')).toBe('2024-07-04')
    expect(moveToDay('2024-07-04', null)).toBe('2024-07-04')
  })

  test.each(['2026-03-29', '2026-03-08', '2026-11-01'])('pass a filter of %s from first to last', (text) => {
    inZone(zone)
    const [year = 0, month = 0, date = 0] = text.split('-').map(Number)
    const first = new Date(year, month - 1, date)
    const last = new Date(year, month - 1, date, 23, 59, 59, 999)
    const range = [text, text]
    expect(spanOf(text)).toEqual([first.getTime(), last.getTime()])
    expect([first, last.getTime(), first.toISOString(), text].map((value) => passes(value, range))).toEqual([
      true,
      true,
      true,
      true,
    ])
    const next = new Date(last.getTime() + 1)
    expect(passes(new Date(first.getTime() - 1), range)).toBe(false)
    expect(passes(next, range)).toBe(false)
    expect(passes(dayOf(next), range)).toBe(false)
    expect(passes(dayOf(first.getTime() - 1), range)).toBe(false)
  })

  test('pass a filter with an open end or its ends the wrong way round', () => {
    inZone(zone)
    expect(passes('2026-03-29', ['2026-03-29', ''])).toBe(true)
    expect(passes('2026-03-29', ['', '2026-03-28'])).toBe(false)
    expect(passes(new Date(2026, 2, 29, 23), ['2026-03-29', '2026-03-01'])).toBe(true)
    expect(passes(null, ['', '2026-03-28'])).toBe(false)
    expect(passes('soon', ['', ''])).toBe(false)
    expect(passes('2026-03-29', undefined)).toBe(true)
    const noon = new Date(2026, 2, 29, 12)
    expect(passes(noon, [noon, noon.getTime()])).toBe(true)
    expect(passes(new Date(2026, 2, 29, 13), ['', noon])).toBe(false)
  })
})
