import { array, assert, constantFrom, integer, property, record } from 'fast-check'
import { expect, test } from 'vitest'
import { RecentTimes } from './recent-times.ts'

const step = record({
  kind: constantFrom('add', 'add', 'add', 'count', 'clear'),
  later: integer({ min: 0, max: 40 }),
  window: constantFrom(10, 50, 100),
  most: integer({ min: 1, max: 6 }),
})

test('the newest within the window count, whatever is added, asked and changed meanwhile', () => {
  assert(
    property(array(step, { maxLength: 60 }), (steps) => {
      const times = new RecentTimes()
      let all: number[] = []
      let now = 0
      for (const { kind, later, window, most } of steps) {
        now += later
        if (kind === 'clear') {
          times.clear()
          all = []
        } else if (kind === 'add') {
          times.add(now, window, most)
          all = [...all, now].slice(-most).filter((time) => time > now - window)
        }
        expect(times.count(now, window)).toBe(all.filter((time) => time > now - window).length)
        // As where it is asked how many there will be.
        expect(times.count(now + 30, window)).toBe(all.filter((time) => time > now + 30 - window).length)
      }
    }),
    { numRuns: 500 },
  )
})

test('many are added in a time that grows with their number', () => {
  const times = new RecentTimes()
  const began = performance.now()
  for (let time = 0; time < 300_000; time += 1) {
    times.add(time, 100_000, 100_000)
    times.count(time, 100_000)
  }
  expect(times.count(300_000, 100_000)).toBe(99_999)
  // Copied each time, they take minutes.
  expect(performance.now() - began).toBeLessThan(2_000)
}, 300_000)
