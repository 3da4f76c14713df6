import { array, assert, constantFrom, integer, property, record, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FakeClock, settle } from '../../test/fake-clock.ts'
import type { FailureSignal } from '../definition/signal.ts'
import type { DenialReason } from '../errors/context-errors.ts'
import type { PermissionAuditEntry } from './permission-audit.ts'
import { PermissionTrail, type CountedEntry } from './permission-trail.ts'

function trailOf(size = 100) {
  const failures: FailureSignal[] = []
  const clock = new FakeClock()
  const trail = new PermissionTrail({ size, clock, report: (signal) => failures.push(signal) })
  const use = (pluginId: string, permission: string, reason?: DenialReason): CountedEntry =>
    trail.count(undefined, pluginId, permission, 'use', reason)
  const grant = (pluginId: string, permission: string): void =>
    trail.record({ pluginId, permission, action: 'grant', allowed: true })
  return { trail, audit: trail.audit, clock, failures, use, grant }
}

describe('the ring', () => {
  const fact = record({
    kind: constantFrom('use', 'use', 'request', 'request', 'grant', 'asked'),
    plugin: constantFrom('a', 'b', 'c'),
    permission: constantFrom('download', 'state:read', 'state:write'),
    reason: constantFrom(undefined, 'refused', 'revoked'),
    remembers: integer({ min: 0, max: 1 }),
  } as const)

  interface ModelEntry {
    readonly plugin: string
    readonly key: string
    readonly counted: boolean
    count: number
    kept: boolean
  }

  test('is as long as told, counts while an entry is kept, and loses the oldest of who has most', () => {
    assert(
      property(integer({ min: 1, max: 6 }), array(fact, { maxLength: 60 }), (size, facts) => {
        const { trail, audit, grant } = trailOf(size)
        const remembered = new Map<string, CountedEntry>()
        /** The entry of an id is at `id - 1`. */
        const model: ModelEntry[] = []
        for (const { kind, plugin, permission, reason, remembers } of facts) {
          const action = kind === 'asked' ? 'request' : kind
          const key = [action, plugin, permission, kind === 'grant' ? undefined : reason].join(' ')
          const counted = kind === 'use' || kind === 'request'
          const same = model.find((entry) => counted && entry.kept && entry.counted && entry.key === key)
          if (kind === 'grant') grant(plugin, permission)
          else if (kind === 'asked') {
            const asked = { pluginId: plugin, permission, action: 'request' } as const
            trail.record(
              reason === undefined ? { ...asked, allowed: true } : { ...asked, allowed: false, reason },
            )
          } else {
            const known = remembers === 1 ? remembered.get(key) : undefined
            remembered.set(key, trail.count(known, plugin, permission, kind, reason))
          }
          if (same) same.count += 1
          else model.push({ plugin, key, count: 1, counted, kept: true })
          expectOneLost(
            model,
            audit.query().map(({ id }) => id),
            size,
          )
        }
        const kept = audit.query().toReversed()
        expect(
          kept.map(({ action, pluginId, permission, reason, count }) => [
            [action, pluginId, permission, reason].join(' '),
            count,
          ]),
        ).toEqual(model.filter((entry) => entry.kept).map(({ key, count }) => [key, count]))
      }),
      { numRuns: 500 },
    )
  })

  /** Marks what the audit has lost. */
  function expectOneLost(model: readonly ModelEntry[], ids: readonly number[], size: number): void {
    const before = model.filter(({ kept }) => kept)
    const lost = before.filter((entry) => !ids.includes(model.indexOf(entry) + 1))
    expect([ids.length, lost.length]).toEqual([
      Math.min(size, before.length),
      Math.max(0, before.length - size),
    ])
    for (const entry of lost) {
      const ofPlugin = (plugin: string): ModelEntry[] => before.filter((each) => each.plugin === plugin)
      expect(ofPlugin(entry.plugin)[0]).toBe(entry)
      for (const { plugin } of before)
        expect(ofPlugin(plugin).length).toBeLessThanOrEqual(ofPlugin(entry.plugin).length)
      entry.kept = false
    }
  }

  test.each([100, 10_000])('of %d is not washed by a plugin that makes names up', (size) => {
    const { audit, use, grant, trail } = trailOf(size)
    use('quiet', 'download', 'undeclared')
    grant('quiet', 'state:read')
    for (let time = 0; time < 10_001; time += 1) {
      use('loud', `events:emit:loud${time}:x`, 'undeclared')
      use('loud', `made-up-${time}`, 'undeclared')
      trail.record({
        pluginId: 'loud',
        permission: `messages:send:p${time}`,
        action: 'request',
        allowed: false,
        reason: 'refused',
      })
      trail.count(undefined, 'loud', `network:https://a${time}.com`, 'request', 'undeclared')
    }
    expect(audit.violations('quiet')).toHaveLength(1)
    expect(audit.query({ plugin: 'quiet', action: 'grant' })).toHaveLength(1)
  })

  test('counts what one plugin does beyond 200 entries by area', () => {
    const { audit, use, trail } = trailOf(10_000)
    for (let time = 0; time < 200; time += 1) use('loud', `events:emit:a:x${time}`, 'undeclared')
    const asked = { pluginId: 'loud', action: 'request', allowed: false, reason: 'refused' } as const
    for (let time = 0; time < 1000; time += 1) {
      use('loud', `events:emit:b:x${time}`, 'undeclared')
      use('loud', `columns:read:label ${time}`, 'undeclared')
      use('loud', `network:https://a${time}.com`, 'undeclared')
      use('loud', `made-up:${time}`, 'undeclared')
      use('loud', 'download')
      trail.record({ ...asked, permission: `messages:send:p${time}` })
    }
    use('loud', 'events:emit:a:x7', 'undeclared')
    expect(
      audit
        .query({ plugin: 'loud' })
        .slice(0, 7)
        .map(({ permission, action, count }) => `${action} ${permission} ${count}`),
    ).toEqual([
      'request messages:(others) 1000',
      'use download:(others) 1000',
      'use (others) 1000',
      'use network:(others) 1000',
      'use columns:(others) 1000',
      'use events:(others) 1000',
      'use events:emit:a:x199 1',
    ])
    expect(audit.query({ permission: 'events:emit:a:x7' })).toMatchObject([{ count: 2 }])
    expect(audit.query()).toHaveLength(206)
  })

  test('goes on counting a use where it was counted with others', () => {
    const { audit, use, trail } = trailOf(1000)
    for (let time = 0; time < 300; time += 1) use('loud', `events:emit:a:x${time}`)
    const counted = use('loud', 'events:emit:b:x')
    expect(trail.count(counted, 'loud', 'events:emit:b:x', 'use', undefined)).toBe(counted)
    expect(audit.query({ permission: 'events:(others)' })).toMatchObject([{ count: 102 }])
  })

  test('does not count what the application decides with others', () => {
    const { audit, grant } = trailOf(1000)
    for (let time = 0; time < 300; time += 1) grant('a', `messages:send:p${time}`)
    expect(audit.query()).toHaveLength(300)
  })

  test('counts a use anew once its entry fell out', () => {
    const { trail, audit, grant, use } = trailOf(2)
    const first = use('a', 'download')
    expect(trail.count(first, 'a', 'download', 'use', undefined)).toBe(first)
    grant('a', 'state:read')
    grant('a', 'state:write')
    const second = trail.count(first, 'a', 'download', 'use', undefined)
    expect([first.count, second.count, second.id]).toEqual([2, 1, 4])
    expect(audit.query().map(({ id }) => id)).toEqual([4, 3])
  })

  test('goes on counting when a decision about the same falls out', () => {
    const { trail, audit, grant } = trailOf(2)
    const fact = { pluginId: 'a', permission: 'download', action: 'request', reason: 'revoked' } as const
    const count = (): CountedEntry => trail.count(undefined, 'a', 'download', 'request', 'revoked')
    trail.record({ ...fact, allowed: false })
    count()
    grant('a', 'state:read')
    count()
    expect(audit.query({ action: 'request' }).map(({ count }) => count)).toEqual([2])
  })

  test.each([0, -5, 1.5])('of %d keeps one entry', (size) => {
    const { audit, grant } = trailOf(size)
    grant('a', 'download')
    grant('b', 'download')
    expect(audit.query().map(({ pluginId }) => pluginId)).toEqual(['b'])
  })
})

