import { runInNewContext } from 'node:vm'
import { describe, expect, test, vi } from 'vitest'
import { FakeClock, settle } from '../../test/fake-clock.ts'
import { errorOf } from '../../test/error-of.ts'
import type { EventPattern } from '../definition/events.ts'
import type { FailureSignal } from '../definition/signal.ts'
import { GridKitError } from '../errors/gridkit-error.ts'
import { EnhancedEventBus, type EventBusOptions } from './enhanced-event-bus.ts'

function createBus(options?: EventBusOptions): {
  bus: EnhancedEventBus
  failures: FailureSignal[]
  clock: FakeClock
} {
  const failures: FailureSignal[] = []
  const clock = new FakeClock()
  return { bus: new EnhancedEventBus(clock, (signal) => failures.push(signal), options), failures, clock }
}
const replace = { type: 'data:replace', payload: { rows: 1 } } as const
const fact = (type: string): { type: string; payload: unknown } => ({ type, payload: undefined })

describe('EnhancedEventBus', () => {
  test('calls by priority, then in the order of subscribing', () => {
    const { bus } = createBus()
    const calls: string[] = []
    bus.on('data:replace', () => calls.push('default 1'))
    bus.on('data:replace', () => calls.push('low'), { priority: 1 })
    bus.on('*', () => calls.push('high'), { priority: 900 })
    bus.on('data:*', () => calls.push('default 2'))
    bus.emit(replace)
    expect(calls).toEqual(['high', 'default 1', 'default 2', 'low'])
  })

  test('matches types, nouns and everything', () => {
    const { bus } = createBus()
    const calls: string[] = []
    for (const pattern of ['row:*', 'row:update', '*', '@acme/x/found:one', '@acme/x/found:*'] as const)
      bus.on(pattern, ({ type }) => calls.push(`${pattern} ${type}`))
    for (const type of ['row:update', 'rows:update', '@acme/x/found:one', '@acme/y/found:one'])
      bus.emit(fact(type))
    expect(calls).toEqual([
      'row:* row:update',
      'row:update row:update',
      '* row:update',
      '* rows:update',
      '* @acme/x/found:one',
      '@acme/x/found:one @acme/x/found:one',
      '@acme/x/found:* @acme/x/found:one',
      '* @acme/y/found:one',
    ])
  })

  test('gives events an id, a time and a source, and freezes them', () => {
    const { bus } = createBus()
    const events: unknown[] = []
    bus.on('*', (event) => events.push(event))
    bus.emit({ ...replace, payload: { rows: 3 } })
    bus.emit({ ...replace, source: 'acme', operationId: 'operation-7' })
    expect(events).toEqual([
      { type: 'data:replace', payload: { rows: 3 }, id: 'event-0000001', timestamp: 1_000, source: 'api' },
      {
        type: 'data:replace',
        payload: { rows: 1 },
        id: 'event-0000002',
        timestamp: 1_000,
        source: 'acme',
        operationId: 'operation-7',
      },
    ])
    expect(events.every((event) => Object.isFrozen(event))).toBe(true)
  })

  test('takes payloads that can not be frozen', () => {
    const { bus } = createBus()
    const payloads: unknown[] = []
    bus.on('*', ({ payload }) => payloads.push(payload))
    bus.on('*', () => {}, {}, 'acme')
    const bytes = new Uint8Array([1])
    for (const payload of [bytes, null, undefined, 'text']) bus.emit({ type: 'a:b', payload })
    expect(payloads).toEqual([bytes, null, undefined, 'text'])
  })

  test.each(['row', 'Row:update', 'row:*', '*', 'row:update ', '', 'a b/row:update', 'row:up:date'])(
    "refuses to emit '%s'",
    (type) => {
      const { bus } = createBus()
      expect(() => bus.emit(fact(type))).toThrow(GridKitError)
    },
  )

  test.each(['row', '*:update', 'row:up*', 'Row:*', '', '* ', 'acme/*'])(
    "refuses to subscribe to '%s'",
    (pattern) => {
      const { bus } = createBus()
      expect(() => bus.on(pattern as EventPattern, () => {})).toThrow(`'${pattern}' is not an event type`)
      expect(bus.count()).toBe(0)
    },
  )

  test('two handlers of one owner on the same event both go', () => {
    const { bus } = createBus()
    let calls = 0
    const undos = [1, 2].map(() => bus.on('data:replace', () => (calls += 1), {}, 'acme'))
    expect(bus.count('acme')).toBe(2)
    for (const undo of undos) undo()
    for (const undo of undos) undo()
    bus.emit(replace)
    expect([calls, bus.count()]).toEqual([0, 0])
  })

  test('the same function can subscribe twice, and each has its own undo', () => {
    const { bus } = createBus()
    let calls = 0
    const handler = (): void => void (calls += 1)
    const undo = bus.on('data:replace', handler)
    bus.on('data:replace', handler)
    undo()
    bus.emit(replace)
    expect(calls).toBe(1)
  })

  test('what is added or removed during an emit takes effect at the next', () => {
    const { bus } = createBus()
    const calls: string[] = []
    bus.on('data:replace', () => {
      calls.push('first')
      removed()
      bus.on('data:replace', () => calls.push('added'), { once: true })
    })
    const removed = bus.on('data:replace', () => calls.push('removed'))
    bus.emit(replace)
    expect(calls).toEqual(['first', 'removed'])
    bus.emit(replace)
    expect(calls).toEqual(['first', 'removed', 'first', 'added'])
  })

  test('an event caused by another comes after it, and finds who subscribed in between', () => {
    const { bus } = createBus()
    const calls: string[] = []
    bus.on('a:one' as EventPattern, () => {
      bus.emit(fact('a:two'))
      bus.on('a:two' as EventPattern, () => calls.push('late two'))
      calls.push('first')
    })
    bus.on('a:one' as EventPattern, () => {
      bus.emit(fact('a:three'))
      calls.push('second')
    })
    bus.on('*', ({ type }) => calls.push(type), { priority: 0 })
    bus.emit(fact('a:one'))
    expect(calls).toEqual(['first', 'second', 'a:one', 'late two', 'a:two', 'a:three'])
  })

  test('cuts a cycle, says which, and is well afterwards', () => {
    const { bus, failures } = createBus()
    let calls = 0
    bus.on('a:one' as EventPattern, () => {
      calls += 1
      bus.emit({ ...fact('a:two'), source: 'acme' })
    })
    bus.on('a:two' as EventPattern, () => bus.emit({ ...fact('a:one'), source: 'acme' }))
    bus.emit(fact('a:one'))
    expect(calls).toBe(51)
    expect(failures).toHaveLength(1)
    expect(failures[0]).toMatchObject({
      pluginId: 'acme',
      phase: "emit of 'a:two'",
      error: { code: 'GK_EVENT_CYCLE' },
    })
    expect(String(failures[0]?.error)).toContain('a:two -> a:one -> a:two')
    bus.emit(fact('a:one'))
    expect(calls).toBe(102)
  })

  test('takes long chains for no cycle, however many there were', () => {
    const { bus, failures } = createBus()
    let calls = 0
    bus.on('acme/step:*', ({ type }) => {
      calls += 1
      const at = Number(type.slice('acme/step:t'.length))
      if (at < 100) bus.emit(fact(`acme/step:t${at + 1}`))
    })
    for (let turn = 0; turn < 20; turn += 1) bus.emit(fact('acme/step:t0'))
    expect([calls, failures]).toEqual([20 * 101, []])
  })

  test('cuts a cycle that multiplies before it fills the page', () => {
    const { bus, failures } = createBus()
    let calls = 0
    for (const _ of [1, 2]) {
      bus.on('a:one' as EventPattern, () => {
        calls += 1
        bus.emit(fact('a:one'))
      })
    }
    bus.emit(fact('a:one'))
    expect(calls).toBeLessThan(10_000)
    expect(failures.every(({ pluginId }) => pluginId === undefined)).toBe(true)
    expect(failures.length).toBeGreaterThan(0)
  })

  test('a handler that throws or rejects is reported with its owner, and stops no other', async () => {
    const { bus, failures } = createBus()
    const calls: string[] = []
    const error = new Error('no')
    bus.on(
      'data:replace',
      () => {
        throw error
      },
      {},
      'thrower',
    )
    bus.on('data:replace', () => Promise.reject(error), {}, 'rejecter')
    bus.on('data:replace', () => runInNewContext('Promise.reject(error)', { error }))
    bus.on('data:replace', () => calls.push('last'))
    bus.emit(replace)
    expect(calls).toEqual(['last'])
    await settle()
    const phase = "handler of 'data:replace'"
    expect(failures).toEqual([
      { pluginId: 'thrower', phase, error },
      { pluginId: 'rejecter', phase, error },
      { pluginId: undefined, phase, error },
    ])
  })

  test('once is called once, also when its own call emits again', () => {
    const { bus } = createBus()
    let calls = 0
    bus.on(
      'data:replace',
      () => {
        calls += 1
        bus.emit(replace)
      },
      { once: true },
    )
    bus.emit(replace)
    bus.emit(replace)
    expect([calls, bus.count()]).toEqual([1, 0])
  })

  test('once is called once when two events wait for it', () => {
    const { bus } = createBus()
    let calls = 0
    bus.on('data:replace', () => {
      bus.emit(fact('a:b'))
      bus.emit(fact('a:b'))
    })
    bus.on('a:b' as EventPattern, () => (calls += 1), { once: true })
    bus.emit(replace)
    expect(calls).toBe(1)
  })

  test('a signal unsubscribes', () => {
    const { bus } = createBus()
    let calls = 0
    const controller = new AbortController()
    const { signal } = controller
    bus.on('data:replace', () => (calls += 1), { signal })
    bus.emit(replace)
    controller.abort()
    bus.emit(replace)
    bus.on('data:replace', () => (calls += 1), { signal })()
    bus.emit(replace)
    expect([calls, bus.count()]).toEqual([1, 0])
  })

  test('clear forgets everyone', () => {
    const { bus } = createBus()
    let calls = 0
    bus.on('data:replace', () => (calls += 1))
    bus.emit(replace)
    bus.clear()
    bus.emit(replace)
    expect([calls, bus.count()]).toEqual([1, 0])
  })

  test('a handler may abort its own signal, and undo what is undone', () => {
    const { bus, failures } = createBus()
    let calls = 0
    const controller = new AbortController()
    const undo = bus.on(
      'data:replace',
      () => {
        calls += 1
        controller.abort()
        undo()
      },
      { signal: controller.signal, once: true },
    )
    bus.emit(replace)
    bus.emit(replace)
    undo()
    expect([calls, bus.count(), failures]).toEqual([1, 0, []])
  })

  test('clear during an emit lets that event reach everyone, and nothing after it', () => {
    const { bus } = createBus()
    const calls: string[] = []
    bus.on('data:replace', () => {
      bus.emit(fact('a:b'))
      bus.clear()
    })
    bus.on('*', ({ type }) => calls.push(type))
    bus.emit(replace)
    bus.emit(replace)
    expect([calls, bus.count()]).toEqual([['data:replace'], 0])
  })

  test('clear lets go of the signals', () => {
    const { bus } = createBus()
    const { signal } = new AbortController()
    const removed = vi.spyOn(signal, 'removeEventListener')
    bus.on('data:replace', () => {}, { signal })
    bus.clear()
    expect(removed).toHaveBeenCalledOnce()
  })

  test('two buses share nothing', () => {
    const [one, other] = [createBus({ history: 2 }), createBus({ history: 2 })]
    const ids: string[] = []
    one.bus.on('*', ({ id }) => ids.push(id))
    other.bus.emit(replace)
    one.bus.emit(replace)
    one.bus.clear()
    other.bus.emit(replace)
    expect(ids).toEqual(['event-0000001'])
    expect([one.bus.history().length, other.bus.history().length]).toEqual([1, 2])
  })

  test('ids are counted up, and no two are the same', () => {
    const { bus } = createBus()
    const ids: string[] = []
    bus.on('*', ({ id }) => ids.push(id))
    for (let count = 0; count < 1_234; count += 1) bus.emit(replace)
    expect(ids).toEqual(Array.from({ length: 1_234 }, (_, at) => `event-${String(at + 1).padStart(7, '0')}`))
    expect(ids.toSorted()).toEqual(ids)
  })

  test('types without end are delivered as few are', () => {
    const { bus } = createBus()
    let calls = 0
    bus.on('acme/many:*', () => (calls += 1))
    for (let count = 0; count < 2_500; count += 1) bus.emit(fact(`acme/many:t${count}`))
    bus.emit(fact('acme/many:t0'))
    expect(calls).toBe(2_501)
  })

  test('a report that fails stops nobody, and leaves the bus well', async () => {
    const bus = new EnhancedEventBus(new FakeClock(), () => {
      throw new Error('the report')
    })
    let calls = 0
    bus.on('data:replace', () => {
      throw new Error('no')
    })
    bus.on('data:replace', () => Promise.reject(new Error('no')))
    bus.on('data:replace', () => (calls += 1))
    bus.emit(replace)
    bus.emit(replace)
    await settle()
    expect(calls).toBe(2)
  })
})

