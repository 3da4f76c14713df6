// @vitest-environment node
import { createTable, definePlugin, type HostOptions, type Json, type PermissionPolicy } from '@gridkit/core'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { hurriedClock } from '../../test/hurried-clock.ts'
import { IngestServer } from '../../test/ingest-server.ts'
import { LogLines } from '../../test/log-lines.ts'
import {
  auditLogPlugin,
  decryptAuditValue,
  type AuditEvent,
  type AuditLogOptions,
  type EncryptedValue,
} from './audit-log-plugin.ts'

interface Person {
  id: string
  email: string
  ssn: string
  salary: number
}

const columns = [{ accessorKey: 'email' }, { accessorKey: 'ssn' }, { accessorKey: 'salary' }] as const
const jane: Person = { id: '1', email: 'jane@example.com', ssn: '123-45-6789', salary: 98_765 }
const joe: Person = { ...jane, id: '2', email: 'joe@example.com' }

let server: IngestServer
let log: LogLines
const open: { destroy(): Promise<void> }[] = []

beforeEach(async () => {
  server = await new IngestServer().listen()
  log = new LogLines()
})

afterEach(async () => {
  await Promise.all(open.splice(0).map((table) => table.destroy()))
  await server.close()
  vi.unstubAllGlobals()
})

function tableWith(options: AuditLogOptions, host: HostOptions = {}) {
  const table = createTable({
    data: [jane],
    columns: [...columns],
    getRowId: (row: Person) => row.id,
    features: { plugins: [auditLogPlugin(options)] },
    log: log.sink,
    clock: hurriedClock(50),
    ...host,
  })
  open.push(table)
  return table
}

function salaryOf({ after }: Pick<AuditEvent, 'after'>): unknown {
  return (after as Readonly<Record<string, Json>>)['salary']
}

function sent(): AuditEvent[] {
  return server.received.flatMap(({ body }) => (JSON.parse(body) as { events: AuditEvent[] }).events)
}

