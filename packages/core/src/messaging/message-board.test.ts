import { array, assert, asyncProperty, boolean, constantFrom, integer, record } from 'fast-check'
import { describe, expect, test, vi } from 'vitest'
import { FakeClock, settle } from '../../test/fake-clock.ts'
import type { FailureSignal } from '../definition/signal.ts'
import { Scope, type Undo } from '../lifetime/scope.ts'
import { MessageBoard, type Receiver, type Request } from './message-board.ts'

function createBoard(): {
  board: MessageBoard
  clock: FakeClock
  scope: Scope
  reports: FailureSignal[]
  ask: (message: unknown, options?: Partial<Request>) => Promise<unknown>
} {
  const clock = new FakeClock()
  const reports: FailureSignal[] = []
  const board = new MessageBoard(clock, (signal) => void reports.push(signal))
  const scope = new Scope()
  const ask = (message: unknown, options: Partial<Request> = {}): Promise<unknown> =>
    board.request({ from: 'a', to: 'b', message, scope, ...options })
  return { board, clock, scope, reports, ask }
}

function receiver(answer: (message: unknown) => unknown): Receiver & { readonly told: unknown[] } {
  const told: unknown[] = []
  return {
    told,
    tell: (message, from) => void told.push([from, message]),
    answer: async (message) => answer(message),
  }
}
const echo = (): ReturnType<typeof receiver> => receiver((message) => message)
const silent = receiver(() => new Promise(() => {}))

describe('a message', () => {
  test('is delivered after send returned, in order, with where it comes from', async () => {
    const { board } = createBoard()
    const b = echo()
    board.receive('b', b)
    board.send('a', 'b', 1)
    board.send('c', 'b', 2)
    board.send('a', 'b', 3)
    expect(b.told).toEqual([])
    await Promise.resolve()
    expect(b.told).toEqual([
      ['a', 1],
      ['c', 2],
      ['a', 3],
    ])
  })

  test('is a copy as it was when it was sent', async () => {
    const { board } = createBoard()
    const b = echo()
    board.receive('b', b)
    const message = { rows: [1], at: new Date(0), index: new Map([['k', { deep: true }]]) }
    board.send('a', 'b', message)
    message.rows.push(2)
    await settle()
    const [[, received]] = b.told as [[string, typeof message]]
    expect(received).toEqual({ ...message, rows: [1] })
    expect(received.index.get('k')).not.toBe(message.index.get('k'))
  })

  test('needs a receiver', async () => {
    const { board, ask } = createBoard()
    const code = 'GK_NO_RECEIVER'
    expect(() => board.send('a', 'b', 1)).toThrow(expect.objectContaining({ code, pluginId: 'a' }))
    await expect(ask(1)).rejects.toMatchObject({ code, pluginId: 'a' })
    board.receive('b', echo())()
    expect(() => board.send('a', 'b', 1)).toThrow(expect.objectContaining({ code }))
  })

  const cyclic: Record<string, unknown> = {}
  Object.assign(cyclic, { itself: cyclic, run: () => 1 })
  test.each([
    ['message', () => {}],
    ['message.rows[1].format', { rows: [{}, { id: 1, format: () => '' }] }],
    ['message.run', cyclic],
    ['message.map', { map: new Map([['k', () => 1]]) }],
    ['message.bad', Object.defineProperty({}, 'bad', { enumerable: true, get: () => () => 1 })],
    [
      'message.bad',
      Object.defineProperty({}, 'bad', {
        enumerable: true,
        get() {
          throw new Error('no')
        },
      }),
    ],
  ])("that can't be copied is refused, and '%s' named", async (path, message) => {
    const { board, ask } = createBoard()
    const b = echo()
    board.receive('b', b)
    const refusal = {
      code: 'GK_MESSAGE_INVALID',
      pluginId: 'a',
      message: expect.stringContaining(`'${path}'`),
    }
    expect(() => board.send('a', 'b', message)).toThrow(expect.objectContaining(refusal))
    await expect(ask(message)).rejects.toMatchObject(refusal)
    await settle()
    expect(b.told).toEqual([])
  })

  test('that is under way when the receiver goes is dropped, also when another comes', async () => {
    const { board } = createBoard()
    const [first, second] = [echo(), echo()]
    const undo = board.receive('b', first)
    board.send('a', 'b', 1)
    undo()
    board.receive('b', second)
    undo()
    board.send('a', 'b', 2)
    await settle()
    expect([first.told, second.told]).toEqual([[], [['a', 2]]])
  })

  test('has one receiver a plugin', () => {
    const { board } = createBoard()
    const undo = board.receive('b', echo())
    expect(() => board.receive('b', echo())).toThrow(
      expect.objectContaining({ code: 'GK_MESSAGE_HANDLER_EXISTS', pluginId: 'b' }),
    )
    undo()
    expect(() => board.receive('b', echo())).not.toThrow()
  })
})

