import { describe, expect, test, vi } from 'vitest'
import { FakeClock, settle } from '../../test/fake-clock.ts'
import type { PluginAlert } from '../definition/events.ts'
import type { ErrorThreshold } from '../definition/health.ts'
import type { FailureSignal } from '../definition/signal.ts'
import { CircuitBreaker, type BreakerState } from './circuit-breaker.ts'
import { defaultThreshold } from './error-threshold.ts'

interface Hooks {
  readonly random?: () => number
  readonly changed?: (state: BreakerState) => void
}

function createBreaker(given: ErrorThreshold = {}, { random = () => 0.5, changed }: Hooks = {}) {
  const clock = new FakeClock()
  const began = clock.elapsed()
  const changes: [at: number, state: BreakerState, reason: string][] = []
  const alerts: PluginAlert[] = []
  const reports: FailureSignal[] = []
  const threshold = { ...defaultThreshold, ...given }
  const breaker = new CircuitBreaker('acme', {
    clock,
    threshold: () => threshold,
    random,
    changed: (state, reason) => {
      changes.push([clock.elapsed() - began, state, reason])
      changed?.(state)
    },
    alert: (alert) => void alerts.push(alert),
    report: (signal) => void reports.push(signal),
  })
  const fail = (times: number): void => {
    for (let time = 1; time <= times; time += 1) breaker.failed(`failure ${time}`)
  }
  const kinds = (): readonly string[] => alerts.map(({ kind }) => kind)
  const states = (): readonly unknown[] => changes.map(([at, state]) => [at, state])
  return { clock, breaker, changes, alerts, reports, threshold, fail, kinds, states }
}

describe('a plugin that fails', () => {
  test('5 times in a minute is suspended for 5 seconds, then on trial', async () => {
    const { clock, breaker, changes, alerts, fail } = createBreaker()
    fail(4)
    expect([breaker.state, changes]).toEqual(['closed', []])
    breaker.failed('the last straw')
    expect([breaker.state, clock.pending]).toEqual(['open', 1])
    await clock.advance(4_999)
    expect(breaker.state).toBe('open')
    await clock.advance(1)
    expect(breaker.state).toBe('half-open')
    expect(changes).toEqual([
      [0, 'open', 'it failed 5 times within 60 s, at last: the last straw'],
      [5_000, 'half-open', 'it runs again, on trial'],
    ])
    const alert = { pluginId: 'acme', window: 60_000 }
    const reason = 'it failed 5 times within 60 s, at last: the last straw'
    expect(alerts).toEqual([
      { ...alert, kind: 'warning', errors: 4, reason: 'it failed 4 times within 60 s, at last: failure 4' },
      { ...alert, kind: 'threshold', errors: 5, reason },
      { ...alert, kind: 'suspended', errors: 5, reason, retryAt: 6_000 },
      { ...alert, kind: 'resumed', errors: 0, reason: 'it runs again, on trial' },
    ])
    for (const each of alerts) expect(Object.isFrozen(each)).toBe(true)
  })

  test('now and then is not', async () => {
    const { clock, breaker, kinds } = createBreaker()
    for (let time = 0; time < 20; time += 1) {
      breaker.failed('now and then')
      await clock.advance(15_000)
    }
    expect([breaker.state, clock.pending]).toEqual(['closed', 0])
    // 4 are within the window from the 4th on.
    expect(kinds()).toEqual(['warning', 'warning', 'warning', 'warning', 'warning'])
  })

  test('is suspended as soon as its threshold is lowered and it fails again', () => {
    const { breaker, threshold, fail } = createBreaker()
    fail(2)
    threshold.errors = 2
    fail(1)
    expect(breaker.state).toBe('open')
  })

  test.each([
    [{ errors: 1 }, 1, ['threshold', 'suspended']],
    [{ errors: 3, warnAt: 0 }, 2, ['warning']],
    [{ errors: 10, warnAt: 0.75 }, 7, []],
    [{ errors: 10, warnAt: 0.75 }, 9, ['warning']],
    [{ errors: 10, warnAt: 1 }, 10, ['threshold', 'suspended']],
  ])('with the threshold %o, %i times, alerts %j', (threshold, times, expected) => {
    const { fail, kinds } = createBreaker(threshold)
    fail(times)
    expect(kinds()).toEqual(expected)
  })

  test.each(['log', 'alert'] as const)('with the action %s is told of once a window', async (action) => {
    const { clock, breaker, kinds, states, fail } = createBreaker({ action })
    fail(1_000)
    await clock.advance(59_999)
    fail(1_000)
    expect(kinds()).toEqual(['warning', 'threshold'])
    await clock.advance(1)
    fail(1)
    expect(kinds()).toEqual(['warning', 'threshold', 'threshold'])
    expect([breaker.state, states(), clock.pending]).toEqual(['closed', [], 0])
  })
})