describe('what is recorded', () => {
  test('a create, an update and a delete, with who, what and when', async () => {
    const table = tableWith({
      destination: `${server.origin}/logs`,
      actor: () => ({ id: 'u1', name: 'Una' }),
    })
    await table.plugins.ready
    table.withSource('user', () => table.createRow(joe))
    table.updateRow('2', { salary: 1 })
    table.deleteRow('2')
    await table.audit.flush()
    const events = sent()
    expect(events.map(({ type, source, rowId }) => [type, source, rowId])).toEqual([
      ['row:create', 'user', '2'],
      ['row:update', 'api', '2'],
      ['row:delete', 'api', '2'],
    ])
    expect(events[0]).toMatchObject({
      after: joe,
      actor: { id: 'u1', name: 'Una' },
      operationId: 'operation-1',
    })
    expect(events[1]).toMatchObject({ before: { salary: joe.salary }, after: { salary: 1 } })
    expect(events[2]).toMatchObject({ before: { ...joe, salary: 1 } })
    expect(new Set(events.map(({ id }) => id)).size).toBe(3)
    expect(events[0]?.id).toMatch(/^[0-9a-f-]{36}$/)
    expect(Math.abs(Date.now() - Date.parse(events[0]?.time ?? ''))).toBeLessThan(60_000)
    expect(events[0]).not.toHaveProperty('metadata')
  })

  test('each event once, when several patterns match it', async () => {
    const table = tableWith({ destination: `${server.origin}/logs`, events: ['row:*', 'row:update', '*'] })
    await table.plugins.ready
    table.updateRow('1', { salary: 1 })
    await table.audit.flush()
    expect(sent().filter(({ type }) => type === 'row:update')).toHaveLength(1)
  })

  test('only the events asked for', async () => {
    const table = tableWith({ destination: `${server.origin}/logs`, events: ['row:delete'] })
    await table.plugins.ready
    table.updateRow('1', { salary: 1 })
    table.deleteRow('1')
    await table.audit.flush()
    expect(sent().map(({ type }) => type)).toEqual(['row:delete'])
  })

  test('the state before and after, without the address of the page unless asked', async () => {
    vi.stubGlobal('location', { href: `${server.origin}/people?token=secret#x` })
    const table = tableWith({ destination: '/logs', events: ['sort:change'], includeMetadata: true })
    await table.plugins.ready
    table.setSorting([{ id: 'email', desc: true }])
    await table.audit.flush()
    expect(sent()[0]).toMatchObject({
      before: [],
      after: [{ id: 'email', desc: true }],
      metadata: { url: `${server.origin}/people` },
    })
  })

  test('no address where there is no page', async () => {
    const table = tableWith({ destination: () => {}, includeMetadata: true })
    await table.plugins.ready
    table.deleteRow('1')
    expect((await table.audit.query())[0]?.metadata).toEqual({})
  })

  test('an event without its actor, when that can not be told', async () => {
    const actor = (): never => {
      throw new Error('logged out')
    }
    const table = tableWith({ destination: `${server.origin}/logs`, actor })
    await table.plugins.ready
    table.deleteRow('1')
    await table.audit.flush()
    expect(sent()[0]).not.toHaveProperty('actor')
    expect(log.at('error')).toContain('logged out')
  })

  test('a UUID where the page is no secure context', async () => {
    const { crypto } = globalThis
    vi.stubGlobal('crypto', {
      getRandomValues: (bytes: Uint8Array<ArrayBuffer>) => crypto.getRandomValues(bytes),
    })
    const table = tableWith({ destination: () => {} })
    await table.plugins.ready
    table.deleteRow('1')
    const [event] = await table.audit.query()
    expect(event?.id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
  })
})

describe('personal data', () => {
  const canaries = [jane.email, 'jane', jane.ssn, '123-45', String(jane.salary)]

  test('reaches neither the wire nor the trail nor the log', async () => {
    const pii = { mask: ['email', 'ssn'], encrypt: ['salary'] }
    const table = tableWith({ destination: `${server.origin}/logs`, events: ['*'], pii })
    await table.plugins.ready
    table.createRow({ ...jane, id: '3' })
    table.updateRow('1', { email: 'jane2@example.com', salary: 98_766 })
    table.deleteRow('1')
    table.setColumnFilters([{ id: 'email', value: jane.email }])
    table.setGlobalFilter('jane')
    await table.audit.flush()
    expect(sent().length).toBeGreaterThanOrEqual(5)
    const seen = JSON.stringify([server.received, await table.audit.query(), log.lines])
    for (const canary of canaries) expect(seen).not.toContain(canary)
    const created = sent().find(({ type }) => type === 'row:create')
    expect(created?.after).toMatchObject({ email: 'j***@e***.com', ssn: '***-**-6789' })
  })

  test('opens with the key of the application, at its own place only', async () => {
    const key = await crypto.subtle.generateKey({ name: 'AES-GCM', length: 256 }, false, [
      'encrypt',
      'decrypt',
    ])
    const keys = { encryptionKey: () => key }
    const table = tableWith({ destination: `${server.origin}/logs`, pii: { encrypt: ['salary'], keys } })
    await table.plugins.ready
    table.updateRow('1', { salary: 5 })
    await table.audit.flush()
    const [event] = sent()
    const { before, after } = event as unknown as {
      before: { salary: EncryptedValue }
      after: { salary: EncryptedValue }
    }
    const eventId = event?.id ?? ''
    expect(before.salary.encrypted).toBe('A256GCM')
    expect(await decryptAuditValue(before.salary, key, { eventId, path: 'before.salary' })).toBe(jane.salary)
    expect(await decryptAuditValue(after.salary, key, { eventId, path: 'after.salary' })).toBe(5)
    await expect(
      decryptAuditValue(after.salary, key, { eventId, path: 'before.salary' }),
    ).rejects.toMatchObject({
      code: 'GK_AUDIT_DECRYPTION_FAILED',
    })
  })

  test('has equal codes for equal values by hmac', async () => {
    const key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    const mask = [{ field: 'ssn', strategy: 'hmac' }] as const
    const table = tableWith({
      destination: `${server.origin}/logs`,
      pii: { mask, keys: { hmacKey: () => key } },
    })
    await table.plugins.ready
    table.createRow({ ...jane, id: '3' })
    table.createRow({ ...jane, id: '4' })
    table.createRow({ ...jane, id: '5', ssn: '000-00-0000' })
    await table.audit.flush()
    const codes = sent().map(({ after }) => (after as { ssn: { hmac: string; code: string } }).ssn)
    expect(codes[0]?.hmac).toBe('SHA-256')
    expect(codes[0]).toEqual(codes[1])
    expect(codes[0]).not.toEqual(codes[2])
    expect(server.received[0]?.body).not.toContain(jane.ssn)
  })

  test('has equal codes by hmac for objects whose members are in another order', async () => {
    const key = await crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])
    const pii = { mask: [{ field: 'ssn', strategy: 'hmac' }], keys: { hmacKey: () => key } } as const
    const table = tableWith({ destination: () => {}, pii })
    await table.plugins.ready
    const [one, other] = [
      { a: 1, b: [null, { d: 1, c: 2 }] },
      { b: [null, { c: 2, d: 1 }], a: 1 },
    ]
    table.createRow({ ...jane, id: '3', ssn: one as unknown as string })
    table.createRow({ ...jane, id: '4', ssn: other as unknown as string })
    const [first, second] = await table.audit.query()
    expect(first?.after).toEqual({ ...(second?.after as object), id: '3' })
  })

  test('is left out, and the event kept, when it can not be encrypted', async () => {
    const keys = { encryptionKey: () => Promise.reject(new Error('the vault is closed')) }
    const table = tableWith({ destination: `${server.origin}/logs`, pii: { encrypt: ['salary'], keys } })
    await table.plugins.ready
    table.updateRow('1', { salary: 5 })
    await table.audit.flush()
    expect(sent()[0]?.after).toEqual({ salary: { unavailable: 'GK_AUDIT_SEALING_FAILED' } })
    expect(log.at('error')).toContain('the vault is closed')
  })

  test('is left out when the key for hmac does not come', async () => {
    const keys = { hmacKey: () => undefined as unknown as CryptoKey }
    const mask = [{ field: 'ssn', strategy: 'hmac' }] as const
    const table = tableWith({ destination: () => {}, pii: { mask, keys } })
    await table.plugins.ready
    table.updateRow('1', { ssn: '1' })
    expect((await table.audit.query())[0]?.after).toEqual({ ssn: { unavailable: 'GK_AUDIT_SEALING_FAILED' } })
  })

  test('keeps nothing as nothing', async () => {
    const table = tableWith({ destination: () => {}, pii: { mask: ['email'], encrypt: ['salary'] } })
    await table.plugins.ready
    table.createRow({ id: '9', email: null, salary: null } as unknown as Person)
    expect((await table.audit.query())[0]?.after).toEqual({ id: '9', email: null, salary: null })
  })
})

