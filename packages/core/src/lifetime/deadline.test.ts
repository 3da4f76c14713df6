import { describe, expect, test } from 'vitest'
import { FakeClock } from '../../test/fake-clock.ts'
import { deferred, never } from '../../test/plugins.ts'
import { systemClock } from './clock.ts'
import { withDeadline } from './deadline.ts'
import { WorkQueue } from './work-queue.ts'

describe('withDeadline', () => {
  test('gives what the work gives, and leaves no timer', async () => {
    const clock = new FakeClock()
    expect(await withDeadline(clock, 10, undefined, () => 7)).toEqual({ kind: 'done', value: 7 })
    expect(await withDeadline(clock, 10, undefined, () => Promise.resolve(8))).toEqual({
      kind: 'done',
      value: 8,
    })
    expect(clock.pending).toBe(0)
  })

  test('gives what the work throws or rejects with', async () => {
    const clock = new FakeClock()
    const error = new Error('no')
    const thrown = await withDeadline(clock, 10, undefined, () => {
      throw error
    })
    expect(thrown).toEqual({ kind: 'failed', error })
    expect(await withDeadline(clock, 10, undefined, () => Promise.reject(error))).toEqual({
      kind: 'failed',
      error,
    })
    expect(clock.pending).toBe(0)
  })

  test('ends work that takes too long, and ignores what comes of it', async () => {
    const clock = new FakeClock()
    const work = deferred()
    const outcome = withDeadline(clock, 10, undefined, () => work.promise)
    await clock.advance(10)
    expect(await outcome).toEqual({ kind: 'timed-out' })
    work.reject(new Error('late'))
    await clock.advance(10)
  })

  test('ends when the signal aborts, before or during the work', async () => {
    const clock = new FakeClock()
    const controller = new AbortController()
    const during = withDeadline(clock, 10, controller.signal, never)
    controller.abort()
    expect(await during).toEqual({ kind: 'aborted' })
    let ran = false
    const before = withDeadline(clock, 10, controller.signal, () => (ran = true))
    expect(await before).toEqual({ kind: 'aborted' })
    expect(ran).toBe(false)
    expect(clock.pending).toBe(0)
  })

  test('takes no limit', async () => {
    const clock = new FakeClock()
    const outcome = withDeadline(clock, undefined, undefined, () => 'done')
    expect(clock.pending).toBe(0)
    expect(await outcome).toEqual({ kind: 'done', value: 'done' })
  })
})

describe('WorkQueue', () => {
  test('runs one after the other, and goes on after a failure', async () => {
    const queue = new WorkQueue()
    const log: string[] = []
    const first = deferred()
    const one = queue.add(async () => {
      log.push('one')
      await first.promise
      log.push('one ends')
    })
    const two = queue.add(() => {
      log.push('two')
      throw new Error('two')
    })
    const three = queue.add(() => Promise.resolve('three'))
    first.resolve()
    await one
    await expect(two).rejects.toThrow('two')
    expect(await three).toBe('three')
    expect(log).toEqual(['one', 'one ends', 'two'])
  })

  test('is idle when all is done, and never rejects', async () => {
    const queue = new WorkQueue()
    queue.add(() => Promise.reject(new Error('no'))).catch(() => {})
    await expect(queue.idle).resolves.toBeUndefined()
  })
})

describe('systemClock', () => {
  test('tells the time and runs timers, until they are undone', async () => {
    expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1000)
    const before = systemClock.elapsed()
    let times = 0
    await new Promise<void>((resolve) => {
      systemClock.after(0, () => (times += 100))()
      const undo = systemClock.every(1, () => {
        times += 1
        if (times < 2) return
        undo()
        systemClock.after(5, resolve)
      })
    })
    expect(times).toBe(2)
    expect(systemClock.elapsed()).toBeGreaterThan(before)
  })

  test('does not fire at once what is never to fire', async () => {
    let fired = 0
    const undos = [
      systemClock.after(Number.POSITIVE_INFINITY, () => (fired += 1)),
      systemClock.every(2 ** 40, () => (fired += 1)),
    ]
    await new Promise<void>((resolve) => systemClock.after(10, resolve))
    for (const undo of undos) undo()
    expect(fired).toBe(0)
  })
})
