import { describe, expect, test } from 'vitest'
import { settle } from '../../test/fake-clock.ts'
import { hookRooms, TestWay } from '../../test/operation-way.ts'
import { deferred, errorOf, never } from '../../test/plugins.ts'
import type { HookOptions, HookTurn } from '../definition/hooks.ts'
import { GridKitError } from '../errors/gridkit-error.ts'

const point = 'before:sort:change'
const codes = (reports: readonly { pluginId: string | undefined; error: unknown }[]): string[] =>
  reports.map(
    ({ pluginId, error }) =>
      `${pluginId}: ${error instanceof GridKitError ? error.code : (error as Error).message}`,
  )

function setUp() {
  const rooms = hookRooms()
  const ran: string[] = []
  const add = (
    owner: string,
    options: HookOptions = {},
    act: (turn: HookTurn) => unknown = () => undefined,
  ) =>
    rooms.hooks.register(
      owner,
      point,
      (turn: HookTurn) => {
        ran.push(owner)
        return act(turn)
      },
      options,
    )
  return { ...rooms, ran, add, way: new TestWay() }
}

describe('the order of hooks', () => {
  test('is by priority, then by registration', () => {
    const { hooks, ran, add, way } = setUp()
    add('a')
    add('b', { priority: 300 })
    add('c')
    add('d', { priority: 0 })
    add('e', { priority: Number.NaN })
    expect(hooks.before(way)).toBeUndefined()
    expect(ran).toEqual(['b', 'a', 'c', 'e', 'd'])
  })

  test('never goes against the plugins a hook is to run before or after', () => {
    const { hooks, ran, add, way } = setUp()
    add('middle', { priority: 500 })
    add('first', { priority: 0, before: 'guard' })
    add('zeroth', { priority: 0, before: ['first', 'nobody'] })
    add('guard', { priority: 1000 })
    add('last', { priority: 2000, after: ['guard', 'last'] })
    void hooks.before(way)
    expect(ran).toEqual(['zeroth', 'first', 'guard', 'last', 'middle'])
  })

  test('is by priority where the wishes contradict each other, which is reported once', () => {
    const { hooks, ran, add, reports } = setUp()
    add('a', { before: 'b', priority: 1 })
    add('b', { before: 'c', priority: 2 })
    add('c', { before: 'a', priority: 3 })
    add('waits', { after: 'a', priority: 4 })
    void hooks.before(new TestWay())
    add('d')
    void hooks.before(new TestWay())
    expect(ran.slice(0, 4)).toEqual(['waits', 'c', 'b', 'a'])
    expect(codes(reports)).toEqual(['undefined: GK_HOOK_ORDER_CYCLE'])
    expect(String(reports[0]?.error)).toContain("'c', 'b', 'a' on 'before:sort:change'")
  })
})

describe('the points of hooks', () => {
  test('are types, nouns and all, before and after', () => {
    const { hooks } = hookRooms()
    const ran: string[] = []
    for (const each of [
      'before:sort:*',
      'before:*',
      'before:row:*',
      'before:sort:change',
      'after:*',
      'after:row:update',
    ])
      hooks.register('a', each, () => void ran.push(each))
    const way = new TestWay()
    void hooks.before(way)
    hooks.after(way.operation, way.as)
    expect(ran).toEqual(['before:sort:*', 'before:*', 'before:sort:change', 'after:*'])
  })

  test.each([
    '',
    'before',
    'before:',
    'before:sort',
    'on:sort:change',
    'before:*:*',
    'startup:x',
    'before:a/b:c',
    'before:rows:*',
    'after:row:updated',
  ])('are not %j', async (wrong) => {
    const { hooks } = hookRooms()
    const error = await errorOf(() => hooks.register('a', wrong, () => undefined))
    expect([error.code, error.pluginId, hooks.count()]).toEqual(['GK_HOOK_POINT_INVALID', 'a', 0])
  })

  test('are asked for by type at the cost of one look', () => {
    const { hooks } = hookRooms()
    expect(hooks.has('sort:change')).toBe(false)
    const undo = hooks.register('a', 'before:*', () => undefined)
    expect(hooks.has('sort:change')).toBe(true)
    expect([hooks.count(), hooks.count('a'), hooks.count('b')]).toEqual([1, 1, 0])
    undo()
    undo()
    expect([hooks.has('sort:change'), hooks.count()]).toEqual([false, 0])
  })
})

