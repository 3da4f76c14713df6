import { afterEach, describe, expect, test, vi } from 'vitest'
import { errorOf } from '../../test/error-of.ts'
import { isMapOfClones, keepsNamespacesApart } from '../../test/storage-contract.ts'
import { codesOf, contents, heardBy, openStorage } from '../../test/storage.ts'
import type { FailureSignal } from '../definition/signal.ts'
import { systemClock, type Clock } from '../lifetime/clock.ts'
import { indexedDBBackend } from './indexed-db-backend.ts'
import type { IsolatedStorage } from './isolated-storage.ts'
import { localStorageBackend } from './local-storage-backend.ts'
import type { StorageBackend } from './storage-backend.ts'
import { createStorageRoom, type StorageRoom } from './storage-room.ts'

/** Does not wait for what never comes. */
const hasty: Clock = { ...systemClock, after: (_, run) => systemClock.after(50, run) }

let databases = 0
const freshName = (): string => `storage-test-${(databases += 1)}`

function settled<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.addEventListener('success', () => resolve(request.result))
    request.addEventListener('error', () => reject(request.error ?? new Error('failed')))
  })
}

const remove = (name: string): Promise<unknown> => settled(indexedDB.deleteDatabase(name))

async function put(name: string, key: string, value: unknown): Promise<void> {
  const database = await settled(indexedDB.open(name))
  await settled(database.transaction('values', 'readwrite').objectStore('values').put(value, key))
  database.close()
}

async function recordsOf(name: string): Promise<Record<string, unknown>> {
  const database = await settled(indexedDB.open(name))
  const store = database.transaction('values').objectStore('values')
  const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())])
  database.close()
  return Object.fromEntries(keys.map((key, index) => [key as string, values[index]]))
}

function roomOf(
  storage: 'indexedDB' | 'localStorage',
  lines: string[] = [],
  clock: Clock = systemClock,
  create = createStorageRoom,
): StorageRoom {
  return create({
    tableId: 'people',
    storage,
    report: ({ error }) => void lines.push(String(error)),
    log: (_level, _tag, message) => void lines.push(message),
    clock,
  })
}

afterEach(() => {
  localStorage.clear()
})

describe('localStorage of a browser', () => {
  test('keeps plugins and tables apart, and does what a map of clones does', async () => {
    const create = (): StorageBackend => {
      localStorage.clear()
      return localStorageBackend(localStorage)
    }
    await expect(keepsNamespacesApart(create, 30)).resolves.toBeUndefined()
    await expect(isMapOfClones(create, 30)).resolves.toBeUndefined()
  })

  test('that is full refuses, and loses nothing', async () => {
    const storage = await openStorage(localStorageBackend(localStorage), { quotaBytes: 100_000_000 })
    storage.set('a', 1)
    const size = storage.size
    const error = await errorOf(() => storage.set('a', 'x'.repeat(20_000_000)))
    expect(error).toMatchObject({ code: 'GK_STORAGE_FAILED' })
    expect([contents(storage), storage.size]).toEqual([{ a: 1 }, size])
    await storage.close()
  })
})

