import { describe, expect, test } from 'vitest'
import { cellText, editText, parseEdit } from './cell-values.ts'
import { englishMessages as messages } from './messages.ts'

describe('the text of a cell', () => {
  test.each([
    [null, 'text', ''],
    [undefined, 'number', ''],
    ['Ada', 'text', 'Ada'],
    [1234.5, 'number', '1,234.5'],
    ['12', 'number', '12'],
    [true, 'boolean', 'Yes'],
    [false, 'boolean', 'No'],
    ['perhaps', 'boolean', 'perhaps'],
    ['2024-02-29', 'date', 'Feb 29, 2024'],
    [new Date(2024, 1, 29), 'date', 'Feb 29, 2024'],
    [new Date(2024, 1, 29).getTime(), 'date', 'Feb 29, 2024'],
    ['soon', 'date', 'soon'],
    [true, 'date', 'true'],
    [{ a: 1 }, 'text', '{"a":1}'],
    [Symbol.for('x'), 'text', 'Symbol(x)'],
    [['a', 'b'], 'text', 'a,b'],
  ] as const)('%o as %s reads %j', (value, type, text) => {
    expect(cellText(value, type, messages)).toBe(text)
  })

  test('follows the locale', () => {
    expect(cellText(1234.5, 'number', { ...messages, locale: 'de' })).toBe('1.234,5')
  })
})

describe('the text of an editor', () => {
  test.each([
    [null, 'number', ''],
    [3.5, 'number', '3.5'],
    [false, 'boolean', 'false'],
    [new Date(2024, 1, 29, 23), 'date', '2024-02-29'],
    ['never', 'date', ''],
    ['Ada', 'text', 'Ada'],
  ] as const)('%j as %s begins as %j', (value, type, text) => {
    expect(editText(value, type)).toBe(text)
  })
})

describe('the value of an edit', () => {
  const value = (text: string, type: Parameters<typeof parseEdit>[1], before: unknown = null) =>
    parseEdit(text, type, before)

  test('is text, a number, a boolean or nothing', () => {
    expect(value('', 'text')).toEqual({ valid: true, value: '' })
    expect(value(' 1e3 ', 'number')).toEqual({ valid: true, value: 1000 })
    expect(value(' ', 'number')).toEqual({ valid: true, value: null })
    expect(value('true', 'boolean')).toEqual({ valid: true, value: true })
    expect(value('false', 'boolean')).toEqual({ valid: true, value: false })
    expect(value('', 'date')).toEqual({ valid: true, value: null })
  })

  test('is refused when it is no number or no day', () => {
    expect(value('twelve', 'number')).toEqual({ valid: false, problem: 'invalidNumber' })
    expect(value('Infinity', 'number')).toEqual({ valid: false, problem: 'invalidNumber' })
    expect(value('tomorrow', 'date')).toEqual({ valid: false, problem: 'invalidDate' })
    expect(value('2024-13-01', 'date')).toEqual({ valid: false, problem: 'invalidDate' })
  })

  test('is a date as it was kept before, at the same time of day', () => {
    expect(value('2024-03-01', 'date')).toEqual({ valid: true, value: '2024-03-01' })
    expect(value('2024-03-01', 'date', '2020-01-01')).toEqual({ valid: true, value: '2024-03-01' })
    expect(value('2024-03-01', 'date', new Date(2020, 0, 1, 10))).toEqual({
      valid: true,
      value: new Date(2024, 2, 1, 10),
    })
    expect(value('2024-03-01', 'date', 'soon')).toEqual({ valid: true, value: '2024-03-01' })
  })
  test('is a date as the column keeps them, where there was none before', () => {
    const sample = new Date(2020, 0, 1, 10)
    expect(parseEdit('2024-03-01', 'date', null, sample)).toEqual({
      valid: true,
      value: new Date(2024, 2, 1),
    })
    expect(parseEdit('', 'date', null, sample)).toEqual({ valid: true, value: null })
  })
})