describe('a cancel', () => {
  test('is sticky: no hook after it is asked', () => {
    const { hooks, ran, add, way } = setUp()
    add('a', {}, (turn) => {
      turn.cancel('first')
      turn.cancel('second')
    })
    add('b', {}, (turn) => turn.cancel('third'))
    void hooks.before(way)
    expect([ran, way.cancellation]).toEqual([['a'], { by: 'a', reason: 'first' }])
  })

  test('without a reason has one all the same', () => {
    const { hooks, add, way } = setUp()
    add('a', {}, (turn) => turn.cancel(undefined as never))
    void hooks.before(way)
    expect(way.cancellation?.reason).toBe('no reason was given')
  })

  test('of an asynchronous hook is heard at once, whatever it does then', async () => {
    const { hooks, add, way, clock, reports, ran } = setUp()
    const later: unknown[] = []
    add('a', {}, async (turn) => {
      await Promise.resolve()
      turn.cancel('no')
      await Promise.resolve()
      await settle()
      try {
        turn.amend({ by: 'a', patch: [] })
      } catch (error) {
        later.push((error as GridKitError).code, turn.signal.aborted)
      }
      await never()
    })
    add('b')
    await hooks.before(way)
    expect([way.cancellation, ran, clock.pending, way.listeners]).toEqual([
      { by: 'a', reason: 'no' },
      ['a'],
      0,
      0,
    ])
    await settle()
    await settle()
    expect([later, reports]).toEqual([['GK_HOOK_ENDED', false], []])
  })
})

describe('a hook that fails', () => {
  test('is reported and left out, synchronous or not', async () => {
    const { hooks, ran, add, way, reports } = setUp()
    add('a', {}, () => {
      throw new Error('thrown')
    })
    add('b', {}, () => Promise.reject(new Error('rejected')))
    add('c', {}, (turn) => {
      turn.amend({ by: 'c', patch: [1] })
      throw new Error('after all')
    })
    add('d', {}, (turn) => {
      turn.cancel('no')
      return Promise.reject(new Error('too late'))
    })
    await hooks.before(way)
    await settle()
    expect(ran).toEqual(['a', 'b', 'c', 'd'])
    expect(codes(reports)).toEqual(['a: thrown', 'b: rejected', 'c: after all', 'd: too late'])
    expect([way.operation.payload.after, way.cancellation?.by]).toEqual([[1], 'd'])
  })

  test('does so after an operation, too', async () => {
    const { hooks, reports } = hookRooms()
    const ran: string[] = []
    hooks.register('a', 'after:*', () => {
      throw new Error('thrown')
    })
    hooks.register('b', 'after:*', () => Promise.reject(new Error('rejected')))
    hooks.register('c', 'after:*', () => void ran.push('c'))
    const way = new TestWay()
    hooks.after(way.operation, way.as)
    expect(ran).toEqual(['c'])
    await settle()
    expect(codes(reports)).toEqual(['a: thrown', 'b: rejected'])
  })
})

