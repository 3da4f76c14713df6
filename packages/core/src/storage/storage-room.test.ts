import { afterEach, describe, expect, test, vi } from 'vitest'
import { FakeClock } from '../../test/fake-clock.ts'
import { webStorage } from '../../test/storage.ts'
import { localStorageBackend } from './local-storage-backend.ts'
import { memoryBackend } from './storage-backend.ts'
import { createStorageRoom, type StorageRoom, type StorageRoomOptions } from './storage-room.ts'

function roomWith(options: Partial<StorageRoomOptions>): { room: StorageRoom; lines: string[] } {
  const lines: string[] = []
  const room = createStorageRoom({
    tableId: 'people',
    storage: undefined,
    report: ({ error }) => void lines.push(String(error)),
    log: (level, tag, message) => void lines.push(`${level} ${tag}: ${message}`),
    clock: new FakeClock(),
    ...options,
  })
  return { room, lines }
}

const reopened = async (room: StorageRoom): Promise<unknown> => {
  const storage = await room.open('acme', 1_000)
  storage.set('a', 1)
  await storage.close()
  return (await room.open('acme', 1_000)).get('a')
}

afterEach(() => {
  vi.unstubAllGlobals()
})

describe('createStorageRoom', () => {
  test('without an id for the table stores in memory, as long as the room lives, and says so once', async () => {
    const backend = memoryBackend()
    const { room, lines } = roomWith({ tableId: undefined, storage: backend })
    expect(await reopened(room)).toBe(1)
    expect(
      await roomWith({ tableId: undefined, storage: backend })
        .room.open('acme', 1)
        .then((s) => s.keys()),
    ).toEqual([])
    expect(lines).toEqual(['warn storage: what plugins store lasts as long as the page: the table has no id'])
  })

  test('stores in memory where the application says so, and says nothing', async () => {
    const { room, lines } = roomWith({ storage: 'memory' })
    expect(await reopened(room)).toBe(1)
    expect(lines).toEqual([])
  })

  test('uses the localStorage of the page, or memory where there is none', async () => {
    vi.stubGlobal('localStorage', undefined)
    const { room, lines } = roomWith({})
    expect(await reopened(room)).toBe(1)
    expect(lines).toEqual([
      'warn storage: what plugins store lasts as long as the page: the browser has no localStorage here',
    ])
    const page = webStorage()
    vi.stubGlobal('localStorage', page)
    const other = roomWith({ storage: 'localStorage' })
    expect(await reopened(other.room)).toBe(1)
    await other.room.close()
    expect([...page.entries.keys()]).toEqual(['gridkit/people/acme/a'])
    expect(other.lines).toEqual([])
  })

  test('takes a localStorage that is blocked for none', async () => {
    const original = Object.getOwnPropertyDescriptor(globalThis, 'localStorage')
    Object.defineProperty(globalThis, 'localStorage', {
      configurable: true,
      get() {
        throw new DOMException('denied', 'SecurityError')
      },
    })
    const { room, lines } = roomWith({})
    expect(await reopened(room)).toBe(1)
    expect(lines).toHaveLength(1)
    if (original) Object.defineProperty(globalThis, 'localStorage', original)
    else Reflect.deleteProperty(globalThis, 'localStorage')
  })

  test('stores in memory where there is no IndexedDB, and says why', async () => {
    const { room, lines } = roomWith({ storage: 'indexedDB' })
    expect(await reopened(room)).toBe(1)
    expect(lines).toEqual([
      'warn storage: what plugins store lasts as long as the page: IndexedDB is not available: indexedDB is not defined',
    ])
  })

  test('uses a backend of the application, which it does not close', async () => {
    let closed = 0
    const backend = { ...memoryBackend(), close: () => void (closed += 1) }
    const { room, lines } = roomWith({ storage: backend })
    const [one, other] = await Promise.all([room.open('acme', 1_000), room.open('other', 1_000)])
    one.set('a', 1)
    await room.close()
    expect([...(await backend.load('people/acme')).keys()]).toEqual(['a'])
    expect([other.keys(), closed, lines]).toEqual([[], 0, []])
    expect(() => one.set('a', 2)).toThrow('storage.set')
  })

  test('leaves no channel and no listener, however often a plugin comes and goes', async () => {
    let open = 0
    vi.stubGlobal(
      'BroadcastChannel',
      class {
        constructor() {
          open += 1
        }
        addEventListener(): void {}
        postMessage(): void {}
        close(): void {
          open -= 1
        }
      },
    )
    const clock = new FakeClock()
    const { room } = roomWith({ storage: localStorageBackend(webStorage(), 'test'), clock })
    for (let round = 0; round < 1_000; round += 1) {
      const storage = await room.open('acme', 1_000)
      storage.onChange(() => {})
      storage.set('a', round)
      await storage.close()
    }
    expect([open, clock.pending]).toEqual([0, 0])
    await room.open('acme', 1_000)
    expect(open).toBe(1)
    await room.close()
    expect(open).toBe(0)
  })

  test('leaves no channel when the backend can not be read, and can be tried again', async () => {
    const closed = vi.spyOn(BroadcastChannel.prototype, 'close')
    let refusing = true
    const memory = memoryBackend()
    const { room } = roomWith({
      storage: {
        ...memory,
        sharedAs: 'test',
        load: (namespace) => (refusing ? Promise.reject(new Error('blocked')) : memory.load(namespace)),
      },
    })
    await expect(room.open('acme', 1_000)).rejects.toMatchObject({ code: 'GK_STORAGE_FAILED' })
    expect(closed).toHaveBeenCalledOnce()
    refusing = false
    expect(await reopened(room)).toBe(1)
    await room.close()
  })
})
