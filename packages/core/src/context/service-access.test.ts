import { describe, expect, test } from 'vitest'
import { settle } from '../../test/fake-clock.ts'
import { errorOf, holder, quietManager, type TestPlugin } from '../../test/plugins.ts'
import type { Permission } from '../index.ts'

interface Totals {
  sum(numbers: readonly number[]): number
}
const totals: Totals = { sum: (numbers) => numbers.reduce((total, each) => total + each, 0) }

/** A plugin 'b' that exports, and a plugin 'a' that imports. */
async function pair(
  service: object = totals,
  requiredPermissions: readonly Permission[] = ['services:import:b'],
) {
  const host = quietManager()
  const exporter = (exported: object): TestPlugin => ({
    requiredPermissions: ['services:export'],
    initialize: (context) => void context.exportService('totals', exported),
  })
  const a = holder('a', { requiredPermissions })
  const b = holder('b', exporter(service))
  await host.manager.installPlugins([a.plugin, b.plugin])
  return { ...host, a: a.context(), b: b.context(), exporter }
}

describe('services of plugins', () => {
  test('are called, and leave nothing', async () => {
    const { a, clock, errors } = await pair()
    expect(await a.importService<Totals>('b', 'totals').sum([1, 2])).toBe(3)
    expect([clock.pending, errors]).toEqual([0, []])
  })

  test('may be imported before they are there, and come back with their plugin', async () => {
    const { a, manager, exporter } = await pair()
    const handle = a.importService<Totals>('b', 'totals')
    await manager.uninstallPlugin('b')
    expect((await errorOf(() => handle.sum([1]))).code).toBe('GK_SERVICE_GONE')
    await manager.installPlugin(holder('b', exporter({ sum: () => 7 })).plugin)
    expect(await handle.sum([1])).toBe(7)
    expect(a.importService('b', 'totals')).toBe(handle)
  })

  test('are exported by those who have the right to', async () => {
    const { a, b } = await pair()
    expect((await errorOf(() => a.exportService('totals', totals))).code).toBe('GK_PERMISSION_DENIED')
    expect((await errorOf(() => b.exportService('totals', totals))).code).toBe('GK_SERVICE_EXISTS')
    expect((await errorOf(() => b.exportService('nothing', {}))).code).toBe('GK_SERVICE_INVALID')
    b.exportService('others', totals)()
    expect(() => b.exportService('others', totals)).not.toThrow()
  })

  test.each<[readonly Permission[], string | number]>([
    [[], 'GK_PERMISSION_DENIED'],
    [['services:import:c'], 'GK_PERMISSION_DENIED'],
    [['services:import:b'], 3],
    [['services:import'], 3],
  ])('with %j come to %j', async (permissions, outcome) => {
    const { a } = await pair(totals, permissions)
    const call = async (): Promise<unknown> => a.importService<Totals>('b', 'totals').sum([1, 2])
    expect(await call().catch((error: { code: string }) => error.code)).toBe(outcome)
  })

  test('are out of reach when the right is revoked', async () => {
    const { a, manager } = await pair()
    const handle = a.importService<Totals>('b', 'totals')
    manager.revokePermission('a', 'services:import')
    expect((await errorOf(() => handle.sum([1]))).code).toBe('GK_PERMISSION_DENIED')
    expect((await errorOf(() => a.importService('b', 'totals'))).code).toBe('GK_PERMISSION_DENIED')
  })

  test("that fail are their exporter's fault", async () => {
    const { a, errors } = await pair({
      sum: () => {
        throw new Error('no')
      },
    })
    const failure = await errorOf(() => a.importService<Totals>('b', 'totals').sum([1]))
    expect([failure.code, failure.pluginId]).toEqual(['GK_SERVICE_FAILED', 'b'])
    expect(errors).toMatchObject([{ pluginId: 'b', phase: "service 'totals'.sum" }])
  })

  test('under way when the exporter goes fail, and leave nothing', async () => {
    const { a, manager, clock, errors } = await pair({ sum: () => new Promise(() => {}) })
    const failure = errorOf(() => a.importService<Totals>('b', 'totals').sum([1]))
    await settle()
    await manager.uninstallPlugin('b')
    expect((await failure).code).toBe('GK_SERVICE_GONE')
    expect([clock.pending, errors]).toEqual([0, []])
  })

  test('under way when the importer goes fail, and leave nothing; the handle is dead then', async () => {
    const { a, manager, clock, errors } = await pair({ sum: () => new Promise(() => {}) })
    const handle = a.importService<Totals>('b', 'totals')
    const failure = errorOf(() => handle.sum([1]))
    await settle()
    await manager.uninstallPlugin('a')
    expect((await failure).code).toBe('GK_CONTEXT_CLOSED')
    expect((await errorOf(() => handle.sum([1]))).code).toBe('GK_CONTEXT_CLOSED')
    expect((await errorOf(() => a.importService('b', 'totals'))).code).toBe('GK_CONTEXT_CLOSED')
    expect([clock.pending, errors]).toEqual([0, []])
  })

  test('that hang suspend their exporter', async () => {
    const { a, manager, clock, errors } = await pair({ sum: () => new Promise(() => {}) })
    const handle = a.importService<Totals>('b', 'totals')
    const failures = [1, 2, 3, 4, 5].map((each) => errorOf(() => handle.sum([each])))
    await clock.advance(30_000)
    for (const failure of failures)
      expect(await failure).toMatchObject({ code: 'GK_SERVICE_TIMED_OUT', pluginId: 'b' })
    const phase = "service 'totals'.sum"
    expect(errors).toMatchObject(errors.map(() => ({ pluginId: 'b', phase, code: 'GK_SERVICE_TIMED_OUT' })))
    expect([errors.length, manager.getPlugin('b')?.status, manager.getPlugin('a')?.status]).toEqual([
      5,
      'suspended',
      'running',
    ])
    expect((await errorOf(() => handle.sum([1]))).cause).toMatchObject({ code: 'GK_PLUGIN_SUSPENDED' })
  })

  test('have as much time as their exporter says', async () => {
    const { a, b, clock, errors } = await pair()
    b.exportService('patient', { sum: () => new Promise(() => {}) }, { timeout: 60_000 })
    const failure = errorOf(() => a.importService<Totals>('b', 'patient').sum([1]))
    await clock.advance(59_999)
    expect(errors).toEqual([])
    await clock.advance(1)
    expect((await failure).code).toBe('GK_SERVICE_TIMED_OUT')
  })
})
