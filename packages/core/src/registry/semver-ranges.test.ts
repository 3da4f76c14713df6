import { array, assert, boolean, constantFrom, integer, oneof, option, property, tuple } from 'fast-check'
import { minVersion, satisfies, subset, validRange } from 'semver'
import { describe, expect, test } from 'vitest'
import { semverRanges } from './semver-ranges.ts'

const { includes, isRange } = semverRanges

/** Range, version and, where it matters, whether prereleases count: as the fixtures of the semver package are written. */
type Fixture = readonly [range: string, version: string, prereleases?: boolean]

const named = ([range, version, prereleases = false]: Fixture) => ({ range, version, prereleases })

const included: readonly Fixture[] = [
  // Anything.
  ['*', '0.0.0'],
  ['', '1.0.0'],
  ['   ', '1.2.3'],
  ['x', '3.2.1'],
  ['X', '0.0.1'],
  ['||', '1.3.4'],
  // Exact.
  ['1.2.3', '1.2.3'],
  ['=1.2.3', '1.2.3'],
  ['v1.2.3', '1.2.3'],
  ['=v1.2.3', '1.2.3'],
  ['= 1.2.3', '1.2.3'],
  ['1.2.3-beta.2', '1.2.3-beta.2'],
  // Carets: up to the next number that says "breaking".
  ['^1.2.3', '1.2.3'],
  ['^1.2.3', '1.99.0'],
  ['^1.2', '1.2.0'],
  ['^1', '1.0.0'],
  ['^0.2.3', '0.2.9'],
  ['^0.0.3', '0.0.3'],
  ['^0.0', '0.0.9'],
  ['^0.x', '0.9.9'],
  ['^0', '0.1.0'],
  ['^ 1.2.3', '1.3.0'],
  ['^v1.2.3', '1.3.0'],
  ['^1.x', '1.7.7'],
  ['^*', '9.9.9'],
  // Tildes: patches, or minors where no patch is named.
  ['~1.2.3', '1.2.9'],
  ['~1.2', '1.2.0'],
  ['~1', '1.9.9'],
  ['~>3.2.1', '3.2.2'],
  ['~ 1.0', '1.0.2'],
  ['~v0.5.4', '0.5.5'],
  ['~0', '0.7.0'],
  // X-ranges.
  ['1.x', '1.9.9'],
  ['1.X.X', '1.0.1'],
  ['1.2.*', '1.2.3'],
  ['1', '1.2.3'],
  ['2', '2.0.0'],
  ['1.2', '1.2.11'],
  ['2.*.*', '2.1.3'],
  // Comparators, alone and together, with or without blanks.
  ['>=1.0.0', '1.0.0'],
  ['>= 1.0.0', '1.0.1'],
  ['>=   1.0.0', '1.1.0'],
  ['> 1.0.0', '1.0.1'],
  ['>1', '2.0.0'],
  ['>1.2', '1.3.0'],
  ['<=2.0.0', '2.0.0'],
  ['<=  2.0.0', '0.2.9'],
  ['<2.0.0', '1.999.9'],
  ['<    2.0.0', '0.2.9'],
  ['<1', '0.9.9'],
  ['<=1.2', '1.2.9'],
  ['>=1', '1.0.0'],
  ['>=1.0.0 <3', '2.5.0'],
  ['>=1.2.1 1.2.3', '1.2.3'],
  ['>1.0.0 <=1.5.0', '1.5.0'],
  ['\t>=1.0.0\n<2 ', '1.1.0'],
  // Hyphens.
  ['1.0.0 - 2.0.0', '1.2.3'],
  ['1.0.0 - 2.0.0', '2.0.0'],
  ['1.0 - 2', '2.9.9'],
  ['1 - 2.3', '2.3.9'],
  ['1.2.3 - *', '9.9.9'],
  ['v1.0.0 - v2.0.0', '1.9.9'],
  // Either or.
  ['1.2.3 || 2.x', '2.4.0'],
  ['0.1.20 || 1.2.4', '1.2.4'],
  ['>=0.2.3 || <0.0.1', '0.0.0'],
  ['^1.0.0||^3.0.0', '3.1.0'],
  ['^2 || *', '0.0.1'],
  // Prereleases, asked for by a comparator of the same X.Y.Z.
  ['>=2.0.0-beta.1', '2.0.0-beta.2'],
  ['>=2.0.0-beta.1', '2.0.0'],
  ['>=2.0.0-beta.1', '2.1.0'],
  ['^1.2.3-alpha', '1.2.3-pre'],
  ['^1.2.3-alpha', '1.9.0'],
  ['~1.2.1-a', '1.2.1-b'],
  ['^0.0.1-alpha', '0.0.1-beta'],
  ['1.0.0-alpha - 1.0.0', '1.0.0-rc.1'],
  ['>=1.0.0-rc.2', '1.0.0-rc.10'],
  ['>=1.0.0-rc.9', '1.0.0-rc.a'],
  // Prereleases, where they count as any version.
  ['*', '1.0.0-rc.1', true],
  ['^1.0.0', '1.1.0-beta', true],
  ['>=1.0.0', '2.0.0-rc.1', true],
  ['1.x', '1.0.0-rc.1', true],
  ['<2.0.0', '2.0.0-rc.1', true],
  // Build metadata says nothing about order.
  ['1.2.3', '1.2.3+build'],
  ['1.2.3+any', '1.2.3+other'],
  ['^1.2.3+build', '1.3.0'],
  ['>=1.0.0 <2.0.0', '1.5.0+20240101.abc'],
]

