import { decodeName, encodeName } from './namespace.ts'
import type { StorageBackend } from './storage-backend.ts'

/** The part of the browser's `Storage` that is used here; typed here because this package has no DOM. */
export interface WebStorage {
  readonly length: number
  key(index: number): string | null
  getItem(key: string): string | null
  setItem(key: string, value: string): void
  removeItem(key: string): void
}

const prefix = 'gridkit/'

/**
 * Keeps values in `localStorage`, or in the storage given.
 * @param sharedAs names a storage that tabs share, so that they are told of changes.
 *   Default: `localStorage` is shared, any other is not.
 */
export function localStorageBackend(
  storage: WebStorage,
  sharedAs: string | undefined = storage === pageStorage() ? 'localStorage' : undefined,
): StorageBackend {
  // Encoding keeps a key with a slash from reaching into another namespace.
  const under = (namespace: string): string => `${prefix}${namespace}/`
  const full = (namespace: string, key: string): string => under(namespace) + encodeName(key)
  return {
    sharedAs,
    load: (namespace) => new Map(entriesUnder(storage, under(namespace))),
    write: (namespace, key, text) => storage.setItem(full(namespace, key), text),
    remove: (namespace, key) => storage.removeItem(full(namespace, key)),
    flush: () => Promise.resolve(),
  }
}

/** The page's `localStorage`, or `undefined` where there is none or it is blocked. */
export function pageStorage(): WebStorage | undefined {
  try {
    return (globalThis as { localStorage?: WebStorage }).localStorage
  } catch {
    return undefined
  }
}

function* entriesUnder(storage: WebStorage, start: string): Generator<[string, string]> {
  for (let index = 0; index < storage.length; index += 1) {
    const name = storage.key(index)
    if (name?.startsWith(start) !== true) continue
    const key = decodeName(name.slice(start.length))
    const text = storage.getItem(name)
    if (key !== undefined && text !== null) yield [key, text]
  }
}
