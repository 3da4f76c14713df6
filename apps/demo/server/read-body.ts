import type { IncomingMessage } from 'node:http'

/** Thrown for a body that is larger than the reader takes. */
export class BodyTooLarge extends Error {}

/** The whole body of a request, as text. @throws BodyTooLarge */
export async function readBody(request: IncomingMessage, maximumBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength
    if (bytes > maximumBytes) throw new BodyTooLarge(`more than ${maximumBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
