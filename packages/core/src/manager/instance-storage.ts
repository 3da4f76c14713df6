import type { AnyPlugin } from '../definition/plugin.ts'
import { storageNotOpen } from '../errors/context-errors.ts'
import type { StorageSnapshot } from '../storage/storage-room.ts'
import type { HostRooms, InstanceRooms, OwnedStorage } from './host-rooms.ts'

const defaultStorageMB = 5
const bytesPerMB = 1024 * 1024

/** The most that a plugin may store, in bytes. */
function quotaOf({ resourceLimits }: AnyPlugin): number {
  return (resourceLimits?.maxStorageMB ?? defaultStorageMB) * bytesPerMB
}

/** Opens what a plugin stores while none of its instances has it open, for a piece of work. */
export async function withStorage(
  definition: AnyPlugin,
  { openStorage }: Pick<HostRooms, 'openStorage'>,
  work: (storage: OwnedStorage) => void | PromiseLike<void>,
): Promise<void> {
  const storage = await openStorage(definition.metadata.id, quotaOf(definition))
  try {
    await work(storage)
  } finally {
    await storage.close()
  }
}

/** The storage of one plugin instance: opened when it may have one, closed when it goes. */
export class InstanceStorage {
  readonly #definition: AnyPlugin
  readonly #rooms: InstanceRooms
  /** Whether the instance is gone, so that what is opened too late is closed again. */
  readonly #isGone: () => boolean
  #storage: OwnedStorage | undefined
  #opening: Promise<void> | undefined

  constructor(definition: AnyPlugin, rooms: InstanceRooms, isGone: () => boolean) {
    this.#definition = definition
    this.#rooms = rooms
    this.#isGone = isGone
  }

  /** @throws GK_STORAGE_NOT_OPEN */
  get current(): OwnedStorage {
    if (this.#storage === undefined) throw storageNotOpen(this.#definition.metadata.id)
    return this.#storage
  }

  /** Bytes it takes; 0 where there is none. */
  get size(): number {
    return this.#storage?.size ?? 0
  }

  /** Opens the storage, where the plugin may have one and has none. */
  open(): Promise<void> | undefined {
    const allowed = this.#rooms.permissions.has(this.#definition.metadata.id, 'storage:use')
    if (!allowed || this.#storage !== undefined) return undefined
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined))
    return this.#opening
  }

  /** What is stored now, to {@link OwnedStorage.restore}; `undefined` where nothing is open. */
  snapshot(): StorageSnapshot | undefined {
    return this.#storage?.snapshot()
  }

  /** Makes what was set durable, and lets go. `undefined` where nothing is open. */
  close(): Promise<void> | undefined {
    const storage = this.#storage
    this.#storage = undefined
    return storage?.close()
  }

  async #open(): Promise<void> {
    const { migrations = [], metadata } = this.#definition
    const storage = await this.#rooms.openStorage(metadata.id, quotaOf(this.#definition))
    if (this.#isGone()) return storage.close()
    this.#storage = storage
    // Also without any: data of a version that had some must not be taken for its own.
    await storage.migrate(migrations)
  }
}
