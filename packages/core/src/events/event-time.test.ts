import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { FakeClock } from '../../test/fake-clock.ts'
import { systemClock, type Clock } from '../lifetime/clock.ts'
import { EnhancedEventBus } from './enhanced-event-bus.ts'

interface Stamped {
  readonly emit: () => number
}

/** Emits an event, and gives its timestamp. */
function stamping(clock: Clock): Stamped {
  const bus = new EnhancedEventBus(clock, () => {})
  let latest = Number.NaN
  bus.on('*', ({ timestamp }) => (latest = timestamp))
  return {
    emit() {
      bus.emit({ type: 'data:replace', payload: { rows: 1 } })
      return latest
    },
  }
}

test('an injected clock is asked for each event, however fast they come', () => {
  let now = 0
  const clock = Object.assign(new FakeClock(), { now: () => Math.floor(now) })
  const { emit } = stamping(clock)
  for (now = 1; now < 100; now += 0.25) expect(emit()).toBe(Math.floor(now))
})

describe('of the system', () => {
  let now = 0
  let readings = 0
  beforeEach(() => {
    now = 5_000
    readings = 0
    vi.spyOn(Date, 'now').mockImplementation(() => {
      readings += 1
      return now
    })
  })
  afterEach(() => vi.restoreAllMocks())

  test('events that are some time apart have each their own, in one stretch too', () => {
    const { emit } = stamping(systemClock)
    for (let count = 0; count < 50; count += 1) {
      now += 1
      expect(emit()).toBe(now)
    }
  })

  test('a burst reads the clock once in a while, never goes back, and never ahead', () => {
    const { emit } = stamping(systemClock)
    const began = now
    let before = emit()
    for (let count = 0; count < 1_600; count += 1) {
      now += 0.01
      const timestamp = emit()
      expect(timestamp).toBeGreaterThanOrEqual(before)
      expect(timestamp).toBeLessThanOrEqual(now)
      before = timestamp
    }
    expect(before).toBeGreaterThan(began + 15)
  })

  test('a burst within one millisecond reads it a sixteenth of the times, and what follows catches up', () => {
    const { emit } = stamping(systemClock)
    for (let count = 0; count < 160; count += 1) emit()
    expect(readings).toBeLessThan(15)
    now += 40
    const late = Array.from({ length: 16 }, emit)
    expect(late.at(-1)).toBe(now)
  })

  test.each([
    ['an await', () => Promise.resolve()],
    ['a timer', () => new Promise((resolve) => setTimeout(resolve, 0))],
  ])('after %s no reading is older', async (_, pass) => {
    const { emit } = stamping(systemClock)
    for (let stretch = 0; stretch < 5; stretch += 1) {
      for (let count = 0; count < 20 + stretch; count += 1) emit()
      await pass()
      now += 1_000
      expect(emit()).toBe(now)
    }
  })

  test('buses do not share readings', () => {
    const [one, other] = [stamping(systemClock), stamping(systemClock)]
    for (let count = 0; count < 5; count += 1) one.emit()
    now += 1
    expect(other.emit()).toBe(now)
  })
})