describe('IndexedDB', () => {
  test('keeps plugins and tables apart, and does what a map of clones does', async () => {
    await expect(keepsNamespacesApart(() => indexedDBBackend(freshName()), 15)).resolves.toBeUndefined()
    await expect(isMapOfClones(() => indexedDBBackend(freshName()), 15)).resolves.toBeUndefined()
  })

  test('keeps what was flushed, for another page', async () => {
    const name = freshName()
    const storage = await openStorage(indexedDBBackend(name))
    storage.set('a', new Map([['b', new Uint8Array([1, 2])]]))
    storage.set('gone', 1)
    await storage.flush()
    storage.delete('gone')
    await storage.flush()
    const again = await openStorage(indexedDBBackend(name))
    expect(contents(again)).toEqual({ a: new Map([['b', new Uint8Array([1, 2])]]) })
    expect(Object.keys(await recordsOf(name))).toEqual(['table/acme/a'])
  })

  test('writes what one turn sets in one transaction, durably', async () => {
    const storage = await openStorage(indexedDBBackend(freshName()))
    const begun = vi.spyOn(IDBDatabase.prototype, 'transaction')
    for (let number = 0; number < 100; number += 1) storage.set(`key ${number}`, number)
    storage.delete('key 1')
    await storage.flush()
    expect(begun.mock.calls).toEqual([['values', 'readwrite', { durability: 'strict' }]])
    await storage.flush()
    expect(begun).toHaveBeenCalledOnce()
    begun.mockRestore()
  })

  test('reads what is still on its way', async () => {
    const backend = indexedDBBackend(freshName())
    const storage = await openStorage(backend)
    storage.set('a', 1)
    storage.set('b', 2)
    storage.delete('b')
    expect(contents(await openStorage(backend))).toEqual({ a: 1 })
  })

  test('tells of writes that failed, keeps them, and tries again at the next flush', async () => {
    const name = freshName()
    const failures: FailureSignal[] = []
    const backend = indexedDBBackend(name)
    const storage = await openStorage(backend, {}, failures)
    const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    storage.set('a', 1)
    storage.set('b', 1)
    const error = await errorOf(() => storage.flush())
    expect(error).toMatchObject({ code: 'GK_STORAGE_NOT_DURABLE', pluginId: 'acme' })
    expect(codesOf(failures)).toEqual(['GK_STORAGE_NOT_DURABLE'])
    expect(contents(await openStorage(backend))).toEqual({ a: 1, b: 1 })
    full.mockRestore()
    storage.set('b', 2)
    await storage.flush()
    expect(contents(await openStorage(indexedDBBackend(name)))).toEqual({ a: 1, b: 2 })
  })

  test('an old write that failed does not come back over a new one', async () => {
    const name = freshName()
    const storage = await openStorage(indexedDBBackend(name))
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementationOnce(function (
      this: IDBObjectStore,
    ): IDBRequest {
      const request = this.count() as IDBRequest
      this.transaction.abort()
      return request
    })
    storage.set('a', 'old')
    await Promise.resolve()
    await Promise.resolve()
    storage.set('a', 'new')
    await storage.flush().catch(() => {})
    await storage.flush()
    expect(contents(await openStorage(indexedDBBackend(name)))).toEqual({ a: 'new' })
  })

  test('lets others delete the database, and opens it again', async () => {
    const name = freshName()
    const storage = await openStorage(indexedDBBackend(name))
    storage.set('a', 1)
    await storage.flush()
    await remove(name)
    storage.set('b', 2)
    await storage.flush()
    expect(contents(await openStorage(indexedDBBackend(name)))).toEqual({ b: 2 })
  })

  test('opens again what the browser closed', async () => {
    const name = freshName()
    const storage = await openStorage(indexedDBBackend(name))
    const closed = vi.spyOn(IDBDatabase.prototype, 'transaction').mockImplementationOnce(() => {
      throw new DOMException('closing', 'InvalidStateError')
    })
    storage.set('a', 1)
    await storage.flush()
    expect(closed).toHaveBeenCalledTimes(2)
    closed.mockRestore()
    expect(contents(await openStorage(indexedDBBackend(name)))).toEqual({ a: 1 })
  })

  test('sets aside records it can not read', async () => {
    const name = freshName()
    const backend = indexedDBBackend(name)
    const before = await openStorage(backend)
    before.set('good', 1)
    await before.close()
    await put(name, 'table/acme/text', '{broken')
    await put(name, 'table/acme/object', { broken: true })
    await put(name, 'table/acme/none', undefined)
    await put(name, 'table/acme/~no name', '1')
    const failures: FailureSignal[] = []
    const storage = await openStorage(backend, {}, failures)
    expect(contents(storage)).toEqual({ good: 1 })
    expect(codesOf(failures)).toEqual(Array(3).fill('GK_STORAGE_CORRUPT'))
    await storage.flush()
    expect(await recordsOf(name)).toMatchObject({
      'table/acme~backup/1~003atext': '{broken',
      'table/acme~backup/1~003aobject': '{"broken":true}',
      'table/acme~backup/1~003anone': 'undefined',
    })
    expect(contents(await openStorage(indexedDBBackend(name)))).toEqual({ good: 1 })
  })

  test('a migration that does not become durable is taken back', async () => {
    const name = freshName()
    const storage = await openStorage(indexedDBBackend(name))
    storage.set('a', 1)
    await storage.flush()
    const full = vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    const migrated = storage.migrate([{ version: 1, up: (draft) => draft.set('a', 2) }])
    expect(await errorOf(() => migrated)).toMatchObject({ code: 'GK_STORAGE_NOT_DURABLE' })
    full.mockRestore()
    // What is to be taken back met the full disk as well, and is tried again.
    await storage.flush().catch(() => {})
    await storage.flush()
    const again = await openStorage(indexedDBBackend(name))
    expect([contents(storage), contents(again)]).toEqual([{ a: 1 }, { a: 1 }])
    await again.migrate([{ version: 1, up: (draft) => draft.set('a', 2) }])
    expect(contents(await openStorage(indexedDBBackend(name)))).toEqual({ a: 2 })
  })

  test('that does not open says so, and a room goes on in memory', async () => {
    await remove('gridkit')
    const holder = await settled(indexedDB.open('gridkit'))
    const removed = remove('gridkit')
    const error = await errorOf(() => openStorage(indexedDBBackend('gridkit', hasty)))
    expect(error).toMatchObject({ code: 'GK_STORAGE_UNAVAILABLE' })
    const lines: string[] = []
    const room = roomOf('indexedDB', lines, hasty)
    const storage = await room.open('acme', 1_000)
    storage.set('a', 1)
    expect([storage.get('a'), lines.length]).toEqual([1, 1])
    expect(lines[0]).toContain("IndexedDB is not available: 'gridkit' did not open")
    await room.close()
    holder.close()
    await removed
    // What opened too late was closed again, or this would wait for ever.
    await remove('gridkit')
  })

  test('a room closes it', async () => {
    const room = roomOf('indexedDB')
    const storage = await room.open('acme', 1_000)
    storage.set('a', 1)
    await room.close()
    expect(Object.keys(await recordsOf('gridkit'))).toEqual(['people/acme/a'])
    await remove('gridkit')
  })
})