describe('what does not start', () => {
  async function errorOf(options: AuditLogOptions): Promise<string | undefined> {
    const table = tableWith(options)
    await table.plugins.ready.catch(() => undefined)
    return table.plugins.getPlugin('audit-log')?.error?.message
  }

  test.each(['ftp://example.com/logs', 'http://', 'api/logs'])(
    '%s as a destination here',
    async (destination) => {
      expect(await errorOf({ destination })).toContain(`can't be sent to '${destination}'`)
    },
  )

  test('hmac without a key', async () => {
    const mask = [{ field: 'ssn', strategy: 'hmac' }] as const
    expect(await errorOf({ destination: () => {}, pii: { mask } })).toContain('there is no key for it')
  })

  test('encryption without WebCrypto', async () => {
    vi.stubGlobal('crypto', {})
    expect(await errorOf({ destination: () => {}, pii: { encrypt: ['salary'] } })).toContain('no WebCrypto')
  })
})

describe('delivery', () => {
  test('is a JSON POST to the page itself for a relative address', async () => {
    vi.stubGlobal('location', { href: `${server.origin}/people` })
    const asked: string[] = []
    const permissions: PermissionPolicy = ({ permission }) => asked.push(permission) > 0
    const table = tableWith({ destination: 'api/logs' }, { permissions })
    await table.plugins.ready
    table.deleteRow('1')
    await table.audit.flush()
    expect(server.received[0]).toMatchObject({
      method: 'POST',
      url: '/api/logs',
      headers: { 'content-type': 'application/json' },
    })
    expect(asked).toContain('network:self')
  })

  test('asks for the origin of another address', async () => {
    const asked: string[] = []
    const permissions: PermissionPolicy = ({ permission }) => asked.push(permission) > 0
    const table = tableWith({ destination: `${server.origin}/logs`, events: ['row:*'] }, { permissions })
    await table.plugins.ready
    expect(asked).toEqual([
      'events:subscribe:row:*',
      'methods:register',
      `network:${server.origin}`,
      'columns:read',
    ])
  })

  test('comes by itself, in batches, in order, one at a time', async () => {
    const table = tableWith({ destination: `${server.origin}/logs` })
    await table.plugins.ready
    for (let salary = 0; salary < 250; salary += 1) table.updateRow('1', { salary })
    await vi.waitFor(() => expect(sent()).toHaveLength(250))
    expect(sent().map(salaryOf)).toEqual(Array.from({ length: 250 }, (_, i) => i))
    expect(Math.max(...server.received.map(({ body }) => JSON.parse(body).events.length))).toBe(100)
    expect(server.atOnce).toBe(1)
    expect(await table.audit.status()).toEqual({ queued: 0, sent: 250, retrying: false, quarantined: 0 })
  })

  test.each([503, 429, 'hang up'] as const)('comes again after %s, with the same ids', async (answer) => {
    server.answers.push(answer, answer)
    const table = tableWith({ destination: `${server.origin}/logs` })
    await table.plugins.ready
    table.deleteRow('1')
    table.createRow(joe)
    await vi.waitFor(() => expect(server.received.length).toBeGreaterThanOrEqual(3))
    await vi.waitFor(async () => expect(await table.audit.status()).toMatchObject({ queued: 0, sent: 2 }))
    const bodies = server.received.map(({ body }) => body)
    expect(new Set(bodies).size).toBe(1)
    expect(await table.audit.status()).toEqual({ queued: 0, sent: 2, retrying: false, quarantined: 0 })
    expect(log.lines.filter(({ level }) => level === 'error')).toHaveLength(1)
  })

  test('keeps the order of events that come during an outage', async () => {
    server.answers.push(503, 503, 503)
    const table = tableWith({ destination: `${server.origin}/logs` })
    await table.plugins.ready
    table.updateRow('1', { salary: 1 })
    await vi.waitFor(() => expect(server.received.length).toBeGreaterThan(0))
    table.updateRow('1', { salary: 2 })
    await vi.waitFor(async () => expect((await table.audit.status()).sent).toBe(2))
    const accepted = server.received.slice(3).flatMap(({ body }) => JSON.parse(body).events as AuditEvent[])
    expect(accepted.map(salaryOf)).toEqual([1, 2])
  })

  test('puts what is refused in quarantine, says so, and goes on', async () => {
    server.answers.push(400)
    const table = tableWith({ destination: `${server.origin}/logs` })
    await table.plugins.ready
    table.updateRow('1', { salary: 1 })
    await table.audit.flush()
    expect(await table.audit.status()).toMatchObject({ sent: 0, quarantined: 1, retrying: false })
    expect((await table.audit.status()).lastError).toContain('400')
    expect((await table.audit.quarantined()).map(({ after }) => after)).toEqual([{ salary: 1 }])
    expect(log.at('error')).toContain('refused 1 audit events')
    table.updateRow('1', { salary: 2 })
    await table.audit.flush()
    expect(await table.audit.status()).toMatchObject({ queued: 0, sent: 1, quarantined: 1 })
  })

  test('flush says when it fails, and the events stay', async () => {
    server.answers.push(500)
    const table = tableWith({ destination: `${server.origin}/logs` }, { clock: hurriedClock(0.01) })
    await table.plugins.ready
    table.deleteRow('1')
    await expect(table.audit.flush()).rejects.toMatchObject({ code: 'GK_AUDIT_DELIVERY_FAILED' })
    expect(await table.audit.status()).toMatchObject({ queued: 1, retrying: true })
    await table.audit.flush()
    expect(await table.audit.status()).toMatchObject({ queued: 0, sent: 1, retrying: false })
    await table.audit.flush()
    expect(server.received).toHaveLength(2)
  })

  test('counts silence as a failure', async () => {
    server.answers.push('silence')
    const table = tableWith({ destination: `${server.origin}/logs` }, { clock: hurriedClock(1000) })
    await table.plugins.ready
    table.deleteRow('1')
    await vi.waitFor(async () => expect((await table.audit.status()).sent).toBe(1))
    expect(log.at('error')).toContain('did not answer within 30000 ms')
  })

  test('to a function is awaited, in order, and comes again when it throws', async () => {
    const calls: unknown[][] = []
    let working = 0
    const destination = async (events: readonly AuditEvent[]): Promise<void> => {
      working += 1
      expect(working).toBe(1)
      calls.push(events.map(salaryOf))
      await Promise.resolve()
      working -= 1
      if (calls.length === 1) throw 'busy'
    }
    const table = tableWith({ destination })
    await table.plugins.ready
    table.updateRow('1', { salary: 1 })
    table.updateRow('1', { salary: 2 })
    await vi.waitFor(async () => expect((await table.audit.status()).sent).toBe(2))
    expect(calls).toEqual([
      [1, 2],
      [1, 2],
    ])
    expect(log.at('error')).toContain('busy')
  })
})

