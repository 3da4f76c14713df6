import { decodeName, encodeName } from './namespace.ts'
import type { StorageBackend } from './storage-backend.ts'

/** The part of the browser's `Storage` that is used here. */
export type WebStorage = Pick<Storage, 'length' | 'key' | 'getItem' | 'setItem' | 'removeItem'>

const prefix = 'gridkit/'

/** Keeps values in `localStorage`, or in the storage given. */
export function localStorageBackend(storage: WebStorage): StorageBackend {
  // Encoding keeps a key with a slash from reaching into another namespace.
  const under = (namespace: string): string => `${prefix}${namespace}/`
  const full = (namespace: string, key: string): string => under(namespace) + encodeName(key)
  return {
    load: (namespace) => new Map(entriesUnder(storage, under(namespace))),
    write: (namespace, key, text) => storage.setItem(full(namespace, key), text),
    remove: (namespace, key) => storage.removeItem(full(namespace, key)),
    flush: () => Promise.resolve(),
  }
}

/** The page's `localStorage`, or `undefined` where there is none or it is blocked. */
export function pageStorage(): WebStorage | undefined {
  try {
    return globalThis.localStorage
  } catch {
    return undefined
  }
}

function* entriesUnder(storage: WebStorage, start: string): Generator<[string, string]> {
  for (let index = 0; index < storage.length; index += 1) {
    const name = storage.key(index)
    if (name?.startsWith(start) !== true) continue
    const text = storage.getItem(name)
    if (text !== null) yield [decodeName(name.slice(start.length)), text]
  }
}