describe('history', () => {
  const typesOf = (bus: EnhancedEventBus): readonly string[] => bus.history().map(({ type }) => type)

  test('is off unless asked for', () => {
    const { bus } = createBus()
    bus.on('*', () => {})
    bus.emit(replace)
    expect(bus.history()).toEqual([])
  })

  test('keeps the latest events, oldest first, whether anyone heard them or not', () => {
    const { bus } = createBus({ history: 3 })
    expect(typesOf(bus)).toEqual([])
    for (let count = 1; count <= 7; count += 1) {
      bus.emit(fact(`a:t${count}`))
      expect(typesOf(bus)).toEqual(
        [count - 2, count - 1, count].filter((each) => each > 0).map((each) => `a:t${each}`),
      )
    }
    expect(Object.isFrozen(bus.history()[0])).toBe(true)
  })

  test('has events in the order of delivery, and what was given out does not change', () => {
    const { bus } = createBus({ history: 5 })
    bus.on('a:one' as EventPattern, () => bus.emit(fact('a:two')), { once: true })
    bus.emit(fact('a:one'))
    const before = bus.history()
    bus.emit(fact('a:three'))
    expect(before.map(({ type }) => type)).toEqual(['a:one', 'a:two'])
    expect(typesOf(bus)).toEqual(['a:one', 'a:two', 'a:three'])
  })
})

