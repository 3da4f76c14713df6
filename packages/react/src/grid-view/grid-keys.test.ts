import { describe, expect, test } from 'vitest'
import { clampTo, destinationOf, isPrintable, type KeyPress } from './grid-keys.ts'

const bounds = { rows: 100, columns: 5, page: 10, rightToLeft: false }
const press = (key: string, modifiers: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  altKey: false,
  ...modifiers,
})
const from = { row: 50, column: 2 }
const ctrl = { ctrlKey: true }

describe('the keys of the grid', () => {
  test.each([
    ['ArrowUp', {}, { row: 49, column: 2 }],
    ['ArrowDown', {}, { row: 51, column: 2 }],
    ['ArrowLeft', {}, { row: 50, column: 1 }],
    ['ArrowRight', {}, { row: 50, column: 3 }],
    ['Home', {}, { row: 50, column: 0 }],
    ['End', {}, { row: 50, column: 4 }],
    ['PageUp', {}, { row: 40, column: 2 }],
    ['PageDown', {}, { row: 60, column: 2 }],
    ['Home', ctrl, { row: 0, column: 0 }],
    ['End', { metaKey: true }, { row: 99, column: 4 }],
    ['ArrowDown', ctrl, undefined],
    ['ArrowDown', { altKey: true }, undefined],
    ['a', {}, undefined],
  ])('%s %o goes to %o', (key, modifiers, to) => {
    expect(destinationOf(press(key, modifiers), from, bounds)).toEqual(to)
  })

  test('go left and right as the eye does where text runs from the right', () => {
    const rightToLeft = { ...bounds, rightToLeft: true }
    expect(destinationOf(press('ArrowLeft'), from, rightToLeft)).toEqual({ row: 50, column: 3 })
    expect(destinationOf(press('ArrowRight'), from, rightToLeft)).toEqual({ row: 50, column: 1 })
  })

  test('stop at the edges, which are the header rows above', () => {
    expect(destinationOf(press('ArrowUp'), { row: -2, column: 0 }, bounds)).toEqual({ row: -2, column: 0 })
    expect(destinationOf(press('PageUp'), { row: 3, column: 0 }, bounds)).toEqual({ row: 0, column: 0 })
    expect(destinationOf(press('PageUp'), { row: -1, column: 0 }, bounds)).toEqual({ row: -1, column: 0 })
    expect(destinationOf(press('ArrowDown'), { row: 99, column: 0 }, bounds)).toEqual({ row: 99, column: 0 })
    expect(clampTo({ row: 3, column: 9 }, { rows: 0, columns: 2 })).toEqual({ row: -1, column: 1 })
  })

  test('type when they are characters without a modifier', () => {
    expect(isPrintable(press('a'))).toBe(true)
    expect(isPrintable(press(' '))).toBe(false)
    expect(isPrintable(press('a', ctrl))).toBe(false)
    expect(isPrintable(press('F2'))).toBe(false)
  })
})