describe('an asynchronous hook', () => {
  test('is waited for, and may amend until it ends', async () => {
    const { hooks, ran, add, way } = setUp()
    const gate = deferred()
    let kept: HookTurn | undefined
    add('a', {}, async (turn) => {
      kept = turn
      await gate.promise
      turn.amend({ by: 'a', patch: ['late'] })
    })
    add('b', {}, ({ operation }) => void ran.push(JSON.stringify(operation.payload)))
    const done = hooks.before(way)
    await settle()
    expect(ran).toEqual(['a'])
    gate.resolve()
    await done
    expect(ran).toEqual(['a', 'b', '{"before":[],"after":["late"]}'])
    expect(() => kept?.amend({ by: 'a', patch: [] })).toThrow('had ended')
    expect(() => kept?.cancel('no')).toThrow(
      "plugin 'a' called cancel when its hook 'before:sort:change' had ended",
    )
    expect([way.cancellation, kept?.signal.aborted]).toEqual([undefined, false])
  })

  test.each([
    [{}, false],
    [{ priority: 199 }, false],
    [{ priority: 200 }, true],
    [{ priority: 200, onTimeout: 'proceed' }, false],
    [{ onTimeout: 'cancel' }, true],
  ] as const)('that takes too long with %j cancels: %s', async (options, isCancelled) => {
    const { hooks, ran, add, way, clock, reports } = setUp()
    let turn: HookTurn | undefined
    let aborts = 0
    add('slow', options, (given) => {
      turn = given
      given.signal.addEventListener('abort', () => (aborts += 1))
      return never()
    })
    add('b', { priority: -1 })
    const done = hooks.before(way)
    await clock.advance(4_999)
    expect([ran, aborts]).toEqual([['slow'], 0])
    await clock.advance(1)
    await done
    expect(ran).toEqual(isCancelled ? ['slow'] : ['slow', 'b'])
    expect(way.cancellation).toEqual(
      isCancelled
        ? { by: 'slow', reason: "its hook 'before:sort:change' did not answer within 5000 ms" }
        : undefined,
    )
    expect([codes(reports), aborts, clock.pending]).toEqual([['slow: GK_HOOK_TIMED_OUT'], 1, 0])
    expect(() => turn?.amend({ by: 'slow', patch: [] })).toThrow('had ended')
  })

  test('takes as long as it says', async () => {
    const { hooks, add, way, clock } = setUp()
    let isDone = false
    add('slow', { timeout: 60_000 }, never)
    void hooks.before(way)?.then(() => (isDone = true))
    await clock.advance(59_999)
    expect(isDone).toBe(false)
    await clock.advance(1)
    expect(isDone).toBe(true)
  })

  test('whose signal listeners throw harms nobody but itself', async () => {
    const { hooks, add, way, clock, reports } = setUp()
    add('slow', {}, (turn) => {
      turn.signal.addEventListener('abort', () => {
        throw new Error('in a listener')
      })
      return never()
    })
    const done = hooks.before(way)
    await clock.advance(5_000)
    await done
    expect(codes(reports)).toEqual(['slow: in a listener', 'slow: GK_HOOK_TIMED_OUT'])
  })

  test('that goes meanwhile has no say any more', async () => {
    const { hooks, ran, add, way, clock, reports } = setUp()
    let turn: HookTurn | undefined
    const undo = add('a', { priority: 1000 }, (given) => {
      turn = given
      return never()
    })
    add('b')
    const done = hooks.before(way)
    await settle()
    undo()
    await done
    expect(ran).toEqual(['a', 'b'])
    expect([turn?.signal.aborted, clock.pending, way.listeners, reports]).toEqual([true, 0, 0, []])
    expect(() => turn?.cancel('no')).toThrow('had ended')
  })

  test('ends when the operation is cancelled from elsewhere', async () => {
    const { hooks, ran, add, way, clock } = setUp()
    add('a', {}, never)
    add('b')
    const done = hooks.before(way)
    way.cancel({ by: 'host', reason: 'the table was destroyed' })
    await done
    expect([ran, clock.pending, way.listeners]).toEqual([['a'], 0, 0])
  })
})

describe('hooks that come and go on the way', () => {
  test('take part, or no longer do, from the next operation', () => {
    const { hooks, ran, add } = setUp()
    const undo = add('late')
    add('a', { priority: 200 }, () => {
      undo()
      if (ran.length < 2) add('new', { priority: 300 })
    })
    void hooks.before(new TestWay())
    expect(ran).toEqual(['a', 'late'])
    ran.length = 0
    void hooks.before(new TestWay())
    expect(ran).toEqual(['new', 'a'])
  })
})

