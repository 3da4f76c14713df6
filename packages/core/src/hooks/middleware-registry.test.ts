import { describe, expect, test } from 'vitest'
import { settle } from '../../test/fake-clock.ts'
import { hookRooms, TestWay } from '../../test/operation-way.ts'
import { deferred, errorOf, never } from '../../test/plugins.ts'
import type { MiddlewareOptions, Passage } from '../definition/hooks.ts'
import type { GridKitError } from '../errors/gridkit-error.ts'

type Next = () => Passage | Promise<Passage>

function setUp() {
  const rooms = hookRooms()
  const way = new TestWay()
  const ran: string[] = []
  const add = (name: string, options: MiddlewareOptions, act: (next: Next) => unknown) =>
    rooms.middleware.register(
      'acme',
      name,
      (_, next) => {
        ran.push(name)
        return act(next)
      },
      options,
    )
  const cross = (): Passage | Promise<Passage> =>
    rooms.middleware.cross(way, () => {
      ran.push('applied')
      return 'applied'
    })
  const codes = (): unknown[] =>
    rooms.reports.map(({ phase, error }) => [phase, (error as GridKitError).code])
  return { ...rooms, way, ran, add, cross, codes }
}

/** As the context calls one that ends by itself. */
const passes = (next: Next): true => {
  void next()
  return true
}

describe('middleware', () => {
  test('stands around an operation, the highest priority outside', () => {
    const { add, cross, ran, middleware } = setUp()
    expect([cross(), middleware.has('sort:change')]).toEqual(['applied', false])
    const around = (name: string) => (next: Next) => {
      const passage = next()
      ran.push(`${name} ${JSON.stringify(passage)}`)
      return true
    }
    add('inner', {}, around('inner'))
    add('outer', { priority: 200 }, around('outer'))
    add('other', { operations: ['row:*', 'page:change'] }, around('other'))
    ran.length = 0
    expect(cross()).toBe('applied')
    expect(ran).toEqual(['outer', 'inner', 'applied', 'inner "applied"', 'outer "applied"'])
    expect([middleware.has('row:update'), middleware.has('sort:change')]).toEqual([true, true])
  })

  test('has names of its plugin, each once', async () => {
    const { add, middleware, cross, ran } = setUp()
    const undo = add('a', {}, passes)
    const error = await errorOf(() => add('a', {}, passes))
    expect([error.code, error.pluginId]).toEqual(['GK_MIDDLEWARE_EXISTS', 'acme'])
    middleware.register('other', 'a', (_, next) => passes(next))
    expect([middleware.count(), middleware.count('acme')]).toEqual([2, 1])
    undo()
    undo()
    add('a', {}, passes)
    middleware.unregister('acme', 'a')
    middleware.unregister('acme', 'a')
    middleware.unregister('other', 'a')
    expect([middleware.count(), cross(), ran]).toEqual([0, 'applied', ['applied']])
  })

  test('that keeps an operation cancels it, and none behind it runs', async () => {
    for (const end of [true, Promise.resolve(true)]) {
      const { add, cross, ran, way, reports } = setUp()
      add('keeps', {}, () => end)
      add('behind', { priority: 0 }, passes)
      expect(await cross()).toBe('cancelled')
      expect(way.cancellation).toEqual({ by: 'acme', reason: "middleware 'keeps' did not pass it on" })
      expect([ran, reports]).toEqual([['keeps'], []])
    }
  })

  test('that fails before it passed the operation on is left out', async () => {
    const failing: ((next: Next) => unknown)[] = [
      () => undefined,
      () => Promise.resolve(undefined),
      () => Promise.reject(new Error('no')),
      () => {
        throw new Error('no')
      },
      (next) => {
        void next()
        throw new Error('no')
      },
    ]
    for (const act of failing) {
      const { add, cross, ran } = setUp()
      add('fails', {}, act)
      add('behind', { priority: 0 }, passes)
      expect(await cross()).toBe('applied')
      expect(ran).toEqual(['fails', 'behind', 'applied'])
    }
  })

  test('passes on once', () => {
    const { add, cross, ran, codes } = setUp()
    const passages: unknown[] = []
    add('twice', {}, (next) => {
      passages.push(next(), next())
      return true
    })
    expect(cross()).toBe('applied')
    expect([ran, passages]).toEqual([
      ['twice', 'applied'],
      ['applied', 'applied'],
    ])
    expect(codes()).toEqual([["middleware 'twice'", 'GK_NEXT_CALLED_TWICE']])
  })

  test('may take its time before and after', async () => {
    const { add, cross, ran, clock, way } = setUp()
    const gate = deferred()
    add('slow', { priority: 300 }, async (next) => {
      await gate.promise
      ran.push(`slow ${await next()}`)
      await never()
    })
    add('inner', {}, passes)
    const passage = cross()
    expect([ran, clock.pending]).toEqual([['slow'], 1])
    gate.resolve()
    expect(await passage).toBe('applied')
    await settle()
    expect(ran).toEqual(['slow', 'inner', 'applied', 'slow applied'])
    expect([clock.pending, way.listeners]).toEqual([0, 0])
  })

  test.each([
    [{}, 'applied'],
    [{ priority: 199, timeout: 7 }, 'applied'],
    [{ priority: 200 }, 'cancelled'],
  ] as const)('that does not pass on in time, with %j, leaves it %s', async (options, expected) => {
    const { add, cross, ran, clock, way, codes } = setUp()
    let late: Next | undefined
    add('slow', options, (next) => {
      late = next
      return never()
    })
    const passage = cross()
    await clock.advance('timeout' in options ? 6 : 4_999)
    expect(ran).toEqual(['slow'])
    await clock.advance(1)
    expect(await passage).toBe(expected)
    expect(codes()).toEqual([["middleware 'slow'", 'GK_HOOK_TIMED_OUT']])
    expect(way.cancellation?.reason).toBe(
      expected === 'cancelled' ? "middleware 'slow' did not pass it on within 5000 ms" : undefined,
    )
    expect(() => late?.()).toThrow("called next when its middleware 'slow' had ended")
    expect([ran.includes('applied'), way.listeners]).toEqual([expected === 'applied', 0])
  })

  test('that goes while it is waited for is left out', async () => {
    const { add, cross, ran, clock, reports } = setUp()
    const undo = add('slow', { priority: 300 }, never)
    const passage = cross()
    undo()
    expect(await passage).toBe('applied')
    expect([ran, clock.pending, reports]).toEqual([['slow', 'applied'], 0, []])
  })

  test('ends when the operation is cancelled from elsewhere', async () => {
    const { add, cross, ran, way, clock } = setUp()
    let next: Next | undefined
    add('slow', {}, (given) => {
      next = given
      return never()
    })
    const passage = cross()
    way.cancel({ by: 'host', reason: 'the table was destroyed' })
    expect(await passage).toBe('cancelled')
    expect([ran, clock.pending]).toEqual([['slow'], 0])
    expect(() => next?.()).toThrow('had ended')
  })

  test('that comes or goes on the way takes part, or not, from the next operation', () => {
    const { add, cross, ran } = setUp()
    add('a', {}, (next) => {
      if (ran.length === 1) add('inner', { priority: 0 }, passes)
      return passes(next)
    })
    void cross()
    expect(ran).toEqual(['a', 'applied'])
    void cross()
    expect(ran.slice(2)).toEqual(['a', 'inner', 'applied'])
  })
})

