import { array, assert, asyncProperty, boolean, integer, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FakeClock, settle } from '../../test/fake-clock.ts'
import type { ResourceLimits, Undo } from '../index.ts'
import { ResourceMonitor, type LimitFact } from './resource-monitor.ts'

function createMeter(limits: ResourceLimits = {}) {
  const clock = new FakeClock()
  const facts: LimitFact[] = []
  const toldAt: number[] = []
  const exceeded = (fact: LimitFact): void => {
    facts.push(fact)
    toldAt.push(clock.elapsed())
  }
  const meter = new ResourceMonitor({ clock, report() {}, exceeded }).open('acme', limits)
  /** Takes `share` of the time, evenly, for `seconds`. */
  const work = async (share: number, seconds: number): Promise<void> => {
    for (let tenth = 0; tenth < seconds * 10; tenth += 1) {
      await clock.advance(100)
      meter.busy(100 * share)
    }
  }
  /** Whether a call that waits now has gone on. */
  const waiter = (): { done: boolean } => {
    const state = { done: false }
    void meter.pause().then(() => (state.done = true))
    return state
  }
  return { clock, meter, facts, toldAt, work, waiter }
}

/** Its timers are early, as those of browsers may be. */
class EarlyClock extends FakeClock {
  override after(milliseconds: number, run: () => void): Undo {
    return super.after(milliseconds - 0.25, run)
  }
}

describe('the CPU limit', () => {
  test('is half of the main thread, over 10 seconds', async () => {
    const { meter, work } = createMeter()
    expect(meter.usage()).toMatchObject({ cpuPercent: 0, busyMilliseconds: 0 })
    await work(0.5, 30)
    expect(meter.throttled).toBe(false)
    expect(meter.usage().busyMilliseconds).toBe(15_000)
    await work(0.6, 12)
    expect(meter.throttled).toBe(true)
  })

  test('is of the whole window, also at the beginning', async () => {
    const { meter, work } = createMeter()
    await work(1, 5)
    expect([meter.usage().cpuPercent, meter.throttled]).toEqual([50, false])
    await work(1, 0.1)
    expect([meter.usage().cpuPercent, meter.throttled]).toEqual([51, true])
  })

  test('is told of when a plugin goes on for 2 seconds, and once a second from then', async () => {
    const { facts, toldAt, work } = createMeter({ maxCPUPercent: 20 })
    await work(1, 4)
    expect(facts).toEqual([])
    await work(1, 1.5)
    // It began at 1,000, and was over the limit from 3,100.
    expect(toldAt).toEqual([5_100, 6_100])
    expect(facts).toMatchObject([
      {
        pluginId: 'acme',
        limit: 'cpu',
        error: {
          code: 'GK_CPU_LIMIT_EXCEEDED',
          pluginId: 'acme',
          message: "plugin 'acme' took 41 % of the main thread in the last 10 s; its limit is 20 %",
        },
      },
      { limit: 'cpu' },
    ])
  })

  test('gives its 2 seconds anew to one that was below it', async () => {
    const { clock, meter, facts } = createMeter()
    meter.busy(6_000)
    await clock.advance(11_000)
    meter.busy(6_000)
    await clock.advance(1_999)
    meter.busy(1)
    expect(facts).toEqual([])
    await clock.advance(1)
    meter.busy(1)
    expect(facts.length).toBe(1)
  })

  test('leaves one alone that rests', async () => {
    const { clock, meter, facts } = createMeter()
    meter.busy(6_000)
    expect(meter.throttled).toBe(true)
    await clock.advance(60_000)
    expect([meter.throttled, facts]).toEqual([false, []])
  })

  test('is none at 100 %', async () => {
    const { meter, facts, work, waiter } = createMeter({ maxCPUPercent: 100 })
    await work(3, 20)
    const call = waiter()
    await settle()
    expect([meter.throttled, facts, call.done]).toEqual([false, [], true])
    expect(meter.usage().busyMilliseconds).toBe(60_000)
  })

  test('makes those wait who can, and leaves no timer', async () => {
    const { clock, meter, waiter } = createMeter()
    meter.busy(3_000)
    await clock.advance(2_000)
    meter.busy(2_001)
    const calls = [waiter(), waiter()]
    await clock.advance(7_999)
    expect([calls, clock.pending]).toMatchObject([[{ done: false }, { done: false }], 1])
    await clock.advance(1)
    expect([calls, clock.pending]).toMatchObject([[{ done: true }, { done: true }], 0])
    expect(meter.throttled).toBe(false)
  })

  test('makes them wait until the plugin is at the limit, not below', async () => {
    const { clock, meter, waiter } = createMeter()
    meter.busy(1)
    await clock.advance(1_000)
    meter.busy(5_000)
    const call = waiter()
    await clock.advance(8_999)
    expect(call.done).toBe(false)
    await clock.advance(1)
    expect([call.done, clock.pending]).toEqual([true, 0])
  })

  test('makes them wait with a timer that is early, too', async () => {
    const clock = new EarlyClock()
    const monitor = new ResourceMonitor({ clock, report() {}, exceeded() {} })
    const meter = monitor.open('acme', {})
    meter.busy(6_000)
    let isDone = false
    void meter.pause().then(() => (isDone = true))
    await clock.advance(9_999.9)
    expect(isDone).toBe(false)
    await clock.advance(1)
    expect([isDone, clock.pending]).toEqual([true, 0])
  })

  test('makes them wait longer where the plugin goes on', async () => {
    const { clock, meter, waiter } = createMeter()
    meter.busy(6_000)
    const call = waiter()
    await clock.advance(5_000)
    meter.busy(6_000)
    await clock.advance(9_999)
    expect(call.done).toBe(false)
    await clock.advance(1)
    expect([call.done, clock.pending]).toEqual([true, 0])
  })

  test('lets them go on when the plugin is closed, and tells no more', async () => {
    const { clock, meter, facts, work, waiter } = createMeter()
    meter.busy(6_000)
    const call = waiter()
    meter.close()
    await settle()
    expect([call.done, clock.pending, meter.throttled]).toEqual([true, 0, false])
    await work(1, 20)
    expect([facts, meter.throttled]).toEqual([[], false])
    const late = waiter()
    await settle()
    expect(late.done).toBe(true)
    meter.close()
  })
})

