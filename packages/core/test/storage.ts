import type { FailureSignal } from '../src/definition/signal.ts'
import type { StorageChange } from '../src/definition/storage.ts'
import type { GridKitError } from '../src/errors/gridkit-error.ts'
import { IsolatedStorage } from '../src/storage/isolated-storage.ts'
import { localStorageBackend, type WebStorage } from '../src/storage/local-storage-backend.ts'
import { storageNamespace } from '../src/storage/namespace.ts'
import { memoryBackend, type StorageBackend } from '../src/storage/storage-backend.ts'
import { FakeClock } from './fake-clock.ts'

/** A `Storage` such as browsers have, kept in a map. */
export function webStorage(
  entries: Map<string, string> = new Map<string, string>(),
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

let tables = 0

/** A storage that no other test shares tabs with. */
export function sharedMedium(): {
  page: ReturnType<typeof webStorage>
  backend: StorageBackend
  table: string
} {
  const page = webStorage()
  tables += 1
  return { page, backend: localStorageBackend(page, 'test'), table: `table-${tables}` }
}

export interface OpenOptions {
  readonly owner?: string
  readonly table?: string
  readonly quotaBytes?: number
  readonly clock?: FakeClock
}

/** A plugin's storage, as a table of that id opens it. */
export function openStorage(
  backend: StorageBackend = memoryBackend(),
  { owner = 'acme', table = 'table', quotaBytes = 1_000_000, clock = new FakeClock() }: OpenOptions = {},
  failures: FailureSignal[] = [],
): Promise<IsolatedStorage> {
  const namespace = storageNamespace(table, owner)
  const report = (each: FailureSignal): void => void failures.push(each)
  return IsolatedStorage.open({ owner, namespace, quotaBytes, backend, report, clock })
}

/** What a storage holds, as plain values. */
export function contents(storage: IsolatedStorage): Record<string, unknown> {
  return Object.fromEntries(storage.keys().map((key) => [key, storage.get(key)]))
}

/** What listeners are told from now on. */
export function heardBy(storage: IsolatedStorage): StorageChange[] {
  const changes: StorageChange[] = []
  storage.onChange((change) => changes.push(change))
  return changes
}

export function codesOf(failures: readonly FailureSignal[]): readonly string[] {
  return failures.map(({ error }) => (error as GridKitError).code)
}