describe('the audit', () => {
  async function filled() {
    const made = trailOf()
    const { clock, grant, use } = made
    grant('a', 'download')
    await clock.advance(10)
    use('a', 'download')
    use('b', 'state:read', 'refused')
    await clock.advance(10)
    use('a', 'download')
    made.trail.count(undefined, 'b', 'state:read', 'request', 'undeclared')
    made.trail.record({ pluginId: 'a', permission: 'download', action: 'revoke', allowed: false })
    return made
  }

  test('tells when a use was first and last', async () => {
    const { audit } = await filled()
    expect(audit.query({ action: 'use', plugin: 'a' })).toEqual([
      {
        id: 2,
        pluginId: 'a',
        permission: 'download',
        action: 'use',
        allowed: true,
        count: 2,
        firstAt: 1010,
        lastAt: 1020,
      },
    ])
  })

  test('tells the time of each task, and never a last before the first', async () => {
    let now = 1000
    const trail = new PermissionTrail({
      size: 9,
      clock: Object.assign(new FakeClock(), { now: () => now }),
      report: () => {},
    })
    const use = (permission: string): CountedEntry =>
      trail.count(undefined, 'a', permission, 'use', undefined)
    use('download')
    now = 2000
    use('state:read')
    use('state:read')
    await settle()
    now = 3000
    use('download')
    expect(trail.audit.query().map(({ firstAt, lastAt }) => [firstAt, lastAt])).toEqual([
      [2000, 2000],
      [1000, 3000],
    ])
  })

  test.each([
    [undefined, [5, 4, 3, 2, 1]],
    [{}, [5, 4, 3, 2, 1]],
    [{ plugin: 'a' }, [5, 2, 1]],
    [{ action: 'use' }, [3, 2]],
    [{ permission: 'state:read' }, [4, 3]],
    [{ allowed: false }, [5, 4, 3]],
    [{ allowed: true }, [2, 1]],
    [{ from: 1011 }, [5, 4, 2]],
    [{ to: 1009 }, [1]],
    [{ from: 1001, to: 1010 }, [3, 2]],
    [{ limit: 2 }, [5, 4]],
    [{ limit: 0 }, []],
    [{ plugin: 'a', action: 'use', allowed: true, limit: 1 }, [2]],
    [{ plugin: 'c' }, []],
  ] as const)('is asked for %j', async (filter, ids) => {
    const { audit } = await filled()
    expect(audit.query(filter).map(({ id }) => id)).toEqual(ids)
  })

  test('has the refused uses and requests, of one plugin or of all', async () => {
    const { audit } = await filled()
    expect(audit.violations().map(({ id }) => id)).toEqual([4, 3])
    expect(audit.violations('b').map(({ id }) => id)).toEqual([4, 3])
    expect(audit.violations('a')).toEqual([])
  })

  test('can be read only', async () => {
    const { audit, use } = await filled()
    const [entry] = audit.query({ plugin: 'a', action: 'use' })
    expect(() => Object.assign(entry ?? {}, { count: 0 })).toThrow(TypeError)
    expect(() => Object.assign(audit, { query: () => [] })).toThrow(TypeError)
    expect(Object.keys(audit).toSorted()).toEqual(['export', 'query', 'subscribe', 'violations'])
    use('a', 'download')
    expect([entry?.count, audit.query({ plugin: 'a', action: 'use' })[0]?.count]).toEqual([2, 3])
  })
})

