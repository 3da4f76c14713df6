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
    peers: {},
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

  test('a plugin of high priority goes before those of lower priority, but not its dependencies with it', () => {
    const high = manifest('high', { priority: 9, dependencies: { low: '*' } })
    const set = [manifest('low'), manifest('middle', { priority: 5 }), high]
    expect(orderOf(resolve(set, [], '1.0.0', semverRanges))).toEqual(['middle', 'low', 'high'])
  })

  test('what has become free is measured against all that was free before', () => {
    const freed = manifest('freed', { priority: 5, dependencies: { first: '*' } })
    const set = [manifest('last', { priority: 1 }), manifest('first', { priority: 9 }), freed]
    expect(orderOf(resolve(set, [], '1.0.0', semverRanges))).toEqual(['first', 'freed', 'last'])
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
    const mutual = manifest('b', { incompatibleWith: ['a', 'a'] })
    expect(messages(resolve([a, mutual], [], '1.0.0', semverRanges))).toEqual(expected)
    expect(messages(resolve([a], [mutual], '1.0.0', semverRanges))).toEqual(expected)
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

  test('finds every cycle that shares no dependency with another, once each', () => {
    const apart = [needs('A', 'B'), needs('B', 'A'), needs('C', 'D'), needs('D', 'C')]
    expect(messages(resolve(apart, [], '1.0.0', semverRanges))).toEqual([
      'circular dependency detected: A -> B -> A',
      'circular dependency detected: C -> D -> C',
    ])
    const eight = [needs('A', 'B', 'C'), needs('B', 'A'), needs('C', 'A'), needs('D', 'A')]
    expect(messages(resolve(eight, [], '1.0.0', semverRanges))).toEqual([
      'circular dependency detected: A -> B -> A',
      'circular dependency detected: A -> C -> A',
    ])
  })

  test('a peer must be there and fit, in any order', () => {
    const beside = manifest('X', { peers: { Y: '>=2.0.0' } })
    expect(messages(resolve([beside], [], '1.0.0', semverRanges))).toEqual([
      "missing peer: plugin 'X' requires 'Y' version '>=2.0.0'",
    ])
    expect(messages(resolve([beside, manifest('Y')], [], '1.0.0', semverRanges))).toEqual([
      "version mismatch: plugin 'X' requires 'Y' >=2.0.0, found 1.0.0",
    ])
    const y = manifest('Y', { version: '2.0.0', peers: { X: '*' } })
    expect(orderOf(resolve([beside, y], [], '1.0.0', semverRanges))).toEqual(['X', 'Y'])
    expect(orderOf(resolve([beside], [y], '1.0.0', semverRanges))).toEqual(['X'])
  })

  test('what comes must fit what is installed, too', () => {
    const installed = manifest('A', {
      dependencies: { gone: '*' },
      optionalDependencies: { B: '^1.0.0', absent: '*' },
      peers: { C: '^1.0.0' },
    })
    const set = [manifest('B', { version: '2.0.0' }), manifest('C', { version: '3.0.0' })]
    expect(messages(resolve(set, [installed], '1.0.0', semverRanges))).toEqual([
      "version mismatch: plugin 'A' requires 'B' ^1.0.0, found 2.0.0",
      "version mismatch: plugin 'A' requires 'C' ^1.0.0, found 3.0.0",
    ])
    // What was let in, or has been lost since, is no matter of those that come now.
    expect(resolve([manifest('D')], [installed, ...set], '1.0.0', semverRanges).kind).toBe('plan')
  })

  test('takes long chains and wide sets in a moment', () => {
    const chain = Array.from({ length: 5000 }, (_, index) => needs(`${index}`, `${index + 1}`))
    const deep = resolve([...chain, manifest('5000')], [], '1.0.0', semverRanges)
    expect(orderOf(deep)).toEqual(Array.from({ length: 5001 }, (_, index) => `${5000 - index}`))
    const ring = resolve([...chain, needs('5000', '0')], [], '1.0.0', semverRanges)
    expect(messages(ring)).toHaveLength(1)
    const soft = chain
      .slice(0, 1000)
      .map(({ id, dependencies }) => manifest(id, { optionalDependencies: dependencies }))
    const softRing = [...soft, manifest('1000', { optionalDependencies: { 0: '*' } })]
    expect(orderOf(resolve(softRing, [], '1.0.0', semverRanges))).toHaveLength(1001)
    const wide = Array.from({ length: 2000 }, (_, index) =>
      manifest(`${index}`, {
        priority: index,
        dependencies: { root: '*' },
        optionalDependencies: { last: '*' },
      }),
    )
    const set = [...wide, manifest('root'), manifest('last')]
    expect(orderOf(resolve(set, [], '1.0.0', semverRanges)).slice(0, 3)).toEqual(['root', 'last', '1999'])
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
    const either = [optional('a', 'b'), optional('b', 'a')]
    expect(orderOf(resolve(either, [], '1.0.0', semverRanges))).toEqual(['a', 'b'])
    const preferred = [optional('a', 'b'), { ...optional('b', 'a'), priority: 1 }]
    expect(orderOf(resolve(preferred, [], '1.0.0', semverRanges))).toEqual(['b', 'a'])
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
})