describe('waitFor', () => {
  function leavesNothing({ bus, clock }: ReturnType<typeof createBus>): void {
    expect([bus.count(), clock.pending]).toEqual([0, 0])
  }

  test('gives the first event that passes, typed', async () => {
    const host = createBus()
    const found = host.bus.waitFor('data:replace', ({ payload }) => payload.rows > 1)
    host.bus.emit(replace)
    host.bus.emit({ type: 'data:replace', payload: { rows: 2 } })
    host.bus.emit({ type: 'data:replace', payload: { rows: 3 } })
    expect((await found).payload.rows).toBe(2)
    leavesNothing(host)
  })

  test('takes patterns, and any event without a predicate', async () => {
    const host = createBus()
    const found = host.bus.waitFor('acme/a:*')
    host.bus.emit(fact('other:b'))
    host.bus.emit(fact('acme/a:c'))
    expect((await found).type).toBe('acme/a:c')
    leavesNothing(host)
  })

  test('gives up after 5 seconds, or when told', async () => {
    const host = createBus()
    const usual = errorOf(() => host.bus.waitFor('data:replace'))
    const soon = errorOf(() => host.bus.waitFor('*', undefined, { timeout: 10 }))
    await host.clock.advance(10)
    expect(await soon).toMatchObject({ code: 'GK_EVENT_TIMED_OUT' })
    await host.clock.advance(4_989)
    expect(host.bus.count()).toBe(1)
    await host.clock.advance(1)
    expect((await usual).message).toBe("no event 'data:replace' that was waited for came within 5000 ms")
    leavesNothing(host)
  })

  test('ends when its signal aborts, before or during the wait', async () => {
    const host = createBus()
    const controller = new AbortController()
    const { signal } = controller
    const removed = vi.spyOn(signal, 'removeEventListener')
    const during = errorOf(() => host.bus.waitFor('data:replace', undefined, { signal }))
    controller.abort('enough')
    expect(await during).toMatchObject({ code: 'GK_EVENT_WAIT_ENDED', cause: 'enough' })
    expect(removed).toHaveBeenCalledOnce()
    const before = await errorOf(() => host.bus.waitFor('data:replace', undefined, { signal }))
    expect(before.code).toBe('GK_EVENT_WAIT_ENDED')
    leavesNothing(host)
  })

  test('ends when the bus is cleared', async () => {
    const host = createBus()
    const wait = errorOf(() => host.bus.waitFor('data:replace'))
    host.bus.clear()
    expect((await wait).message).toBe("waiting for the event 'data:replace' ended: the event bus was cleared")
    leavesNothing(host)
  })

  test('rejects with what the predicate throws, which nobody else hears of', async () => {
    const host = createBus()
    const error = new Error('no')
    const wait = host.bus.waitFor('data:replace', () => {
      throw error
    })
    host.bus.emit(replace)
    await expect(wait).rejects.toBe(error)
    expect(host.failures).toEqual([])
    leavesNothing(host)
  })

  test('refuses a pattern no event can match', async () => {
    const host = createBus()
    const error = await errorOf(() => host.bus.waitFor('Row' as EventPattern))
    expect(error.code).toBe('GK_INVALID_EVENT_TYPE')
    leavesNothing(host)
  })

  test('asks no more when it ended during the emit', async () => {
    const host = createBus()
    const controller = new AbortController()
    host.bus.on('data:replace', () => controller.abort())
    const predicate = vi.fn<() => boolean>(() => true)
    const wait = errorOf(() => host.bus.waitFor('data:replace', predicate, { signal: controller.signal }))
    host.bus.emit(replace)
    expect((await wait).code).toBe('GK_EVENT_WAIT_ENDED')
    expect(predicate).not.toHaveBeenCalled()
  })
})
