import { appendFile, mkdir, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** An event as it is stored; everything else in it is the client's word. */
export interface StoredEvent {
  readonly id: string
}

/** What a file holds. */
export interface LogContent {
  readonly events: readonly StoredEvent[]
  /** Lines that are no event, such as the last one before a power cut. */
  readonly unreadable: number
}

/** A file of events, one a line, each id once. */
export class AuditLogFile {
  readonly #file: string
  #seen: Set<string> | undefined
  #last: Promise<void> = Promise.resolve()

  constructor(file: string) {
    this.#file = file
  }

  /** Adds the events that are not there yet; one call after the other. Rejects when that fails, and may be called again. */
  append(events: readonly StoredEvent[]): Promise<void> {
    const appended = this.#last.then(() => this.#append(events))
    this.#last = appended.catch(() => {
      // Some of it may be written: what is there is read again. The failure itself is the caller's.
      this.#seen = undefined
    })
    return appended
  }

  async read(): Promise<LogContent> {
    return contentOf(await this.#text())
  }

  async #append(events: readonly StoredEvent[]): Promise<void> {
    const seen = (this.#seen ??= await this.#start())
    const fresh = new Map(events.filter(({ id }) => !seen.has(id)).map((event) => [event.id, event]))
    const receivedAt = new Date().toISOString()
    const lines = [...fresh.values()].map((event) => `${JSON.stringify({ ...event, receivedAt })}\n`)
    await appendFile(this.#file, lines.join(''))
    // Only now: what failed to be written comes again.
    for (const id of fresh.keys()) seen.add(id)
  }

  /** The ids in the file, whose last line is ended if it was cut off. */
  async #start(): Promise<Set<string>> {
    await mkdir(dirname(this.#file), { recursive: true })
    const text = await this.#text()
    if (text !== '' && !text.endsWith('\n')) await appendFile(this.#file, '\n')
    return new Set(contentOf(text).events.map(({ id }) => id))
  }

  async #text(): Promise<string> {
    try {
      return await readFile(this.#file, 'utf8')
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
      throw error
    }
  }
}

function contentOf(text: string): LogContent {
  const lines = text.split('\n').filter((line) => line !== '')
  const events = lines.flatMap((line) => parseEvent(line) ?? [])
  return { events, unreadable: lines.length - events.length }
}

function parseEvent(line: string): StoredEvent | undefined {
  try {
    const event: unknown = JSON.parse(line)
    return hasId(event) ? event : undefined
  } catch {
    return undefined
  }
}

/** Whether a value can be stored as an event. */
export function hasId(event: unknown): event is StoredEvent {
  return typeof event === 'object' && event !== null && 'id' in event && typeof event.id === 'string'
}
