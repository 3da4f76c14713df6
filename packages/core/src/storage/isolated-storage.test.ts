import { assert, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errorOf } from '../../test/error-of.ts'
import { codesOf, contents, openStorage, webStorage } from '../../test/storage.ts'
import { isMapOfClones, keepsNamespacesApart, nastyText } from '../../test/storage-contract.ts'
import type { FailureSignal } from '../definition/signal.ts'
import { localStorageBackend } from './local-storage-backend.ts'
import { backupNamespace, decodeName, encodeName, schemaNamespace, storageNamespace } from './namespace.ts'
import { memoryBackend, type StorageBackend } from './storage-backend.ts'

/** What a backend does whose writes of one turn fail together. */
function sharedFailure(message: string): () => Promise<void> {
  let turn: Promise<void> | undefined
  return () => {
    turn ??= (async () => {
      await Promise.resolve()
      turn = undefined
      throw new Error(message)
    })()
    return turn
  }
}

describe('IsolatedStorage', () => {
  test('does what a map of clones does, in memory', async () => {
    await expect(isMapOfClones(memoryBackend)).resolves.toBeUndefined()
  })

  test('does what a map of clones does, in a web storage', async () => {
    await expect(isMapOfClones(() => localStorageBackend(webStorage()))).resolves.toBeUndefined()
  })

  test('keeps, lists and forgets values', async () => {
    const storage = await openStorage()
    storage.set('a', { deep: [1, 'two', null] })
    storage.set('b', new Map([['c', new Date(0)]]))
    expect(storage.get('a')).toEqual({ deep: [1, 'two', null] })
    expect(storage.get<Map<string, Date>>('b')?.get('c')).toEqual(new Date(0))
    expect(storage.get('none')).toBeUndefined()
    expect([storage.has('a'), storage.has('none')]).toEqual([true, false])
    expect(storage.keys()).toEqual(['a', 'b'])
    expect([storage.delete('a'), storage.delete('a')]).toEqual([true, false])
    storage.clear()
    expect([storage.keys(), storage.size]).toEqual([[], 0])
  })

  test('keeps undefined apart from no value', async () => {
    const storage = await openStorage()
    storage.set('a', undefined)
    expect([storage.get('a'), storage.has('a'), storage.keys()]).toEqual([undefined, true, ['a']])
  })

  test('counts keys and values in bytes of UTF-8, and what is replaced no longer', async () => {
    const storage = await openStorage()
    storage.set('é', 'é')
    expect(storage.size).toBe('["é"]é'.length + 2)
    storage.set('é', 'ab')
    expect(storage.size).toBe('["ab"]é'.length + 1)
    storage.set('é', true)
    expect(storage.size).toBe('[true]é'.length + 1)
  })

  test('copies in and out', async () => {
    const storage = await openStorage()
    const value = { list: [1], bytes: new Uint8Array([1]) }
    storage.set('a', value)
    value.list.push(2)
    value.bytes[0] = 2
    storage.get<typeof value>('a')?.list.push(3)
    expect(storage.get('a')).toEqual({ list: [1], bytes: new Uint8Array([1]) })
  })

  test('refuses what can not be kept, and changes nothing', async () => {
    const storage = await openStorage()
    storage.set('a', 1)
    const error = await errorOf(() => storage.set('a', { run: () => {} }))
    expect(error).toMatchObject({ code: 'GK_STORAGE_VALUE_INVALID', pluginId: 'acme' })
    expect(contents(storage)).toEqual({ a: 1 })
  })

  test('refuses what exceeds the quota, and changes nothing', async () => {
    const backend = memoryBackend()
    const storage = await openStorage(backend, { quotaBytes: 13 })
    storage.set('a', '12345678')
    const error = await errorOf(() => storage.set('b', 1))
    expect(error).toMatchObject({ code: 'GK_STORAGE_QUOTA_EXCEEDED', pluginId: 'acme' })
    expect(error.message).toContain('17 bytes in all, of 13 allowed')
    expect(await errorOf(() => storage.set('a', '123456789'))).toMatchObject({ code: error.code })
    expect([contents(storage), storage.size]).toEqual([{ a: '12345678' }, 13])
    expect(contents(await openStorage(backend))).toEqual({ a: '12345678' })
    storage.set('a', '')
    storage.set('b', 1)
    expect(storage.size).toBe(9)
  })

  test('counts the key, so that keys are no way around the quota', async () => {
    const storage = await openStorage(memoryBackend(), { quotaBytes: 20 })
    expect(await errorOf(() => storage.set('k'.repeat(20), 1))).toMatchObject({
      code: 'GK_STORAGE_QUOTA_EXCEEDED',
    })
  })

  test('what exceeds a quota that was lowered may be made smaller', async () => {
    const backend = memoryBackend()
    const before = await openStorage(backend)
    before.set('a', '123456789')
    const storage = await openStorage(backend, { quotaBytes: 8 })
    storage.set('a', '12345678')
    expect(await errorOf(() => storage.set('a', '123456789'))).toMatchObject({
      code: 'GK_STORAGE_QUOTA_EXCEEDED',
    })
    expect(storage.get('a')).toBe('12345678')
  })

  test('changes nothing when the backend refuses', async () => {
    const page = webStorage()
    const storage = await openStorage(localStorageBackend(page))
    storage.set('a', 1)
    page.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    page.removeItem = () => {
      throw new Error('blocked')
    }
    expect(await errorOf(() => storage.set('a', 22))).toMatchObject({
      code: 'GK_STORAGE_FAILED',
      message: "the storage backend refused 'a' of plugin 'acme': full",
    })
    expect(await errorOf(() => storage.set('b', 2))).toMatchObject({ code: 'GK_STORAGE_FAILED' })
    expect(await errorOf(() => storage.delete('a'))).toMatchObject({ code: 'GK_STORAGE_FAILED' })
    expect([contents(storage), storage.size]).toEqual([{ a: 1 }, 4])
  })

  test('says so when the backend can not be read, and passes on its own errors', async () => {
    const refusing = (error: unknown): StorageBackend => ({
      ...memoryBackend(),
      load() {
        throw error
      },
    })
    const error = await errorOf(() => openStorage(refusing(new Error('blocked'))))
    expect(error.message).toBe("the storage backend refused all keys of plugin 'acme': blocked")
    expect(await errorOf(() => openStorage(refusing(error)))).toBe(error)
  })

  test('tells once that a turn is not durable; flush tells its caller', async () => {
    const failures: FailureSignal[] = []
    const failing = sharedFailure('disk full')
    const behind: StorageBackend = {
      ...memoryBackend(),
      write: failing,
      flush: failing,
    }
    const storage = await openStorage(behind, {}, failures)
    storage.set('a', 1)
    storage.set('b', 2)
    const error = await errorOf(() => storage.flush())
    expect(error).toMatchObject({ code: 'GK_STORAGE_NOT_DURABLE', pluginId: 'acme' })
    expect(codesOf(failures)).toEqual(['GK_STORAGE_NOT_DURABLE'])
    expect(contents(storage)).toEqual({ a: 1, b: 2 })
    await storage.close()
    expect(codesOf(failures)).toEqual(['GK_STORAGE_NOT_DURABLE', 'GK_STORAGE_NOT_DURABLE'])
  })

  test('refuses writes once it is closed, and closes once', async () => {
    const backend = memoryBackend()
    const storage = await openStorage(backend)
    storage.set('a', 1)
    await Promise.all([storage.close(), storage.close()])
    expect(await errorOf(() => storage.set('a', 2))).toMatchObject({ code: 'GK_STORAGE_CLOSED' })
    expect(await errorOf(() => storage.delete('a'))).toMatchObject({ code: 'GK_STORAGE_CLOSED' })
    expect(contents(await openStorage(backend))).toEqual({ a: 1 })
  })

  test('goes back to a snapshot, in memory and in the backend', async () => {
    const backend = memoryBackend()
    const storage = await openStorage(backend)
    storage.set('a', 1)
    storage.set('b', 2)
    const before = storage.snapshot()
    await storage.migrate([{ version: 1, up: (draft) => draft.clear() }])
    storage.set('c', 3)
    await storage.restore(before)
    expect(contents(storage)).toEqual({ a: 1, b: 2 })
    expect(contents(await openStorage(backend))).toEqual({ a: 1, b: 2 })
    expect(backend.load(schemaNamespace(storageNamespace('table', 'acme')))).toEqual(new Map())
  })
})

