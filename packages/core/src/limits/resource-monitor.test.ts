import { describe, expect, test } from 'vitest'
import { errorOf } from '../../test/error-of.ts'
import { FakeClock } from '../../test/fake-clock.ts'
import type { FailureSignal } from '../definition/signal.ts'
import type { ResourceLimits } from '../index.ts'
import { ResourceMonitor, type LimitFact } from './resource-monitor.ts'

function createMeter(limits: ResourceLimits = {}, exceeded?: (fact: LimitFact) => void) {
  const clock = new FakeClock()
  const facts: LimitFact[] = []
  const reports: FailureSignal[] = []
  const monitor = new ResourceMonitor({
    clock,
    report: (signal) => void reports.push(signal),
    exceeded: exceeded ?? ((fact) => void facts.push(fact)),
  })
  return { clock, facts, reports, monitor, meter: monitor.open('acme', limits) }
}

describe('a call too many', () => {
  const limits = { maxCallsPerSecond: 10, maxCallBurst: 1 }

  test('is refused with what to do', async () => {
    const { meter, facts } = createMeter(limits)
    meter.take('emit')
    const error = await errorOf(() => meter.take('storage.set'))
    expect(error).toMatchObject({
      code: 'GK_RATE_LIMITED',
      pluginId: 'acme',
      message:
        "plugin 'acme' calls its host more than 10 times a second, beyond the 1 it may at once: calls are refused, 'storage.set' among them",
    })
    expect(error.hint).toMatch(/one call.*maxCallsPerSecond.*maxCallBurst/)
    expect(facts).toEqual([{ pluginId: 'acme', limit: 'calls', error }])
  })

  test('makes one error a second, which is told once, and nobody can change', async () => {
    const { clock, meter, facts } = createMeter({ ...limits, maxCallsPerSecond: 0.1 })
    meter.take('emit')
    const errors = new Set<unknown>()
    for (let tenth = 0; tenth < 25; tenth += 1) {
      errors.add(await errorOf(() => meter.take(`call ${tenth}`)))
      await clock.advance(100)
    }
    expect(facts.map(({ error }) => error)).toEqual([...errors])
    expect([...errors].map((error) => (error as Error).message.match(/call \d+/)?.[0])).toEqual([
      'call 0',
      'call 10',
      'call 20',
    ])
    for (const error of errors) expect(Object.isFrozen(error)).toBe(true)
    expect(meter.usage().callsRefused).toBe(25)
  })

  test('is charged to the one that makes it', () => {
    const { monitor, meter } = createMeter(limits)
    const other = monitor.open('other', limits)
    meter.take('emit')
    expect(() => meter.take('emit')).toThrow(/acme/)
    other.take('emit')
    expect(() => other.take('emit')).toThrow(/other/)
  })

  test('is refused as well when who is told of it throws, or acts on it', async () => {
    const failure = new Error('no')
    const throwing = createMeter(limits, () => {
      throw failure
    })
    throwing.meter.take('emit')
    expect((await errorOf(() => throwing.meter.take('emit'))).code).toBe('GK_RATE_LIMITED')
    expect(throwing.reports).toEqual([
      { pluginId: undefined, phase: "a limit of plugin 'acme'", error: failure },
    ])
    let told = 0
    const acting = createMeter(limits, () => {
      told += 1
      expect(() => acting.meter.take('again')).toThrow(/among them/)
      acting.meter.close()
    })
    acting.meter.take('emit')
    expect(() => acting.meter.take('emit')).toThrow(/'emit' among them/)
    expect(told).toBe(1)
  })

  test('of a plugin that is gone is told nobody', async () => {
    const { clock, meter, facts } = createMeter({ ...limits, maxEventHandlers: 0 })
    meter.take('emit')
    meter.close()
    expect(() => meter.take('emit')).toThrow(/refused/)
    expect(() => meter.addHandler()).toThrow(/may have/)
    await clock.advance(5_000)
    expect([facts, clock.pending]).toEqual([[], 0])
  })
})

describe('event handlers', () => {
  test('may be as many as the plugin says, at a time', async () => {
    const { clock, meter, facts } = createMeter({ maxEventHandlers: 2 })
    const undo = meter.addHandler()
    meter.addHandler()
    const error = await errorOf(() => meter.addHandler())
    expect(error).toMatchObject({
      code: 'GK_TOO_MANY_HANDLERS',
      pluginId: 'acme',
      message: "plugin 'acme' has the 2 event handlers and hooks it may have",
    })
    expect(error.hint).toContain('maxEventHandlers')
    expect(await errorOf(() => meter.addHandler())).toBe(error)
    expect(facts).toEqual([{ pluginId: 'acme', limit: 'handlers', error }])
    await clock.advance(1_000)
    expect(await errorOf(() => meter.addHandler())).not.toBe(error)
    expect(facts.length).toBe(2)
    undo()
    undo()
    expect(meter.usage().handlers).toBe(1)
    meter.addHandler()
    expect(() => meter.addHandler()).toThrow(/may have/)
    expect(meter.usage().handlers).toBe(2)
  })

  test('are any number where it says none', () => {
    const { meter } = createMeter()
    for (let count = 0; count < 1_000; count += 1) meter.addHandler()
    expect(meter.usage().handlers).toBe(1_000)
  })

  test('are none where it says 0', () => {
    expect(() => createMeter({ maxEventHandlers: 0 }).meter.addHandler()).toThrow(/0 event handlers/)
  })
})
