// @vitest-environment node
import { appendFile, mkdir, mkdtemp, readFile, rmdir } from 'node:fs/promises'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { analyticsCollector } from './analytics-collector.ts'
import { auditLogEndpoint } from './audit-log-endpoint.ts'
import { datasets } from './datasets.ts'
import { createEmployees } from './employees.ts'

const servers: Server[] = []
afterEach(() => servers.splice(0).forEach((server) => server.close()))

async function serve(
  handler: (...parameters: Parameters<RequestListener>) => Promise<void>,
): Promise<string> {
  const server = createServer((request, response) => {
    handler(request, response).catch(() => response.writeHead(500).end())
  })
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

const post = (url: string, body: string): Promise<Response> => fetch(url, { method: 'POST', body })

describe('audit log endpoint', () => {
  test('stores events once each, and gives them back', async () => {
    const file = join(await mkdtemp(join(tmpdir(), 'gridkit-test-')), 'log', 'audit.ndjson')
    const url = await serve(auditLogEndpoint(file))
    expect((await post(url, JSON.stringify({ events: [{ id: 'a' }, { id: 'b' }] }))).status).toBe(202)
    expect((await post(url, JSON.stringify({ events: [{ id: 'b' }, { id: 'c' }] }))).status).toBe(202)
    const { events } = (await (await fetch(url)).json()) as { events: { id: string; receivedAt: string }[] }
    expect(events.map(({ id }) => id)).toEqual(['a', 'b', 'c'])
    expect(events.every(({ receivedAt }) => !Number.isNaN(Date.parse(receivedAt)))).toBe(true)
    expect((await readFile(file, 'utf8')).trim().split('\n')).toHaveLength(3)
  })

  test.each(['', 'no json', '{}', '{"events":[{}]}', '{"events":"a"}'])('refuses %j', async (body) => {
    const url = await serve(auditLogEndpoint(join(tmpdir(), 'gridkit-never-written')))
    expect((await post(url, body)).status).toBe(400)
  })

  test('refuses a body over five megabytes, and other methods', async () => {
    const url = await serve(auditLogEndpoint(join(tmpdir(), 'gridkit-never-written')))
    expect((await post(url, 'x'.repeat(5 * 1024 * 1024 + 1))).status).toBe(413)
    expect((await fetch(url, { method: 'DELETE' })).status).toBe(405)
  })

  const newFile = async (): Promise<string> =>
    join(await mkdtemp(join(tmpdir(), 'gridkit-test-')), 'audit.ndjson')
  const bodyOf = (...ids: string[]): string => JSON.stringify({ events: ids.map((id) => ({ id })) })
  async function stored(url: string): Promise<{ ids: string[]; unreadable: number }> {
    const { events, unreadable } = (await (await fetch(url)).json()) as {
      events: { id: string }[]
      unreadable: number
    }
    return { ids: events.map(({ id }) => id), unreadable }
  }

  test('answers 413 to a body that is much too large, and the connection holds', async () => {
    const url = await serve(auditLogEndpoint(await newFile()))
    const large = 'x'.repeat(30 * 1024 * 1024)
    for (let time = 0; time < 5; time += 1) expect((await post(url, large)).status).toBe(413)
  })

  test('stores what could not be written when it comes again', async () => {
    const file = await newFile()
    const url = await serve(auditLogEndpoint(file))
    // A directory in its place can't be written to.
    await mkdir(file)
    expect((await post(url, bodyOf('a'))).status).toBe(500)
    await rmdir(file)
    expect((await post(url, bodyOf('a'))).status).toBe(202)
    expect(await stored(url)).toEqual({ ids: ['a'], unreadable: 0 })
  })

  test('stores events once each when many come at once, and after a restart', async () => {
    const file = await newFile()
    const url = await serve(auditLogEndpoint(file))
    await Promise.all(Array.from({ length: 20 }, (_, at) => post(url, bodyOf('a', 'a', `b${at % 5}`))))
    expect((await stored(url)).ids.sort()).toEqual(['a', 'b0', 'b1', 'b2', 'b3', 'b4'])
    const again = await serve(auditLogEndpoint(file))
    await post(again, bodyOf('a', 'c'))
    expect((await stored(again)).ids.sort()).toEqual(['a', 'b0', 'b1', 'b2', 'b3', 'b4', 'c'])
  })

  test('skips lines it can not read, says how many, and starts a new one', async () => {
    const file = await newFile()
    await appendFile(file, '{"id":"a"}\n{"no":"id"}\n{"id":"b", "torn')
    const url = await serve(auditLogEndpoint(file))
    expect(await stored(url)).toEqual({ ids: ['a'], unreadable: 2 })
    await post(url, bodyOf('a', 'b'))
    expect(await stored(url)).toEqual({ ids: ['a', 'b'], unreadable: 2 })
  })
})

describe('analytics collector', () => {
  test('shows what mixpanel posts, in base64 or not', async () => {
    const url = await serve(analyticsCollector())
    const event = { event: 'Table Sorted', properties: { token: 't' } }
    const data = JSON.stringify([event])
    const encoded = Buffer.from(data).toString('base64')
    expect(await (await post(`${url}/track/`, new URLSearchParams({ data }).toString())).json()).toBe(1)
    const verbose = await post(`${url}/track/?verbose=1`, new URLSearchParams({ data: encoded }).toString())
    expect(await verbose.json()).toEqual({ status: 1, error: null })
    await post(`${url}/other`, 'neither')
    const { requests } = (await (await fetch(`${url}/requests`)).json()) as {
      requests: { events: unknown[] }[]
    }
    expect(requests.map(({ events }) => events)).toEqual([[event], [event], ['neither']])
  })
})

describe('datasets', () => {
  test('are as large as the demo says', async () => {
    const sizes = await Promise.all(
      Object.entries(datasets).map(async ([file, make]) => [
        file,
        (JSON.parse(await make()) as unknown[]).length,
      ]),
    )
    expect(Object.fromEntries(sizes)).toEqual({
      'movies.json': 3201,
      'flights.json': 200_000,
      'employees.json': 10_000,
    })
  })

  test('have the same people every time, with numbers that were never issued', () => {
    const people = createEmployees(50)
    expect(createEmployees(50)).toEqual(people)
    expect(new Set(people.map(({ id }) => id)).size).toBe(50)
    for (const { ssn, email } of people) {
      expect(ssn).toMatch(/^9\d\d-\d\d-\d{4}$/)
      expect(email).toMatch(/@example\.com$/)
    }
  })
})