describe('exports', () => {
  /** A reader of CSV by RFC 4180, written for this test. */
  function readCsv(text: string): string[][] {
    const rows: string[][] = [[]]
    const cells = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/gy
    for (let cell = cells.exec(text); cell; cell = cells.exec(text)) {
      rows.at(-1)?.push(cell[1] === undefined ? (cell[2] ?? '') : cell[1].replaceAll('""', '"'))
      if (cell[3] === '') break
      if (cell[3] === '\r\n') rows.push([])
    }
    return rows
  }

  const fields = ['id', 'pluginId', 'permission', 'action', 'allowed', 'reason', 'count', 'firstAt', 'lastAt']
  const nasty = string({ unit: constantFrom('=', '+', '-', '@', '\t', '\r', '\n', '"', ',', "'", 'a', ' ') })

  test('read back are what was exported, with no formula among it', () => {
    assert(
      property(array(record({ plugin: nasty, permission: nasty }), { maxLength: 8 }), (facts) => {
        const { audit, use } = trailOf()
        for (const { plugin, permission } of facts) use(plugin, permission, 'refused')
        expect(JSON.parse(audit.export('json'))).toEqual(audit.query())
        const [header, ...rows] = readCsv(audit.export('csv'))
        expect(header).toEqual(fields)
        const safe = (text: string): string => (/^[=+\-@\t\r]/.test(text) ? `'${text}` : text)
        expect(rows).toEqual(
          audit
            .query()
            .map((entry) =>
              fields.map((field) => safe(String(entry[field as keyof PermissionAuditEntry] ?? ''))),
            ),
        )
      }),
      { numRuns: 300 },
    )
  })

  test('of nothing are a header, and an empty list', () => {
    const { audit } = trailOf()
    expect([audit.export('csv'), audit.export('json')]).toEqual([fields.join(','), '[]'])
  })

  test('of an entry are as a person reads them', () => {
    const { audit, use, grant } = trailOf()
    use('@acme/a', 'columns:read:a,b', 'refused')
    grant('acme', 'download')
    expect(audit.export('csv').split('\r\n').slice(1)).toEqual([
      '2,acme,download,grant,true,,1,1000,1000',
      `1,'@acme/a,"columns:read:a,b",use,false,refused,1,1000,1000`,
    ])
  })
})

