import type { Report } from '../definition/signal.ts'
import type { StorageChange } from '../definition/storage.ts'
import { storageFailed } from '../errors/storage-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { Undo } from '../lifetime/scope.ts'
import { CorruptBackup, type CorruptRecord } from './corrupt-backup.ts'
import { KeyedTexts, type StorageLimits } from './keyed-texts.ts'
import { OwnedBackend } from './owned-backend.ts'
import { SchemaVersion } from './schema-version.ts'
import { compareStamps, readStamped, stampedText, type StampedWrite } from './stamp.ts'
import type { StorageBackend } from './storage-backend.ts'
import { openTabChannel, type TabChannel } from './tab-channel.ts'
import { WriteLedger } from './write-ledger.ts'

export interface NamespaceOptions extends StorageLimits {
  /** Tells tables and plugins apart; made of the table's id and the plugin's. */
  readonly namespace: string
  readonly backend: StorageBackend
  readonly report: Report
  readonly clock: Clock
  /** Called once, when the storage lets go. */
  readonly onClose?: Undo
}

/** One namespace: its texts in memory, in the backend, and in step with other tabs. */
export class NamespaceStore {
  readonly texts: KeyedTexts
  readonly schema: SchemaVersion
  readonly #options: NamespaceOptions
  readonly #backend: OwnedBackend
  readonly #backup: CorruptBackup
  readonly #ledger: WriteLedger
  readonly #tell: (change: StorageChange) => void
  readonly #channel: TabChannel | undefined
  /** Records that could not be moved to the backup; their keys must not be overwritten. */
  readonly #stuck = new Map<string, CorruptRecord>()
  /** What other tabs said before the data was there. */
  #early: StampedWrite[] | undefined = []
  #closed = false

  private constructor(options: NamespaceOptions, tell: (change: StorageChange) => void) {
    const { owner, namespace, backend, clock } = options
    this.#options = options
    this.#tell = tell
    this.texts = new KeyedTexts(options)
    this.#backend = new OwnedBackend(options)
    this.#backup = new CorruptBackup(owner, namespace, this.#backend)
    this.schema = new SchemaVersion(namespace, this.#backend)
    this.#ledger = new WriteLedger(clock)
    if (backend.sharedAs === undefined) return
    this.#channel = openTabChannel(`gridkit/${backend.sharedAs}/${namespace}`, (write) =>
      this.#receive(write),
    )
  }

  /** Joins the tabs first, so that no write falls between what is loaded and what is heard. */
  static async open(
    options: NamespaceOptions,
    tell: (change: StorageChange) => void,
  ): Promise<NamespaceStore> {
    const store = new NamespaceStore(options, tell)
    try {
      await store.load()
      return store
    } catch (error) {
      store.#channel?.close()
      throw error
    }
  }

  get closed(): boolean {
    return this.#closed
  }

  /** Takes in what the backend has, unless something later is known. */
  async load(): Promise<void> {
    const { namespace } = this.#options
    const [loaded] = await Promise.all([this.#backend.load(namespace), this.schema.read()])
    const corrupt: CorruptRecord[] = []
    for (const [key, stored] of loaded) {
      try {
        const { text, stamp } = readStamped(stored)
        if (compareStamps(stamp, this.#ledger.last(key).stamp) <= 0) continue
        this.texts.put(key, text)
        this.#ledger.note(key, { stamp, base: stamp }, false)
      } catch (cause) {
        corrupt.push({ namespace, key, text: stored, subject: `'${key}'`, cause })
      }
    }
    for (const key of this.texts.keys()) {
      if (!loaded.has(key) && !this.#ledger.isOwn(this.#ledger.last(key).stamp))
        this.texts.put(key, undefined)
    }
    await this.#setAside(corrupt)
    for (const write of this.#early?.splice(0) ?? []) this.#take(write)
    this.#early = undefined
  }

  /** Writes a text that was admitted, or removes the key. @throws GK_STORAGE_FAILED */
  write(key: string, text: string | undefined): void {
    const { namespace } = this.#options
    this.#rescue(key)
    const entry = this.#ledger.next(key)
    this.#backend.write(namespace, key, text === undefined ? undefined : stampedText(text, entry.stamp))
    this.texts.put(key, text)
    this.#ledger.note(key, entry, text === undefined)
    this.#channel?.announce({ key, text, ...entry })
  }

  /** The version of the data. What has an unreadable version is set aside whole. @throws GK_STORAGE_FAILED */
  async version(): Promise<number> {
    const version = await this.schema.read()
    if (typeof version === 'number') return version
    const { owner, namespace } = this.#options
    const records = [...this.texts].map(([key, text]) => ({
      ...version,
      namespace,
      key,
      text: stampedText(text, this.#ledger.last(key).stamp),
      subject: `'${key}'`,
      cause: 'its schema version is unreadable, and migrations could damage it',
    }))
    for (const { key } of records) this.texts.put(key, undefined)
    await this.#setAside(records)
    const left = await this.#backup.keepAll([version])
    if (left.length > 0) throw storageFailed(owner, version.subject, version.cause)
    return 0
  }

  flush(): Promise<void> {
    return this.#backend.flush()
  }

  report(error: unknown): void {
    this.#backend.report(error)
  }

  /** Hears and tells no more, at once, and resolves when what was written is durable or reported as not. */
  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#channel?.close()
    this.#options.onClose?.()
    await this.flush().catch((error: unknown) => this.report(error))
  }

  async #setAside(records: readonly CorruptRecord[]): Promise<void> {
    for (const record of await this.#backup.keepAll(records)) this.#stuck.set(record.key, record)
  }

  #rescue(key: string): void {
    const record = this.#stuck.get(key)
    if (record === undefined) return
    if (!this.#backup.keep(record)) throw storageFailed(this.#options.owner, record.subject, record.cause)
    this.#stuck.delete(key)
  }

  #receive(write: StampedWrite): void {
    if (this.#early) this.#early.push(write)
    else this.#take(write)
  }

  /** Keeps the later of two writes. Of writes that did not know of each other, all tabs see to it that the later one stays. */
  #take(write: StampedWrite): void {
    const { key, text, stamp, base } = write
    if (this.#closed) return
    const known = this.#ledger.last(key)
    const order = compareStamps(stamp, known.stamp)
    if (order === 0) return
    const own = this.#ledger.isOwn(known.stamp)
    if (order > 0) {
      this.texts.put(key, text)
      this.#ledger.note(key, { stamp, base }, text === undefined)
    }
    const unaware = order > 0 ? compareStamps(base, known.stamp) < 0 : compareStamps(known.base, stamp) < 0
    const conflict = own && unaware
    if (conflict || order < 0) this.#repeat(key)
    if (conflict) this.#tell({ key, kind: 'conflict', kept: order > 0 ? 'other' : 'own' })
    else if (order > 0) this.#tell({ key, kind: text === undefined ? 'delete' : 'set' })
  }

  /** The other's write may have reached the backend, or another tab, after the one that stays. */
  #repeat(key: string): void {
    const text = this.texts.get(key)
    const entry = this.#ledger.last(key)
    const stored = text === undefined ? undefined : stampedText(text, entry.stamp)
    if (this.#backend.tryWrite(this.#options.namespace, key, stored)) {
      this.#channel?.announce({ key, text, ...entry })
    }
  }
}