describe('a plugin on trial', () => {
  async function onTrial(given?: ErrorThreshold) {
    const made = createBreaker(given)
    made.breaker.trip('too slow')
    await made.clock.advance(5_000)
    made.changes.length = 0
    made.alerts.length = 0
    return made
  }

  test('is let go when it works 5 times', async () => {
    const { clock, breaker, changes, kinds } = await onTrial()
    for (let time = 0; time < 4; time += 1) breaker.succeeded()
    expect(breaker.state).toBe('half-open')
    breaker.succeeded()
    expect(changes).toEqual([[5_000, 'closed', 'it worked 5 times']])
    expect([kinds(), clock.pending]).toEqual([[], 0])
    breaker.succeeded()
    expect(changes.length).toBe(1)
  })

  test('is let go after 10 seconds without a failure', async () => {
    const { clock, breaker, changes } = await onTrial()
    await clock.advance(9_999)
    expect(breaker.state).toBe('half-open')
    await clock.advance(1)
    expect(changes).toEqual([[15_000, 'closed', 'it ran 10 s without a failure']])
    expect(clock.pending).toBe(0)
  })

  test('is suspended for twice as long at the first failure', async () => {
    const { clock, breaker, changes, alerts } = await onTrial()
    breaker.succeeded()
    breaker.failed('again')
    breaker.failed('while it is suspended')
    breaker.succeeded()
    await clock.advance(9_999)
    expect(breaker.state).toBe('open')
    await clock.advance(1)
    expect(changes).toMatchObject([
      [5_000, 'open', 'it failed when it ran on trial: again'],
      [15_000, 'half-open', 'it runs again, on trial'],
    ])
    expect(alerts).toMatchObject([{ kind: 'suspended', errors: 1, retryAt: 16_000 }, { kind: 'resumed' }])
  })

  test.each(['log', 'alert'] as const)(
    'stays on trial as long as it fails, with the action %s',
    async (action) => {
      const { clock, breaker, kinds, fail } = await onTrial({ action })
      for (let time = 0; time < 4; time += 1) breaker.succeeded()
      fail(1)
      breaker.succeeded()
      await clock.advance(9_999)
      fail(4)
      expect([breaker.state, clock.pending]).toEqual(['half-open', 1])
      expect(kinds()).toEqual(['warning', 'threshold'])
      await clock.advance(10_000)
      expect([breaker.state, clock.pending]).toEqual(['closed', 0])
    },
  )

  test('is as new after a window without a failure', async () => {
    const { clock, breaker, states } = await onTrial()
    await clock.advance(59_999)
    breaker.trip('again')
    await clock.advance(10_000)
    await clock.advance(60_000)
    breaker.trip('again')
    await clock.advance(5_000)
    expect(states()).toEqual([
      [15_000, 'closed'],
      [64_999, 'open'],
      [74_999, 'half-open'],
      [84_999, 'closed'],
      [134_999, 'open'],
      [139_999, 'half-open'],
    ])
  })
})

test('one failure in a window is enough for a suspension that takes longer', async () => {
  const { clock, breaker, alerts, fail } = createBreaker()
  breaker.trip('too slow')
  await clock.advance(35_000)
  fail(1)
  await clock.advance(59_999)
  breaker.trip('again')
  expect([breaker.state, alerts.at(-1)?.retryAt]).toEqual(['open', clock.now() + 10_000])
})

