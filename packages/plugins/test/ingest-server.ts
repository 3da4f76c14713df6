import { createServer, type IncomingHttpHeaders, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** A request that the server got, whole. */
export interface ReceivedRequest {
  readonly method: string
  readonly url: string
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** What to answer; `'hang up'` breaks the connection, `'silence'` never answers. */
export type Answer = number | 'hang up' | 'silence'

/** A real HTTP server on a free port of 127.0.0.1, which keeps what it gets. */
export class IngestServer {
  readonly received: ReceivedRequest[] = []
  /** Answers for the next requests; then 200. */
  readonly answers: Answer[] = []
  body = '1'
  readonly #server: Server
  /** How many requests were being handled at once, at most. */
  atOnce = 0
  #open = 0

  constructor() {
    this.#server = createServer((request, response) => {
      this.#open += 1
      this.atOnce = Math.max(this.atOnce, this.#open)
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        const { method = '', url = '', headers } = request
        if (method !== 'OPTIONS')
          this.received.push({ method, url, headers, body: Buffer.concat(chunks).toString() })
        const answer = method === 'OPTIONS' ? 200 : (this.answers.shift() ?? 200)
        this.#open -= 1
        if (answer === 'hang up') request.socket.destroy()
        if (typeof answer === 'string') return
        response
          .writeHead(answer, {
            'access-control-allow-origin': headers.origin ?? '*',
            'access-control-allow-credentials': 'true',
            'access-control-allow-headers': 'content-type',
          })
          .end(this.body)
      })
    })
  }

  async listen(): Promise<this> {
    await new Promise<void>((resolve) => void this.#server.listen(0, '127.0.0.1', resolve))
    return this
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => void this.#server.close(resolve))
  }
}
