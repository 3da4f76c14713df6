import type { Undo } from '../lifetime/scope.ts'

/**
 * A plugin's own keys and values, kept apart from every other plugin's.
 *
 * Values are copied in and out. They may be primitives but symbols, plain
 * objects, arrays, `Map`, `Set`, `Date`, `RegExp`, `Error`, `ArrayBuffer`,
 * typed arrays, and cycles of them, to a depth of about 1,000.
 */
export interface PluginStorage {
  /** A copy of the value, or `undefined` when there is none. `T` is what you stored, and is not checked. */
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- shorter to write than a cast
  get<T = unknown>(key: string): T | undefined
  /**
   * Keeps a copy. When it throws, nothing is changed.
   * @throws GK_STORAGE_VALUE_INVALID, GK_STORAGE_QUOTA_EXCEEDED, GK_STORAGE_FAILED
   */
  set(key: string, value: unknown): void
  /** Whether there was such a key. */
  delete(key: string): boolean
  clear(): void
  keys(): readonly string[]
  has(key: string): boolean
  /** Bytes that all keys and serialised values take, in UTF-8. */
  readonly size: number
  /** Resolves when everything set so far is durable, and rejects with `GK_STORAGE_NOT_DURABLE` when it can't be. */
  flush(): Promise<void>
  /**
   * Calls `listener` after another tab, or another table of the same id, changed a
   * key. Own changes are not told, except when both changed it at once.
   */
  onChange(listener: (change: StorageChange) => void): Undo
}

/** What happened to a key because of another tab. */
export type StorageChange =
  | {
      readonly key: string
      /** The other tab set or deleted the key. */
      readonly kind: 'set' | 'delete'
    }
  | {
      readonly key: string
      /** Both tabs changed the key without knowing of each other. The last write stays, in both. */
      readonly kind: 'conflict'
      /** Whose write stayed: this tab's, or the other's. */
      readonly kept: 'own' | 'other'
    }

/** One step of a plugin's stored data from one shape to the next. */
export interface StorageMigration {
  /** 1 for the first, and one more for each. */
  readonly version: number
  /**
   * From the version before to this one; runs once, before `initialize`. The storage can't be used after it ended.
   * When it fails, everything is as before, and the plugin is not installed.
   */
  up(storage: PluginStorage): void | PromiseLike<void>
  /** Back to the version before, for an update to an older version of the plugin. */
  down?(storage: PluginStorage): void | PromiseLike<void>
}