describe('listeners', () => {
  test('hear of each new entry, and of refused uses each time', () => {
    const { audit, use, grant } = trailOf()
    const heard: string[] = []
    const undo = audit.subscribe(({ id, count }) => heard.push(`${id}x${count}`))
    grant('a', 'download')
    use('a', 'download')
    use('a', 'download')
    use('a', 'state:read', 'refused')
    use('a', 'state:read', 'refused')
    undo()
    undo()
    use('a', 'state:read', 'refused')
    expect(heard).toEqual(['1x1', '2x1', '3x1', '3x2'])
  })

  test('that fail are reported, and harm no others', async () => {
    const { audit, grant, failures } = trailOf()
    const heard: number[] = []
    const bad = new Error('bad')
    audit.subscribe(() => {
      throw bad
    })
    audit.subscribe(() => Promise.reject(bad))
    audit.subscribe(({ id }) => heard.push(id))
    grant('a', 'download')
    await settle()
    expect(heard).toEqual([1])
    expect(failures).toEqual(
      [bad, bad].map((error) => ({ pluginId: undefined, phase: 'listener of the permission audit', error })),
    )
  })

  test('listen as often as they subscribed', () => {
    const { audit, grant } = trailOf()
    let heard = 0
    const listen = (): number => (heard += 1)
    const undo = audit.subscribe(listen)
    audit.subscribe(listen)
    grant('a', 'download')
    undo()
    grant('a', 'download')
    expect(heard).toBe(3)
  })

  test('that cause entries are told of them after everyone heard of the first', () => {
    const { audit, grant, use } = trailOf()
    const heard: string[] = []
    audit.subscribe(({ id }) => {
      heard.push(`first ${id}`)
      if (id === 1) grant('b', 'download')
      use('c', 'download', 'refused')
    })
    audit.subscribe(({ id }) => heard.push(`second ${id}`))
    grant('a', 'download')
    expect(heard).toEqual(['first 1', 'second 1', 'first 2', 'second 2', 'first 3', 'second 3'])
  })

  test('that cause entries without end are cut, and hear of the next again', () => {
    const { audit, grant } = trailOf()
    let heard = 0
    const undo = audit.subscribe(() => {
      heard += 1
      grant('b', 'download')
    })
    grant('a', 'download')
    expect(heard).toBe(1000)
    undo()
    audit.subscribe(() => (heard += 1))
    grant('a', 'download')
    expect(heard).toBe(1001)
  })
})
