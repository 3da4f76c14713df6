import { array, assert, boolean, constantFrom, integer, property, record, type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { settle } from '../../test/fake-clock.ts'
import { Scope, type Undo } from './scope.ts'

describe('Scope', () => {
  test('releases in reverse order, once, and aborts its signal', () => {
    const scope = new Scope()
    const released: string[] = []
    scope.add(() => released.push('first'))
    scope.add(() => released.push('second'))
    expect(scope.size).toBe(2)
    expect(scope.signal.aborted).toBe(false)
    expect(scope.close()).toEqual([])
    expect(scope.close()).toEqual([])
    expect(released).toEqual(['second', 'first'])
    expect(scope.signal.aborted).toBe(true)
    expect(scope.size).toBe(0)
  })

  test('is closed already while it releases', () => {
    const scope = new Scope()
    const seen: boolean[] = []
    scope.add(() => seen.push(scope.closed))
    scope.close()
    expect(seen).toEqual([true])
  })

  test('releases what is added too late at once', () => {
    const scope = new Scope()
    scope.close()
    let released = 0
    const undo = scope.add(() => (released += 1))
    undo()
    expect(released).toBe(1)
    expect(scope.size).toBe(0)
  })

  test('an undo releases early, and only once', () => {
    const scope = new Scope()
    let released = 0
    const undo = scope.add(() => (released += 1))
    undo()
    undo()
    scope.close()
    expect(released).toBe(1)
  })

  test('releases everything whichever releases throw, and returns what they threw', () => {
    assert(
      property(array(boolean()), (failing) => {
        const scope = new Scope()
        const released: number[] = []
        for (const [index, fails] of failing.entries()) {
          scope.add(() => {
            released.push(index)
            if (fails) throw new Error(String(index))
          })
        }
        const failures = scope.close()
        const indexes = [...failing.keys()].reverse()
        expect(released).toEqual(indexes)
        expect(failures.map(String)).toEqual(
          indexes.filter((index) => failing[index]).map((index) => `Error: ${index}`),
        )
      }),
    )
  })

  test('a late release that throws is told, or thrown where nobody is to be told', () => {
    const told: unknown[] = []
    const scope = new Scope((failure) => told.push(failure))
    scope.close()
    scope.add(() => thrower('late'))
    expect(told.map(String)).toEqual(['Error: late'])
    const alone = new Scope()
    alone.close()
    expect(() => alone.add(() => thrower('late'))).toThrow('late')
  })

  test('what a release adds is released at once, and its failure does not keep that release from ending', () => {
    const told: unknown[] = []
    const scope = new Scope((failure) => told.push(failure))
    const released: string[] = []
    scope.add(() => released.push('first'))
    scope.add(() => {
      scope.add(() => {
        released.push('added')
        thrower('added')
      })
      released.push('second')
    })
    expect(scope.close().map(String)).toEqual(['Error: added'])
    expect(released).toEqual(['added', 'second', 'first'])
    expect(told).toEqual([])
  })

  test('closing again from inside does nothing', () => {
    const scope = new Scope()
    const released: string[] = []
    const inner: unknown[] = []
    scope.add(() => released.push('first'))
    scope.add(() => {
      inner.push(...scope.close())
      released.push('second')
      thrower('second')
    })
    scope.signal.addEventListener('abort', () => inner.push(...scope.close()))
    expect(scope.close().map(String)).toEqual(['Error: second'])
    expect(released).toEqual(['second', 'first'])
    expect(inner).toEqual([])
  })

  test('an early undo that throws is not asked again', () => {
    const scope = new Scope()
    let released = 0
    const undo = scope.add(() => {
      released += 1
      thrower('early')
    })
    expect(undo).toThrow('early')
    expect(undo).not.toThrow()
    expect(scope.close()).toEqual([])
    expect(released).toBe(1)
  })
})

describe('the signal of a scope', () => {
  test('is aborted when all is released, whenever it is asked for', () => {
    const scope = new Scope()
    const seen: boolean[] = []
    scope.add(() => seen.push(scope.signal.aborted))
    scope.close()
    expect(seen).toEqual([false])
    expect(scope.signal.aborted).toBe(true)
    const other = new Scope()
    other.close()
    expect(other.signal.aborted).toBe(true)
    expect(other.signal).toBe(other.signal)
  })

  test('tells every listener, once, whatever the others throw, and returns what they threw', async () => {
    const uncaught: unknown[] = []
    const caught = (error: unknown): void => void uncaught.push(error)
    process.on('uncaughtException', caught)
    try {
      const scope = new Scope()
      const heard: string[] = []
      scope.signal.addEventListener('abort', () => thrower('one'))
      scope.signal.addEventListener('abort', { handleEvent: ({ type }) => void heard.push(`object ${type}`) })
      scope.signal.addEventListener('abort', none)
      setHandler(scope, () => thrower('two'))
      scope.signal.addEventListener('abort', function (this: unknown) {
        heard.push(this === scope.signal ? 'function of the signal' : 'function')
      })
      expect(scope.close().map(String)).toEqual(['Error: one', 'Error: two'])
      await settle()
      expect(heard).toEqual(['object abort', 'function of the signal'])
      expect(uncaught).toEqual([])
    } finally {
      process.off('uncaughtException', caught)
    }
  })

  test('tells what an asynchronous listener rejects with', async () => {
    const told: unknown[] = []
    const scope = new Scope((failure) => told.push(failure))
    scope.signal.addEventListener('abort', () => Promise.reject(new Error('later')))
    expect(scope.close()).toEqual([])
    await settle()
    expect(told.map(String)).toEqual(['Error: later'])
  })

  test('takes its listeners as any signal does', () => {
    const scope = new Scope()
    const heard: string[] = []
    const listener = (): void => void heard.push('gone')
    scope.signal.addEventListener('abort', listener)
    scope.signal.addEventListener('abort', listener)
    scope.signal.removeEventListener('abort', listener)
    const stranger = (): void => {}
    scope.signal.removeEventListener('abort', stranger)
    scope.signal.removeEventListener('abort', none)
    const twice = (): void => void heard.push('once')
    scope.signal.addEventListener('abort', twice)
    scope.signal.addEventListener('abort', twice, { once: true })
    setHandler(scope, () => heard.push('replaced'))
    setHandler(scope, null)
    expect(scope.signal.onabort).toBeNull()
    const last = (): void => void heard.push('handler')
    setHandler(scope, last)
    expect(scope.signal.onabort).toBeInstanceOf(Function)
    // A handler is one thing, the same function as a listener another.
    scope.signal.addEventListener('abort', last)
    const other = new AbortController()
    scope.signal.addEventListener('abort', () => heard.push('withdrawn'), { signal: other.signal })
    other.abort()
    const joined = AbortSignal.any([scope.signal])
    scope.close()
    expect(heard).toEqual(['once', 'handler', 'handler'])
    expect(joined.aborted).toBe(true)
    expect(scope.signal).toBeInstanceOf(AbortSignal)
    expect(() => scope.signal.throwIfAborted()).toThrow('aborted')
  })
})

/** What one release does beside being counted. */
interface Deed {
  readonly kind: 'nothing' | 'throw' | 'close' | 'add' | 'add a thrower' | 'undo' | 'close another'
  /** Which of those added so far it undoes. */
  readonly at: number
}

const deed: Arbitrary<Deed> = record({
  kind: constantFrom<Deed['kind']>(
    'nothing',
    'throw',
    'close',
    'add',
    'add a thrower',
    'undo',
    'close another',
  ),
  at: integer({ min: 0, max: 9 }),
})
const act = record({
  kind: constantFrom('add', 'add', 'add', 'undo', 'close', 'listen'),
  deed,
  fails: boolean(),
})

/** A scope under test, and what happened to it. */
class Trial {
  readonly told: unknown[] = []
  readonly scope = new Scope((failure) => this.told.push(failure))
  readonly inner = new Scope((failure) => this.told.push(failure))
  readonly undos: Undo[] = []
  readonly runs: number[] = []
  /** Numbers in the order of release. */
  readonly released: number[] = []
  readonly returned: unknown[] = []
  /** What was thrown to those who called an undo. */
  readonly thrown: unknown[] = []
  failures = 0
  aborts = 0

  constructor() {
    this.scope.signal.addEventListener('abort', () => (this.aborts += 1))
    this.scope.add(() => this.returned.push(...this.inner.close()))
  }

  add(deed: Deed): void {
    const number = this.runs.length
    this.runs.push(0)
    const undo = this.scope.add(() => {
      this.runs[number] = (this.runs[number] ?? 0) + 1
      this.released.push(number)
      this.#do(deed)
    })
    this.undos[number] = undo
  }

  undo(at: number): void {
    try {
      this.undos[at]?.()
    } catch (error) {
      this.thrown.push(error)
    }
  }

  close(): void {
    this.returned.push(...this.scope.close())
  }

  fail(): never {
    this.failures += 1
    throw new Error(String(this.failures))
  }

  #do({ kind, at }: Deed): void {
    if (kind === 'close') this.close()
    if (kind === 'close another') this.returned.push(...this.inner.close())
    if (kind === 'undo') this.undo(at)
    if (kind === 'add') this.add({ kind: 'nothing', at })
    if (kind === 'add a thrower') this.add({ kind: 'throw', at })
    if (kind === 'throw') this.fail()
  }
}