describe('the end', () => {
  test('delivers what is queued, in requests that outlive the page', async () => {
    const fetchSeen: (boolean | undefined)[] = []
    const table = tableWith(
      { destination: `${server.origin}/logs` },
      {
        clock: hurriedClock(0.5),
        fetch: (input, init) => {
          fetchSeen.push(init?.keepalive)
          return fetch(input, init)
        },
      },
    )
    await table.plugins.ready
    table.updateRow('1', { email: 'x'.repeat(40_000) })
    table.updateRow('1', { email: 'y'.repeat(70_000) })
    table.updateRow('1', { salary: 3 })
    await table.unregisterPlugin('audit-log')
    expect(sent()).toHaveLength(3)
    // The long one doesn't fit in what browsers let outlive a page.
    expect(fetchSeen).toEqual([true, false, true])
    expect(log.at('error')).toBe('')
  })

  test('tries again while it may, and says what is lost', async () => {
    const { origin } = server
    await server.close()
    const table = tableWith({ destination: `${origin}/logs` })
    await table.plugins.ready
    table.deleteRow('1')
    await table.destroy()
    expect(log.at('error')).toContain('ended with 1 audit events undelivered')
    server = await new IngestServer().listen()
  })

  test('comes in time although the server is silent', async () => {
    server.answers.push('silence')
    const table = tableWith({ destination: `${server.origin}/logs` })
    await table.plugins.ready
    table.deleteRow('1')
    await table.destroy()
    expect(log.at('error')).toContain('undelivered')
    expect(log.at('error')).not.toContain('did not finish stop')
  })

  test('recovers within the time there is', async () => {
    server.answers.push(503)
    const table = tableWith({ destination: `${server.origin}/logs` })
    await table.plugins.ready
    table.deleteRow('1')
    await table.destroy()
    expect(server.received).toHaveLength(2)
    expect(log.at('error')).not.toContain('undelivered')
  })

  test('of one table leaves another with the same definition running', async () => {
    const plugin = auditLogPlugin({ destination: `${server.origin}/logs` })
    const options = {
      data: [jane],
      columns: [...columns],
      getRowId: (row: Person) => row.id,
      features: { plugins: [plugin] },
      clock: hurriedClock(50),
    }
    const [first, second] = [createTable(options), createTable(options)]
    open.push(second)
    await Promise.all([first.plugins.ready, second.plugins.ready])
    first.updateRow('1', { salary: 1 })
    await first.destroy()
    second.updateRow('1', { salary: 2 })
    await second.audit.flush()
    expect(sent().map(salaryOf)).toEqual([1, 2])
    expect(await second.audit.query()).toHaveLength(1)
  })
})

