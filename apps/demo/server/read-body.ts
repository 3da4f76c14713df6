import type { IncomingMessage } from 'node:http'

/** Thrown for a body that is larger than the reader takes. */
export class BodyTooLarge extends Error {}

/** The whole body of a request, as text. @throws BodyTooLarge, once all of it was received */
export function readBody(request: IncomingMessage, maximumBytes: number): Promise<string> {
  const chunks: Buffer[] = []
  let bytes = 0
  return new Promise((resolve, reject) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.byteLength
      if (bytes <= maximumBytes) chunks.push(chunk)
      // The rest is let go, but received: an answer in the middle would cut the connection before it is read.
      else chunks.length = 0
    })
    request.on('end', () => {
      if (bytes > maximumBytes) reject(new BodyTooLarge(`more than ${maximumBytes} bytes`))
      else resolve(Buffer.concat(chunks).toString('utf8'))
    })
    request.on('error', reject)
  })
}
