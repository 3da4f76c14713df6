import type { IncomingMessage, ServerResponse } from 'node:http'
import { sendJson } from './audit-log-endpoint.ts'
import { readBody } from './read-body.ts'

/** A request that an analytics SDK made, with what it carried. */
interface CollectedRequest {
  readonly method: string
  readonly path: string
  readonly receivedAt: string
  readonly events: readonly unknown[]
}

const maximumBytes = 1024 * 1024
const kept = 500

/** Stands in for the hosts of analytics vendors, and shows to `GET /requests` what came. */
export function analyticsCollector() {
  const requests: CollectedRequest[] = []
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const path = request.url ?? '/'
    if (request.method === 'GET' && path.startsWith('/requests')) return sendJson(response, 200, { requests })
    const body = await readBody(request, maximumBytes)
    requests.push({
      method: request.method ?? 'GET',
      path,
      receivedAt: new Date().toISOString(),
      events: decodeEvents(body),
    })
    requests.splice(0, requests.length - kept)
    return accept(path, response)
  }
}

/** Mixpanel's own host answers `1`, or more when asked with `verbose`. */
function accept(path: string, response: ServerResponse): void {
  const verbose = new URL(path, 'http://collector').searchParams.get('verbose') === '1'
  sendJson(response, 200, verbose ? { status: 1, error: null } : 1)
}

/** Mixpanel posts a form whose `data` is JSON, in base64 or as it is. */
function decodeEvents(body: string): readonly unknown[] {
  const data = new URLSearchParams(body).get('data') ?? body
  for (const text of [data, Buffer.from(data, 'base64').toString('utf8')]) {
    try {
      const parsed: unknown = JSON.parse(text)
      return Array.isArray(parsed) ? parsed : [parsed]
    } catch {
      // Not in this form; the next one may be.
    }
  }
  return body === '' ? [] : [body]
}
