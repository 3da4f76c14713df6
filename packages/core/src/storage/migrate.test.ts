import { describe, expect, test } from 'vitest'
import { deferred } from '../../test/deferred.ts'
import { errorOf } from '../../test/error-of.ts'
import { codesOf, contents, openStorage, sharedMedium, webStorage } from '../../test/storage.ts'
import type { FailureSignal } from '../definition/signal.ts'
import type { PluginStorage, StorageMigration } from '../definition/storage.ts'
import { localStorageBackend } from './local-storage-backend.ts'
import { memoryBackend, type StorageBackend } from './storage-backend.ts'

/** Migrations that note their runs in the data, as `up 1`, `up 2`, `down 2`. */
function noting(count: number): StorageMigration[] {
  const note = (text: string) => (storage: PluginStorage) =>
    storage.set('log', [...(storage.get<string[]>('log') ?? []), text])
  return Array.from({ length: count }, (_, index) => ({
    version: index + 1,
    up: note(`up ${index + 1}`),
    down: note(`down ${index + 1}`),
  }))
}

describe('migrations', () => {
  test('run in order, each once, on a first install too', async () => {
    const backend = memoryBackend()
    const storage = await openStorage(backend)
    await storage.migrate(noting(2))
    await storage.migrate(noting(2))
    await storage.migrate(noting(3))
    expect(contents(storage)).toEqual({ log: ['up 1', 'up 2', 'up 3'] })
    const again = await openStorage(backend)
    await again.migrate(noting(4))
    expect(contents(again)).toEqual({ log: ['up 1', 'up 2', 'up 3', 'up 4'] })
  })

  test('none leave everything as it is', async () => {
    const storage = await openStorage()
    storage.set('a', 1)
    await storage.migrate([])
    expect(contents(storage)).toEqual({ a: 1 })
  })

  test('see the values, and may wait', async () => {
    const storage = await openStorage()
    storage.set('a', 1)
    storage.set('b', 2)
    storage.set('old', new Date(0))
    const seen: unknown[] = []
    const step: StorageMigration = {
      version: 1,
      async up(draft) {
        seen.push(draft.keys(), draft.size, draft.get('none'), draft.has('a'), draft.has('none'))
        await draft.flush()
        draft.onChange(() => {})()
        seen.push(draft.delete('old'), draft.delete('old'), storage.has('old'))
        draft.set('a', { was: draft.get('a') })
      },
    }
    const { size } = storage
    await storage.migrate([step])
    expect(seen).toEqual([['a', 'b', 'old'], size, undefined, true, false, true, false, true])
    expect(contents(storage)).toEqual({ a: { was: 1 }, b: 2 })
  })

  const failing = new Error('no')
  test.each<[string, () => void | Promise<void>]>([
    ['throws', () => { throw failing }], // prettier-ignore
    ['rejects', () => Promise.reject(failing)],
    ['hangs, then rejects', () => new Promise((_, reject) => setTimeout(() => reject(failing), 5))],
  ])('one that %s takes all back, values and version', async (_, fail) => {
    const page = webStorage()
    const storage = await openStorage(localStorageBackend(page))
    storage.set('a', 1)
    await storage.migrate(noting(1))
    const before = [new Map(page.entries), contents(storage), storage.size]
    const bad: StorageMigration = {
      version: 3,
      up(draft) {
        draft.clear()
        draft.set('b', 1)
        return fail()
      },
    }
    const error = await errorOf(() => storage.migrate([...noting(2), bad]))
    expect(error).toMatchObject({ code: 'GK_STORAGE_MIGRATION_FAILED', pluginId: 'acme', cause: failing })
    expect(error.message).toBe("migration 3 (up) of plugin 'acme' failed: no")
    expect([page.entries, contents(storage), storage.size]).toEqual(before)
    await storage.migrate(noting(3))
    expect(storage.get('log')).toEqual(['up 1', 'up 2', 'up 3'])
  })

  test('obey the quota', async () => {
    const storage = await openStorage(memoryBackend(), { quotaBytes: 50 })
    storage.set('a', 1)
    const up = (draft: PluginStorage): void => draft.set('b', 'x'.repeat(50))
    const error = await errorOf(() => storage.migrate([{ version: 1, up }]))
    expect(error.cause).toMatchObject({ code: 'GK_STORAGE_QUOTA_EXCEEDED' })
    expect(contents(storage)).toEqual({ a: 1 })
  })

  test('what a migration does after its end is refused', async () => {
    const storage = await openStorage()
    const gate = deferred()
    const late: unknown[] = []
    const up = (draft: PluginStorage): void => {
      void gate.promise
        .then(() => draft.set('late', 1))
        .catch((error: unknown) => late.push(error))
        .then(() => draft.get('a'))
        .catch((error: unknown) => late.push(error))
    }
    const second = async (draft: PluginStorage): Promise<void> => {
      gate.resolve()
      await new Promise((resolve) => setTimeout(resolve, 1))
      expect(draft.has('late')).toBe(false)
    }
    await storage.migrate([
      { version: 1, up },
      { version: 2, up: second },
    ])
    expect(late).toMatchObject([{ code: 'GK_STORAGE_CLOSED' }, { code: 'GK_STORAGE_CLOSED' }])
    expect(storage.keys()).toEqual([])
  })

  test('keep nothing when the storage is closed before they end', async () => {
    const backend = memoryBackend()
    const storage = await openStorage(backend)
    const gate = deferred()
    const up = async (draft: PluginStorage): Promise<void> => {
      draft.set('a', 1)
      await gate.promise
    }
    const migrated = errorOf(() => storage.migrate([{ version: 1, up }]))
    await storage.close()
    gate.resolve()
    expect(await migrated).toMatchObject({ code: 'GK_STORAGE_CLOSED' })
    const again = await openStorage(backend)
    await again.migrate(noting(1))
    expect(contents(again)).toEqual({ log: ['up 1'] })
  })

  test.each([1, 2, 3])('write all or nothing, also when write %i is refused', async (refused) => {
    const page = webStorage()
    const storage = await openStorage(localStorageBackend(page))
    storage.set('a', 1)
    storage.set('b', 2)
    const before = [contents(storage), storage.size]
    let writes = 0
    page.setItem = (key, value) => {
      writes += 1
      if (writes === refused) throw new DOMException('full', 'QuotaExceededError')
      page.entries.set(key, value)
    }
    const up = (draft: PluginStorage): void => {
      draft.delete('a')
      draft.set('b', 3)
      draft.set('c', 4)
    }
    expect(await errorOf(() => storage.migrate([{ version: 1, up }]))).toMatchObject({
      code: 'GK_STORAGE_FAILED',
    })
    expect([contents(storage), storage.size]).toEqual(before)
    const again = await openStorage(localStorageBackend(page))
    expect([contents(again), again.snapshot().version]).toEqual([before[0], undefined])
  })

  test('are taken back when they do not become durable, and what can not be taken back is reported', async () => {
    const failures: FailureSignal[] = []
    let refusing = false
    const memory = memoryBackend()
    const backend: StorageBackend = {
      ...memory,
      write(...parameters) {
        if (refusing) throw new Error('refused')
        return memory.write(...parameters)
      },
      flush() {
        refusing = true
        return Promise.reject(new Error('disk full'))
      },
    }
    const storage = await openStorage(backend, {}, failures)
    storage.set('a', 1)
    const up = (draft: PluginStorage): void => draft.set('a', 2)
    expect(await errorOf(() => storage.migrate([{ version: 1, up }]))).toMatchObject({
      code: 'GK_STORAGE_NOT_DURABLE',
    })
    expect(codesOf(failures)).toEqual(['GK_STORAGE_FAILED'])
  })

  test('run once where two tabs begin at once', async () => {
    const { backend, table } = sharedMedium()
    const [one, other] = [await openStorage(backend, { table }), await openStorage(backend, { table })]
    const slow = noting(1)
    const gate = deferred()
    const up = async (draft: PluginStorage): Promise<void> => {
      await gate.promise
      draft.set('late', draft.keys().length)
    }
    const migrated = other.migrate([{ version: 1, up }, ...noting(2).slice(1)])
    await one.migrate(slow)
    one.set('mine', 1)
    gate.resolve()
    await migrated
    expect(contents(other)).toEqual({ log: ['up 1', 'up 2'], mine: 1 })
    await Promise.all([one.close(), other.close()])
  })

  test('leave what another tab wrote meanwhile', async () => {
    const { backend, table } = sharedMedium()
    const [one, other] = [await openStorage(backend, { table }), await openStorage(backend, { table })]
    one.set('a', 1)
    const up = async (draft: PluginStorage): Promise<void> => {
      one.set('b', 2)
      await expect.poll(() => other.get('b')).toBe(2)
      draft.set('a', 3)
    }
    await expect.poll(() => other.get('a')).toBe(1)
    await other.migrate([{ version: 1, up }])
    expect(contents(other)).toEqual({ a: 3, b: 2 })
    await Promise.all([one.close(), other.close()])
  })
})

