import type { PermissionAuditEntry } from './permission-audit.ts'

/** An entry that goes on counting as long as it is kept. */
export interface CountedEntry extends PermissionAuditEntry {
  /** 0 once the entry fell out: it counts no more. */
  id: number
  count: number
  lastAt: number
}

/**
 * The newest entries, fairly: where there is no more room, the plugin that has most of them
 * loses its oldest. None can push out what others did, however much it does itself.
 */
export class AuditEntries {
  /** In the order they were added, as those of each plugin are. */
  readonly #all = new Set<CountedEntry>()
  readonly #byPlugin = new Map<string, Set<CountedEntry>>()
  readonly #size: number

  constructor(size: number) {
    this.#size = size
  }

  /** The oldest first. */
  list(): readonly CountedEntry[] {
    return [...this.#all]
  }

  countOf(pluginId: string): number {
    return this.#byPlugin.get(pluginId)?.size ?? 0
  }

  /** Returns the entry that had to go. Its id is still there. */
  add(entry: CountedEntry): CountedEntry | undefined {
    this.#all.add(entry)
    const own = this.#byPlugin.get(entry.pluginId)
    if (own === undefined) this.#byPlugin.set(entry.pluginId, new Set([entry]))
    else own.add(entry)
    return this.#all.size > this.#size ? this.#evict() : undefined
  }

  #evict(): CountedEntry | undefined {
    let most = new Set<CountedEntry>()
    for (const own of this.#byPlugin.values()) if (own.size > most.size) most = own
    const [oldest] = most
    if (oldest === undefined) return undefined
    most.delete(oldest)
    this.#all.delete(oldest)
    if (most.size === 0) this.#byPlugin.delete(oldest.pluginId)
    return oldest
  }
}