describe('a request', () => {
  test('gets a copy of the answer, and leaves nothing', async () => {
    const { board, clock, scope, ask } = createBoard()
    const kept: { rows: number[] } = { rows: [1] }
    board.receive(
      'b',
      receiver(() => kept),
    )
    const answer = (await ask('rows')) as typeof kept
    expect(answer).toEqual(kept)
    expect(answer).not.toBe(kept)
    expect([clock.pending, scope.size]).toEqual([0, 0])
  })

  test('is answered by the message it was when it was asked', async () => {
    const { board, ask } = createBoard()
    board.receive('b', echo())
    const message = { n: 1 }
    const answer = ask(message)
    message.n = 2
    expect(await answer).toEqual({ n: 1 })
  })

  test('fails with what the receiver throws', async () => {
    const { board, clock, scope, ask } = createBoard()
    const cause = new Error('no rows')
    board.receive(
      'b',
      receiver(() => {
        throw cause
      }),
    )
    await expect(ask(1)).rejects.toMatchObject({
      code: 'GK_REQUEST_FAILED',
      pluginId: 'b',
      message: "plugin 'b' failed to answer plugin 'a': no rows",
      cause,
    })
    expect([clock.pending, scope.size]).toEqual([0, 0])
  })

  test("fails when the answer can't be copied", async () => {
    const { board, ask } = createBoard()
    board.receive(
      'b',
      receiver(() => ({ run: () => 1 })),
    )
    await expect(ask(1)).rejects.toMatchObject({
      code: 'GK_REQUEST_FAILED',
      cause: { code: 'GK_MESSAGE_INVALID', pluginId: 'b', message: expect.stringContaining("'answer.run'") },
    })
  })

  test.each([
    [undefined, 5_000],
    [10, 10],
  ])('with a time-out of %s gives up after %s ms, and ignores what comes later', async (timeout, limit) => {
    const { board, clock, scope, ask } = createBoard()
    let answer = (_: unknown): void => {}
    board.receive(
      'b',
      receiver(() => new Promise((resolve) => (answer = resolve))),
    )
    let failure: unknown
    ask(1, timeout === undefined ? {} : { timeout }).catch((error: unknown) => (failure = error))
    await clock.advance(limit - 1)
    expect(failure).toBeUndefined()
    await clock.advance(1)
    expect(failure).toMatchObject({ code: 'GK_REQUEST_TIMED_OUT', pluginId: 'b' })
    answer(() => 'too late, and no copy')
    await settle()
    expect([clock.pending, scope.size]).toEqual([0, 0])
  })

  test('that is not answered in the usual time, or longer, is a failure of the receiver', async () => {
    for (const timeout of [undefined, 60_000]) {
      const { board, clock, reports, ask } = createBoard()
      board.receive('b', silent)
      const outcome = Promise.allSettled([ask(1, timeout === undefined ? {} : { timeout })])
      await clock.advance((timeout ?? 5_000) - 1)
      expect(reports).toEqual([])
      await clock.advance(1)
      const [{ reason: error }] = (await outcome) as [PromiseRejectedResult]
      expect(reports).toEqual([{ pluginId: 'b', phase: "message from 'a'", error }])
    }
  })

  test('that was given less time, or did not reach the receiver in time, is none', async () => {
    const { board, clock, scope, reports, ask } = createBoard()
    board.receive('b', silent)
    const short = Promise.allSettled([ask(1, { timeout: 1_000 })])
    await clock.advance(1_000)
    const release = board.hold('b')
    const held = Promise.allSettled([ask(2), ask(3, { timeout: 8_000 })])
    await clock.advance(4_000)
    release()
    await clock.advance(4_000)
    expect([...(await short), ...(await held)]).toMatchObject([
      { reason: { code: 'GK_REQUEST_TIMED_OUT' } },
      { reason: { code: 'GK_REQUEST_TIMED_OUT' } },
      { reason: { code: 'GK_REQUEST_TIMED_OUT' } },
    ])
    expect([reports, clock.pending, scope.size]).toEqual([[], 0, 0])
  })

  test.each([
    ['GK_REQUEST_ABORTED', 'its signal aborts', (way: Ways) => way.controller.abort('why')],
    ['GK_REQUEST_ABORTED', 'the plugin that asks goes', (way: Ways) => void way.scope.close()],
    ['GK_RECEIVER_GONE', 'the plugin that is asked goes', (way: Ways) => way.undo()],
  ])('fails with %s when %s, before it is delivered or after', async (code, _, end) => {
    for (const delivered of [false, true]) {
      const { board, clock, scope, ask } = createBoard()
      const answer = vi.fn<Receiver['answer']>(silent.answer)
      const undo = board.receive('b', { ...silent, answer })
      const controller = new AbortController()
      const removed = vi.spyOn(controller.signal, 'removeEventListener')
      const outcome = Promise.allSettled([ask(1, { signal: controller.signal })])
      if (delivered) await settle()
      end({ controller, scope, undo })
      expect(await outcome).toMatchObject([{ status: 'rejected', reason: { code } }])
      await settle()
      expect(answer).toHaveBeenCalledTimes(delivered ? 1 : 0)
      expect(removed).toHaveBeenCalledOnce()
      expect([clock.pending, scope.size]).toEqual([0, 0])
    }
  })

  test('with a signal that aborted before is not delivered', async () => {
    const { board, clock, scope, ask } = createBoard()
    const answer = vi.fn<Receiver['answer']>(silent.answer)
    board.receive('b', { ...silent, answer })
    await expect(ask(1, { signal: AbortSignal.abort('why') })).rejects.toMatchObject({
      code: 'GK_REQUEST_ABORTED',
      cause: 'why',
    })
    await settle()
    expect(answer).not.toHaveBeenCalled()
    expect([clock.pending, scope.size]).toEqual([0, 0])
  })
})