describe('migrations to an older version', () => {
  test('run newest first, to the version asked for', async () => {
    const storage = await openStorage()
    await storage.migrate(noting(3))
    await storage.migrateDown(noting(3), 1)
    expect(storage.get('log')).toEqual(['up 1', 'up 2', 'up 3', 'down 3', 'down 2'])
    await storage.migrateDown(noting(3), 1)
    await storage.migrateDown(noting(3), 2)
    expect(storage.get<string[]>('log')?.length).toBe(5)
    await storage.migrate(noting(2))
    expect(storage.get<string[]>('log')?.at(-1)).toBe('up 2')
  })

  test('to none leave the data as before the first', async () => {
    const backend = memoryBackend()
    const storage = await openStorage(backend)
    await storage.migrate(noting(1))
    await storage.migrateDown(noting(1), 0)
    expect(storage.snapshot().version).toBeUndefined()
    await (await openStorage(backend)).migrate([])
  })

  test('need a down each, and change nothing without', async () => {
    const storage = await openStorage()
    await storage.migrate(noting(3))
    const [first, second, third] = noting(3)
    const oneWay = { version: 2, up: () => {} }
    const list = [first, oneWay, third].filter((each) => each !== undefined)
    const error = await errorOf(() => storage.migrateDown(list, 0))
    expect(error).toMatchObject({ code: 'GK_STORAGE_MIGRATION_ONE_WAY' })
    expect(error.message).toContain('migration 2')
    expect(storage.get<string[]>('log')?.length).toBe(3)
    await storage.migrateDown(list, 2)
    expect(second?.version).toBe(2)
    expect(storage.get<string[]>('log')?.at(-1)).toBe('down 3')
  })

  test('one that fails takes all back', async () => {
    const storage = await openStorage()
    await storage.migrate(noting(2))
    const down = (draft: PluginStorage): never => {
      draft.clear()
      throw new Error('no')
    }
    const error = await errorOf(() =>
      storage.migrateDown([{ version: 1, up: () => {}, down }, ...noting(2).slice(1)], 0),
    )
    expect(error.message).toBe("migration 1 (down) of plugin 'acme' failed: no")
    expect(storage.get('log')).toEqual(['up 1', 'up 2'])
    await storage.migrate(noting(2))
    expect(storage.get('log')).toEqual(['up 1', 'up 2'])
  })

  test('what is newer than the plugin is refused, with the way back', async () => {
    const storage = await openStorage()
    await storage.migrate(noting(3))
    for (const run of [() => storage.migrate(noting(2)), () => storage.migrateDown(noting(2), 1)]) {
      const error = await errorOf(run)
      expect(error).toMatchObject({ code: 'GK_STORAGE_NEWER', pluginId: 'acme' })
      expect(error.message).toContain('of version 3, and its migrations end at 2')
      expect(error.hint).toContain('updatePlugin')
    }
    expect(await errorOf(() => storage.migrate([]))).toMatchObject({ code: 'GK_STORAGE_NEWER' })
    expect(storage.get('log')).toEqual(['up 1', 'up 2', 'up 3'])
  })
})
