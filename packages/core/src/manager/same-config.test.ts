import { describe, expect, test } from 'vitest'
import { sameConfig } from './same-config.ts'

interface Circle {
  name: string
  self?: Circle
}

function circle(name: string): Circle {
  const made: Circle = { name }
  made.self = made
  return made
}

describe('sameConfig', () => {
  test.each([
    [1, 1, true],
    [Number.NaN, Number.NaN, true],
    [{ a: [1, { b: 2 }] }, { a: [1, { b: 2 }] }, true],
    [{ a: () => 1 }, { a: () => 2 }, true],
    [new Date(5), new Date(5), true],
    [new Date(5), new Date(6), false],
    [{ a: 1 }, { a: 1, b: undefined }, false],
    [{ a: undefined }, { b: undefined }, false],
    [[1], { 0: 1 }, false],
    [new Map(), new Map(), false],
    [null, {}, false],
  ])('%j and %j: %j', (a, b, same) => {
    expect(sameConfig(a, b)).toBe(same)
  })

  test('comes to an end where a configuration contains itself', () => {
    expect(sameConfig(circle('a'), circle('a'))).toBe(true)
    expect(sameConfig(circle('a'), circle('b'))).toBe(false)
  })
})
