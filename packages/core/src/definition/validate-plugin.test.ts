import { describe, expect, test } from 'vitest'
import { plugin } from '../../test/plugins.ts'
import type { AnyPlugin } from '../index.ts'
import { semverRanges } from '../registry/semver-ranges.ts'
import { validatePlugin } from './validate-plugin.ts'

const messagesOf = (definition: unknown): readonly string[] =>
  validatePlugin(definition as AnyPlugin, semverRanges).map(({ message }) => message)
const withMetadata = (metadata: Record<string, unknown>): readonly string[] =>
  messagesOf(plugin('acme', { metadata }))

describe('validatePlugin', () => {
  test('takes what is sound', () => {
    const definition = plugin('@acme/out.liers-2', {
      metadata: { version: '1.2.3-beta.1+build.5', coreVersion: '^0.1.0 || 2.x' },
      dependencies: { b: '~1.2' },
      optionalDependencies: { c: '*' },
      requiredPermissions: ['state:read', 'events:subscribe:row:*', 'network:self'],
      optionalPermissions: ['network:https://api.example.com:8443', 'network:*', 'events:emit', 'download'],
    })
    expect(messagesOf(definition)).toEqual([])
  })

  test.each(['id', 'name', 'version', 'category'])('wants the field %s', (field) => {
    for (const value of [undefined, '', 7, null])
      expect(withMetadata({ [field]: value })).toContain(`missing required field: ${field}`)
  })

  test.each(['1', '1.0', 'v1.0.0', '1.0.0.0', ' 1.0.0', '1.0.0 ', 'latest', '01.0.0', '=1.0.0'])(
    "'%s' is no version",
    (version) => {
      expect(withMetadata({ version })).toEqual(['invalid version format: must be semantic version (X.Y.Z)'])
    },
  )

  test.each(['a/b/c', '../a', '@a', 'a b', '__proto__', '@a/_b', 'a:b', 'a*'])("'%s' is no id", (id) => {
    expect(messagesOf(plugin(id))).toEqual([`invalid id: '${id}'`])
  })

  test('refuses categories, ranges and permissions that do not exist, with their path', () => {
    const definition = plugin('acme', {
      metadata: { category: 'games', coreVersion: 'new' } as never,
      dependencies: { b: 'latest' },
      optionalDependencies: { c: 'nope' },
      requiredPermissions: ['xyz', 'rows:paint'] as never,
      optionalPermissions: ['network:https://api.example.com/path', 'network:https://*'],
    })
    expect(
      validatePlugin(definition, semverRanges).map(({ path, message }) => `${path} | ${message}`),
    ).toEqual([
      'metadata.category | unknown category: games',
      "metadata.coreVersion | invalid version range: 'new'",
      "dependencies.b | invalid version range: 'latest'",
      "optionalDependencies.c | invalid version range: 'nope'",
      'requiredPermissions | unknown permission: xyz',
      'requiredPermissions | unknown permission: rows:paint',
      'optionalPermissions | unknown permission: network:https://api.example.com/path',
      'optionalPermissions | unknown permission: network:https://*',
    ])
    expect(validatePlugin(definition, semverRanges).every(({ hint }) => hint !== '')).toBe(true)
  })

  test('wants initialize', () => {
    expect(messagesOf({ ...plugin('acme'), initialize: undefined })).toEqual([
      'missing required field: initialize',
    ])
  })

  test.each([null, undefined, false, {}, { metadata: null }, { metadata: 'acme' }, 'acme'])(
    '%j is no plugin',
    (definition) => {
      expect(messagesOf(definition)).toEqual(['missing required field: metadata'])
    },
  )
})
