import { describe, expect, test } from 'vitest'
import { errorOf, plugin, quietManager } from '../../test/plugins.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import { coreVersion } from '../version.ts'

type Case = readonly [range: string, version: string]

describe('ranges of versions, at install', () => {
  const needs = (range: string): AnyPlugin => plugin('needs', { dependencies: { stats: range } })
  const stats = (version: string): AnyPlugin => plugin('stats', { metadata: { version } })

  test.each<Case>([
    ['^2.1.0', '2.4.0'],
    ['~2.1.0', '2.1.7'],
    ['2.x || >=4.0.0-0', '4.0.0-beta.1'],
    ['>=2.0.0-beta.1', '2.0.0-rc.1'],
    ['1.0 - 2', '2.9.9'],
    ['', '0.0.1'],
    ['=2.0.0', '2.0.0+build.7'],
  ])('a dependency on %j is met by %s', async (range, version) => {
    const { manager } = quietManager()
    await manager.installPlugins([needs(range), stats(version)])
    expect(manager.listPlugins({ status: 'running' }).map(({ id }) => id)).toEqual(['stats', 'needs'])
  })

  test.each<Case>([
    ['^2.1.0', '3.0.0'],
    ['*', '2.0.0-rc.1'],
    ['>=1.0.0', '2.0.0-rc.1'],
    ['>=2.0.0-beta.1', '2.1.0-beta.1'],
    ['2.1.x', '2.2.0'],
  ])(
    'a dependency on %j is not met by %s, installed together or one after the other',
    async (range, version) => {
      const message = `version mismatch: plugin 'needs' requires 'stats' ${range}, found ${version}`
      const { manager } = quietManager()
      const together = await errorOf(() => manager.installPlugins([needs(range), stats(version)]))
      expect(together).toMatchObject({ code: 'GK_UNRESOLVED_PLUGINS', message })
      expect(manager.listPlugins()).toEqual([])
      await manager.installPlugin(stats(version))
      expect(await errorOf(() => manager.installPlugin(needs(range)))).toMatchObject({ message })
    },
  )

  test('an optional dependency that comes later must fit, too', async () => {
    const { manager } = quietManager()
    await manager.installPlugin(plugin('needs', { optionalDependencies: { stats: '^2.0.0' } }))
    expect(await errorOf(() => manager.installPlugin(stats('3.0.0')))).toMatchObject({
      code: 'GK_UNRESOLVED_PLUGINS',
      message: "version mismatch: plugin 'needs' requires 'stats' ^2.0.0, found 3.0.0",
    })
    await manager.installPlugin(stats('2.5.0'))
    expect(manager.isInstalled('stats')).toBe(true)
  })

  test('a peer must be there, in range; and plugins may be peers of each other', async () => {
    const { manager } = quietManager()
    const grid = plugin('grid', { metadata: { peerPlugins: { theme: '^1.0.0' } } })
    expect(await errorOf(() => manager.installPlugin(grid))).toMatchObject({
      code: 'GK_UNRESOLVED_PLUGINS',
      message: "missing peer: plugin 'grid' requires 'theme' version '^1.0.0'",
    })
    await manager.installPlugins([grid, plugin('theme', { metadata: { peerPlugins: { grid: '*' } } })])
    expect(manager.listPlugins({ status: 'running' })).toHaveLength(2)
  })

  test.each(['*', `^${coreVersion}`, `~${coreVersion}`, `>=${coreVersion}-rc.1`, `<99 || 1.x`])(
    'a coreVersion of %j is met by this one',
    async (range) => {
      const { manager } = quietManager()
      await manager.installPlugin(plugin('fits', { metadata: { coreVersion: range } }))
      expect(manager.isInstalled('fits')).toBe(true)
    },
  )

  test.each(['>=99.0.0', `<${coreVersion}`, `${coreVersion}-rc.1`])(
    'a coreVersion of %j is not met by this one',
    async (range) => {
      const { manager } = quietManager()
      const refused = plugin('fits', { metadata: { coreVersion: range } })
      expect(await errorOf(() => manager.installPlugin(refused))).toMatchObject({
        code: 'GK_UNRESOLVED_PLUGINS',
        message: `framework version mismatch: plugin requires ${range}, found ${coreVersion}`,
      })
    },
  )

  test('every bad range is refused, wherever it is written', async () => {
    const { manager } = quietManager()
    const bad = plugin('bad', {
      metadata: { coreVersion: 'newest' },
      dependencies: { a: '>>1' },
      optionalDependencies: { b: 'latest' },
    })
    const { code, message } = await errorOf(() => manager.installPlugin(bad))
    expect(code).toBe('GK_INVALID_PLUGIN')
    for (const range of ['newest', '>>1', 'latest'])
      expect(message).toContain(`invalid version range: '${range}'`)
  })
})