describe('moments', () => {
  test('are told to their hooks, of one plugin or of all', async () => {
    const { hooks, reports } = hookRooms()
    const ran: unknown[] = []
    hooks.register('a', 'startup', () => void ran.push('a'))
    hooks.register('b', 'startup', () => {
      ran.push('b')
      return Promise.reject(new Error('b'))
    })
    hooks.register('c', 'startup', () => void ran.push('c'), { before: 'a' })
    hooks.register('a', 'shutdown', (input) => void ran.push(input))
    hooks.announce('startup', {})
    hooks.announce('startup', {}, 'b')
    hooks.announce('shutdown', {}, 'b')
    hooks.announce('shutdown', {})
    expect(ran).toEqual(['c', 'a', 'b', 'b', {}])
    await settle()
    expect(codes(reports)).toEqual(['b: b', 'b: b'])
  })

  test('of errors are not told of their own', () => {
    const { hooks, reports } = hookRooms()
    const ran: string[] = []
    hooks.register('a', 'error', ({ phase }: { phase: string }) => {
      ran.push(phase)
      hooks.announce('error', { phase: 'a consequence' })
      throw new Error('a')
    })
    hooks.announce('error', { phase: 'start' })
    for (const { phase } of reports.slice()) hooks.announce('error', { phase })
    hooks.announce('error', { phase: 'again' })
    expect(ran).toEqual(['start', 'again'])
  })
})