describe('a scope to which anything happens', () => {
  test('releases all, once, in reverse; loses no failure; aborts once', () => {
    assert(
      property(array(act, { maxLength: 20 }), (acts) => {
        const trial = new Trial()
        for (const { kind, deed, fails } of acts) {
          if (kind === 'add') trial.add(deed)
          if (kind === 'undo') trial.undo(deed.at)
          if (kind === 'close') trial.close()
          if (kind === 'listen' && !trial.scope.closed)
            trial.scope.signal.addEventListener('abort', () => {
              if (fails) trial.fail()
            })
        }
        trial.close()
        expect(trial.runs).toEqual(trial.runs.map(() => 1))
        expect([trial.scope.size, trial.inner.closed, trial.aborts]).toEqual([0, true, 1])
        const failures = [...trial.returned, ...trial.told, ...trial.thrown]
        expect(new Set(failures).size).toBe(trial.failures)
        expect(failures).toHaveLength(trial.failures)
      }),
      { numRuns: 2000 },
    )
  })

  test('releases in reverse those still held', () => {
    assert(
      property(array(boolean(), { minLength: 1 }), array(integer({ min: 0, max: 9 })), (failing, early) => {
        const trial = new Trial()
        for (const fails of failing) trial.add({ kind: fails ? 'throw' : 'nothing', at: 0 })
        for (const at of early) trial.undo(at)
        const undone = [...new Set(early.filter((at) => at < failing.length))]
        trial.close()
        const held = [...failing.keys()].filter((number) => !undone.includes(number))
        expect(trial.released).toEqual([...undone, ...held.reverse()])
      }),
    )
  })
})

function thrower(message: string): never {
  throw new Error(message)
}

/** What signals take for no listener, though their types do not say so. */
const none = null as never

function setHandler({ signal }: Scope, handler: (() => unknown) | null): void {
  // oxlint-disable-next-line unicorn/prefer-add-event-listener -- plugins may.
  signal.onabort = handler
}
