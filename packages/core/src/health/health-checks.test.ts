import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../test/fake-clock.ts'
import type { FailureSignal } from '../definition/signal.ts'
import { handlerFailed } from '../errors/event-errors.ts'
import { withDeadline } from '../lifetime/deadline.ts'
import { ErrorTally } from './error-tally.ts'
import { checkHealth, type HealthSubject } from './health-checks.ts'

function createClinic() {
  const clock = new FakeClock()
  const errors = new ErrorTally(clock)
  const reports: FailureSignal[] = []
  // As the host does: what is reported is counted.
  const report = (signal: FailureSignal): void => {
    reports.push(signal)
    const { code, message } = signal.error as { code: string; message: string }
    if (signal.pluginId !== undefined)
      errors.add({ pluginId: signal.pluginId, phase: signal.phase, code, message })
  }
  const look = (subject: Partial<HealthSubject> = {}) =>
    checkHealth({ pluginId: 'acme', status: 'running', hooks: 0, ...subject }, { clock, errors, report })
  /** A plugin with a `healthCheck`, called as the guard calls it. */
  const ask = (healthCheck: () => unknown, signal?: AbortSignal) =>
    look({ ask: (milliseconds) => withDeadline(clock, milliseconds, signal, healthCheck) })
  return { clock, errors, reports, report, look, ask }
}

