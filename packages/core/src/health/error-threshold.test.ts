import { describe, expect, test } from 'vitest'
import { errorOf } from '../../test/error-of.ts'
import type { ErrorThreshold } from '../definition/health.ts'
import { resolveThreshold } from './error-threshold.ts'

const defaults = {
  errors: 5,
  window: 60_000,
  action: 'disable',
  warnAt: 0.8,
  coolDown: 5_000,
  maxRestarts: 3,
  restartWindow: 300_000,
}

describe('an error threshold', () => {
  test('has its defaults, or those of another', () => {
    const resolved = resolveThreshold('acme', {})
    expect(resolved).toMatchObject(defaults)
    expect(resolved.onAlert({} as never)).toBeUndefined()
    const base = resolveThreshold('acme', { errors: 3, action: 'log' })
    expect(resolveThreshold('acme', { errors: 7, window: undefined as never }, base)).toMatchObject({
      ...defaults,
      errors: 7,
      action: 'log',
    })
  })

  test.each([
    { errors: 1, warnAt: 0, maxRestarts: 0 },
    { warnAt: 1, maxRestarts: Infinity, window: 1, coolDown: 0.5, restartWindow: 1 },
    { action: 'alert', onAlert() {} },
  ] as ErrorThreshold[])('may be %o', (given) => {
    expect(resolveThreshold('acme', given)).toMatchObject(given)
  })

  test.each([
    ...[0, 1.5, -1, Infinity, Number.NaN, '5', null].map((value) => ['errors', value]),
    ...[0, -1, Infinity, Number.NaN, '5', null].flatMap((value) =>
      ['window', 'coolDown', 'restartWindow'].map((field) => [field, value]),
    ),
    ...['stop', '', null].map((value) => ['action', value]),
    ...[-0.1, 1.1, Number.NaN, '1', null].map((value) => ['warnAt', value]),
    ...[-1, 0.5, Number.NaN, null].map((value) => ['maxRestarts', value]),
    ...['log', null].map((value) => ['onAlert', value]),
  ] as [string, unknown][])('may not have the %s %o', async (field, value) => {
    const error = await errorOf(() => resolveThreshold('acme', { [field]: value }))
    expect(error).toMatchObject({ code: 'GK_INVALID_ERROR_THRESHOLD', pluginId: 'acme' })
    expect(error.message).toContain(`the error threshold for plugin 'acme' is not sound: invalid ${field}:`)
    expect(error.hint).toContain(field)
  })

  test('says everything that is wrong', async () => {
    const error = await errorOf(() => resolveThreshold('acme', { errors: 0, window: -1 }))
    expect(error.message).toMatch(/errors.*; .*window/)
  })

  test('has no other fields', async () => {
    const error = await errorOf(() => resolveThreshold('acme', { error: 3 } as never))
    expect(error.message).toContain('unknown field: error')
    expect(error.hint).toContain('errors, window, action')
  })

  test.each([null, undefined, 5, 'log', []])('is not %j', async (given) => {
    const error = await errorOf(() => resolveThreshold('acme', given as never))
    expect(error.code).toBe('GK_INVALID_ERROR_THRESHOLD')
  })
})