describe('on probation', () => {
  test('what was is forgotten, and those who wait go on', async () => {
    const { clock, meter, waiter } = createMeter()
    meter.busy(6_000)
    const call = waiter()
    meter.onProbation()
    await settle()
    expect([call.done, clock.pending, meter.throttled]).toEqual([true, 0, false])
    expect(meter.usage()).toMatchObject({ cpuPercent: 0, busyMilliseconds: 6_000 })
  })

  test('half of a second is too much, at once', async () => {
    const { clock, meter, facts, waiter } = createMeter()
    meter.onProbation()
    meter.busy(500)
    expect([facts, meter.throttled]).toEqual([[], false])
    meter.busy(1)
    expect(facts).toMatchObject([
      {
        error: {
          message: "plugin 'acme' took 50 % of the main thread in the last 1 s; its limit is 50 %",
        },
      },
    ])
    expect(meter.throttled).toBe(true)
    const call = waiter()
    await clock.advance(999)
    expect(call.done).toBe(false)
    await clock.advance(1)
    expect([call.done, meter.throttled]).toEqual([true, false])
  })

  test('ends after 10 seconds', async () => {
    const { clock, meter, facts } = createMeter()
    meter.onProbation()
    await clock.advance(10_000)
    meter.busy(501)
    expect([facts, meter.throttled]).toEqual([[], false])
  })

  test('ends 10 seconds after the last breach', async () => {
    const { clock, meter, facts } = createMeter()
    meter.onProbation()
    await clock.advance(9_999)
    meter.busy(501)
    expect(facts.length).toBe(1)
    await clock.advance(9_999)
    meter.busy(501)
    expect(facts.length).toBe(2)
    await clock.advance(10_000)
    meter.busy(4_000)
    expect([facts.length, meter.throttled]).toEqual([2, false])
    meter.busy(1_001)
    expect([facts.length, meter.throttled]).toEqual([2, true])
  })
})

test('the CPU limit is as a model says that keeps every sample', async () => {
  const step = record({
    wait: integer({ min: 0, max: 3_000 }),
    busy: integer({ min: 0, max: 2_000 }),
    pauses: boolean(),
  })
  await assert(
    asyncProperty(
      integer({ min: 1, max: 99 }),
      array(step, { maxLength: 40, size: 'max' }),
      async (limit, steps) => {
        const { clock, meter, toldAt } = createMeter({ maxCPUPercent: limit })
        const model = new CpuModel(limit)
        const wentOnAt: number[] = []
        for (const { wait, busy, pauses } of [...steps, { wait: 10_000, busy: 0, pauses: true }]) {
          model.pass(clock.elapsed(), clock.elapsed() + wait)
          await clock.advance(wait)
          const now = clock.elapsed()
          meter.busy(busy)
          model.busy(now, busy)
          if (pauses) {
            void meter.pause().then(() => wentOnAt.push(clock.elapsed()))
            model.pause(now)
            await settle()
          }
          expect(meter.throttled).toBe(model.isOver(now))
          expect(meter.usage().cpuPercent).toBeCloseTo(model.sum(now) / 100)
          expect([wentOnAt, toldAt]).toEqual([model.wentOnAt, model.toldAt])
          expect(clock.pending).toBe(model.waiting === 0 ? 0 : 1)
        }
      },
    ),
    { numRuns: 300 },
  )
})

/** Slow and simple. */
class CpuModel {
  readonly toldAt: number[] = []
  readonly wentOnAt: number[] = []
  waiting = 0
  readonly #limit: number
  readonly #samples: { readonly at: number; readonly busy: number }[] = []
  #overSince: number | undefined

  constructor(percent: number) {
    this.#limit = percent * 100
  }

  pass(from: number, to: number): void {
    for (let second = Math.floor(from / 1_000) + 1; second * 1_000 <= to; second += 1) {
      if (this.isOver(second * 1_000)) continue
      for (; this.waiting > 0; this.waiting -= 1) this.wentOnAt.push(second * 1_000)
    }
  }

  pause(now: number): void {
    if (this.isOver(now)) this.waiting += 1
    else this.wentOnAt.push(now)
  }

  busy(now: number, busy: number): void {
    if (!this.isOver(now)) this.#overSince = undefined
    this.#samples.push({ at: now, busy })
    if (!this.isOver(now)) return
    this.#overSince ??= now
    const last = this.toldAt.at(-1) ?? -Infinity
    if (now - this.#overSince >= 2_000 && now - last >= 1_000) this.toldAt.push(now)
  }

  isOver(now: number): boolean {
    return this.sum(now) > this.#limit
  }

  /** Of this second and the nine before. */
  sum(now: number): number {
    const since = Math.floor(now / 1_000) - 9
    return this.#samples
      .filter(({ at }) => Math.floor(at / 1_000) >= since)
      .reduce((sum, { busy }) => sum + busy, 0)
  }
}
