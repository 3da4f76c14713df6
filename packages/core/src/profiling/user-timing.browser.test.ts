import { expect, test } from 'vitest'
import { systemClock } from '../lifetime/clock.ts'
import { Profiler, type Probe } from './profiler.ts'

/** The measures that an observer is told of while `run` runs. */
async function observed(run: () => void): Promise<readonly PerformanceMeasure[]> {
  const found: PerformanceEntry[] = []
  const observer = new PerformanceObserver((list) => found.push(...list.getEntries()))
  observer.observe({ type: 'measure' })
  run()
  await new Promise((resolve) => setTimeout(resolve, 100))
  observer.disconnect()
  return found as PerformanceMeasure[]
}

/** A call that leads to another. */
function call(outer: Probe, inner: Probe): number {
  outer.begin()
  const started = systemClock.elapsed()
  inner.begin()
  inner.end(systemClock.elapsed(), 0.25)
  outer.end(started, 0.5)
  return started
}

test('calls show on a track of the performance panel for each plugin, and do not pile up', async () => {
  const profiler = new Profiler({ clock: systemClock, userTiming: true })
  const outer = profiler.open('acme').probe("handler of 'row:update'")
  const inner = profiler.open('other').probe('start')
  performance.measure('of the application', { start: 0, end: 1 })
  let started = 0
  const measures = await observed(() => {
    started = call(outer, inner)
    for (let round = 0; round < 10; round += 1) call(outer, inner)
  })
  expect(measures).toHaveLength(22)
  const first = measures.find(({ name }) => name === "acme › handler of 'row:update'")
  const second = measures.find(({ name }) => name === 'other › start')
  expect(first?.detail).toEqual({
    devtools: {
      dataType: 'track-entry',
      trackGroup: 'GridKit',
      track: 'acme',
      color: 'primary',
      tooltipText: "handler of 'row:update'",
      properties: [['Own time', '0.500 ms']],
    },
  })
  expect(second?.detail).toMatchObject({ devtools: { track: 'other' } })
  expect(first?.startTime).toBeCloseTo(started, 1)
  expect(performance.getEntriesByType('measure').map(({ name }) => name)).toEqual(['of the application'])
  performance.clearMeasures()
})

test('nothing shows unless it is asked for', async () => {
  const profiler = new Profiler({ clock: systemClock })
  const probe = profiler.open('acme').probe('start')
  await expect(observed(() => void call(probe, probe))).resolves.toEqual([])
})
