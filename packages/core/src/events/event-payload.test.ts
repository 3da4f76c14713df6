import { expect, test } from 'vitest'
import { FakeClock } from '../../test/fake-clock.ts'
import type { GridKitEvent } from '../definition/events.ts'
import { EnhancedEventBus, type EventBusOptions } from './enhanced-event-bus.ts'

const type = 'a/x:b'

function createBus(options?: EventBusOptions): EnhancedEventBus {
  return new EnhancedEventBus(new FakeClock(), () => {}, options)
}

/** Whether the event and its payload were frozen when each handler was called. */
function watch(bus: EnhancedEventBus, owner?: string, priority?: number): readonly boolean[][] {
  const seen: boolean[][] = []
  const look = (event: GridKitEvent): void => {
    seen.push([Object.isFrozen(event), Object.isFrozen(event.payload)])
  }
  bus.on('*', look, priority === undefined ? {} : { priority }, owner)
  return seen
}

test('what goes to a plugin is frozen before anyone gets it', () => {
  const bus = createBus()
  const first = watch(bus, undefined, 900)
  const plugin = watch(bus, 'acme')
  bus.emit({ type, payload: {} })
  expect([first, plugin]).toEqual([[[true, true]], [[true, true]]])
})

test('what comes from a plugin is frozen', () => {
  const bus = createBus()
  const seen = watch(bus)
  bus.emit({ type, payload: {}, source: 'acme' })
  expect(seen).toEqual([[true, true]])
})

test('of what the application shares with itself only the event is frozen', () => {
  const bus = createBus()
  const seen = watch(bus)
  bus.emit({ type, payload: {} })
  bus.emit({ type, payload: {}, source: 'user', operationId: 'operation-1' })
  expect(seen).toEqual([
    [true, false],
    [true, false],
  ])
})

test('follows plugins that come and go', () => {
  const bus = createBus()
  const seen = watch(bus)
  bus.emit({ type, payload: {} })
  const undo = bus.on('a/x:*', () => {}, {}, 'acme')
  bus.emit({ type, payload: {} })
  undo()
  bus.emit({ type, payload: {} })
  expect(seen.map(([, payload]) => payload)).toEqual([false, true, false])
})

test('an event that waits can not be changed by who emitted it', () => {
  const bus = createBus()
  const payload = { rows: 1 }
  const seen: unknown[] = []
  let change: unknown
  bus.on('a/x:first', () => {
    bus.emit({ type, payload })
    try {
      payload.rows = 2
    } catch (error) {
      change = error
    }
  })
  bus.on(type, (event) => seen.push({ ...(event.payload as object) }))
  bus.emit({ type: 'a/x:first', payload: undefined })
  expect([seen, change]).toEqual([[{ rows: 1 }], expect.any(TypeError)])
})

test('what is kept in the history is frozen', () => {
  const bus = createBus({ history: 1 })
  bus.emit({ type, payload: {} })
  expect(Object.isFrozen(bus.history()[0]?.payload)).toBe(true)
})

test('an event is a plain object, that can be cloned, spread and written as text', () => {
  const bus = createBus()
  const events: GridKitEvent[] = []
  bus.on('*', (event) => events.push(event))
  bus.emit({ type, payload: { rows: 1 } })
  bus.emit({ type, payload: { rows: 2 }, operationId: 'operation-1' })
  for (const event of events) {
    expect(Object.getPrototypeOf(event)).toBe(Object.prototype)
    const copies = [structuredClone(event), { ...event }, JSON.parse(JSON.stringify(event)) as unknown]
    for (const copy of copies) expect(copy).toEqual(event)
  }
  expect(events.map((event) => Object.keys(event))).toEqual([
    ['type', 'payload', 'id', 'timestamp', 'source'],
    ['type', 'payload', 'id', 'timestamp', 'source', 'operationId'],
  ])
})

test('an event that can not be made leaves the bus well', () => {
  const bus = createBus()
  const seen = watch(bus)
  const broken = {
    type,
    get payload(): unknown {
      throw new Error('no')
    },
  }
  expect(() => bus.emit(broken)).toThrow('no')
  bus.emit({ type, payload: undefined })
  expect(seen).toHaveLength(1)
})
