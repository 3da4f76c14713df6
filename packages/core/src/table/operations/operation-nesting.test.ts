import { expect, test } from 'vitest'
import { GridKitError } from '../../errors/gridkit-error.ts'
import { OperationNesting } from './operation-nesting.ts'

test('a chain of operations ends at a hundred', () => {
  const nesting = new OperationNesting()
  let made = 0
  const make = (): unknown => {
    const nested = nesting.enter('row:update')
    if (nested instanceof GridKitError) return nested.code
    made += 1
    return nesting.within(nested, make)
  }
  expect([make(), made, nesting.current]).toEqual(['GK_OPERATION_CYCLE', 101, undefined])
  made = 0
  expect([make(), made]).toEqual(['GK_OPERATION_CYCLE', 101])
})

test('so does one that fans out, long before it gets that deep everywhere', () => {
  const nesting = new OperationNesting()
  let made = 0
  const make = (): void => {
    const nested = nesting.enter('row:update')
    if (nested instanceof GridKitError) return
    made += 1
    nesting.within(nested, () => [make(), make()])
  }
  make()
  expect(made).toBeGreaterThan(101)
  expect(made).toBeLessThan(2 ** 12)
})

test('what throws leaves nothing behind', () => {
  const nesting = new OperationNesting()
  const nested = nesting.enter('row:update')
  if (nested instanceof GridKitError) throw nested
  const fail = (): never => {
    throw new Error('no')
  }
  expect(() => nesting.within(nested, fail)).toThrow('no')
  expect(nesting.current).toBeUndefined()
})