describe('a plugin that keeps failing', () => {
  test('stays down after 3 restarts in 5 minutes, until someone acts', async () => {
    const { clock, breaker, changes, alerts, states, fail } = createBreaker()
    fail(5)
    for (const wait of [5_000, 10_000, 20_000]) {
      await clock.advance(wait)
      fail(1)
    }
    expect(states()).toEqual([
      [0, 'open'],
      [5_000, 'half-open'],
      [5_000, 'open'],
      [15_000, 'half-open'],
      [15_000, 'open'],
      [35_000, 'half-open'],
      [35_000, 'down'],
    ])
    const reason =
      'it failed when it ran on trial: failure 1; it was restarted 3 times within 300 s, and stays down until someone acts'
    expect(changes.at(-1)?.[2]).toBe(reason)
    expect(alerts.at(-1)).toEqual({ pluginId: 'acme', kind: 'down', errors: 1, window: 60_000, reason })
    await clock.advance(10_000_000)
    fail(10)
    breaker.trip('too slow')
    breaker.succeeded()
    expect([breaker.state, clock.pending]).toEqual(['down', 0])
    breaker.reset()
    expect(changes.at(-1)).toEqual([10_035_000, 'closed', 'it was reset'])
    fail(5)
    expect(alerts.at(-1)).toMatchObject({ kind: 'suspended', retryAt: clock.now() + 5_000 })
  })

  test.each([
    [14_999, 'open'],
    [15_000, 'open'],
    [15_001, 'down'],
  ])('is let run where that is once in %i ms: it is %s', async (restartWindow, state) => {
    const { clock, breaker } = createBreaker({ maxRestarts: 1, restartWindow })
    breaker.trip('too slow')
    await clock.advance(10_000)
    // The restart was at 5,000, and the next would be at 20,000.
    breaker.trip('too slow')
    expect(breaker.state).toBe(state)
  })

  test('may be restarted never, or always, and waits 5 minutes at most', async () => {
    const never = createBreaker({ maxRestarts: 0 })
    never.fail(5)
    expect([never.breaker.state, never.kinds().at(-1)]).toEqual(['down', 'down'])
    const { clock, breaker, alerts } = createBreaker({ maxRestarts: Infinity })
    const waits: number[] = []
    for (let restart = 0; restart < 9; restart += 1) {
      breaker.trip('too slow')
      const wait = (alerts.at(-1)?.retryAt ?? 0) - clock.now()
      waits.push(wait / 1_000)
      await clock.advance(wait)
    }
    expect(waits).toEqual([5, 10, 20, 40, 80, 160, 300, 300, 300])
  })

  test('waits longer than 5 minutes only if the cool-down is', async () => {
    const { clock, breaker, alerts } = createBreaker({ coolDown: 1_000_000 })
    breaker.trip('too slow')
    await clock.advance(1_000_000)
    breaker.failed('again')
    expect(alerts.at(-1)?.retryAt).toBe(clock.now() + 1_000_000)
  })

  test.each([
    [0, 4_000],
    [0.25, 4_500],
    [1, 6_000],
  ])('waits a fifth more or less: %d is %d ms', (random, wait) => {
    const { clock, breaker, alerts } = createBreaker({}, { random: () => random })
    breaker.trip('too slow')
    expect(alerts[0]?.retryAt).toBeCloseTo(clock.now() + wait)
  })

  test('waits for a time that differs', () => {
    const waits = Array.from({ length: 20 }, () => {
      const alerts: PluginAlert[] = []
      const breaker = new CircuitBreaker('acme', {
        clock: new FakeClock(),
        threshold: () => defaultThreshold,
        changed() {},
        alert: (alert) => void alerts.push(alert),
      })
      breaker.trip('too slow')
      return (alerts[0]?.retryAt ?? 0) - 1_000
    })
    expect(new Set(waits).size).toBeGreaterThan(1)
    for (const wait of waits) {
      expect(wait).toBeGreaterThanOrEqual(4_000)
      expect(wait).toBeLessThanOrEqual(6_000)
    }
  })
})