describe('while a plugin is being replaced', () => {
  test('operations wait for its next hooks', async () => {
    const { hooks, ran, add, way } = setUp()
    const undo = add('guard', { priority: 300 }, () => void ran.push('old'))
    add('b')
    const release = hooks.hold('guard')
    const done = hooks.before(way)
    expect(done).toBeInstanceOf(Promise)
    undo()
    add('guard', { priority: 0 }, () => void ran.push('new'))
    const second = new TestWay()
    const other = hooks.before(second)
    await settle()
    expect(ran).toEqual([])
    release()
    release()
    await Promise.all([done, other])
    expect(ran).toEqual(['b', 'guard', 'new', 'b', 'guard', 'new'])
    ran.length = 0
    expect(hooks.before(new TestWay())).toBeUndefined()
    expect(ran).toEqual(['b', 'guard', 'new'])
  })

  test('an operation under way whose hook goes with it waits, too', async () => {
    const { hooks, ran, add, way } = setUp()
    const undo = add('guard', { priority: 300 }, never)
    const done = hooks.before(way)
    await settle()
    const release = hooks.hold('guard')
    undo()
    await settle()
    add('guard', {}, (turn) => turn.cancel('the new one says no'))
    release()
    await done
    expect([ran, way.cancellation?.reason]).toEqual([['guard', 'guard'], 'the new one says no'])
  })

  test('those who do not come back in time are taken for too slow', async () => {
    const { hooks, ran, add, clock, reports } = setUp()
    add('guard', { priority: 300, timeout: 100 })
    add('metrics', { timeout: 50 })
    add('b', { priority: 0 })
    hooks.hold('guard')
    hooks.hold('metrics')
    const way = new TestWay()
    const done = hooks.before(way)
    await clock.advance(100)
    await done
    expect([ran, way.cancellation?.by, codes(reports)]).toEqual([[], 'guard', ['guard: GK_HOOK_TIMED_OUT']])
  })

  test('others are asked, and those that were asked are not asked again', async () => {
    const { hooks, ran, add, way, clock } = setUp()
    add('guard', { priority: 300 })
    add('slow', { priority: 200, onTimeout: 'proceed' }, never)
    add('guard', { priority: 100 })
    const done = hooks.before(way)
    const release = hooks.hold('guard')
    await clock.advance(5_000)
    expect(ran).toEqual(['guard', 'slow'])
    release()
    await done
    expect(ran).toEqual(['guard', 'slow', 'guard'])
  })

  test('twice at once, it takes both releases', async () => {
    const { hooks, ran, add, way } = setUp()
    add('guard')
    const [first, second] = [hooks.hold('guard'), hooks.hold('guard')]
    const done = hooks.before(way)
    first()
    first()
    await settle()
    expect(ran).toEqual([])
    second()
    await done
    expect(ran).toEqual(['guard'])
  })

  test('one that has none when it comes back has no say', async () => {
    const { hooks, ran, add, way } = setUp()
    const undo = add('guard', { priority: 300 })
    const release = hooks.hold('guard')
    undo()
    const done = hooks.before(way)
    release()
    await done
    expect([ran, way.cancellation, hooks.has('sort:change')]).toEqual([[], undefined, false])
  })

  test('what its hooks would be told after operations is kept for its next ones, in order', () => {
    const { hooks } = hookRooms()
    const told: string[] = []
    const add = (owner: string, name: string, point = 'after:sort:change') =>
      hooks.register(owner, point, ({ operation }: { operation: { id: string } }) => {
        told.push(`${name} ${operation.id}`)
      })
    const happen = (id: string, by = 'api'): void =>
      hooks.after({ ...new TestWay().operation, id }, (owner, run) => {
        told.push(`${owner} as ${by}`)
        return run()
      })
    const undo = add('counter', 'old')
    add('other', 'other')
    const release = hooks.hold('counter')
    happen('1', 'user')
    undo()
    happen('2')
    add('counter', 'new', 'after:*')
    add('counter', 'new too')
    add('counter', 'of rows', 'after:row:*')
    happen('3')
    expect(told).toEqual(['other as user', 'other 1', 'other as api', 'other 2', 'other as api', 'other 3'])
    told.length = 0
    release()
    release()
    expect(told.filter((each) => !each.includes(' as '))).toEqual([
      'new 1',
      'new too 1',
      'new 2',
      'new too 2',
      'new 3',
      'new too 3',
    ])
    expect(told[0]).toBe('counter as user')
    told.length = 0
    happen('4')
    expect(told.filter((each) => !each.includes(' as '))).toEqual(['other 4', 'new 4', 'new too 4'])
  })

  test('what is kept for it goes to the old one that goes on, and to nobody where none is left', () => {
    const { hooks, reports } = hookRooms()
    const told: string[] = []
    const undo = hooks.register('counter', 'after:*', () => void told.push('told'))
    hooks.register('other', 'after:*', () => void told.push('other'))
    const way = new TestWay()
    const release = hooks.hold('counter')
    hooks.after(way.operation, way.as)
    release()
    expect(told).toEqual(['other', 'told'])
    const again = hooks.hold('counter')
    hooks.after(way.operation, way.as)
    undo()
    again()
    expect([told, hooks.has('sort:change'), reports]).toEqual([['other', 'told', 'other'], true, []])
  })

  test('no more is kept for it than there is room for, which is reported', () => {
    const { hooks, reports } = hookRooms()
    let told = 0
    hooks.register('counter', 'after:*', () => (told += 1))
    const way = new TestWay()
    const release = hooks.hold('counter')
    for (let times = 0; times < 10_003; times += 1) hooks.after(way.operation, way.as)
    release()
    expect([told, codes(reports)]).toEqual([10_000, ['undefined: GK_AFTER_HOOKS_LOST']])
    expect(String(reports[0]?.error)).toContain('3 operations')
  })

  test('moments are told to hooks in an order that follows who comes and goes', () => {
    const { hooks } = hookRooms()
    const told: string[] = []
    const add = (owner: string, options?: HookOptions) =>
      hooks.register(owner, 'error', () => void told.push(owner), options)
    const undo = add('a')
    hooks.announce('error', { phase: 'x' })
    add('b', { before: 'a' })
    hooks.announce('error', { phase: 'x' })
    undo()
    hooks.announce('error', { phase: 'x' })
    expect(told).toEqual(['a', 'b', 'a', 'b'])
  })
})

describe('a plugin that is replaced while an operation is on its way', () => {
  test('does not say twice what it said, and is asked for what it did not', async () => {
    const { hooks, ran, add, way, clock } = setUp()
    const old = [add('guard', { priority: 300 }), add('guard', { priority: 100 }, never)]
    const done = hooks.before(way)
    await settle()
    const release = hooks.hold('guard')
    for (const undo of old) undo()
    add('guard', { priority: 300 })
    add('guard', { priority: 100 })
    expect(ran).toEqual(['guard', 'guard'])
    release()
    await done
    expect(ran).toEqual(['guard', 'guard', 'guard'])
    expect(clock.pending).toBe(0)
  })
})

test('operations that wait for a plugin go on when it is let go', async () => {
  const { hooks, add, way, clock } = setUp()
  add('slow', { priority: 300 }, never)
  const done = hooks.before(way)
  await settle()
  hooks.letGo('other')
  hooks.letGo('slow')
  await done
  expect([way.cancellation, clock.pending]).toEqual([undefined, 0])
})
