import type { Report } from '../definition/signal.ts'
import { GridKitError } from '../errors/gridkit-error.ts'
import { storageFailed, storageNotDurable } from '../errors/storage-errors.ts'
import { isThenable } from '../lifetime/thenable.ts'
import type { StorageBackend } from './storage-backend.ts'

export interface OwnedBackendOptions {
  readonly owner: string
  readonly backend: StorageBackend
  readonly report: Report
}

/** A backend as one plugin's storage uses it: its failures are errors that name the plugin. */
export class OwnedBackend {
  readonly #options: OwnedBackendOptions
  /** What is being written behind; the writes of one turn share a promise, and a failure is told once. */
  #watched: unknown

  constructor(options: OwnedBackendOptions) {
    this.#options = options
  }

  /** @throws GK_STORAGE_FAILED */
  async load(namespace: string): Promise<ReadonlyMap<string, string>> {
    try {
      return await this.#options.backend.load(namespace)
    } catch (error) {
      throw this.#refused('all keys', error)
    }
  }

  /** Writes a text, or removes the key. @throws GK_STORAGE_FAILED */
  write(namespace: string, key: string, text: string | undefined): void {
    const { backend } = this.#options
    try {
      const written =
        text === undefined ? backend.remove(namespace, key) : backend.write(namespace, key, text)
      if (isThenable(written) && written !== this.#watched) {
        this.#watched = written
        written.then(undefined, (error: unknown) => this.#reportLoss(error))
      }
    } catch (error) {
      throw this.#refused(`'${key}'`, error)
    }
  }

  /** As {@link write}, where nobody can be told by a throw. Says whether it went well. */
  tryWrite(namespace: string, key: string, text: string | undefined): boolean {
    try {
      this.write(namespace, key, text)
      return true
    } catch (error) {
      this.report(error)
      return false
    }
  }

  /** @throws GK_STORAGE_NOT_DURABLE */
  async flush(): Promise<void> {
    try {
      await this.#options.backend.flush()
    } catch (error) {
      throw storageNotDurable(this.#options.owner, error)
    }
  }

  report(error: unknown): void {
    this.#options.report({ pluginId: this.#options.owner, phase: 'storage', error })
  }

  #reportLoss(error: unknown): void {
    this.report(storageNotDurable(this.#options.owner, error))
  }

  #refused(subject: string, error: unknown): GridKitError {
    return error instanceof GridKitError ? error : storageFailed(this.#options.owner, subject, error)
  }
}