describe('the trail', () => {
  test('is found by type, row, source, actor, time and number', async () => {
    let actor = 'u1'
    const table = tableWith({ destination: () => {}, actor: () => ({ id: actor }) })
    await table.plugins.ready
    table.updateRow('1', { salary: 1 })
    actor = 'u2'
    table.withSource('user', () => table.createRow(joe))
    table.deleteRow('2')
    const typesOf = async (filter?: Parameters<typeof table.audit.query>[0]): Promise<string[]> =>
      (await table.audit.query(filter)).map(({ type }) => type)
    expect(await typesOf()).toEqual(['row:update', 'row:create', 'row:delete'])
    expect(await typesOf({ type: 'row:*' })).toHaveLength(3)
    expect(await typesOf({ type: 'row:create' })).toEqual(['row:create'])
    expect(await typesOf({ type: 'export:*' })).toEqual([])
    expect(await typesOf({ rowId: '2' })).toEqual(['row:create', 'row:delete'])
    expect(await typesOf({ source: 'user' })).toEqual(['row:create'])
    expect(await typesOf({ actorId: 'u1' })).toEqual(['row:update'])
    expect(await typesOf({ from: '2999-01-01' })).toEqual([])
    expect(await typesOf({ to: '2999-01-01' })).toHaveLength(3)
    expect(await typesOf({ limit: 1 })).toEqual(['row:delete'])
    expect(await typesOf({ limit: 0 })).toEqual([])
  })

  test('holds the latest 10,000, and delivery misses none', async () => {
    let delivered = 0
    const table = tableWith({
      destination: (events) => void (delivered += events.length),
      events: ['acme/a:b'],
    })
    await table.plugins.ready
    const acme = definePlugin({
      metadata: { id: 'acme', name: 'Acme', version: '1.0.0', category: 'data' },
      resourceLimits: { maxCallsPerSecond: 1_000_000, maxCallBurst: 1_000_000 },
      initialize(context) {
        for (let at = 0; at < 20_005; at += 1) context.emit({ type: 'acme/a:b', payload: at })
      },
    })
    await table.registerPlugin(acme)
    await table.audit.flush()
    const events = await table.audit.query()
    expect([events.length, events[0]?.data, events.at(-1)?.data]).toEqual([10_000, 10_005, 20_004])
    expect(delivered).toBe(20_005)
  })
})

