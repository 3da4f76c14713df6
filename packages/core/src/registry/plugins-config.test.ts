import { array, assert, constantFrom, json, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { GridKitError } from '../errors/gridkit-error.ts'
import { jsonErrorOffset } from './json-error-offset.ts'
import { parsePluginsConfig } from './plugins-config.ts'

function refusal(input: unknown): GridKitError {
  try {
    parsePluginsConfig(input)
  } catch (error) {
    return error as GridKitError
  }
  throw new Error('nothing was thrown')
}

describe('parsePluginsConfig', () => {
  const entries = [
    { id: '@acme/outliers', version: '^1.2.0', config: { sigma: 2 }, enabled: false },
    { source: 'https://acme.com/theme.js' },
    { id: 'theme', source: 'https://acme.com/other.js' },
  ]
  const parsed = [
    {
      source: '@acme/outliers',
      id: '@acme/outliers',
      version: '^1.2.0',
      config: { sigma: 2 },
      enabled: false,
    },
    { source: 'https://acme.com/theme.js', enabled: true },
    { source: 'https://acme.com/other.js', id: 'theme', enabled: true },
  ]

  test.each<[string, unknown]>([
    ['a list', entries],
    ['a list in an object', { version: 1, plugins: entries }],
    ['the text of a list', JSON.stringify(entries)],
    ['the text of an object', JSON.stringify({ version: 1, plugins: entries }, null, 2)],
    ['an object that names its schema', { $schema: 'https://acme.com/x.json', version: 1, plugins: entries }],
  ])('takes %s', (_, input) => {
    expect(parsePluginsConfig(input)).toEqual(parsed)
  })

  test('takes any configuration, null and false included', () => {
    const [entry] = parsePluginsConfig([{ id: 'a', config: null }])
    expect(entry).toEqual({ source: 'a', id: 'a', config: null, enabled: true })
    expect(parsePluginsConfig([{ id: 'a', config: false }])[0]?.config).toBe(false)
    expect('config' in (parsePluginsConfig([{ id: 'a' }])[0] ?? {})).toBe(false)
  })

  test.each<[string, unknown, string, string]>([
    ['a number', 7, '', 'an array, or { "version": 1, "plugins": […] }'],
    ['null', null, '', 'an array'],
    ['an object without plugins', { version: 1 }, 'plugins', 'an array'],
    ['an object without a version', { plugins: [] }, 'version', '1'],
    ['a later version', { version: 2, plugins: [] }, 'version', '1'],
    ['a misspelt field of the object', { version: 1, plugins: [], plugin: [] }, 'plugin', "'plugins'"],
    ['an entry that is a text', ['acme'], '[0]', '{ "id": … }'],
    ['an entry without a name', [{ config: {} }], '[0]', 'id'],
    ['an empty name', [{ id: '' }], '[0].id', 'a text'],
    ['a name that is no text', [{ id: 'a' }, { source: 7 }], '[1].source', 'a text'],
    ['a misspelt field', [{ id: 'a', verison: '1.0.0' }], '[0].verison', "'version'"],
    ['a field like no other', [{ id: 'a', zzzzzzzzzz: 1 }], '[0].zzzzzzzzzz', 'id, source, version'],
    ['a version that is none', [{ id: 'a', version: 'newest' }], '[0].version', 'semver'],
    ['a version that is no text', [{ id: 'a', version: 1 }], '[0].version', 'semver'],
    ['a switch that is a text', [{ id: 'a', enabled: 'yes' }], '[0].enabled', 'true or false'],
    ['the same plugin twice', [{ id: 'a' }, { id: 'b' }, { id: 'a' }], '[2]', '[0]'],
    ['the same source twice', [{ source: 'a' }, { id: 'b', source: 'a' }], '[1]', '[0]'],
  ])('refuses %s', (_, input, path, remedy) => {
    const error = refusal(input)
    expect(error.code).toBe('GK_INVALID_PLUGINS_CONFIG')
    expect(error.hint.split('\n')).toHaveLength(1)
    expect(error.hint).toContain(path === '' ? 'plugins: ' : `${path}: `)
    expect(error.hint).toContain(remedy)
  })

  test('names where in an object an entry is', () => {
    expect(refusal({ version: 1, plugins: [{}] }).hint).toMatch(/^plugins\[0\]: /)
  })

  test('lists everything at once', () => {
    const { hint, message } = refusal({
      version: 9,
      plugins: [{ idd: 1 }, 'x', { id: 'a', enabled: 0 }],
      z: 1,
    })
    expect(hint.split('\n').map((line) => line.split(':')[0])).toEqual([
      'z',
      'version',
      'plugins[0].idd',
      'plugins[0]',
      'plugins[1]',
      'plugins[2].enabled',
    ])
    expect(message.split('; ')).toHaveLength(6)
  })

  test.each([
    ['', 'line 1, column 1'],
    ['[', 'line 1, column 2'],
    ['[\n  { "id": "a", }\n]', 'line 2, column 16'],
    ['[{"id": \'a\'}]', 'line 1, column 9'],
    ['[] []', 'line 1, column 4'],
  ])('says where the text %s is not JSON', (text, place) => {
    const error = refusal(text)
    expect(error.code).toBe('GK_INVALID_PLUGINS_CONFIG')
    expect(error.message).toContain(place)
  })

  test('a name such as __proto__ is only a name', () => {
    expect(refusal('[{ "id": "a", "__proto__": {} }]').hint).toContain('__proto__')
    expect(refusal('[{ "id": "a", "constructor": {} }]').hint).toContain('constructor')
  })
})

describe('jsonErrorOffset', () => {
  test('finds an error exactly where JSON.parse does not read the text', () => {
    const pieces = constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      '-',
      '.5',
      'e3',
      'true',
      'nul',
      ' ',
      '\\',
      '"',
      '\n',
      '\t',
      '\u0001',
    )
    assert(
      property(array(pieces, { maxLength: 8 }), (parts) => {
        const text = parts.join('')
        expect([text, jsonErrorOffset(text) === undefined]).toEqual([text, reads(text)])
      }),
      { numRuns: 2_000 },
    )
    assert(property(json(), (text) => jsonErrorOffset(text) === undefined))
    assert(property(string(), (text) => (jsonErrorOffset(text) === undefined) === reads(text)))
  })

  test('finds the first thing that is wrong', () => {
    expect(jsonErrorOffset('{"a": tru}')).toBe(6)
    expect(jsonErrorOffset('{"a" 1}')).toBe(5)
    expect(jsonErrorOffset('{a: 1}')).toBe(1)
    expect(jsonErrorOffset('[1, 2')).toBe(5)
    expect(jsonErrorOffset('["\n"]')).toBe(1)
  })
})

function reads(text: string): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}