describe('while a plugin is being replaced', () => {
  test('operations wait for its next middleware, and pass that', async () => {
    const { add, cross, ran, middleware } = setUp()
    const undo = add('old', { priority: 300 }, passes)
    middleware.register('other', 'inner', (_, next) => passes(next))
    const release = middleware.hold('acme')
    const passages = [cross()]
    undo()
    passages.push(cross())
    expect(middleware.has('sort:change')).toBe(true)
    add('new', {}, passes)
    add('of rows', { operations: ['row:*'] }, passes)
    await settle()
    expect(ran).toEqual([])
    release()
    release()
    expect([await passages[0], await passages[1]]).toEqual(['applied', 'applied'])
    expect(ran).toEqual(['new', 'applied', 'new', 'applied'])
    expect(cross()).toBe('applied')
  })

  test('an operation passes others meanwhile, and none twice', async () => {
    const { add, cross, ran, middleware, way, clock } = setUp()
    middleware.register('other', 'outer', (_, next) => (ran.push('outer'), passes(next)), {
      priority: 300,
    })
    add('guard', { priority: 200 }, passes)
    middleware.register('other', 'inner', (_, next) => (ran.push('inner'), passes(next)), {
      priority: 50,
    })
    const release = middleware.hold('acme')
    const passage = cross()
    expect(ran).toEqual(['outer'])
    add('higher', { priority: 400 }, passes)
    release()
    expect(await passage).toBe('applied')
    expect(ran).toEqual(['outer', 'higher', 'guard', 'inner', 'applied'])
    expect([clock.pending, way.listeners]).toEqual([0, 0])
  })

  test('an operation that its middleware kept waiting is passed on to the next', async () => {
    const { add, cross, ran, middleware } = setUp()
    const undo = add('old', {}, never)
    const passage = cross()
    const release = middleware.hold('acme')
    undo()
    await settle()
    add('new', {}, (next) => passes(next))
    expect(ran).toEqual(['old'])
    release()
    expect(await passage).toBe('applied')
    expect(ran).toEqual(['old', 'new', 'applied'])
  })

  test.each([
    [{}, 'applied'],
    [{ priority: 200, timeout: 100 }, 'cancelled'],
  ] as const)('one that does not come back in time, with %j, leaves it %s', async (options, expected) => {
    const { add, cross, middleware, clock, codes, way } = setUp()
    add('guard', options, passes)
    middleware.hold('acme')
    const passage = cross()
    await clock.advance('timeout' in options ? 100 : 5_000)
    expect(await passage).toBe(expected)
    expect(codes()).toEqual([["middleware 'guard'", 'GK_HOOK_TIMED_OUT']])
    expect(way.listeners).toBe(0)
  })

  test('an operation that is cancelled waits no longer, and one that comes back without has no say', async () => {
    const { add, cross, middleware, way, ran, clock } = setUp()
    const undo = add('guard', { priority: 300 }, passes)
    const release = middleware.hold('acme')
    const again = middleware.hold('acme')
    const passage = cross()
    way.cancel({ by: 'host', reason: 'the table has ended' })
    expect(await passage).toBe('cancelled')
    undo()
    release()
    expect(middleware.has('sort:change')).toBe(true)
    again()
    expect([middleware.has('sort:change'), ran, clock.pending]).toEqual([false, [], 0])
  })
})

describe('the operations of a middleware', () => {
  test.each([
    ['row:update', "'row:update', which is no list"],
    [null, 'null, which is no list'],
    [['rows:*', 'row:update', 7, '*', 'sort', 'row:*'], "'rows:*', 7, 'sort'"],
    [[Object.create(null), '', ':*'], "something of type object, '', ':*'"],
  ])('are not %j', async (operations, said) => {
    const { add, middleware } = setUp()
    const error = await errorOf(() => add('wrong', { operations: operations as never }, passes))
    expect([error.code, error.pluginId, middleware.count()]).toEqual(['GK_MIDDLEWARE_INVALID', 'acme', 0])
    expect(error.message).toContain(said)
  })
})
