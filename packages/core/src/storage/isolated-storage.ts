import type { PluginStorage, StorageChange, StorageMigration } from '../definition/storage.ts'
import { storageClosed } from '../errors/storage-errors.ts'
import type { Undo } from '../lifetime/scope.ts'
import { differences, KeyedTexts, type TextChanges } from './keyed-texts.ts'
import { migrateDown, migrateUp, type Migratable } from './migrate.ts'
import { NamespaceStore, type NamespaceOptions } from './namespace-store.ts'
import { valueOf } from './value-text.ts'

/** What a plugin stores at one moment, to go back to. */
export interface StorageSnapshot {
  readonly texts: ReadonlyMap<string, string>
  readonly version: string | undefined
}

/** One plugin's keys and values: copied in and out, counted in bytes, refused before anything is lost. */
export class IsolatedStorage implements PluginStorage {
  readonly #options: NamespaceOptions
  readonly #listeners = new Set<(change: StorageChange) => void>()
  readonly #store: NamespaceStore

  /** @throws GK_STORAGE_FAILED when the backend can't be read */
  static async open(options: NamespaceOptions): Promise<IsolatedStorage> {
    let tell = (_change: StorageChange): void => {}
    const store = await NamespaceStore.open(options, (change) => tell(change))
    const storage = new IsolatedStorage(options, store)
    tell = (change) => storage.#tell(change)
    return storage
  }

  private constructor(options: NamespaceOptions, store: NamespaceStore) {
    this.#options = options
    this.#store = store
  }

  get size(): number {
    return this.#store.texts.size
  }

  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the interface's
  get<T = unknown>(key: string): T | undefined {
    const text = this.#store.texts.get(key)
    return text === undefined ? undefined : (valueOf(text) as T)
  }

  set(key: string, value: unknown): void {
    this.#requireOpen('set')
    this.#store.write(key, this.#store.texts.admit(key, value))
  }

  delete(key: string): boolean {
    this.#requireOpen('delete')
    if (!this.has(key)) return false
    this.#store.write(key, undefined)
    return true
  }

  clear(): void {
    for (const key of this.keys()) this.delete(key)
  }

  keys(): readonly string[] {
    return this.#store.texts.keys()
  }

  has(key: string): boolean {
    return this.#store.texts.has(key)
  }

  flush(): Promise<void> {
    return this.#store.flush()
  }

  onChange(listener: (change: StorageChange) => void): Undo {
    // The same function may listen twice, and each undo undoes one.
    const own = (change: StorageChange): void => listener(change)
    this.#listeners.add(own)
    return () => void this.#listeners.delete(own)
  }

  /**
   * Takes the data to the newest version of `migrations`, each once. When one
   * fails, or the storage is closed meanwhile, nothing is changed.
   * @throws GK_STORAGE_MIGRATION_FAILED, GK_STORAGE_NEWER, GK_STORAGE_NOT_DURABLE, GK_STORAGE_CLOSED
   */
  migrate(migrations: readonly StorageMigration[]): Promise<void> {
    return migrateUp(this.#migratable(), migrations)
  }

  /**
   * Takes the data back to `toVersion`, the newest migration first. `migrations` are the newer plugin's.
   * @throws as {@link migrate}, and GK_STORAGE_MIGRATION_ONE_WAY
   */
  migrateDown(migrations: readonly StorageMigration[], toVersion: number): Promise<void> {
    return migrateDown(this.#migratable(), migrations, toVersion)
  }

  /** What is stored now, in which version. */
  snapshot(): StorageSnapshot {
    return { texts: new Map(this.#store.texts), version: this.#store.schema.text }
  }

  /** Goes back to a snapshot, and resolves when that is durable. */
  restore({ texts, version }: StorageSnapshot): Promise<void> {
    return this.#apply(differences(this.#store.texts, texts), version)
  }

  /** Lets go of everything at once, and resolves when what was set is durable, or reported as not. Writes are refused from now on. */
  async close(): Promise<void> {
    this.#listeners.clear()
    await this.#store.close()
  }

  #migratable(): Migratable {
    const store = this.#store
    return {
      owner: this.#options.owner,
      version: () => store.version(),
      draft: () => new KeyedTexts(this.#options, store.texts),
      commit: async (changes, from, to) => {
        if ((await store.version()) !== from) {
          await store.load()
          return false
        }
        await this.#apply(changes, String(to))
        return true
      },
    }
  }

  /** All or nothing, in memory and in the backend. */
  async #apply(changes: TextChanges, version: string | undefined): Promise<void> {
    const { texts, schema } = this.#store
    this.#requireOpen('migrate')
    const before = new Map([...changes.keys()].map((key) => [key, texts.get(key)]))
    const versionBefore = schema.text
    try {
      this.#write(changes)
      schema.write(version)
      await this.flush()
    } catch (error) {
      this.#undo(before, versionBefore)
      throw error
    }
  }

  #write(changes: TextChanges): void {
    // What goes makes room for what comes.
    for (const [key, text] of changes) if (text === undefined) this.#store.write(key, text)
    for (const [key, text] of changes) if (text !== undefined) this.#store.write(key, text)
  }

  #undo(changes: TextChanges, version: string | undefined): void {
    try {
      this.#write(changes)
      this.#store.schema.write(version)
    } catch (error) {
      this.#store.report(error)
    }
  }

  #requireOpen(member: string): void {
    if (this.#store.closed) throw storageClosed(this.#options.owner, 'the storage', `storage.${member}`)
  }

  #tell(change: StorageChange): void {
    for (const listener of this.#listeners) {
      try {
        listener(change)
      } catch (error) {
        this.#store.report(error)
      }
    }
  }
}
