import { array, assert, asyncProperty, constantFrom, integer, record } from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { FakeClock, settle } from '../../test/fake-clock.ts'
import type { ServiceHandle, ServiceOptions } from '../definition/services.ts'
import type { FailureSignal } from '../definition/signal.ts'
import { Scope, type Undo } from '../lifetime/scope.ts'
import { ServiceBoard, type GuardCall } from './service-board.ts'

interface Sums {
  sum(numbers: readonly number[]): number
  echo(value: unknown): unknown
}
const guardCall: GuardCall = async (_, run) => run()

function createBoard(out = <T>(call: () => T): T => call()) {
  const clock = new FakeClock()
  const reports: FailureSignal[] = []
  const board = new ServiceBoard(clock, (signal) => void reports.push(signal))
  const scope = new Scope()
  const importAs = <TService extends object>(name = 'sums'): ServiceHandle<TService> =>
    board.import({ pluginId: 'a', scope, out }, 'b', name) as ServiceHandle<TService>
  const serve = (service: object, name = 'sums', options?: ServiceOptions): Undo =>
    board.export('b', name, service, guardCall, options)
  return { board, clock, scope, reports, importAs, serve, handle: importAs<Sums>() }
}

const sums: Sums = {
  sum: (numbers) => numbers.reduce((total, each) => total + each, 0),
  echo: (value) => value,
}
const codeOf = async (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    (value) => value,
    (error: unknown) => (error as { code: unknown }).code,
  )
const never = (): Promise<never> => new Promise(() => {})

describe('a handle', () => {
  test('is there before the exporter is, and the same one each time', async () => {
    const { importAs, serve, handle } = createBoard()
    expect(await codeOf(handle.sum([1]))).toBe('GK_SERVICE_GONE')
    serve(sums)
    expect(importAs()).toBe(handle)
    expect(importAs('others')).not.toBe(handle)
    expect(handle.sum).toBe(handle.sum)
    expect(await handle.sum([1, 2])).toBe(3)
  })

  test('goes to whoever exports the service when it is called', async () => {
    const { serve, handle } = createBoard()
    serve({ echo: () => 'first' })()
    const undo = serve({ echo: () => 'second' })
    expect(await handle.echo(1)).toBe('second')
    undo()
    undo()
    expect(await codeOf(handle.echo(1))).toBe('GK_SERVICE_GONE')
    serve({ echo: () => 'third' })
    undo()
    expect(await handle.echo(1)).toBe('third')
  })

  test('can be awaited, looked at and not changed; nothing it is asked of calls the service', async () => {
    const { importAs, serve } = createBoard()
    const called = vi.fn<() => void>()
    serve(Object.fromEntries(['sum', 'then', 'toString'].map((name) => [name, called])))
    const handle = importAs<Record<string, unknown>>()
    expect(await Promise.resolve(handle)).toBe(handle)
    expect([Reflect.get(handle, Symbol.toPrimitive), Reflect.get(handle, 'toString')]).toEqual([
      undefined,
      undefined,
    ])
    expect(Reflect.set(handle, 'sum', 1)).toBe(false)
    await settle()
    expect(called).not.toHaveBeenCalled()
  })

  test('can not be sent on', async () => {
    const { serve, handle } = createBoard()
    serve(sums)
    await expect(handle.echo({ handle })).rejects.toMatchObject({
      code: 'GK_MESSAGE_INVALID',
      pluginId: 'a',
      message: expect.stringContaining("'parameters of echo[0].handle'"),
    })
  })
})