describe('while a plugin is held', () => {
  test('what is sent and asked waits, and goes in order to the receiver that is there at the release', async () => {
    const { board, clock, ask } = createBoard()
    const [first, second] = [echo(), receiver((message) => ['second', message])]
    const undo = board.receive('b', first)
    board.send('a', 'b', 'under way')
    const release = board.hold('b')
    board.send('a', 'b', 1)
    const answer = ask(2)
    undo()
    board.send('a', 'b', 3)
    await settle()
    board.receive('b', second)
    await settle()
    expect([first.told, second.told]).toEqual([[], []])
    release()
    board.send('a', 'b', 4)
    expect(second.told).toEqual([])
    expect(await answer).toEqual(['second', 2])
    await settle()
    expect([first.told, second.told.map((line) => (line as unknown[])[1])]).toEqual([
      [],
      ['under way', 1, 3, 4],
    ])
    expect(clock.pending).toBe(0)
  })

  test('it goes to the old receiver when nothing comes of the change', async () => {
    const { board, ask } = createBoard()
    board.receive('b', echo())
    const release = board.hold('b')
    const answer = ask(1)
    await settle()
    release()
    expect(await answer).toBe(1)
  })

  test('another release, or one of another hold, does not let go', async () => {
    const { board } = createBoard()
    const b = echo()
    board.receive('b', b)
    const [first, second] = [board.hold('b'), board.hold('b')]
    board.send('a', 'b', 1)
    first()
    first()
    await settle()
    expect(b.told).toEqual([])
    second()
    await settle()
    expect(b.told).toHaveLength(1)
  })

  test('what the receiver has already fails when it goes; a new one gets the rest', async () => {
    const { board, ask } = createBoard()
    const undo = board.receive('b', silent)
    const delivered = Promise.allSettled([ask(1)])
    await settle()
    const release = board.hold('b')
    const waiting = ask(2)
    undo()
    expect(await delivered).toMatchObject([{ reason: { code: 'GK_RECEIVER_GONE' } }])
    board.receive('b', echo())
    release()
    expect(await waiting).toBe(2)
  })

  test('and nobody is there at the release, messages are dropped and requests fail, as do later ones', async () => {
    const { board, clock, scope, ask } = createBoard()
    const release = board.hold('b')
    board.send('a', 'b', 1)
    const waiting = Promise.allSettled([ask(2)])
    release()
    expect(await waiting).toMatchObject([{ reason: { code: 'GK_RECEIVER_GONE', pluginId: 'b' } }])
    await expect(ask(3)).rejects.toMatchObject({ code: 'GK_NO_RECEIVER' })
    const b = echo()
    board.receive('b', b)
    release()
    await settle()
    expect(b.told).toEqual([])
    expect([clock.pending, scope.size]).toEqual([0, 0])
  })

  test('requests are given up as ever, and not delivered then', async () => {
    const { board, clock, scope, ask } = createBoard()
    const b = echo()
    const answer = vi.spyOn(b, 'answer')
    board.receive('b', b)
    const release = board.hold('b')
    const controller = new AbortController()
    const outcomes = Promise.allSettled([ask(1, { timeout: 10 }), ask(2, { signal: controller.signal })])
    await clock.advance(10)
    controller.abort()
    expect(await outcomes).toMatchObject([
      { reason: { code: 'GK_REQUEST_TIMED_OUT' } },
      { reason: { code: 'GK_REQUEST_ABORTED' } },
    ])
    release()
    await settle()
    expect(answer).not.toHaveBeenCalled()
    expect([clock.pending, scope.size]).toEqual([0, 0])
  })
})

