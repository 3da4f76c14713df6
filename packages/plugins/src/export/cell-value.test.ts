import { expect, test } from 'vitest'
import { cellValueOf, localText, textOf } from './cell-value.ts'

const place = { rowId: 'r7', column: 'notes' }
const circle: unknown[] = []
circle.push(circle)

test.each([
  [null, ''],
  [undefined, ''],
  ['', ''],
  [true, 'true'],
  [0.1 + 0.2, '0.30000000000000004'],
  [1e21, '1e+21'],
  [-0, '0'],
  [Number.NaN, 'NaN'],
  [-Infinity, '-Infinity'],
  [2n ** 64n, '18446744073709551616'],
  [new Date(Number.NaN), 'Invalid Date'],
  [{ a: [1, 2n, new Map([['k', new Set([1])]])] }, '{"a":[1,"2",{"k":[1]}]}'],
  [{ toJSON: () => 'P1D' }, 'P1D'],
  [{ toJSON: () => undefined }, ''],
])('value %# is written as text', (value: unknown, text) => {
  expect(textOf(cellValueOf(value, place))).toBe(text)
})

test.each([
  [() => 1, 'a function'],
  [Symbol('s'), 'a symbol'],
  [circle, 'an object without JSON'],
])('refuses value %# with its place', (value: unknown, what) => {
  expect(() => cellValueOf(value, place)).toThrow(
    expect.objectContaining({
      code: 'GK_EXPORT_VALUE_UNSUPPORTED',
      message: `row 'r7', column 'notes' holds ${what}, which no file format can`,
    }),
  )
})

test.each([
  [new Date(2026, 2, 29), '2026-03-29'],
  [new Date(2026, 2, 29, 14, 5, 9), '2026-03-29 14:05:09'],
  [new Date(2026, 2, 29, 0, 0, 0, 7), '2026-03-29 00:00:00.007'],
  [new Date(12026, 0, 1), '+012026-01-01'],
  [new Date(-1, 0, 1), '-000001-01-01'],
])('writes %s as the clock says', (date, text) => {
  expect(localText(date)).toBe(text)
})
