import { array, assert, asyncProperty, constantFrom, integer, oneof, record } from 'fast-check'
import { expect, test } from 'vitest'
import { FakeClock, settle } from '../../test/fake-clock.ts'
import type { EventPattern } from '../definition/events.ts'
import { EnhancedEventBus } from './enhanced-event-bus.ts'

const types = ['a:one', 'a:two', 'b:one'] as const
const patterns = ['a:one', 'a:two', 'b:one', 'a:*', 'b:*', '*'] as const
/** Few priorities, so that many handlers share one. */
const priorities = [1, 100, 900] as const

/** What is done from outside, or by a handler. Handlers play a script at their first call only, so that there is an end. */
interface Step {
  readonly kind: 'add' | 'once' | 'remove' | 'emit' | 'clear' | 'throw' | 'reject' | 'script'
  readonly at: number
}
interface Registration {
  readonly pattern: string
  readonly priority: number
  readonly once: boolean
  readonly run: (event: number) => unknown
}
interface Driver {
  on(registration: Registration): () => void
  emit(type: string, event: number): void
  clear(): void
}

const action = record({
  kind: constantFrom<Step['kind'][]>('add', 'once', 'remove', 'emit', 'emit', 'emit', 'throw', 'reject'),
  at: integer({ min: 0, max: 17 }),
})
const step = oneof(
  { weight: 8, arbitrary: action },
  {
    weight: 4,
    arbitrary: record({ kind: constantFrom<Step['kind'][]>('script'), at: integer({ min: 0, max: 17 }) }),
  },
  {
    weight: 1,
    arbitrary: record({ kind: constantFrom<Step['kind'][]>('clear'), at: integer({ min: 0, max: 0 }) }),
  },
)
const scripts = array(array(action, { maxLength: 4, size: 'max' }), { minLength: 4, maxLength: 4 })

test('handlers are called as a simple model calls them, whatever they do', async () => {
  let called = 0
  const sequences = asyncProperty(
    array(step, { maxLength: 40, size: 'max' }),
    scripts,
    async (steps, scripts) => {
      const failures = new Set<unknown>()
      const bus = new EnhancedEventBus(new FakeClock(), ({ error }) => failures.add(error))
      const played = play(steps, scripts, busDriver(bus))
      await settle()
      const expected = play(steps, scripts, modelDriver())
      expect(played.log).toEqual(expected.log)
      // Rejections are heard of later than what is thrown.
      expect(failures).toEqual(new Set(expected.failing))
      called += played.log.length
    },
  )
  await assert(sequences, { numRuns: 500 })
  expect(called).toBeGreaterThan(5_000)
})

function play(
  steps: readonly Step[],
  scripts: readonly (readonly Step[])[],
  driver: Driver,
): { readonly log: readonly string[]; readonly failing: readonly string[] } {
  const log: string[] = []
  const failing: string[] = []
  const undos: (() => void)[] = []
  let events = 0
  const handlerOf = ({ kind, at }: Step, name: number): Registration['run'] => {
    let script = kind === 'script' ? scripts[at % scripts.length] : undefined
    return (event) => {
      const call = `${name}:${event}`
      log.push(call)
      const now = script ?? []
      script = undefined
      for (const each of now) run(each)
      if (kind === 'throw' || kind === 'reject') failing.push(call)
      if (kind === 'throw') throw call
      return kind === 'reject' ? Promise.reject(call) : undefined
    }
  }
  const run = (step: Step): void => {
    const { kind, at } = step
    if (kind === 'emit') return driver.emit(types[at % types.length] ?? '', (events += 1))
    if (kind === 'clear') return driver.clear()
    if (kind === 'remove') return undos[at]?.()
    const [pattern = '', priority = 0] = [patterns[at % patterns.length], priorities[at % priorities.length]]
    undos.push(driver.on({ pattern, priority, once: kind === 'once', run: handlerOf(step, undos.length) }))
  }
  for (const step of steps) run(step)
  return { log, failing }
}

function busDriver(bus: EnhancedEventBus): Driver {
  return {
    on: ({ pattern, priority, once, run }) =>
      bus.on(pattern as EventPattern, ({ payload }) => run(payload as number), { priority, once }),
    emit: (type, payload) => bus.emit<string>({ type, payload }),
    clear: () => bus.clear(),
  }
}

/** The order of the specification, written down as plainly as can be. */
function modelDriver(): Driver {
  let handlers: readonly Registration[] = []
  const queue: (() => void)[] = []
  let emitting = false
  const remove = (handler: Registration): void => {
    handlers = handlers.filter((each) => each !== handler)
  }
  const deliver = (type: string, event: number): void => {
    const isFor = ({ pattern }: Registration): boolean =>
      pattern === '*' || pattern === type || pattern === `${type[0]}:*`
    for (const handler of handlers.filter(isFor).toSorted((a, b) => b.priority - a.priority)) {
      if (handler.once) remove(handler)
      attempt(() => handler.run(event))
    }
  }
  return {
    on(handler) {
      handlers = [...handlers, handler]
      return () => remove(handler)
    },
    emit(type, event) {
      queue.push(() => deliver(type, event))
      if (emitting) return
      emitting = true
      for (let next = queue.shift(); next; next = queue.shift()) next()
      emitting = false
    },
    clear() {
      handlers = []
    },
  }
}

function attempt(run: () => unknown): void {
  try {
    void Promise.resolve(run()).catch(() => {})
  } catch {}
}
