import { runInNewContext } from 'node:vm'
import { array, assert, constantFrom, integer, oneof, property, record } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FakeClock, settle } from '../../test/fake-clock.ts'
import { EnhancedEventBus, type EventPattern } from '../index.ts'
import type { FailureSignal } from '../definition/signal.ts'
import { GridKitError } from '../errors/gridkit-error.ts'

function createBus(): { bus: EnhancedEventBus; failures: FailureSignal[] } {
  const failures: FailureSignal[] = []
  return { bus: new EnhancedEventBus(new FakeClock(), (signal) => failures.push(signal)), failures }
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
      { type: 'data:replace', payload: { rows: 3 }, id: 'event-1', timestamp: 1_000, source: 'api' },
      {
        type: 'data:replace',
        payload: { rows: 1 },
        id: 'event-2',
        timestamp: 1_000,
        source: 'acme',
        operationId: 'operation-7',
      },
    ])
    expect(events.every((event) => Object.isFrozen(event))).toBe(true)
    expect(Object.isFrozen((events[0] as { payload: object }).payload)).toBe(true)
  })

  test('takes payloads that can not be frozen', () => {
    const { bus } = createBus()
    const payloads: unknown[] = []
    bus.on('*', ({ payload }) => payloads.push(payload))
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

  test('behaves as a simple model does, whatever handlers do', () => {
    const action = record({
      kind: constantFrom('add', 'remove', 'emit', 'once'),
      at: integer({ min: 0, max: 5 }),
    })
    const step = oneof(action, record({ kind: constantFrom('script'), at: integer({ min: 0, max: 3 }) }))
    assert(
      property(
        array(step, { maxLength: 30 }),
        array(array(action, { maxLength: 3 }), { minLength: 4, maxLength: 4 }),
        (steps, scripts) => {
          const { bus, failures } = createBus()
          expect(play(steps, scripts, busDriver(bus))).toEqual(play(steps, scripts, modelDriver()))
          expect(failures).toEqual([])
        },
      ),
      { numRuns: 300 },
    )
  })
})

interface Step {
  readonly kind: string
  readonly at: number
}
interface Driver {
  on(type: string, priority: number, once: boolean, run: (event: number) => void): () => void
  emit(type: string, event: number): void
}

/** Plays steps; a handler plays its script at its first call only, so that there is an end. */
function play(
  steps: readonly Step[],
  scripts: readonly (readonly Step[])[],
  driver: Driver,
): readonly string[] {
  const log: string[] = []
  const undos: (() => void)[] = []
  let events = 0
  const run = ({ kind, at }: Step): void => {
    if (kind === 'emit') driver.emit(`a:t${at % 2}`, (events += 1))
    if (kind === 'remove') undos[at]?.()
    if (kind === 'add' || kind === 'once' || kind === 'script') {
      const name = undos.length
      let script = kind === 'script' ? scripts[at] : undefined
      const handler = (event: number): void => {
        log.push(`${name}:${event}`)
        const now = script
        script = undefined
        for (const each of now ?? []) run(each)
      }
      undos.push(driver.on(at % 3 === 2 ? '*' : `a:t${at % 2}`, at, kind === 'once', handler))
    }
  }
  for (const step of steps) run(step)
  return log
}

function busDriver(bus: EnhancedEventBus): Driver {
  return {
    on: (type, priority, once, run) =>
      bus.on(type as EventPattern, ({ payload }) => run(payload as number), { priority, once }),
    emit: (type, payload) => bus.emit<string>({ type, payload }),
  }
}

/** The order of the specification, written down as plainly as can be. */
function modelDriver(): Driver {
  let handlers: { type: string; priority: number; once: boolean; run: (event: number) => void }[] = []
  const queue: (() => void)[] = []
  let emitting = false
  return {
    on(type, priority, once, run) {
      const handler = { type, priority, once, run }
      handlers = [...handlers, handler]
      return () => {
        handlers = handlers.filter((each) => each !== handler)
      }
    },
    emit(type, event) {
      queue.push(() => {
        const matching = handlers.filter((each) => each.type === '*' || each.type === type)
        for (const handler of matching.sort((a, b) => b.priority - a.priority)) {
          if (handler.once) handlers = handlers.filter((each) => each !== handler)
          handler.run(event)
        }
      })
      if (emitting) return
      emitting = true
      for (let next = queue.shift(); next; next = queue.shift()) next()
      emitting = false
    },
  }
}