describe('a key that does not come', () => {
  const hang = (): Promise<CryptoKey> => new Promise(() => {})

  test('leaves its fields out, and delays events but loses none', async () => {
    const pii = { encrypt: ['salary'], keys: { encryptionKey: hang } }
    const table = tableWith({ destination: `${server.origin}/logs`, pii }, { clock: hurriedClock(100) })
    await table.plugins.ready
    table.updateRow('1', { salary: 1 })
    table.deleteRow('1')
    expect(await table.audit.status()).toMatchObject({ queued: 2, sent: 0 })
    await table.audit.flush()
    expect(sent().map(({ type }) => type)).toEqual(['row:update', 'row:delete'])
    expect(sent()[0]?.after).toEqual({ salary: { unavailable: 'GK_AUDIT_SEALING_FAILED' } })
    expect(sent()[1]?.before).toMatchObject({ email: jane.email })
    expect(log.lines.filter(({ text }) => text.includes('gave no key in time'))).toHaveLength(1)
  })

  test('holds up the end for half of its time, and the events are delivered', async () => {
    const pii = { encrypt: ['salary'], keys: { encryptionKey: hang } }
    const table = tableWith({ destination: `${server.origin}/logs`, pii }, { clock: hurriedClock(10) })
    await table.plugins.ready
    table.updateRow('1', { salary: 1 })
    table.updateRow('1', { email: 'kept@example.com' })
    await table.destroy()
    expect(sent()).toHaveLength(2)
    expect(log.at('error')).not.toContain('undelivered')
    expect(log.at('error')).not.toContain('did not finish')
  })

  test('is counted at the end, when the server does not answer either', async () => {
    server.answers.push('silence', 'silence')
    const pii = { mask: [{ field: 'ssn', strategy: 'hmac' }], keys: { hmacKey: hang } } as const
    const table = tableWith({ destination: `${server.origin}/logs`, pii }, { clock: hurriedClock(10) })
    await table.plugins.ready
    table.updateRow('1', { ssn: '1' })
    table.updateRow('1', { ssn: '2' })
    await table.destroy()
    expect(log.at('error')).toContain('ended with 2 audit events undelivered')
  })
})

