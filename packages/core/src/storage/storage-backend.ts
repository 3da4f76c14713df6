/**
 * Where stored texts end up, by namespace and key. Namespaces and keys are any
 * text: a backend must keep those of one namespace apart from all others.
 *
 * A backend that writes behind returns a promise from `write` and `remove` that
 * settles when the change is durable or has failed, and tries what failed again
 * at the next `flush`.
 */
export interface StorageBackend {
  /** Names what tabs share by this backend. Without it, no tab is told of changes in others. */
  readonly sharedAs?: string | undefined
  /** Every key and text of a namespace. */
  load(namespace: string): ReadonlyMap<string, string> | PromiseLike<ReadonlyMap<string, string>>
  /** Throws, or rejects, when it can't. */
  write(namespace: string, key: string, text: string): void | PromiseLike<void>
  remove(namespace: string, key: string): void | PromiseLike<void>
  /** Resolves when everything written so far is durable. */
  flush(): PromiseLike<void>
  /** Lets go of what the backend holds. It may be used again. */
  close?(): void
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
