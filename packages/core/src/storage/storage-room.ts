import type { Report } from '../definition/signal.ts'
import { messageOf } from '../errors/gridkit-error.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { LogSink } from '../logging/logger.ts'
import { IsolatedStorage } from './isolated-storage.ts'
import { localStorageBackend, pageStorage } from './local-storage-backend.ts'
import { storageNamespace } from './namespace.ts'
import { memoryBackend, type StorageBackend } from './storage-backend.ts'

export type { IsolatedStorage, StorageSnapshot } from './isolated-storage.ts'

/** Where plugins store. A backend of one's own is not closed with the table. */
export type StorageChoice = 'memory' | 'localStorage' | 'indexedDB' | StorageBackend

export interface StorageRoomOptions {
  /** Without it, always memory: two tables without a name would share what they keep. */
  readonly tableId: string | undefined
  /** Default: `localStorage`. Where the browser refuses, memory, with a warning. */
  readonly storage: StorageChoice | undefined
  readonly report: Report
  readonly log: LogSink
  readonly clock: Clock
}

/** Opens the storages of one host's plugins, all on the same backend. */
export interface StorageRoom {
  /** Resolves when all is loaded. @throws GK_STORAGE_FAILED when the backend can't be read */
  open(pluginId: string, quotaBytes: number): Promise<IsolatedStorage>
  /** Closes what is open still. Resolves when everything is durable, or reported as not. */
  close(): Promise<void>
}

export function createStorageRoom(options: StorageRoomOptions): StorageRoom {
  const { tableId, storage, report, clock } = options
  const storages = new Set<IsolatedStorage>()
  let choice: Promise<StorageBackend> | undefined
  return {
    async open(owner, quotaBytes) {
      choice ??= backendOf(options)
      const namespace = storageNamespace(tableId ?? '', owner)
      const onClose = (): void => void storages.delete(opened)
      const backend = await choice
      const opened = await IsolatedStorage.open({
        owner,
        quotaBytes,
        namespace,
        backend,
        report,
        clock,
        onClose,
      })
      storages.add(opened)
      return opened
    },
    async close() {
      await Promise.all([...storages].map((each) => each.close()))
      const backend = await choice
      if (backend !== storage) backend?.close?.()
    },
  }
}

async function backendOf({ tableId, storage, log, clock }: StorageRoomOptions): Promise<StorageBackend> {
  if (storage === 'memory') return memoryBackend()
  const lasting = tableId === undefined ? 'the table has no id' : await lastingBackend(storage, clock)
  if (typeof lasting === 'object') return lasting
  log('warn', 'storage', `what plugins store lasts as long as the page: ${lasting}`, [])
  return memoryBackend()
}

/** The backend, or why there is none. */
async function lastingBackend(
  storage: Exclude<StorageChoice, 'memory'> | undefined,
  clock: Clock,
): Promise<StorageBackend | string> {
  if (typeof storage === 'object') return storage
  if (storage === 'indexedDB') return openIndexedDB(clock)
  const page = pageStorage()
  return page ? localStorageBackend(page) : 'the browser has no localStorage here'
}

async function openIndexedDB(clock: Clock): Promise<StorageBackend | string> {
  try {
    const { indexedDBBackend } = await import('./indexed-db-backend.ts')
    const backend = indexedDBBackend('gridkit', clock)
    await backend.load('')
    return backend
  } catch (error) {
    return messageOf(error)
  }
}
