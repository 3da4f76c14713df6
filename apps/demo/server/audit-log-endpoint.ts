import { appendFile, mkdir, readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { dirname } from 'node:path'
import { BodyTooLarge, readBody } from './read-body.ts'

const maximumBytes = 5 * 1024 * 1024

/** Stores what the audit plugin posts, one event a line, and gives it back to `GET`. */
export function auditLogEndpoint(file: string) {
  const seen = new Set<string>()

  async function append(events: readonly { readonly id: string }[]): Promise<void> {
    const fresh = events.filter(({ id }) => !seen.has(id))
    for (const { id } of fresh) seen.add(id)
    const receivedAt = new Date().toISOString()
    await mkdir(dirname(file), { recursive: true })
    await appendFile(file, fresh.map((event) => `${JSON.stringify({ ...event, receivedAt })}\n`).join(''))
  }

  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET') return sendJson(response, 200, { events: await readEvents(file) })
    if (request.method !== 'POST') return sendJson(response, 405, { error: 'use GET or POST' })
    try {
      const events = parseEvents(await readBody(request, maximumBytes))
      if (events === undefined) return sendJson(response, 400, { error: 'expected { events: [{ id, … }] }' })
      await append(events)
      return sendJson(response, 202, { accepted: events.length })
    } catch (error) {
      if (error instanceof BodyTooLarge) return sendJson(response, 413, { error: error.message })
      throw error
    }
  }
}

async function readEvents(file: string): Promise<readonly unknown[]> {
  const text = await readFile(file, 'utf8').catch(() => '')
  return text.split('\n').flatMap((line): unknown[] => (line === '' ? [] : [JSON.parse(line)]))
}

function parseEvents(body: string): readonly { readonly id: string }[] | undefined {
  try {
    const { events } = JSON.parse(body) as { events?: unknown }
    return Array.isArray(events) && events.every(hasId) ? events : undefined
  } catch {
    return undefined
  }
}

function hasId(event: unknown): event is { readonly id: string } {
  return typeof event === 'object' && event !== null && 'id' in event && typeof event.id === 'string'
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