const excluded: readonly Fixture[] = [
  ['1.2.3', '1.2.4'],
  ['=1.2.3', '1.2.3-beta'],
  ['^1.2.3', '2.0.0'],
  ['^1.2.3', '1.2.2'],
  ['^1.2.3', '2.0.0-alpha'],
  ['^1.2', '1.1.9'],
  ['^0.2.3', '0.3.0'],
  ['^0.0.3', '0.0.4'],
  ['^0.0', '0.1.0'],
  ['^0', '1.0.0'],
  ['~1.2.3', '1.3.0'],
  ['~1.2.3', '1.2.2'],
  ['~1', '2.0.0'],
  ['~>1', '2.2.3'],
  ['~0.5.4', '0.6.0'],
  ['~v0.5.4', '0.5.3'],
  ['1.x', '2.0.0'],
  ['1.2.*', '1.3.3'],
  ['2', '1.9.9'],
  ['2.*.*', '3.1.3'],
  ['>1', '1.9.9'],
  ['>1.2', '1.2.8'],
  ['<1', '1.0.0'],
  ['<=1.2', '1.3.0'],
  ['>=1.0.0', '0.9.9'],
  ['>1.0.0', '1.0.0'],
  ['<2.0.0', '2.0.0'],
  ['>=1.0.0 <3', '3.0.0'],
  ['>=3 <1', '2.0.0'],
  ['1.0.0 - 2.0.0', '2.0.1'],
  ['1.0 - 2', '3.0.0'],
  ['1 - 2.3', '2.4.0'],
  ['0.1.20 || 1.2.4', '1.2.3'],
  ['>=0.2.3 || <0.0.1', '0.0.3'],
  ['^1.0.0||^3.0.0', '2.0.0'],
  ['>*', '1.0.0'],
  ['<*', '1.0.0'],
  // A prerelease is no version of a range that did not ask for one of the same X.Y.Z.
  ['*', '1.0.0-rc.1'],
  ['', '1.0.0-rc.1'],
  ['1.x', '1.0.0-rc.1'],
  ['>=1.0.0', '2.0.0-beta.1'],
  ['>=2.0.0-beta.1', '2.1.0-beta.1'],
  ['>=2.0.0-beta.2', '2.0.0-beta.1'],
  ['^1.2.3-beta', '1.2.3-alpha'],
  ['^1.0.0-alpha', '1.1.0-alpha'],
  ['<2.0.0', '2.0.0-rc.1'],
  ['1.0.0 - 2.0.0', '1.5.0-pre'],
  // Also where prereleases count, they come before their version.
  ['>=2.0.0', '2.0.0-rc.1', true],
  ['^1.0.0', '1.0.0-rc.1', true],
  ['^1.0.0', '2.0.0-rc.1', true],
  // What is no version is in no range.
  ['*', 'not a version'],
  ['*', '1.2'],
  ['*', ''],
]