describe('the health of a plugin', () => {
  test('that runs and has no check of its own is good', async () => {
    expect(await createClinic().look()).toEqual({
      pluginId: 'acme',
      status: 'healthy',
      errorCount: 0,
      hooks: 0,
      checks: [
        { name: 'status', status: 'healthy' },
        { name: 'errors', status: 'healthy' },
      ],
      checkedAt: 1_000,
      duration: 0,
    })
  })

  test.each([
    ['unloaded', 'degraded'],
    ['loading', 'degraded'],
    ['initialized', 'degraded'],
    ['reloading', 'degraded'],
    ['stopped', 'unhealthy'],
    ['suspended', 'unhealthy'],
    ['error', 'unhealthy'],
  ])('that is %s is %s, and its own check is not called', async (status, health) => {
    const { look } = createClinic()
    let asked = false
    const ask = async () => {
      asked = true
      return { kind: 'done', value: { status: 'healthy' } } as const
    }
    expect(await look({ status, ask })).toMatchObject({
      status: health,
      message: `the plugin is ${status}`,
      checks: [{ name: 'status', status: health }, { name: 'errors' }],
    })
    expect(asked).toBe(false)
  })

  test('that failed says why', async () => {
    const error = { message: 'no key' }
    expect(await createClinic().look({ status: 'error', error })).toMatchObject({
      status: 'unhealthy',
      message: 'no key',
    })
  })

  test('that is suspended says why', async () => {
    const reason = 'it failed 5 times within 60 s'
    expect(await createClinic().look({ status: 'suspended', reason })).toMatchObject({
      status: 'unhealthy',
      message: `the plugin is suspended: ${reason}`,
    })
    expect(await createClinic().look({ status: 'running', reason })).not.toHaveProperty('message')
  })

  test('comes with what it takes of its host', async () => {
    const resourceUse = {
      cpuPercent: 3,
      busyMilliseconds: 300,
      callsLeft: 200,
      callsRefused: 0,
      handlers: 2,
      storageBytes: 4_096,
      queued: 3,
    }
    expect(await createClinic().look({ resourceUse, hooks: 5 })).toMatchObject({
      status: 'healthy',
      resourceUse,
      hooks: 5,
    })
  })

  test('is degraded for a minute after a failure, which is remembered', async () => {
    const { clock, errors, report, look } = createClinic()
    report({ pluginId: 'other', phase: 'x', error: handlerFailed('other', 'x', 'no') })
    expect(await look()).toMatchObject({ status: 'healthy', errorCount: 0 })
    const phase = "handler of 'row:update'"
    report({ pluginId: 'acme', phase, error: handlerFailed('acme', phase, 'first') })
    report({ pluginId: 'acme', phase, error: handlerFailed('acme', phase, 'second') })
    const remembered = {
      errorCount: 2,
      lastErrorAt: 1_000,
      lastError: {
        phase,
        code: 'GK_HANDLER_FAILED',
        message: "plugin 'acme' failed in handler of 'row:update': second",
      },
    }
    await clock.advance(59_999)
    expect(await look()).toMatchObject({
      status: 'degraded',
      message: "failed in the last minute: plugin 'acme' failed in handler of 'row:update': second",
      ...remembered,
    })
    await clock.advance(1)
    expect(await look()).toMatchObject({ status: 'healthy', ...remembered })
    errors.forget('acme')
    expect(await look()).toMatchObject({ errorCount: 0 })
  })

  test.each([
    [{ status: 'healthy' }, { status: 'healthy' }],
    [
      { status: 'degraded', message: 'offline' },
      { status: 'degraded', message: 'offline' },
    ],
    [
      { status: 'unhealthy', message: 'no key', extra: () => 1 },
      { status: 'unhealthy', message: 'no key' },
    ],
    [{ status: 'healthy', message: undefined }, { status: 'healthy' }],
  ])('is what its own check says: %j', async (answer, said) => {
    const { ask, reports } = createClinic()
    for (const healthCheck of [() => answer, async () => answer]) {
      const health = await ask(healthCheck)
      expect(health).toMatchObject(said)
      expect(health.checks.at(-1)).toEqual({ name: 'healthCheck', ...said })
    }
    expect(reports).toEqual([])
  })

  test('is as bad as the worst of its checks', async () => {
    const { ask, report } = createClinic()
    report({ pluginId: 'acme', phase: 'x', error: handlerFailed('acme', 'x', 'no') })
    expect((await ask(() => ({ status: 'healthy' }))).status).toBe('degraded')
    expect(await ask(() => ({ status: 'unhealthy', message: 'worse' }))).toMatchObject({
      status: 'unhealthy',
      message: 'worse',
    })
  })

  test('whose check hangs is bad after 5 seconds', async () => {
    const { clock, ask, reports } = createClinic()
    const health = ask(() => new Promise(() => {}))
    await clock.advance(5_000)
    expect(await health).toMatchObject({
      status: 'unhealthy',
      message: "plugin 'acme' did not answer its health check within 5000 ms",
      duration: 5_000,
      checkedAt: 6_000,
      errorCount: 1,
      lastErrorAt: 6_000,
      lastError: { phase: 'healthCheck', code: 'GK_HEALTH_CHECK_TIMED_OUT' },
    })
    expect([reports.length, clock.pending]).toEqual([1, 0])
  })

  test('whose check throws or rejects is bad, and that is reported', async () => {
    const { ask, reports } = createClinic()
    const cause = new Error('no')
    const thrown = await ask(() => {
      throw cause
    })
    expect(thrown).toMatchObject({ status: 'unhealthy', message: "plugin 'acme' failed in healthCheck: no" })
    expect(await ask(() => Promise.reject(cause))).toMatchObject({ status: 'unhealthy', errorCount: 2 })
    const signal = { pluginId: 'acme', phase: 'healthCheck', error: { code: 'GK_PLUGIN_FAILED', cause } }
    expect(reports).toMatchObject([signal, signal])
  })

  test('passes on what a plugin says itself is wrong', async () => {
    const { ask, reports } = createClinic()
    const error = handlerFailed('acme', 'x', 'no')
    await ask(() => Promise.reject(error))
    expect(reports).toEqual([{ pluginId: 'acme', phase: 'healthCheck', error }])
  })

  const unreadable = Object.defineProperty({}, 'status', {
    get() {
      throw new Error('no')
    },
  })
  test.each([
    ['nothing', undefined],
    ['null', null],
    ['true', true],
    ['a text', 'healthy'],
    ['no status', {}],
    ['another status', { status: 'fine' }],
    ['a message that is no text', { status: 'healthy', message: 7 }],
    ["what can't be read", () => unreadable],
  ])('whose check returns %s is bad, and that is reported', async (_, answer) => {
    const { ask, reports } = createClinic()
    expect(await ask(() => (typeof answer === 'function' ? answer() : answer))).toMatchObject({
      status: 'unhealthy',
      message: "the healthCheck of plugin 'acme' returned something else than a health report",
    })
    expect(reports).toMatchObject([{ error: { code: 'GK_HEALTH_REPORT_INVALID' } }])
  })

  test('that is removed meanwhile is bad, and no fault of its own', async () => {
    const { ask, reports } = createClinic()
    const controller = new AbortController()
    const health = ask(() => new Promise(() => {}), controller.signal)
    controller.abort()
    expect(await health).toMatchObject({ status: 'unhealthy', message: 'the plugin was removed meanwhile' })
    expect(reports).toEqual([])
  })
})