describe('a service', () => {
  test('has the methods of its classes, called on itself', async () => {
    class Counter {
      #count = 0
      readonly note = 'no method'
      add(): number {
        return (this.#count += 1)
      }
      get total(): number {
        throw new Error('nobody reads it')
      }
    }
    class Twice extends Counter {
      override add(): number {
        super.add()
        return super.add()
      }
      reset(): string {
        return 'done'
      }
    }
    const { importAs, serve } = createBoard()
    serve(new Twice())
    const handle = importAs<Twice>()
    expect([await handle.add(), await handle.add(), await handle.reset()]).toEqual([2, 4, 'done'])
    const untyped = importAs<Record<'note' | 'total' | 'constructor', () => void>>()
    await expect(untyped.total()).rejects.toMatchObject({
      code: 'GK_SERVICE_METHOD_UNKNOWN',
      pluginId: 'a',
      hint: "It has 'add', 'reset'.",
    })
    expect(await codeOf(untyped.note())).toBe('GK_SERVICE_METHOD_UNKNOWN')
  })

  test.each([
    [{}],
    [{ note: 1 }],
    [Object.fromEntries(['then'].map((name) => [name, () => 1]))],
    [Object.create(null) as object],
  ])('without methods is refused: %j', (service) => {
    const { serve } = createBoard()
    expect(() => serve(service)).toThrow(
      expect.objectContaining({ code: 'GK_SERVICE_INVALID', pluginId: 'b' }),
    )
  })

  test('has a name of its own among those of its plugin', async () => {
    const { board, importAs, serve } = createBoard()
    const undo = serve(sums)
    serve({ echo: () => 'other' }, 'others')
    board.export('c', 'sums', { echo: () => 'of c' }, guardCall)
    expect(() => serve(sums)).toThrow(expect.objectContaining({ code: 'GK_SERVICE_EXISTS', pluginId: 'b' }))
    expect(await importAs<Sums>('others').echo(1)).toBe('other')
    undo()
    expect(() => serve(sums)).not.toThrow()
  })

  test('gets copies, and gives copies', async () => {
    const { serve, handle } = createBoard()
    const given = { rows: [1] }
    const seen: unknown[] = []
    const kept = { at: new Date(0) }
    serve({
      echo: (value: typeof given) => {
        seen.push(value)
        return kept
      },
    })
    const result = handle.echo(given)
    given.rows.push(2)
    expect(await result).toEqual(kept)
    expect(await result).not.toBe(kept)
    expect(seen).toEqual([{ rows: [1] }])
  })

  test('is called through its guard, after the call has returned', async () => {
    const { board, handle } = createBoard()
    const phases: string[] = []
    board.export('b', 'sums', sums, async (phase, run) => {
      phases.push(phase)
      return run()
    })
    const result = handle.sum([1])
    expect(phases).toEqual([])
    expect(await result).toBe(1)
    expect(phases).toEqual(["service 'sums'.sum"])
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['rejects', () => Promise.reject(new Error('no'))],
  ])('that %s fails the call', async (_, echo) => {
    const { clock, scope, serve, handle } = createBoard()
    serve({ echo })
    await expect(handle.echo(1)).rejects.toMatchObject({
      code: 'GK_SERVICE_FAILED',
      pluginId: 'b',
      message: expect.stringMatching(/'echo'.*'sums'.*'b'.*'a'.*: no$/),
      cause: { message: 'no' },
    })
    expect([clock.pending, scope.size]).toEqual([0, 0])
  })

  test("whose result can't be copied fails the call", async () => {
    const { serve, handle } = createBoard()
    serve({ echo: () => ({ run: () => 1 }) })
    await expect(handle.echo(1)).rejects.toMatchObject({
      code: 'GK_SERVICE_FAILED',
      cause: { code: 'GK_MESSAGE_INVALID', message: expect.stringContaining("'result.run'") },
    })
  })
})

describe('a call', () => {
  test('fails when the exporter goes, before it was made or after, and leaves nothing', async () => {
    for (const made of [false, true]) {
      const { clock, scope, serve, handle } = createBoard()
      const echo = vi.fn<() => Promise<never>>(never)
      const undo = serve({ echo })
      const call = handle.echo(1)
      if (made) await settle()
      undo()
      await expect(call).rejects.toMatchObject({
        code: 'GK_SERVICE_GONE',
        message: expect.stringMatching(/'a'.*'sums'.*'b'/),
        hint: expect.stringContaining("exportService('sums', …)"),
      })
      expect(echo).toHaveBeenCalledTimes(made ? 1 : 0)
      expect([clock.pending, scope.size]).toEqual([0, 0])
    }
  })

  test('fails when the one who called goes, before it was made or after, and leaves nothing', async () => {
    for (const made of [false, true]) {
      const { clock, scope, serve, handle } = createBoard()
      const echo = vi.fn<() => Promise<never>>(never)
      serve({ echo })
      const call = handle.echo(1)
      if (made) await settle()
      scope.close()
      await expect(call).rejects.toMatchObject({ code: 'GK_CONTEXT_CLOSED', pluginId: 'a' })
      await settle()
      expect(echo).toHaveBeenCalledTimes(made ? 1 : 0)
      expect([clock.pending, scope.size]).toEqual([0, 0])
    }
  })

  test('is not let out of a plugin that has no right to it', async () => {
    const { serve, handle } = createBoard(() => {
      throw new Error('denied')
    })
    const echo = vi.fn<() => void>()
    serve({ echo })
    await expect(handle.echo(1)).rejects.toThrow('denied')
    expect(echo).not.toHaveBeenCalled()
  })

  test('that nobody looks at is no unhandled rejection', async () => {
    const unhandled = vi.fn<() => void>()
    process.on('unhandledRejection', unhandled)
    const { serve, handle } = createBoard()
    void handle.echo(1)
    serve({ echo: () => Promise.reject(new Error('no')) })
    void handle.echo(2)
    void handle.echo(() => {})
    await settle()
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
  })

  test.each([
    [undefined, 30_000],
    [100, 100],
    [600_000, 600_000],
  ])(
    'of a service with a time-out of %s has %s ms, and what comes later is ignored',
    async (timeout, limit) => {
      const { clock, scope, reports, serve, handle } = createBoard()
      const answers: ((value: unknown) => void)[] = []
      const echo = (): unknown => new Promise((resolve) => answers.push(resolve))
      serve({ echo }, 'sums', timeout === undefined ? undefined : { timeout })
      const calls = Promise.allSettled([handle.echo(1), handle.echo(2)])
      await clock.advance(limit - 1)
      answers[0]?.('in time')
      expect(reports).toEqual([])
      await clock.advance(1)
      answers[1]?.(() => 'too late, and no copy')
      const [first, second] = await calls
      expect([first, second]).toMatchObject([
        { value: 'in time' },
        {
          reason: {
            code: 'GK_SERVICE_TIMED_OUT',
            pluginId: 'b',
            message: expect.stringMatching(/'b' did not answer.*'a'.*'echo'.*'sums'/),
          },
        },
      ])
      const { reason: error } = second as PromiseRejectedResult
      expect(reports).toEqual([{ pluginId: 'b', phase: "service 'sums'.echo", error }])
      expect([clock.pending, scope.size]).toEqual([0, 0])
    },
  )

  test('may take for ever, where its exporter says so', async () => {
    const { clock, serve, handle } = createBoard()
    let answer = (_: unknown): void => {}
    serve({ echo: () => new Promise((resolve) => (answer = resolve)) }, 'sums', { timeout: Infinity })
    const call = handle.echo(1)
    await clock.advance(10_000_000)
    answer('at last')
    expect(await call).toBe('at last')
  })

  test('that waited for a reload has its time from then on', async () => {
    const { board, clock, serve, handle } = createBoard()
    let answer = (_: unknown): void => {}
    serve({ echo: () => new Promise((resolve) => (answer = resolve)) })
    const release = board.hold('b')
    const call = handle.echo(1)
    await clock.advance(29_000)
    release()
    await clock.advance(29_000)
    answer('in time')
    expect(await call).toBe('in time')
    expect(clock.pending).toBe(0)
  })
})

describe('what waits for an exporter', () => {
  test('is what is on its way to it and what it has not answered', async () => {
    const { board, serve, handle } = createBoard()
    expect(board.countFor('b')).toBe(0)
    const undo = serve({ echo: never })
    const undoOther = serve(sums, 'others')
    const calls = Promise.allSettled([handle.echo(1), handle.echo(2)])
    expect([board.countFor('b'), board.countFor('a')]).toEqual([2, 0])
    await settle()
    const release = board.hold('b')
    const held = Promise.allSettled([handle.echo(3)])
    await settle()
    expect(board.countFor('b')).toBe(3)
    undo()
    undoOther()
    expect(board.countFor('b')).toBe(1)
    release()
    await Promise.all([calls, held])
    expect(board.countFor('b')).toBe(0)
  })
})

describe('while an exporter is held', () => {
  test('calls wait, and go in order to what it exports at the release', async () => {
    const { board, clock, serve, handle } = createBoard()
    const made: unknown[] = []
    const service = (version: string): object => ({
      echo: (value: unknown) => {
        made.push([version, value])
        return version
      },
    })
    const undo = serve(service('old'))
    const results = [handle.echo('under way')]
    const release = board.hold('b')
    results.push(handle.echo(1))
    undo()
    results.push(handle.echo(2))
    await settle()
    serve(service('new'))
    results.push(handle.echo(3))
    await settle()
    expect(made).toEqual([])
    release()
    results.push(handle.echo(4))
    expect(await Promise.all(results)).toEqual(['new', 'new', 'new', 'new', 'new'])
    expect(made.map((each) => (each as unknown[])[1])).toEqual(['under way', 1, 2, 3, 4])
    expect(clock.pending).toBe(0)
  })

  test('a call waits no more than 30 seconds, and is not made then', async () => {
    const { board, clock, scope, reports, serve, handle } = createBoard()
    const echo = vi.fn<() => void>()
    serve({ echo })
    const release = board.hold('b')
    const call = codeOf(handle.echo(1))
    let outcome: unknown
    void call.then((code) => (outcome = code))
    await clock.advance(29_999)
    expect(outcome).toBeUndefined()
    await clock.advance(1)
    expect(outcome).toBe('GK_SERVICE_TIMED_OUT')
    release()
    await settle()
    expect(echo).not.toHaveBeenCalled()
    // It had no chance to answer.
    expect([reports, clock.pending, scope.size]).toEqual([[], 0, 0])
  })

  test('and does not come back, the calls fail', async () => {
    const { board, serve, handle } = createBoard()
    const undo = serve(sums)
    const release = board.hold('b')
    const call = handle.sum([1])
    undo()
    release()
    expect(await codeOf(call)).toBe('GK_SERVICE_GONE')
    expect(await codeOf(handle.sum([1]))).toBe('GK_SERVICE_GONE')
  })

  test('the one who called may go', async () => {
    const { board, scope, serve, handle } = createBoard()
    const echo = vi.fn<() => void>()
    serve({ echo })
    const release = board.hold('b')
    const call = handle.echo(1)
    scope.close()
    expect(await codeOf(call)).toBe('GK_CONTEXT_CLOSED')
    release()
    await settle()
    expect(echo).not.toHaveBeenCalled()
  })

  test('others are not', async () => {
    const { board, serve, handle } = createBoard()
    serve(sums)
    board.hold('c')
    expect(await handle.sum([1])).toBe(1)
  })
})

const step = record({
  kind: constantFrom('export', 'undo', 'call', 'call', 'call', 'hold', 'release', 'wait', 'answer', 'pass'),
  number: integer({ min: 0, max: 9 }),
})

test('whatever the order of exporting, holding and calling, none is made of an exporter that is gone, each ends once, and each that was held is made', async () => {
  await assert(
    asyncProperty(array(step, { maxLength: 50 }), async (steps) => {
      const { board, clock, scope, serve, handle } = createBoard()
      let undo: Undo | undefined
      let release: Undo | undefined
      let version = 0
      const gone = new Set<number>()
      const made: number[] = []
      const unanswered: (() => void)[] = []
      const outcomes: Promise<unknown>[] = []
      const heldAtCall = new Set<number>()
      const timedOut: boolean[] = []
      const put = (): void => {
        const mine = (version += 1)
        const remove = serve({
          echo: (call: number) => {
            expect(gone).not.toContain(mine)
            expect(release).toBeUndefined()
            made.push(call)
            return new Promise((resolve) => unanswered.push(() => resolve(call)))
          },
        })
        undo = () => {
          remove()
          gone.add(mine)
          undo = undefined
        }
      }
      for (const { kind, number } of steps) {
        if (kind === 'export' && undo === undefined) put()
        else if (kind === 'undo') undo?.()
        else if (kind === 'hold') release ??= board.hold('b')
        else if (kind === 'release') {
          // A reload ends with something exported.
          if (release && undo === undefined) put()
          release?.()
          release = undefined
          await settle()
        } else if (kind === 'wait') for (let turn = 0; turn < number; turn += 1) await Promise.resolve()
        else if (kind === 'answer') unanswered.splice(number % (unanswered.length + 1), 1)[0]?.()
        else if (kind === 'pass') await clock.advance(number * 1_000)
        else if (kind === 'call') {
          const call = outcomes.length
          if (release !== undefined) heldAtCall.add(call)
          outcomes.push(codeOf(handle.echo(call)))
        }
      }
      if (undo === undefined) put()
      release?.()
      release = undefined
      await settle()
      for (const answer of unanswered) answer()
      for (const [call, outcome] of (await Promise.all(outcomes)).entries()) {
        expect([call, 'GK_SERVICE_GONE', 'GK_SERVICE_TIMED_OUT']).toContain(outcome)
        timedOut[call] = outcome === 'GK_SERVICE_TIMED_OUT'
        expect(outcome !== call || made.includes(call)).toBe(true)
      }
      for (const call of heldAtCall) expect(made.includes(call)).toBe(timedOut[call] === false)
      expect(made).toEqual([...new Set(made)].sort((a, b) => a - b))
      expect([clock.pending, scope.size]).toEqual([0, 0])
    }),
    { numRuns: 300 },
  )
})