const noRange = [
  'latest',
  'one',
  '>=',
  '^',
  '>>1.0.0',
  '^^1.0.0',
  '1.2.3.4',
  '1.2.3 - ',
  '1.2.3 -2.0.0 - 3',
  '^1.2.3 &&^2',
  'blerg',
  '>01.02.03',
  '~1.2.3beta',
  'workspace:*',
  'npm:stats@1',
  'https://example.com/stats.tgz',
  '^1.0.0;',
  '1.2.3 | 2',
  `>=1.0.0 ${'<'.repeat(300)}`,
  '99999999999999999999.0.0',
]

describe('ranges of versions', () => {
  test.each(included.map(named))(
    '$range includes $version (prereleases: $prereleases)',
    ({ range, version, prereleases }) => {
      expect(isRange(range)).toBe(true)
      expect(includes(range, version, prereleases)).toBe(true)
    },
  )

  test.each(excluded.map(named))(
    '$range does not include $version (prereleases: $prereleases)',
    ({ range, version, prereleases }) => {
      expect(isRange(range)).toBe(true)
      expect(includes(range, version, prereleases)).toBe(false)
    },
  )

  test.each(noRange)('%j is no range', (text) => {
    expect(isRange(text)).toBe(false)
    expect(includes(text, '1.0.0', true)).toBe(false)
  })

  test('what is no text is no range', () => {
    for (const value of [undefined, null, 1, {}, []]) expect(isRange(value as never)).toBe(false)
  })
})

const number = integer({ min: 0, max: 3 })
const prerelease = constantFrom('alpha', 'beta.1', 'beta.2', 'rc.1', '0')
const exact = tuple(number, number, number, option(prerelease), option(constantFrom('b1', 'b.2'))).map(
  ([major, minor, patch, pre, build]) =>
    `${major}.${minor}.${patch}${pre === null ? '' : `-${pre}`}${build === null ? '' : `+${build}`}`,
)
const partial = oneof(
  exact,
  tuple(number, number).map(([major, minor]) => `${major}.${minor}`),
  tuple(number, constantFrom('x', 'X', '*')).map(([major, any]) => `${major}.${any}`),
  number.map(String),
  constantFrom('*', 'x', ''),
)
const comparator = tuple(constantFrom('', '', '^', '~', '~>', '>', '>=', '<', '<=', '=', 'v'), partial).map(
  ([operator, version]) => operator + version,
)
const hyphen = tuple(partial, partial).map(([from, to]) => `${from || '0'} - ${to || '*'}`)
const range = array(
  oneof(
    array(comparator, { minLength: 1, maxLength: 3 }).map((each) => each.join(' ')),
    hyphen,
  ),
  {
    minLength: 1,
    maxLength: 3,
  },
).map((alternatives) => alternatives.join(' || '))

describe('ranges of versions, against the semver package', () => {
  test('are read as it reads them', () => {
    assert(
      property(range, exact, boolean(), (range, version, includePrerelease) => {
        expect(isRange(range)).toBe(validRange(range) !== null)
        expect(includes(range, version, includePrerelease)).toBe(
          satisfies(version, range, { includePrerelease }),
        )
      }),
      { numRuns: 2000 },
    )
  })

  test('the lowest version it finds in a range is in it, and what is in a subset is in the whole', () => {
    assert(
      property(range.filter(isRange), range.filter(isRange), exact, (inner, outer, version) => {
        const lowest = minVersion(inner)?.version
        expect(lowest === undefined || includes(inner, lowest, true)).toBe(true)
        const impossible =
          subset(inner, outer) && includes(inner, version, false) && !includes(outer, version, false)
        expect(impossible).toBe(false)
      }),
      { numRuns: 1000 },
    )
  })
})
