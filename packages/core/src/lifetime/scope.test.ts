import { assert, array, boolean, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Scope } from './scope.ts'

describe('Scope', () => {
  test('releases in reverse order, once, and aborts its signal', () => {
    const scope = new Scope()
    const released: string[] = []
    scope.add(() => released.push('first'))
    scope.add(() => released.push('second'))
    expect(scope.size).toBe(2)
    expect(scope.signal.aborted).toBe(false)
    expect(scope.close()).toEqual([])
    expect(scope.close()).toEqual([])
    expect(released).toEqual(['second', 'first'])
    expect(scope.signal.aborted).toBe(true)
    expect(scope.size).toBe(0)
  })

  test('is closed already while it releases', () => {
    const scope = new Scope()
    const seen: boolean[] = []
    scope.add(() => seen.push(scope.closed))
    scope.close()
    expect(seen).toEqual([true])
  })

  test('releases what is added too late at once', () => {
    const scope = new Scope()
    scope.close()
    let released = 0
    const undo = scope.add(() => (released += 1))
    undo()
    expect(released).toBe(1)
    expect(scope.size).toBe(0)
  })

  test('an undo releases early, and only once', () => {
    const scope = new Scope()
    let released = 0
    const undo = scope.add(() => (released += 1))
    undo()
    undo()
    scope.close()
    expect(released).toBe(1)
  })

  test('releases everything whichever releases throw, and returns what they threw', () => {
    assert(
      property(array(boolean()), (failing) => {
        const scope = new Scope()
        const released: number[] = []
        for (const [index, fails] of failing.entries()) {
          scope.add(() => {
            released.push(index)
            if (fails) throw new Error(String(index))
          })
        }
        const failures = scope.close()
        const indexes = [...failing.keys()].reverse()
        expect(released).toEqual(indexes)
        expect(failures.map(String)).toEqual(
          indexes.filter((index) => failing[index]).map((index) => `Error: ${index}`),
        )
      }),
    )
  })
})
