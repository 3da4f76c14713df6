import { describe, expect, test } from 'vitest'
import { median, randomNumbers } from '../../test/numbers.ts'
import { holder, quietManager } from '../../test/plugins.ts'
import { systemClock } from '../lifetime/clock.ts'
import { Profiler, type Probe } from './profiler.ts'

/**
 * The real clock without the time that other processes take of this one. All
 * that runs below reads it all the time: a gap is theirs. One that hits a call of
 * 5 µs would else decide the test.
 */
class OwnTime {
  #last = systemClock.elapsed()
  #taken = 0

  elapsed(): number {
    const now = systemClock.elapsed()
    if (now - this.#last > 0.02) this.#taken += now - this.#last
    this.#last = now
    return now - this.#taken
  }
}

const handlers = [
  { handler: 'quick', milliseconds: 0.005, calls: 16_000 },
  { handler: 'middling', milliseconds: 0.05, calls: 800 },
  { handler: 'slow', milliseconds: 1, calls: 40 },
] as const

/** All calls, mixed at random. */
function mixed(random: () => number): (typeof handlers)[number][] {
  return handlers
    .flatMap((each) => Array.from({ length: each.calls }, () => ({ each, at: random() })))
    .sort((a, b) => a.at - b.at)
    .map(({ each }) => each)
}

/** What the profiler says of each handler and of all together, as a part of what was timed by hand; and how many of the calls it timed. */
function run(seed: number): { ratios: number[]; timed: number[] } {
  const time = new OwnTime()
  const random = randomNumbers(seed)
  const profiler = new Profiler({ clock: systemClock, random })
  const work = (milliseconds: number): void => {
    const end = time.elapsed() + milliseconds
    while (time.elapsed() < end);
  }
  const call = (probe: Probe, milliseconds: number): void => {
    if (!probe.begin()) return work(milliseconds)
    const started = time.elapsed()
    work(milliseconds)
    probe.end(started, time.elapsed() - started)
  }
  const hand = { quick: 0, middling: 0, slow: 0 }
  for (const { handler, milliseconds } of mixed(random)) {
    const probe = profiler.open('acme').probe(handler)
    const started = time.elapsed()
    call(probe, milliseconds)
    hand[handler] += time.elapsed() - started
  }
  const found = profiler.metrics('acme')
  const all = hand.quick + hand.middling + hand.slow
  const each = handlers.map(({ handler }) => profiler.open('acme').probe(handler).figures())
  return {
    ratios: [
      ...each.map(({ handler, total }) => total / hand[handler as keyof typeof hand]),
      (found?.total ?? 0) / all,
    ],
    timed: each.map(({ timed, count }) => timed / count),
  }
}

describe('by the real clock', () => {
  test('totals are within 5 % of what is timed by hand', () => {
    const runs = Array.from({ length: 5 }, (_, seed) => run(seed))
    const middle = (of: 'ratios' | 'timed', index: number): number =>
      median(runs.map((each) => each[of][index] ?? 0))
    for (const index of [0, 1, 2, 3]) {
      expect(middle('ratios', index)).toBeGreaterThan(0.95)
      expect(middle('ratios', index)).toBeLessThan(1.05)
    }
    // All but the quick ones, of which few are.
    expect([middle('timed', 1), middle('timed', 2)]).toEqual([1, 1])
    expect(middle('timed', 0)).toBeLessThan(0.1)
  }, 60_000)

  test("so are those of a plugin's handlers, all the way from the bus to the figures", async () => {
    const tries: number[][] = []
    for (let attempt = 0; attempt < 5; attempt += 1) tries.push(await throughManager())
    for (const index of [0, 1, 2]) {
      const ratio = median(tries.map((each) => each[index] ?? 0))
      expect(ratio).toBeGreaterThan(0.95)
      expect(ratio).toBeLessThan(1.05)
    }
  }, 60_000)
})

/** What `getMetrics` says of three handlers of a plugin, as a part of what each took by hand. */
async function throughManager(): Promise<number[]> {
  const time = new OwnTime()
  const clock = { ...systemClock, elapsed: () => time.elapsed() }
  const { manager } = quietManager({ clock })
  const { plugin, context } = holder('acme', {
    requiredPermissions: ['events:subscribe'],
    resourceLimits: { maxCPUPercent: 99.9 },
  })
  await manager.installPlugin(plugin)
  const hand = handlers.map(() => 0)
  // What the way to a handler takes is part of its time, and to be little beside that.
  const work = { quick: 0.02, middling: 0.1, slow: 1 }
  for (const [index, { handler }] of handlers.entries())
    context().on(`test:${handler}` as never, () => {
      const started = time.elapsed()
      while (time.elapsed() < started + work[handler]);
      hand[index] = (hand[index] ?? 0) + time.elapsed() - started
    })
  for (const { handler } of mixed(randomNumbers(1)))
    manager.events.emit<string>({ type: `test:${handler}`, payload: {} })
  const found = manager.getMetrics('acme')?.handlers ?? []
  await manager.destroy()
  return handlers.map(({ handler }, index) => {
    const total = found.find((each) => each.handler === `handler of 'test:${handler}'`)?.total ?? 0
    return total / (hand[index] ?? 0)
  })
}
