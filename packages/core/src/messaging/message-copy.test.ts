import { anything, assert, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { copyOf } from './message-copy.ts'

/** What comes of copying, errors included. */
function outcome(copy: () => unknown): unknown {
  try {
    return { copy: copy() }
  } catch {
    return 'refused'
  }
}

describe('a copy of a message', () => {
  test('is what a structured clone is', () => {
    const values = anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withSparseArray: true,
      withUnboxedInstances: true,
      withNullPrototype: true,
    } as Parameters<typeof anything>[0])
    assert(
      property(values, (value) => {
        expect(outcome(() => copyOf(value, 'a', 'message'))).toStrictEqual(
          outcome(() => structuredClone(value)),
        )
      }),
      { numRuns: 2000 },
    )
  })

  test('shares nothing, and keeps what is there twice, holes, and what comes round', () => {
    const shared = { size: 1 }
    const round: Record<string, unknown> = {
      shared,
      again: shared,
      holes: Object.assign(Array.from({ length: 0 }), { 0: 1, 2: 3 }),
    }
    round['self'] = round
    const copy = copyOf(round, 'a', 'message') as typeof round
    expect(copy).toStrictEqual(structuredClone(round))
    expect(copy['self']).toBe(copy)
    expect(copy['shared']).toBe(copy['again'])
    expect(copy['shared']).not.toBe(shared)
    expect(1 in (copy['holes'] as unknown[])).toBe(false)
  })

  test('of what looks plain without being so is plain', () => {
    const copy = copyOf(new Proxy({ size: 1 }, {}), 'a', 'message')
    expect(structuredClone(copy)).toEqual({ size: 1 })
  })

  test('has an end', () => {
    const endless = (): object => ({
      get next() {
        return endless()
      },
    })
    expect(outcome(() => copyOf(endless(), 'a', 'message'))).toBe('refused')
  })

  test('of a key called __proto__ is one with such a key', () => {
    const value: unknown = JSON.parse('{ "__proto__": { "evil": true } }')
    const copy = copyOf(value, 'a', 'message') as object
    expect(Object.getPrototypeOf(copy)).toBe(Object.prototype)
    expect(Object.keys(copy)).toEqual(['__proto__'])
  })
})