describe('namespaces', () => {
  test('keep plugins and tables apart in memory', async () => {
    await expect(keepsNamespacesApart(memoryBackend)).resolves.toBeUndefined()
  })

  test('keep plugins and tables apart in a web storage', async () => {
    await expect(keepsNamespacesApart(() => localStorageBackend(webStorage()))).resolves.toBeUndefined()
  })

  test('are written so that they can be read, and in no other way', () => {
    assert(
      property(nastyText, (name) => {
        expect(encodeName(name)).toMatch(/^[A-Za-z0-9._~-]*$/)
        expect(decodeName(encodeName(name))).toBe(name)
      }),
    )
    expect(['a/b', '~', '~0041', 'é'].map(decodeName)).toEqual([undefined, undefined, undefined, undefined])
  })

  test('what is reserved is the namespace of no plugin', () => {
    assert(
      property(nastyText, nastyText, (table, owner) => {
        const namespace = storageNamespace(table, owner)
        for (const reserved of [schemaNamespace(namespace), backupNamespace(namespace)]) {
          const [first = '', second = '', ...more] = reserved.split('/')
          expect([decodeName(first), decodeName(second), more]).toEqual([table, undefined, []])
        }
      }),
    )
  })
})

describe('localStorageBackend', () => {
  test('leaves the keys of others alone', async () => {
    const page = webStorage(new Map([['theirs', 'text']]))
    const storage = await openStorage(localStorageBackend(page))
    storage.set('a', 1)
    expect([...page.entries.keys()]).toEqual(['theirs', 'gridkit/table/acme/a'])
    storage.clear()
    await storage.flush()
    expect([...page.entries.keys()]).toEqual(['theirs'])
  })

  test('takes a key that vanishes while it reads for absent', async () => {
    const page = webStorage(new Map([['gridkit/table/acme/a', '1']]))
    page.getItem = () => null
    expect((await openStorage(localStorageBackend(page))).keys()).toEqual([])
  })
})