interface Ways {
  readonly controller: AbortController
  readonly scope: Scope
  readonly undo: Undo
}

const plugins = ['a', 'b', 'c'] as const
const step = record({
  kind: constantFrom('send', 'ask', 'ask', 'wait', 'answer'),
  from: constantFrom(...plugins),
  to: constantFrom(...plugins),
  at: integer({ min: 0, max: 9 }),
  forward: boolean(),
})

test('whatever the order of sending, delivering and answering, each message arrives once and in order, and no answer is lost', async () => {
  await assert(
    asyncProperty(array(step, { maxLength: 40 }), async (steps) => {
      const { board, clock } = createBoard()
      const scope = new Scope()
      const sent: string[] = []
      const received: string[] = []
      const unanswered: (() => void)[] = []
      const answers: Promise<unknown>[] = []
      const asked: unknown[] = []
      let count = 0
      const say = (kind: string, from: string, to: string, forward: boolean): void => {
        const message = { way: `${from}>${to}`, number: (count += 1), forward }
        sent.push(`${message.way} ${message.number}`)
        if (kind === 'send') return board.send(from, to, message)
        asked.push(message.number)
        answers.push(board.request({ from, to, message, scope }))
      }
      for (const to of plugins) {
        const hear = (message: unknown): number => {
          const { way, number, forward } = message as { way: string; number: number; forward: boolean }
          received.push(`${way} ${number}`)
          // Handlers send too, and nothing is delivered inside of that.
          const before = received.length
          if (forward) say('send', to, plugins[number % 3] ?? 'a', false)
          expect(received.length).toBe(before)
          return number
        }
        board.receive(to, {
          tell: (message) => void hear(message),
          answer: (message) => {
            const number = hear(message)
            return new Promise((resolve) => unanswered.push(() => resolve(number)))
          },
        })
      }
      for (const { kind, from, to, at, forward } of steps) {
        if (kind === 'wait') for (let turn = 0; turn < at; turn += 1) await Promise.resolve()
        else if (kind === 'answer') unanswered.splice(at % (unanswered.length + 1), 1)[0]?.()
        else say(kind, from, to, forward)
      }
      await settle()
      for (const answer of unanswered.reverse()) answer()
      expect(await Promise.all(answers)).toEqual(asked)
      const inOrder = (each: readonly string[], way: string): readonly string[] =>
        each.filter((line) => line.startsWith(way))
      for (const from of plugins)
        for (const to of plugins)
          expect(inOrder(received, `${from}>${to}`)).toEqual(inOrder(sent, `${from}>${to}`))
      expect([clock.pending, scope.size]).toEqual([0, 0])
    }),
    { numRuns: 200 },
  )
})

describe('what waits for a plugin', () => {
  test('is what is on its way to it and what it has not answered', async () => {
    const { board, clock, ask } = createBoard()
    expect(board.countFor('b')).toBe(0)
    const undo = board.receive('b', silent)
    board.send('a', 'b', 1)
    const requests = Promise.allSettled([ask(2), ask(3, { timeout: 10 })])
    expect([board.countFor('b'), board.countFor('a')]).toEqual([3, 0])
    await settle()
    expect(board.countFor('b')).toBe(2)
    await clock.advance(10)
    expect(board.countFor('b')).toBe(1)
    const release = board.hold('b')
    board.send('a', 'b', 4)
    expect(board.countFor('b')).toBe(2)
    undo()
    expect(board.countFor('b')).toBe(1)
    release()
    await requests
    expect(board.countFor('b')).toBe(0)
  })
})