describe('another configuration', () => {
  async function reconfigure(table: ReturnType<typeof tableWith>, options: AuditLogOptions): Promise<void> {
    table.plugins.setPlugins([auditLogPlugin(options)])
    await table.plugins.ready
  }

  test('keeps the queue, the quarantine and the trail, and delivers to the new destination', async () => {
    server.answers.push(400, 503, 503)
    const table = tableWith({ destination: `${server.origin}/logs` }, { clock: hurriedClock(0.1) })
    await table.plugins.ready
    table.updateRow('1', { salary: 1 })
    await table.audit.flush()
    table.updateRow('1', { salary: 2 })
    await expect(table.audit.flush()).rejects.toMatchObject({ code: 'GK_AUDIT_DELIVERY_FAILED' })
    server.answers.length = 0
    await reconfigure(table, { destination: `${server.origin}/new`, pii: { mask: ['email'] } })
    await vi.waitFor(() => expect(server.received.at(-1)?.url).toBe('/new'))
    await table.audit.flush()
    table.updateRow('1', { email: 'other@example.com' })
    await table.audit.flush()
    expect(await table.audit.status()).toMatchObject({ queued: 0, sent: 2, quarantined: 1 })
    expect((await table.audit.query()).map(({ after }) => after)).toEqual([
      { salary: 1 },
      { salary: 2 },
      { email: 'o***@e***.com' },
    ])
    expect(log.at('error')).not.toContain('undelivered')
  })

  test('takes over the patterns and encrypts from then on', async () => {
    const table = tableWith({ destination: () => {}, events: ['row:*'] })
    await table.plugins.ready
    table.updateRow('1', { salary: 1 })
    await reconfigure(table, { destination: () => {}, events: ['row:update'], pii: { encrypt: ['salary'] } })
    table.updateRow('1', { salary: 2 })
    table.deleteRow('1')
    const events = await table.audit.query()
    expect(events.map(({ type }) => type)).toEqual(['row:update', 'row:update'])
    expect(events[1]?.after).toMatchObject({ salary: { encrypted: 'A256GCM' } })
  })

  test('that lacks the key of a field hides the field all the same, and says so', async () => {
    const table = tableWith({ destination: () => {} })
    await table.plugins.ready
    await reconfigure(table, {
      destination: () => {},
      pii: { mask: [{ field: 'ssn', strategy: 'hmac' }] },
    })
    table.updateRow('1', { ssn: '987-65-4321' })
    expect((await table.audit.query())[0]?.after).toEqual({ ssn: { unavailable: 'GK_AUDIT_SEALING_FAILED' } })
    expect(log.at('error')).toContain('there is no key for it')
  })

  test('at an origin that was not granted is a failed delivery, and loses nothing', async () => {
    const permissions: PermissionPolicy = ({ permission }) => !permission.startsWith('network:')
    const table = tableWith({ destination: () => {} }, { permissions })
    await table.plugins.ready
    await reconfigure(table, { destination: `${server.origin}/logs` })
    table.updateRow('1', { salary: 1 })
    await expect(table.audit.flush()).rejects.toMatchObject({ cause: { code: 'GK_PERMISSION_DENIED' } })
    expect(await table.audit.status()).toMatchObject({ queued: 1, retrying: true })
    await reconfigure(table, { destination: () => {}, events: ['row:*'] })
    await vi.waitFor(async () => expect((await table.audit.status()).sent).toBe(1))
  })

  test('with a pattern that was not granted says so, and takes over the others', async () => {
    const permissions: PermissionPolicy = ({ permission }) => !permission.includes('sort')
    const table = tableWith({ destination: () => {}, events: ['row:*'] }, { permissions })
    await table.plugins.ready
    await reconfigure(table, { destination: () => {}, events: ['sort:change', 'row:delete'] })
    table.updateRow('1', { salary: 1 })
    table.deleteRow('1')
    expect((await table.audit.query()).map(({ type }) => type)).toEqual(['row:delete'])
    expect(log.at('error')).toContain('events:subscribe:sort:change')
  })

  test('of one table is none of another with the same definition', async () => {
    const plugin = auditLogPlugin({ destination: () => {}, events: ['row:*'] })
    const options = {
      data: [jane],
      columns: [...columns],
      getRowId: (row: Person) => row.id,
      features: { plugins: [plugin] },
    }
    const [first, second] = [createTable(options), createTable(options)]
    open.push(first, second)
    await Promise.all([first.plugins.ready, second.plugins.ready])
    first.plugins.setPlugins([auditLogPlugin({ destination: () => {}, events: ['row:create'] })])
    await first.plugins.ready
    first.deleteRow('1')
    second.deleteRow('1')
    expect(await first.audit.query()).toHaveLength(0)
    expect(await second.audit.query()).toHaveLength(1)
  })
})

describe('row ids', () => {
  const byEmail = (options: AuditLogOptions) => {
    const table = createTable({
      data: [jane, { ...joe, ssn: '000' }],
      columns: [...columns],
      getRowId: (row: Person) => row.email,
      features: { plugins: [auditLogPlugin(options)] },
      log: log.sink,
    })
    open.push(table)
    return table
  }
  const hmacKey = (): Promise<CryptoKey> =>
    crypto.subtle.importKey('raw', new Uint8Array(32), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])

  test.each([
    [{ mask: ['email'] }, 'j***@e***.com'],
    [{ mask: [{ field: 'email', strategy: 'drop' }] }, undefined],
    [{ encrypt: ['email'] }, undefined],
    [{ mask: [{ field: 'email', strategy: 'hmac' }], keys: { hmacKey } }, expect.stringMatching(/^.{43}=$/)],
  ] as const)('that are a personal field of their event are masked as it: %j', async (pii, rowId) => {
    const table = byEmail({ destination: () => {}, pii })
    await table.plugins.ready
    table.deleteRow(jane.email)
    table.createRow({ ...jane, email: 'jill@example.com' })
    const events = await table.audit.query()
    expect(events.map((event) => event.rowId)).toEqual([rowId, rowId])
    expect(JSON.stringify([events, log.lines])).not.toMatch(/jane@|jill@/)
    expect(log.lines.filter(({ text }) => text.includes("the rows' ids are values"))).toHaveLength(1)
  })

  test('stay linkable by hmac, wherever they are', async () => {
    const table = byEmail({
      destination: () => {},
      events: ['row:*', 'acme/a:b'],
      pii: { mask: ['email'], rowId: 'hmac', keys: { hmacKey } },
    })
    await table.plugins.ready
    const { email } = jane
    table.updateRow(email, { salary: 1 })
    table.setRowSelection({ [email]: true })
    table.setRowPinning({ top: [email], bottom: [] })
    await table.registerPlugin(
      definePlugin({
        metadata: { id: 'acme', name: 'Acme', version: '1.0.0', category: 'data' },
        initialize: (context) => context.emit({ type: 'acme/a:b', payload: { rowId: email } }),
      }),
    )
    const events = await table.audit.query()
    const id = events[0]?.rowId ?? ''
    expect(id).toMatch(/^.{43}=$/)
    expect(events.map(({ after, data }) => after ?? data)).toEqual([
      { salary: 1 },
      { [id]: true },
      { top: [id], bottom: [] },
      { rowId: id },
    ])
    expect(await table.audit.query({ rowId: id })).toHaveLength(2)
    expect(JSON.stringify(events)).not.toContain('jane')
  })

  test('that look alike when masked in part hide none of them', async () => {
    const table = byEmail({ destination: () => {}, pii: { rowId: 'partial' } })
    await table.plugins.ready
    table.setRowSelection({ [jane.email]: true, [joe.email]: true })
    expect((await table.audit.query())[0]?.after).toEqual({
      'j***@e***.com': true,
      'j***@e***.com (2)': true,
    })
  })

  test('that are dropped are counted', async () => {
    const table = byEmail({ destination: () => {}, pii: { rowId: 'drop' } })
    await table.plugins.ready
    table.setRowSelection({ [jane.email]: true })
    table.deleteRow(joe.email)
    const [select, remove] = await table.audit.query()
    expect(select?.data).toEqual({ selected: 1, deselected: 0 })
    expect(remove).not.toHaveProperty('rowId')
  })

  test('have no code where there is no key', async () => {
    const table = byEmail({ destination: () => {}, pii: { rowId: 'hmac' } })
    await table.plugins.ready.catch(() => undefined)
    expect(table.plugins.getPlugin('audit-log')?.error?.code).toBe('GK_AUDIT_KEY_MISSING')
  })
})