describe.each(['localStorage', 'indexedDB'] as const)('two pages on %s', (medium) => {
  /** A frame with an own realm, in which the room runs from its own copy of the code. */
  async function frameRoom(lines: string[]): Promise<{ room: StorageRoom; frame: HTMLIFrameElement }> {
    const frame = document.createElement('iframe')
    const loaded = new Promise<{ createStorageRoom: typeof createStorageRoom }>((resolve) => {
      Object.assign(globalThis, { storageCodeLoaded: resolve })
    })
    const code = new URL('./storage-room.ts', import.meta.url).href
    // The test runner rewrites dynamic imports to a call of its own, which a frame lacks.
    const runner = '<script>__vitest_browser_runner__ = parent.__vitest_browser_runner__</script>'
    frame.srcdoc = `${runner}<script type="module">parent.storageCodeLoaded(await import(${JSON.stringify(code)}))</script>`
    document.body.append(frame)
    const { createStorageRoom: create } = await loaded
    expect(create).not.toBe(createStorageRoom)
    return { room: roomOf(medium, lines, systemClock, create), frame }
  }

  test('hear of each other, agree on one of two writes, and find it after a reload', async () => {
    const lines: string[] = []
    const { room: far, frame } = await frameRoom(lines)
    const near = roomOf(medium, lines)
    const open = (room: StorageRoom): Promise<IsolatedStorage> => room.open('acme', 1_000_000)
    const [one, other] = [await open(near), await open(far)]
    const [here, there] = [heardBy(one), heardBy(other)]
    one.set('a', 1)
    await expect.poll(() => other.get('a')).toBe(1)
    other.delete('a')
    await expect.poll(() => one.has('a')).toBe(false)
    one.set('b', 'near')
    other.set('b', 'far')
    await expect.poll(() => [here.length, there.length]).toEqual([2, 2])
    expect([here[1]?.kind, there[1]?.kind]).toEqual(['conflict', 'conflict'])
    expect(one.get('b')).toBe(other.get('b'))
    const kept = one.get('b')
    await Promise.all([one.flush(), other.flush()])
    await Promise.all([near.close(), far.close()])
    frame.remove()
    const reloaded = roomOf(medium)
    expect(contents(await open(reloaded))).toEqual({ b: kept })
    await reloaded.close()
    expect(lines).toEqual([])
    if (medium === 'indexedDB') await remove('gridkit')
  })
})
