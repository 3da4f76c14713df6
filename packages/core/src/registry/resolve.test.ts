import { array, assert, integer, property, record, shuffledSubarray } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { semverRanges } from './semver-ranges.ts'
import { resolve, type Manifest, type Resolution } from './resolve.ts'

function manifest(id: string, rest: Partial<Manifest> = {}): Manifest {
  return {
    id,
    version: '1.0.0',
    priority: 0,
    dependencies: {},
    optionalDependencies: {},
    incompatibleWith: [],
    ...rest,
  }
}
const needs = (id: string, ...ids: string[]): Manifest =>
  manifest(id, { dependencies: Object.fromEntries(ids.map((each) => [each, '*'])) })
const messages = (resolution: Resolution): readonly string[] =>
  resolution.kind === 'problems' ? resolution.problems.map(({ message }) => message) : []
const orderOf = (resolution: Resolution): readonly string[] =>
  resolution.kind === 'plan' ? resolution.order : []

describe('resolve', () => {
  test('orders dependencies first', () => {
    const plan = resolve([needs('a', 'b'), needs('b', 'c'), manifest('c')], [], '1.0.0', semverRanges)
    expect(orderOf(plan)).toEqual(['c', 'b', 'a'])
  })

  test('orders by priority where nothing else decides, then as listed', () => {
    const set = [manifest('a'), manifest('b', { priority: 5 }), manifest('c', { priority: 9 }), manifest('d')]
    expect(orderOf(resolve(set, [], '1.0.0', semverRanges))).toEqual(['c', 'b', 'a', 'd'])
  })

  test('orders the dependencies of one plugin by priority', () => {
    const set = [needs('a', 'low', 'high'), manifest('low'), manifest('high', { priority: 1 })]
    expect(orderOf(resolve(set, [], '1.0.0', semverRanges))).toEqual(['high', 'low', 'a'])
  })

  test.each([
    ['^1.2.0', '1.9.9', true],
    ['^1.2.0', '2.0.0', false],
    ['~1.2.0', '1.3.0', false],
    ['>=1.0.0 <3', '2.5.0', true],
    ['*', '0.0.1', true],
    ['>=1.0.0', '2.0.0-beta.1', false],
    ['>=2.0.0-beta.1', '2.0.0-beta.2', true],
  ])('%s is met by %s: %s', (range, version, met) => {
    const set = [manifest('a', { dependencies: { b: range } }), manifest('b', { version })]
    expect(resolve(set, [], '1.0.0', semverRanges).kind).toBe(met ? 'plan' : 'problems')
  })

  test('says what is missing', () => {
    const set = [manifest('X', { dependencies: { Y: '>=2.0.0' } })]
    expect(messages(resolve(set, [], '1.0.0', semverRanges))).toEqual([
      "missing dependency: plugin 'X' requires 'Y' version '>=2.0.0'",
    ])
  })

  test('takes installed plugins for dependencies, and orders only the new ones', () => {
    const set = [manifest('X', { dependencies: { Y: '>=2.0.0' } })]
    expect(orderOf(resolve(set, [manifest('Y', { version: '2.1.0' })], '1.0.0', semverRanges))).toEqual(['X'])
  })

  test('says which version does not fit', () => {
    const set = [
      manifest('X', { dependencies: { Y: '>=1.0.0' }, optionalDependencies: { Z: '^3.0.0', none: '*' } }),
      manifest('Y', { version: '0.9.0' }),
      manifest('Z'),
    ]
    expect(messages(resolve(set, [], '1.0.0', semverRanges))).toEqual([
      "version mismatch: plugin 'X' requires 'Y' >=1.0.0, found 0.9.0",
      "version mismatch: plugin 'X' requires 'Z' ^3.0.0, found 1.0.0",
    ])
  })

  test('says which framework version is wanted', () => {
    const set = [manifest('X', { coreVersion: '>=2.0.0' }), manifest('Y', { coreVersion: '^1.0.0' })]
    expect(messages(resolve(set, [], '1.5.0', semverRanges))).toEqual([
      'framework version mismatch: plugin requires >=2.0.0, found 1.5.0',
    ])
  })

  test('a prerelease of the framework counts as that version', () => {
    expect(resolve([manifest('X', { coreVersion: '>=1.0.0' })], [], '2.0.0-rc.1', semverRanges).kind).toBe(
      'plan',
    )
  })

  test('finds conflicts, whoever declares them, once each', () => {
    const a = manifest('a', { incompatibleWith: ['b'] })
    const expected = ["incompatible plugins: 'a' can't run with 'b'"]
    expect(messages(resolve([a, manifest('b')], [], '1.0.0', semverRanges))).toEqual(expected)
    expect(messages(resolve([manifest('b'), a], [], '1.0.0', semverRanges))).toEqual(expected)
    expect(messages(resolve([a], [manifest('b')], '1.0.0', semverRanges))).toEqual(expected)
    expect(messages(resolve([manifest('b')], [a], '1.0.0', semverRanges))).toEqual(expected)
  })

  test('is not in conflict with itself', () => {
    expect(resolve([manifest('a', { incompatibleWith: ['a'] })], [], '1.0.0', semverRanges).kind).toBe('plan')
  })

  test('finds a cycle, with its path', () => {
    const set = [needs('start', 'A'), needs('A', 'B'), needs('B', 'C'), needs('C', 'A')]
    expect(messages(resolve(set, [], '1.0.0', semverRanges))).toEqual([
      'circular dependency detected: A -> B -> C -> A',
    ])
    expect(messages(resolve([needs('A', 'A')], [], '1.0.0', semverRanges))).toEqual([
      'circular dependency detected: A -> A',
    ])
  })

  test('puts optional dependencies first, but where that would close a cycle', () => {
    const optional = (id: string, ...ids: string[]): Manifest =>
      manifest(id, { optionalDependencies: Object.fromEntries(ids.map((each) => [each, '*'])) })
    expect(
      orderOf(resolve([optional('a', 'b', 'absent'), manifest('b')], [], '1.0.0', semverRanges)),
    ).toEqual(['b', 'a'])
    expect(orderOf(resolve([optional('a', 'b'), needs('b', 'a')], [], '1.0.0', semverRanges))).toEqual([
      'a',
      'b',
    ])
    expect(resolve([optional('a', 'b'), optional('b', 'a')], [], '1.0.0', semverRanges).kind).toBe('plan')
    // The same plugin is reached by two ways.
    const diamond = [optional('a', 'd'), needs('d', 'b', 'c'), needs('b', 'c'), manifest('c')]
    expect(orderOf(resolve(diamond, [], '1.0.0', semverRanges))).toEqual(['c', 'b', 'd', 'a'])
  })

  test('lists everything at once', () => {
    const set = [
      manifest('a', { coreVersion: '^9', dependencies: { none: '*' }, incompatibleWith: ['b'] }),
      needs('b', 'c'),
      needs('c', 'b'),
      manifest('c', { dependencies: { b: '*' } }),
    ]
    const all = messages(resolve(set, [], '1.0.0', semverRanges))
    expect(all).toHaveLength(5)
    expect(all[0]).toBe("plugin 'c' is listed twice")
    expect(all.at(-1)).toBe('circular dependency detected: b -> c -> b')
  })

  test('orders any graph without a cycle, and finds a cycle exactly where there is one', () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f']
    const node = record({
      required: shuffledSubarray(ids, { maxLength: 2 }),
      optional: shuffledSubarray(ids, { maxLength: 2 }),
      priority: integer({ min: 0, max: 2 }),
    })
    assert(
      property(array(node, { minLength: ids.length, maxLength: ids.length }), (nodes) => {
        const set = nodes.map(({ required, optional, priority }, index) =>
          manifest(ids[index] ?? '', {
            priority,
            dependencies: Object.fromEntries(required.map((id) => [id, '*'])),
            optionalDependencies: Object.fromEntries(optional.map((id) => [id, '*'])),
          }),
        )
        const resolution = resolve(set, [], '1.0.0', semverRanges)
        expect(resolution.kind).toBe(hasCycle(set) ? 'problems' : 'plan')
        const order = orderOf(resolution)
        const planned = resolution.kind === 'plan' ? set : []
        for (const { id, dependencies } of planned) {
          for (const dependency of Object.keys(dependencies))
            expect(order.indexOf(dependency)).toBeLessThan(order.indexOf(id))
        }
        expect(order.toSorted()).toEqual(planned.map(({ id }) => id))
      }),
      { numRuns: 500 },
    )
  })
})

/** Takes away what needs nothing that is left, until nothing is or nothing can be. */
function hasCycle(set: readonly Manifest[]): boolean {
  let left = set
  for (;;) {
    const ids = new Set(left.map(({ id }) => id))
    const next = left.filter(({ dependencies }) => Object.keys(dependencies).some((id) => ids.has(id)))
    if (next.length === left.length) return left.length > 0
    left = next
  }
}
