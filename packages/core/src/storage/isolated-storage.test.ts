import { array, assert, constantFrom, jsonValue, oneof, property, string, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { errorOf, holder, plugin, quietHost, quietManager } from '../../test/plugins.ts'
import {
  EnhancedPluginManager,
  localStorageBackend,
  memoryBackend,
  type Json,
  type PluginStorage,
  type StorageBackend,
  type WebStorage,
} from '../index.ts'
import type { FailureSignal } from '../definition/signal.ts'
import { IsolatedStorage } from './isolated-storage.ts'
import { pageStorage } from './local-storage-backend.ts'
import { decodeName, encodeName, storageNamespace } from './namespace.ts'

function open(
  backend: StorageBackend = memoryBackend(),
  { owner = 'acme', table = 'table', quotaBytes = 1_000_000 } = {},
  failures: FailureSignal[] = [],
): IsolatedStorage {
  const namespace = storageNamespace(table, owner)
  return new IsolatedStorage({ owner, namespace, quotaBytes, backend, report: (each) => failures.push(each) })
}

/** A `Storage` such as browsers have, kept in a map. */
function webStorage(
  entries = new Map<string, string>(),
): WebStorage & { readonly entries: Map<string, string> } {
  return {
    entries,
    get length() {
      return entries.size
    },
    key: (index) => [...entries.keys()][index] ?? null,
    getItem: (key) => entries.get(key) ?? null,
    setItem: (key, value) => void entries.set(key, value),
    removeItem: (key) => void entries.delete(key),
  }
}

const nasty = oneof(
  string(),
  string({ unit: 'binary' }),
  constantFrom(
    '',
    '__proto__',
    'constructor',
    '../',
    '/',
    '~',
    '~002f',
    'a/b',
    '\u0000',
    '\ud800',
    '\udc00',
    'gridkit/',
  ),
)

describe('IsolatedStorage', () => {
  test('keeps, lists and forgets values', () => {
    const storage = open()
    storage.set('a', { deep: [1, 'two', null] })
    storage.set('b', false)
    expect(storage.get('a')).toEqual({ deep: [1, 'two', null] })
    expect(storage.get('none')).toBeUndefined()
    expect([storage.has('a'), storage.has('none')]).toEqual([true, false])
    expect(storage.keys()).toEqual(['a', 'b'])
    expect([storage.delete('a'), storage.delete('a')]).toEqual([true, false])
    storage.clear()
    expect([storage.keys(), storage.size]).toEqual([[], 0])
  })

  test('counts bytes of UTF-8, and what is replaced no longer', () => {
    const storage = open()
    storage.set('a', 'é')
    expect(storage.size).toBe(4)
    storage.set('a', 'ab')
    expect(storage.size).toBe(4)
    storage.set('a', '')
    expect(storage.size).toBe(2)
  })

  test('copies in and out', () => {
    const storage = open()
    const value = { list: [1] }
    storage.set('a', value)
    value.list.push(2)
    const read = storage.get('a') as { list: number[] }
    read.list.push(3)
    expect(storage.get('a')).toEqual({ list: [1] })
  })

  test('refuses what exceeds the quota, and changes nothing', async () => {
    const backend = memoryBackend()
    const storage = open(backend, { quotaBytes: 10 })
    storage.set('a', '12345678')
    const error = await errorOf(() => storage.set('b', 1))
    expect(error).toMatchObject({ code: 'GK_STORAGE_QUOTA_EXCEEDED', pluginId: 'acme' })
    expect(error.message).toContain('11 bytes in all, of 10 allowed')
    expect([storage.keys(), storage.size]).toEqual([['a'], 10])
    expect(open(backend).keys()).toEqual(['a'])
    storage.set('a', '')
    storage.set('b', 1)
    expect(storage.size).toBe(3)
  })

  const cyclic: Record<string, unknown> = {}
  cyclic['self'] = { cyclic }
  test.each<[string, unknown, string]>([
    ['undefined', undefined, 'key'],
    ['NaN', Number.NaN, 'key'],
    ['infinity in a list', [1, Infinity], 'key[1]'],
    ['a function', { run: () => {} }, 'key.run'],
    ['a symbol', [Symbol('s')], 'key[0]'],
    ['a bigint', 1n, 'key'],
    ['a date', { at: new Date() }, 'key.at'],
    ['a map', new Map(), 'key'],
    ['a cycle', cyclic, 'key.self.cyclic'],
    ['undefined in an object', { a: { b: undefined } }, 'key.a.b'],
    // oxlint-disable-next-line no-sparse-arrays
    ['a hole', [1, , 2], 'key[1]'],
  ])('refuses %s, and says where it is', async (_, value, path) => {
    const storage = open()
    const error = await errorOf(() => storage.set('key', value as Json))
    expect(error.code).toBe('GK_STORAGE_VALUE_INVALID')
    expect(error.message).toContain(`${path} is not a JSON value`)
    expect(storage.has('key')).toBe(false)
  })

  test('takes the same object twice where that is no cycle', () => {
    const shared = { a: 1 }
    const storage = open()
    storage.set('key', [shared, shared])
    expect(storage.get('key')).toEqual([shared, shared])
  })

  test('leaves what it can not read where it is, and reports it', () => {
    const page = webStorage()
    open(localStorageBackend(page)).set('good', 1)
    const name = `gridkit/${storageNamespace('table', 'acme')}/bad`
    page.setItem(name, '{broken')
    const failures: FailureSignal[] = []
    const storage = open(localStorageBackend(page), {}, failures)
    expect([storage.keys(), storage.size]).toEqual([['good'], 1])
    expect(failures).toMatchObject([
      { pluginId: 'acme', phase: 'storage', error: { code: 'GK_STORAGE_FAILED' } },
    ])
    expect(page.getItem(name)).toBe('{broken')
  })

  test('changes nothing when the backend refuses', async () => {
    const page = webStorage()
    const storage = open(localStorageBackend(page))
    storage.set('a', 1)
    page.setItem = () => {
      throw new DOMException('full', 'QuotaExceededError')
    }
    page.removeItem = () => {
      throw new Error('blocked')
    }
    expect(await errorOf(() => storage.set('a', 22))).toMatchObject({ code: 'GK_STORAGE_FAILED' })
    expect(await errorOf(() => storage.set('b', 2))).toMatchObject({ code: 'GK_STORAGE_FAILED' })
    expect(await errorOf(() => storage.delete('a'))).toMatchObject({ code: 'GK_STORAGE_FAILED' })
    expect([storage.get('a'), storage.keys(), storage.size]).toEqual([1, ['a'], 1])
  })

  test('says so when the backend can not be read, and passes on its own errors', async () => {
    const broken: StorageBackend = {
      ...memoryBackend(),
      load() {
        throw new Error('blocked')
      },
    }
    const error = await errorOf(() => open(broken))
    expect(error.message).toBe("the storage backend refused all keys of plugin 'acme': blocked")
    const own: StorageBackend = {
      ...memoryBackend(),
      load() {
        throw error
      },
    }
    expect(await errorOf(() => open(own))).toBe(error)
  })

  test.each([
    ['memory', memoryBackend],
    ['localStorage', () => localStorageBackend(webStorage())],
    ["the page's localStorage", () => localStorageBackend(pageStorage() ?? webStorage())],
  ])('no keys and no ids make two plugins share a value: %s', (_, create) => {
    const place = tuple(nasty, nasty, nasty)
    assert(
      property(array(tuple(place, jsonValue()), { maxLength: 8 }), (entries) => {
        globalThis.localStorage.clear()
        const backend = create()
        const expected = new Map<string, [readonly [string, string, string], string]>()
        for (const [[table, owner, key], value] of entries) {
          open(backend, { table, owner }).set(key, value as Json)
          expected.set(JSON.stringify([table, owner, key]), [[table, owner, key], JSON.stringify(value)])
        }
        for (const [[table, owner, key], text] of expected.values()) {
          const storage = open(backend, { table, owner })
          const mine = [...expected.values()].filter(([at]) => at[0] === table && at[1] === owner)
          expect(JSON.stringify(storage.get(key))).toBe(text)
          expect([...storage.keys()].sort()).toEqual(mine.map(([at]) => at[2]).sort())
        }
      }),
    )
  })

  test('names are written so that they can be read, in few characters', () => {
    assert(
      property(nasty, (name) => {
        expect(encodeName(name)).toMatch(/^[A-Za-z0-9._~-]*$/)
        expect(decodeName(encodeName(name))).toBe(name)
      }),
    )
  })
})

describe('localStorageBackend', () => {
  test('leaves the keys of others alone', async () => {
    const page = webStorage(new Map([['theirs', 'text']]))
    const backend = localStorageBackend(page)
    const storage = open(backend)
    storage.set('a', 1)
    expect([...page.entries]).toEqual([
      ['theirs', 'text'],
      ['gridkit/table/acme/a', '1'],
    ])
    storage.clear()
    await storage.flush()
    expect([...page.entries.keys()]).toEqual(['theirs'])
  })

  test('takes a key that vanishes while it reads for absent', () => {
    const page = webStorage(new Map([['gridkit/table/acme/a', '1']]))
    page.getItem = () => null
    expect(open(localStorageBackend(page)).keys()).toEqual([])
  })

  test('where storage is blocked there is none', () => {
    const original = Object.getOwnPropertyDescriptor(globalThis, 'localStorage')
    Object.defineProperty(globalThis, 'localStorage', {
      configurable: true,
      get() {
        throw new DOMException('denied', 'SecurityError')
      },
    })
    try {
      expect(pageStorage()).toBeUndefined()
    } finally {
      if (original) Object.defineProperty(globalThis, 'localStorage', original)
      else Reflect.deleteProperty(globalThis, 'localStorage')
    }
  })
})

describe('the storage of a plugin', () => {
  const rights = { requiredPermissions: ['storage:use'] } as const

  async function storageOn(manager: EnhancedPluginManager, id: string): Promise<PluginStorage> {
    const held = holder(id, rights)
    await manager.installPlugin(held.plugin)
    return held.context().storage
  }

  test('outlives the manager where the host has an id', async () => {
    globalThis.localStorage.clear()
    const managerOf = (id: string): EnhancedPluginManager => new EnhancedPluginManager({ ...quietHost(), id })
    const first = managerOf('people')
    const storage = await storageOn(first, 'acme')
    storage.set('a', 1)
    expect([storage.has('a'), storage.size, storage.keys()]).toEqual([true, 1, ['a']])
    await storage.flush()
    await first.destroy()
    expect((await storageOn(managerOf('people'), 'acme')).get('a')).toBe(1)
    expect((await storageOn(managerOf('people'), 'other')).get('a')).toBeUndefined()
    expect((await storageOn(managerOf('places'), 'acme')).get('a')).toBeUndefined()
    globalThis.localStorage.clear()
  })

  test('outlives the plugin, but not the manager, where the host has none, and says so', async () => {
    const { manager, lines } = quietManager()
    const storage = await storageOn(manager, 'acme')
    storage.set('a', 1)
    storage.set('b', 1)
    storage.delete('b')
    await manager.uninstallPlugin('acme')
    const again = await storageOn(manager, 'acme')
    expect(again.keys()).toEqual(['a'])
    again.clear()
    expect(lines.filter(({ tag, level }) => tag === 'storage' && level === 'warn')).toHaveLength(1)
    const other = quietManager()
    expect((await storageOn(other.manager, 'acme')).get('a')).toBeUndefined()
  })

  test('without an id for the table is in memory, so that two tables share nothing', async () => {
    const backend = memoryBackend()
    const first = quietManager({ storage: backend })
    const second = quietManager({ storage: backend })
    ;(await storageOn(first.manager, 'acme')).set('a', 1)
    expect((await storageOn(second.manager, 'acme')).has('a')).toBe(false)
    expect(first.lines.map(({ message }) => message)).toEqual([
      'what plugins store lasts as long as the page: the table has no id',
    ])
  })

  test('is where the host says', async () => {
    const backend = memoryBackend()
    const { manager } = quietManager({ id: 'people', storage: backend })
    ;(await storageOn(manager, 'acme')).set('a', 1)
    expect([...backend.load('people/acme')]).toEqual([['a', '1']])
    const memory = quietManager({ id: 'people', storage: 'memory' })
    ;(await storageOn(memory.manager, 'acme')).set('a', 1)
    expect(globalThis.localStorage.length).toBe(0)
    expect(memory.lines).toEqual([])
  })

  test('is limited by what the plugin declares', async () => {
    const { manager } = quietManager()
    const held = holder('acme', { ...rights, resourceLimits: { maxStorageMB: 0.00001 } })
    await manager.installPlugin(held.plugin)
    expect(await errorOf(() => held.context().storage.set('a', 'more than ten bytes'))).toMatchObject({
      code: 'GK_STORAGE_QUOTA_EXCEEDED',
    })
  })

  test('needs its permission, and no plugin id reaches into another namespace', async () => {
    const { manager } = quietManager()
    const held = holder('acme')
    await manager.installPlugin(held.plugin)
    expect(await errorOf(() => held.context().storage.get('a'))).toMatchObject({
      code: 'GK_PERMISSION_DENIED',
    })
    expect(await errorOf(() => manager.installPlugin(plugin('a/../b')))).toMatchObject({
      code: 'GK_INVALID_PLUGIN',
    })
  })
})
