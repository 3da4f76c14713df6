import { storageCorrupt } from '../errors/storage-errors.ts'
import { backupNamespace } from './namespace.ts'
import type { OwnedBackend } from './owned-backend.ts'

/** What can't be read, and where it is. */
export interface CorruptRecord {
  readonly namespace: string
  readonly key: string
  readonly text: string
  /** How a message calls it. */
  readonly subject: string
  readonly cause: unknown
}

/** Moves unreadable texts to where no plugin reaches, each under a name of its own, and reports it. */
export class CorruptBackup {
  readonly #owner: string
  readonly #backend: OwnedBackend
  readonly #place: string
  #kept: Map<string, string> | undefined

  constructor(owner: string, namespace: string, backend: OwnedBackend) {
    this.#owner = owner
    this.#backend = backend
    this.#place = backupNamespace(namespace)
  }

  /**
   * Keeps records, and gives those that the backend refused to move. They stay
   * where they are, and that is reported.
   */
  async keepAll(records: readonly CorruptRecord[]): Promise<readonly CorruptRecord[]> {
    if (records.length > 0) this.#kept ??= new Map(await this.#backend.load(this.#place))
    return records.filter((record) => !this.keep(record))
  }

  /** Whether the record is safe now. Only after {@link keepAll}, which looks up what was kept before. */
  keep({ namespace, key, text, subject, cause }: CorruptRecord): boolean {
    const name = this.#nameFor(key, text)
    // First written, then removed: at no moment is it nowhere.
    if (!this.#backend.tryWrite(this.#place, name, text)) return false
    this.#kept?.set(name, text)
    if (!this.#backend.tryWrite(namespace, key, undefined)) return false
    const keptAs = `'${name}' in '${this.#place}'`
    this.#backend.report(storageCorrupt(this.#owner, subject, keptAs, cause))
    return true
  }

  /** `1:key`, or the next number when that is taken by another text. */
  #nameFor(key: string, text: string): string {
    for (let number = 1; ; number += 1) {
      const name = `${number}:${key}`
      const taken = this.#kept?.get(name)
      if (taken === undefined || taken === text) return name
    }
  }
}
