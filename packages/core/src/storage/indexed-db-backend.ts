import type { IDBPDatabase, openDB as openDatabase } from 'idb'
import { storageUnavailable } from '../errors/storage-errors.ts'
import { systemClock, type Clock } from '../lifetime/clock.ts'
import { withDeadline } from '../lifetime/deadline.ts'
import { decodeName, encodeName } from './namespace.ts'
import type { StorageBackend } from './storage-backend.ts'

type OpenDB = typeof openDatabase

const tableName = 'values'

/** Milliseconds. A database that another tab is deleting, or won't let go of, never opens. */
const openTimeout = 3_000

/** A text on its way to the database, or `undefined` for a removal. */
interface Unsaved {
  readonly text: string | undefined
  sent: boolean
}

/**
 * Keeps values in IndexedDB, in the database `name`. Writes of one turn go in one
 * transaction. What fails is kept in memory and tried again with the next write or `flush`.
 */
export function indexedDBBackend(name = 'gridkit', clock: Clock = systemClock): StorageBackend {
  return new IndexedDBBackend(name, clock)
}

class IndexedDBBackend implements StorageBackend {
  readonly sharedAs: string
  readonly #name: string
  readonly #clock: Clock
  readonly #unsaved = new Map<string, Unsaved>()
  readonly #batches = new Set<Promise<void>>()
  #nextBatch: Promise<void> | undefined
  #opening: Promise<IDBPDatabase> | undefined
  #database: IDBPDatabase | undefined

  constructor(name: string, clock: Clock) {
    this.#name = name
    this.#clock = clock
    this.sharedAs = `indexedDB/${encodeName(name)}`
  }

  async load(namespace: string): Promise<ReadonlyMap<string, string>> {
    const start = `${namespace}/`
    const texts = new Map<string, string>()
    const put = (name: string, text: string | undefined): void => {
      const key = decodeName(name.slice(start.length))
      if (key === undefined) return
      if (text === undefined) texts.delete(key)
      else texts.set(key, text)
    }
    for (const [name, text] of await this.#use((database) => readFrom(database, start))) put(name, text)
    for (const [name, { text }] of this.#unsaved) if (name.startsWith(start)) put(name, text)
    return texts
  }

  write(namespace: string, key: string, text: string): Promise<void> {
    return this.#put(`${namespace}/${encodeName(key)}`, text)
  }

  remove(namespace: string, key: string): Promise<void> {
    return this.#put(`${namespace}/${encodeName(key)}`, undefined)
  }

  async flush(): Promise<void> {
    if ([...this.#unsaved.values()].some(({ sent }) => !sent)) void this.#schedule()
    const ended = await Promise.allSettled(this.#batches)
    for (const batch of ended) if (batch.status === 'rejected') throw batch.reason
  }

  close(): void {
    this.#database?.close()
    this.#database = undefined
  }

  #put(name: string, text: string | undefined): Promise<void> {
    this.#unsaved.set(name, { text, sent: false })
    return this.#schedule()
  }

  #schedule(): Promise<void> {
    if (this.#nextBatch) return this.#nextBatch
    const batch = Promise.resolve().then(() => {
      this.#nextBatch = undefined
      return this.#save()
    })
    const forget = (): void => void this.#batches.delete(batch)
    batch.then(forget, forget)
    this.#batches.add(batch)
    this.#nextBatch = batch
    return batch
  }

  async #save(): Promise<void> {
    const batch = [...this.#unsaved].filter(([, { sent }]) => !sent)
    for (const [, entry] of batch) entry.sent = true
    try {
      await this.#use((database) => writeTo(database, batch))
    } catch (error) {
      for (const [, entry] of batch) entry.sent = false
      throw error
    }
    // What was set again meanwhile is on its way in a later batch.
    for (const [name, entry] of batch) if (this.#unsaved.get(name) === entry) this.#unsaved.delete(name)
  }

  /** Where the database is open, `run` begins at once: in the turn of the write, and before others are told of it. */
  async #use<T>(run: (database: IDBPDatabase) => Promise<T>): Promise<T> {
    const database = this.#database
    if (database === undefined) return run(await this.#connect())
    try {
      return await run(database)
    } catch (error) {
      // The browser closes databases, of which it tells later, as when the user clears the data.
      if (!(error instanceof DOMException && error.name === 'InvalidStateError')) throw error
      this.#leave(database)
      return run(await this.#connect())
    }
  }

  #connect(): Promise<IDBPDatabase> {
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined))
    return this.#opening
  }

  async #open(): Promise<IDBPDatabase> {
    // The code may take as long as the network does.
    const { openDB } = await import('idb')
    const request = this.#request(openDB)
    const opened = await withDeadline(this.#clock, openTimeout, undefined, () => request)
    if (opened.kind === 'done') return (this.#database = opened.value)
    request.then((late) => late.close()).catch(() => {})
    throw storageUnavailable(
      'IndexedDB',
      opened.kind === 'failed' ? opened.error : `'${this.#name}' did not open in ${openTimeout} ms`,
    )
  }

  async #request(openDB: OpenDB): Promise<IDBPDatabase> {
    const opened: { database?: IDBPDatabase } = {}
    const leave = (): void => this.#leave(opened.database)
    return (opened.database = await openDB(this.#name, 1, {
      upgrade: (database) => void database.createObjectStore(tableName),
      // Whoever upgrades or deletes the database waits for all others to close it.
      blocking: leave,
      terminated: leave,
    }))
  }

  /** The next use opens it again. */
  #leave(database: IDBPDatabase | undefined): void {
    database?.close()
    if (this.#database === database) this.#database = undefined
  }
}

async function readFrom(
  database: IDBPDatabase,
  start: string,
): Promise<readonly (readonly [string, string])[]> {
  // '0' is the character after '/'.
  const range = IDBKeyRange.bound(start, `${start.slice(0, -1)}0`, false, true)
  const { store, done } = database.transaction(tableName)
  const [names, values] = await Promise.all([store.getAllKeys(range), store.getAll(range), done])
  return names.map((name, index) => [name as string, textOf(values[index])])
}

/** What is no text was not written here, and is set aside as unreadable. */
function textOf(value: unknown): string {
  return typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value))
}

async function writeTo(
  database: IDBPDatabase,
  batch: readonly (readonly [string, Unsaved])[],
): Promise<void> {
  const { store, done } = database.transaction(tableName, 'readwrite', { durability: 'strict' })
  const requests = batch.map(([name, { text }]) =>
    text === undefined ? store.delete(name) : store.put(text, name),
  )
  await Promise.all([...requests, done])
}
