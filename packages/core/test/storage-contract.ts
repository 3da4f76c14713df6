import {
  anything,
  array,
  assert,
  asyncProperty,
  constant,
  constantFrom,
  jsonValue,
  oneof,
  record,
  string,
  tuple,
  type Arbitrary,
} from 'fast-check'
import { expect } from 'vitest'
import type { StorageBackend } from '../src/storage/storage-backend.ts'
import { contents, openStorage } from './storage.ts'

/** Texts that break what joins or looks up names carelessly, those reserved here included. */
export const nastyText: Arbitrary<string> = oneof(
  string(),
  string({ unit: 'binary' }),
  constantFrom(
    '',
    '__proto__',
    'constructor',
    '../',
    '..',
    '/',
    '~',
    '~002f',
    'a/b',
    '\u0000',
    '\ud800',
    '\udc00',
    'gridkit/',
    'acme~schema',
    'acme~backup',
    'version',
    '1:a',
    '~schema/version',
    'acme/a',
  ),
)

/** Rejects where any keys and ids make two plugins or two tables share a value. `create` gives an empty backend. */
export async function keepsNamespacesApart(
  create: () => StorageBackend | Promise<StorageBackend>,
  numRuns = 100,
): Promise<void> {
  const entry = tuple(nastyText, nastyText, nastyText, jsonValue())
  const property = asyncProperty(array(entry, { maxLength: 8 }), async (entries) => {
    const backend = await create()
    const places = new Map<string, { table: string; owner: string; values: Map<string, unknown> }>()
    for (const [table, owner, key, value] of entries) {
      const storage = await openStorage(backend, { table, owner })
      await storage.migrate([{ version: 1, up: () => {} }])
      storage.set(key, value)
      await storage.close()
      const id = JSON.stringify([table, owner])
      const place = places.get(id) ?? { table, owner, values: new Map() }
      place.values.set(key, structuredClone(value))
      places.set(id, place)
    }
    for (const { table, owner, values } of places.values()) {
      const storage = await openStorage(backend, { table, owner })
      expect(new Map(storage.keys().map((key) => [key, storage.get(key)]))).toEqual(values)
      await storage.close()
    }
    backend.close?.()
  })
  await assert(property, { numRuns })
}

const key = constantFrom('a', 'b', '', '__proto__', '../a', '\ud800')
// What can't be kept is refused, which is tested with the texts of values.
const value = anything({
  key: string().filter((name) => name !== '__proto__'),
  withBigInt: true,
  withDate: true,
  withMap: true,
  withSet: true,
  withTypedArray: true,
})
const step = oneof(
  { weight: 5, arbitrary: record({ kind: constant('set' as const), key, value }) },
  { weight: 2, arbitrary: record({ kind: constant('delete' as const), key }) },
  record({ kind: constantFrom('clear' as const, 'reopen' as const) }),
)

/** Rejects where a storage does other than a map of structured clones. */
export async function isMapOfClones(
  create: () => StorageBackend | Promise<StorageBackend>,
  numRuns = 100,
): Promise<void> {
  const property = asyncProperty(array(step, { maxLength: 30 }), async (steps) => {
    const backend = await create()
    const model = new Map<string, unknown>()
    let storage = await openStorage(backend)
    for (const each of steps) {
      if (each.kind === 'set') {
        try {
          storage.set(each.key, each.value)
        } catch {
          // Refused: nothing is changed, here or there.
          continue
        }
        model.set(each.key, structuredClone(each.value))
      } else if (each.kind === 'delete') {
        expect(storage.delete(each.key)).toBe(model.delete(each.key))
      } else if (each.kind === 'clear') {
        storage.clear()
        model.clear()
      } else {
        const { size } = storage
        await storage.close()
        storage = await openStorage(backend)
        expect(storage.size).toBe(size)
      }
      expect(new Set(storage.keys())).toEqual(new Set(model.keys()))
      for (const [name, kept] of model) expect(storage.get(name)).toEqual(kept)
    }
    storage.clear()
    expect([storage.size, contents(storage)]).toEqual([0, {}])
    await storage.close()
    backend.close?.()
  })
  await assert(property, { numRuns })
}
