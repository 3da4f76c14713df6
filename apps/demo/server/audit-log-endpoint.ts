import type { IncomingMessage, ServerResponse } from 'node:http'
import { AuditLogFile, hasId, type StoredEvent } from './audit-log-file.ts'
import { BodyTooLarge, readBody } from './read-body.ts'

const maximumBytes = 5 * 1024 * 1024

/** Stores what the audit plugin posts, one event a line, and gives it back to `GET`. */
export function auditLogEndpoint(file: string) {
  const log = new AuditLogFile(file)
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET') return sendJson(response, 200, await log.read())
    if (request.method !== 'POST') return sendJson(response, 405, { error: 'use GET or POST' })
    try {
      const events = parseEvents(await readBody(request, maximumBytes))
      if (events === undefined) return sendJson(response, 400, { error: 'expected { events: [{ id, … }] }' })
      await log.append(events)
      return sendJson(response, 202, { accepted: events.length })
    } catch (error) {
      if (error instanceof BodyTooLarge) return sendJson(response, 413, { error: error.message })
      throw error
    }
  }
}

function parseEvents(body: string): readonly StoredEvent[] | undefined {
  try {
    const { events } = JSON.parse(body) as { events?: unknown }
    return Array.isArray(events) && events.every(hasId) ? events : undefined
  } catch {
    return undefined
  }
}

/** Answers with JSON. */
export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' })
  response.end(JSON.stringify(body))
}
