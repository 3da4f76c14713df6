/**
 * Where stored values end up, as JSON text by key. Synchronous: an asynchronous
 * medium keeps a copy in memory and writes behind.
 */
export interface StorageBackend {
  /** Every key and text of a namespace. */
  load(namespace: string): ReadonlyMap<string, string>
  write(namespace: string, key: string, text: string): void
  remove(namespace: string, key: string): void
  /** Resolves when everything written so far is durable. */
  flush(): Promise<void>
}

/** Keeps values as long as the page lives. */
export function memoryBackend(): StorageBackend {
  const namespaces = new Map<string, Map<string, string>>()
  return {
    load: (namespace) => new Map(namespaces.get(namespace)),
    write(namespace, key, text) {
      const entries = namespaces.get(namespace) ?? new Map<string, string>()
      namespaces.set(namespace, entries.set(key, text))
    },
    remove: (namespace, key) => void namespaces.get(namespace)?.delete(key),
    flush: () => Promise.resolve(),
  }
}