describe('a breaker', () => {
  test.each(['log', 'alert', 'disable'] as const)('that is tripped opens at once, with %s', (action) => {
    const { breaker, changes, kinds } = createBreaker({ action })
    breaker.trip('too slow')
    breaker.trip('again')
    expect(changes).toEqual([[0, 'open', 'too slow']])
    expect(kinds()).toEqual(['suspended'])
  })

  test('that is reset has forgotten everything, in each state', async () => {
    const { clock, breaker, states, kinds, fail } = createBreaker()
    fail(4)
    breaker.reset()
    fail(4)
    expect([breaker.state, states(), kinds()]).toEqual(['closed', [], ['warning', 'warning']])
    fail(1)
    breaker.reset()
    expect([breaker.state, clock.pending]).toEqual(['closed', 0])
    fail(5)
    await clock.advance(5_000)
    expect(breaker.state).toBe('half-open')
    breaker.reset()
    expect([breaker.state, clock.pending]).toEqual(['closed', 0])
    breaker.trip('too slow')
    await clock.advance(5_000)
    expect(states().slice(-2)).toEqual([
      [5_000, 'open'],
      [10_000, 'half-open'],
    ])
  })

  test.each(['closed', 'open', 'half-open'] as const)(
    'that is closed while %s does nothing more',
    async (state) => {
      const { clock, breaker, changes, alerts, fail } = createBreaker()
      if (state !== 'closed') breaker.trip('too slow')
      if (state === 'half-open') await clock.advance(5_000)
      expect(breaker.state).toBe(state)
      const before = [changes.length, alerts.length]
      breaker.close()
      breaker.close()
      expect(clock.pending).toBe(0)
      fail(10)
      breaker.trip('too slow')
      breaker.reset()
      for (let time = 0; time < 10; time += 1) breaker.succeeded()
      await clock.advance(1_000_000)
      expect([changes.length, alerts.length]).toEqual(before)
      expect(clock.pending).toBe(0)
    },
  )

  test('may be reset, tripped or closed by who is told of a change', () => {
    const reset = createBreaker({}, { changed: (state) => state === 'open' && reset.breaker.reset() })
    reset.fail(5)
    expect(reset.states()).toEqual([
      [0, 'open'],
      [0, 'closed'],
    ])
    expect(reset.kinds()).toEqual(['warning', 'threshold'])
    expect(reset.clock.pending).toBe(0)
    const closed = createBreaker({}, { changed: () => closed.breaker.close() })
    closed.breaker.trip('too slow')
    expect([closed.kinds(), closed.clock.pending]).toEqual([[], 0])
  })

  test('is not opened where someone acts on the alert', () => {
    const onAlert = ({ kind }: PluginAlert): void => {
      if (kind === 'threshold') made.breaker.reset()
    }
    const made = createBreaker({ onAlert })
    made.fail(5)
    expect([made.breaker.state, made.states(), made.clock.pending]).toEqual(['closed', [], 0])
  })

  test('is left alone where an alert leads to a teardown', () => {
    const made = createBreaker({ onAlert: () => made.breaker.close() })
    made.fail(5)
    expect([made.states(), made.kinds(), made.clock.pending]).toEqual([[], ['warning'], 0])
    const late = createBreaker({ errors: 1, onAlert: () => late.breaker.close() })
    late.fail(5)
    expect([late.states(), late.kinds(), late.clock.pending]).toEqual([[], ['threshold'], 0])
  })

  test('is opened once where the alert makes the plugin fail again', () => {
    const made = createBreaker({ onAlert: () => made.breaker.failed('in onAlert') })
    made.fail(4)
    expect(made.states()).toEqual([[0, 'open']])
    expect(made.kinds()).toEqual(['warning', 'threshold', 'suspended'])
  })
})

describe('onAlert', () => {
  test('is told each alert, after the host', () => {
    const onAlert = vi.fn<(alert: PluginAlert) => void>(() => expect(made.alerts.length).toBeGreaterThan(0))
    const made = createBreaker({ onAlert })
    made.fail(5)
    expect(onAlert.mock.calls.map(([alert]) => alert)).toEqual(made.alerts)
    expect(made.reports).toEqual([])
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no')) as never],
  ])('that %s is reported, and changes nothing', async (_, onAlert) => {
    const { breaker, reports } = createBreaker({ onAlert })
    breaker.trip('too slow')
    await settle()
    expect(breaker.state).toBe('open')
    const phase = "the onAlert of plugin 'acme'"
    expect(reports).toEqual([{ pluginId: undefined, phase, error: new Error('no') }])
  })
})