describe('what is selected and expanded', () => {
  const people = (count: number): Person[] =>
    Array.from({ length: count }, (_, at) => ({ ...jane, id: `E${at}` }))
  const all = (rows: readonly Person[]) => Object.fromEntries(rows.map(({ id }) => [id, true as const]))

  function tableOf(rows: Person[], destination: AuditLogOptions['destination'] = () => {}) {
    const table = createTable({
      data: rows,
      columns: [...columns],
      getRowId: (row: Person) => row.id,
      features: { plugins: [auditLogPlugin({ destination })] },
      log: log.sink,
    })
    open.push(table)
    return table
  }

  test('is recorded as what changed, up to 1,000 rows, and then as counts', async () => {
    const rows = people(1_001)
    const table = tableOf(rows)
    await table.plugins.ready
    table.setRowSelection({ E0: true })
    table.setRowSelection(all(rows))
    table.setRowSelection(all(rows.filter(({ id }) => id !== 'E3')))
    table.setRowSelection({ E7: true })
    expect((await table.audit.query()).map(({ before, after, data }) => ({ before, after, data }))).toEqual([
      { before: {}, after: { E0: true }, data: undefined },
      { before: {}, after: Object.fromEntries(Object.entries(all(rows)).slice(1)), data: undefined },
      { before: { E3: true }, after: {}, data: undefined },
      // A thousand rows were on, and all but one of them went off.
      { before: expect.objectContaining({ E1: true }), after: {}, data: undefined },
    ])
  })

  test('knows all rows expanded', async () => {
    const table = tableOf(people(2))
    await table.plugins.ready
    table.setExpanded({ E0: true })
    table.setExpanded(true)
    table.setExpanded({ E1: true })
    expect((await table.audit.query()).map(({ before, after, data }) => data ?? [before, after])).toEqual([
      [{}, { E0: true }],
      { expanded: 'all' },
      [true, { E1: true }],
    ])
  })

  test('takes little room for 100,000 rows', async () => {
    const rows = people(100_000)
    const table = tableOf(rows)
    await table.plugins.ready
    const everything = all(rows)
    table.setRowSelection(everything)
    const { E5: _, ...others } = everything
    table.setRowSelection(others)
    const events = await table.audit.query()
    expect(events.map(({ before, after, data }) => data ?? [before, after])).toEqual([
      { selected: 100_000, deselected: 0 },
      [{ E5: true }, {}],
    ])
  })

  test('is delivered in batches of 256 KiB, an event that is larger alone', async () => {
    const table = tableWith({ destination: `${server.origin}/logs` })
    await table.plugins.ready
    for (const size of [60, 60, 60, 60, 60, 300, 1])
      table.createRow({ ...jane, id: `${size}-${Math.random()}`, email: 'x'.repeat(size * 1_024) })
    await table.audit.flush()
    expect(server.received.map(({ body }) => JSON.parse(body).events.length)).toEqual([4, 1, 1, 1])
  })
})
