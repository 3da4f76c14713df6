import { anything, assert, property } from 'fast-check'
import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import { errorOf } from '../../test/error-of.ts'
import { textOf, valueOf } from './value-text.ts'

const copy = (value: unknown): unknown => valueOf(textOf('acme', 'key', value))

function textOrRefusal(value: unknown): { text: string; refusal: string } {
  try {
    return { text: textOf('acme', 'key', value), refusal: '' }
  } catch (error) {
    return { text: '', refusal: (error as Error).message }
  }
}

class Own {
  readonly member = 1
}
class OwnMap extends Map {}
class OwnError extends Error {}

describe('the text of a value', () => {
  const cyclic: Record<string, unknown> = { list: [1] }
  cyclic['self'] = cyclic
  const shared = new Uint8Array([1, 2, 3, 4]).buffer
  const named = new Error('named')
  named.name = 'AbortError'

  test.each<[string, unknown]>([
    ['null', null],
    ['undefined', undefined],
    ['undefined in an object', { a: undefined }],
    ['a hole', [1, , 2]], // oxlint-disable-line no-sparse-arrays
    ['NaN', Number.NaN],
    ['infinities', [Infinity, -Infinity]],
    ['minus nothing', -0],
    ['a bigint', 2n ** 70n],
    ['a date', new Date(7)],
    ['an invalid date', new Date(Number.NaN)],
    ['an expression', /a\/[/"<]/giu],
    ['a map', new Map<unknown, unknown>([[{ a: 1 }, new Map([[1n, 'b']])]])],
    ['a set', new Set([1, '1', [1]])],
    ['bytes', new Uint8Array([0, 255])],
    ['bytes as numbers', new Float64Array([Number.NaN, -0, 1.5])],
    ['big bytes', new BigInt64Array([-1n])],
    ['a buffer', shared],
    ['views of one buffer', [new Uint8Array(shared, 1, 2), new DataView(shared)]],
    ['a boxed number', Object(5)],
    ['an error', new TypeError('wrong', { cause: new RangeError('deep') })],
    ['no prototype', Object.assign(Object.create(null) as object, { a: 1 })],
    ['a lone half of a pair', ['\ud800', '\udc00x', '😀', '\\ud800']],
    ['a key like a member of all objects', { constructor: 1, toString: 2, hasOwnProperty: 3 }],
    ['a cycle', cyclic],
    ['an object of another realm', runInNewContext('({ list: [1, new Map([[1, 2]])] })')],
  ])('is read as an equal value: %s', (_, value) => {
    expect(copy(value)).toEqual(structuredClone(value))
  })

  test('keeps what is the same the same, cycles included', () => {
    const one = { a: 1 }
    const [first, second] = copy([one, one]) as [unknown, unknown]
    expect(first).toBe(second)
    const back = copy(cyclic) as { self: unknown }
    expect(back.self).toBe(back)
    expect(Object.is(copy(-0), -0)).toBe(true)
  })

  test('of an error has its class, name, stack and cause', () => {
    const error = copy(new TypeError('wrong', { cause: 'why' })) as Error
    expect(error).toBeInstanceOf(TypeError)
    expect([error.message, error.cause, error.name]).toEqual(['wrong', 'why', 'TypeError'])
    expect(error.stack).toContain('value-text.test')
    expect(copy(named)).toMatchObject({ name: 'AbortError', message: 'named' })
    expect('cause' in (copy(new Error('none')) as Error)).toBe(false)
  })

  const ownCause = new Error('own')
  ownCause.cause = ownCause
  const withMember = Object.assign(new Error('more'), { code: 7 })
  const withName = Object.assign([1, 2], { extra: true })
  let deep: unknown = 1
  for (let level = 0; level < 50_000; level += 1) deep = [deep]

  test.each<[string, unknown, string]>([
    ['a function', { run: () => {} }, 'key.run is a function'],
    ['a symbol', [Symbol('s')], 'key[0] is a symbol'],
    ['an own class', { 'a b': new Own() }, 'key["a b"] is an instance of Own'],
    ['an own kind of map', [new OwnMap()], 'key[0] is an instance of OwnMap'],
    ['an own kind of error', new OwnError('x'), 'key is an instance of OwnError'],
    ['an error with members', withMember, 'key is an instance of Error'],
    ['an error that is its own cause', ownCause, "key is what can't be serialised"],
    ['a list with members', { withName }, "key.withName is an array with members that can't be kept"],
    ['a key that is a symbol', { [Symbol('s')]: 1 }, "key is an object with members that can't be kept"],
    [
      'a key __proto__',
      JSON.parse('{"a":{"__proto__":1}}'),
      "key.a is an object with members that can't be kept",
    ],
    ['a promise', [Promise.resolve()], 'key[0] is an instance of Promise'],
    ['a weak map', new Map([['weak', new WeakMap()]]), 'key.get("weak") is an instance of WeakMap'],
    ['an address', new URL('https://a.b'), 'key is an instance of URL'],
    ['a blob', new Set([new Blob([])]), 'key is an instance of Blob'],
    ['a buffer of Node', Buffer.from('a'), 'key is an instance of Buffer'],
    ['what claims to be another', { [Symbol.toStringTag]: 'Map' }, 'key is an object with members'],
    ['a getter that throws', { get a(): never { throw new Error('no') } }, 'serialised: no'], // prettier-ignore
    ['what is too deep', deep, "key is what can't be serialised: Maximum call stack"],
  ])('refuses %s, and says where it is', async (_, value, text) => {
    const error = await errorOf(() => textOf('acme', 'key', value))
    expect(error).toMatchObject({ code: 'GK_STORAGE_VALUE_INVALID', pluginId: 'acme' })
    expect(error.message).toContain(text)
    expect(error.cause).toBeInstanceOf(Error)
  })

  test('of anything is read as a structured clone of it, or refused', () => {
    const values = anything({
      maxKeys: 3,
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSet: true,
      withSparseArray: true,
      withTypedArray: true,
      withUnicodeString: true,
    })
    assert(
      property(values, (value) => {
        const { text, refusal } = textOrRefusal(value)
        expect(refusal).toMatch(/^$|members that can't be kept/)
        expect(text).not.toMatch(/\p{Surrogate}/u)
        expect(text === '' ? value : valueOf(text)).toEqual(structuredClone(value))
      }),
    )
  })
})
