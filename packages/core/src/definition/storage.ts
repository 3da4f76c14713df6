import type { Json } from './json.ts'

/** A plugin's own keys and values, kept apart from every other plugin's. */
export interface PluginStorage {
  /** A copy of the value, or `undefined` when there is none. */
  get(key: string): Json | undefined
  /** Keeps a copy. Throws `GK_STORAGE_QUOTA_EXCEEDED` or `GK_STORAGE_VALUE_INVALID` and changes nothing. */
  set(key: string, value: Json): void
  /** Whether there was such a key. */
  delete(key: string): boolean
  clear(): void
  keys(): readonly string[]
  has(key: string): boolean
  /** Bytes that all values take, as JSON in UTF-8. */
  readonly size: number
  /** Resolves when everything set so far is durable. */
  flush(): Promise<void>
}

/** One step of a plugin's stored data from one shape to the next. */
export interface StorageMigration {
  /** 1 for the first, and one more for each. */
  readonly version: number
  /** From the version before to this one. When it fails, everything is as before, and the plugin is not installed. */
  up(storage: PluginStorage): void | PromiseLike<void>
  /** Back to the version before, for an update to an older version of the plugin. */
  down?(storage: PluginStorage): void | PromiseLike<void>
}
