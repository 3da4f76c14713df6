import { GridKitError } from '../errors/gridkit-error.ts'
import { storageFailed, storageQuotaExceeded, storageValueInvalid } from '../errors/storage-errors.ts'
import type { Json } from '../definition/json.ts'
import type { PluginStorage } from '../definition/storage.ts'
import type { Report } from '../definition/signal.ts'
import type { StorageBackend } from './storage-backend.ts'

export interface IsolatedStorageOptions {
  readonly owner: string
  /** Tells tables and plugins apart; made of the table's id and the plugin's. */
  readonly namespace: string
  readonly quotaBytes: number
  readonly backend: StorageBackend
  readonly report: Report
}

const utf8 = new TextEncoder()
const bytesOf = (text: string): number => utf8.encode(text).byteLength

/** One plugin's keys and values: copied in and out, counted in bytes, refused before anything is lost. */
export class IsolatedStorage implements PluginStorage {
  readonly #options: IsolatedStorageOptions
  readonly #texts = new Map<string, string>()
  #size = 0

  constructor(options: IsolatedStorageOptions) {
    this.#options = options
    const stored = this.#attempt('all keys', () => options.backend.load(options.namespace))
    for (const [key, text] of stored) this.#keep(key, text)
  }

  get size(): number {
    return this.#size
  }

  get(key: string): Json | undefined {
    const text = this.#texts.get(key)
    return text === undefined ? undefined : (JSON.parse(text) as Json)
  }

  set(key: string, value: Json): void {
    const { owner, quotaBytes, namespace, backend } = this.#options
    const flaw = findFlaw(value, key)
    if (flaw !== undefined) throw storageValueInvalid(owner, key, flaw)
    const text = JSON.stringify(value)
    const total = this.#size - this.#bytesAt(key) + bytesOf(text)
    if (total > quotaBytes) throw storageQuotaExceeded(owner, key, total, quotaBytes)
    this.#attempt(`'${key}'`, () => backend.write(namespace, key, text))
    this.#texts.set(key, text)
    this.#size = total
  }

  delete(key: string): boolean {
    if (!this.#texts.has(key)) return false
    this.#attempt(`'${key}'`, () => this.#options.backend.remove(this.#options.namespace, key))
    this.#size -= this.#bytesAt(key)
    return this.#texts.delete(key)
  }

  clear(): void {
    for (const key of this.keys()) this.delete(key)
  }

  keys(): readonly string[] {
    return [...this.#texts.keys()]
  }

  has(key: string): boolean {
    return this.#texts.has(key)
  }

  flush(): Promise<void> {
    return this.#options.backend.flush()
  }

  #bytesAt(key: string): number {
    const text = this.#texts.get(key)
    return text === undefined ? 0 : bytesOf(text)
  }

  /** What can't be read is left where it is, unread, and reported. */
  #keep(key: string, text: string): void {
    const { owner, report } = this.#options
    try {
      JSON.parse(text)
      this.#texts.set(key, text)
      this.#size += bytesOf(text)
    } catch (error) {
      report({ pluginId: owner, phase: 'storage', error: storageFailed(owner, `'${key}'`, error) })
    }
  }

  #attempt<T>(subject: string, access: () => T): T {
    try {
      return access()
    } catch (error) {
      throw error instanceof GridKitError ? error : storageFailed(this.#options.owner, subject, error)
    }
  }
}

/** The path of the first part that JSON would lose or change, or `undefined`. */
function findFlaw(value: unknown, path: string, above: ReadonlySet<unknown> = new Set()): string | undefined {
  if (value === null || typeof value === 'boolean' || typeof value === 'string') return undefined
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : path
  if (typeof value !== 'object' || above.has(value) || !isPlain(value)) return path
  const around = new Set(above).add(value)
  // An array's own iteration shows its holes, which JSON would fill.
  const parts: Iterable<[number | string, unknown]> = Array.isArray(value)
    ? value.entries()
    : Object.entries(value)
  for (const [key, part] of parts) {
    const flaw = findFlaw(part, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`, around)
    if (flaw !== undefined) return flaw
  }
  return undefined
}

function isPlain(value: object): boolean {
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}
