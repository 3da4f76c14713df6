import { storageQuotaExceeded } from '../errors/storage-errors.ts'
import { textOf } from './value-text.ts'

/** Whose values they are, and how many bytes they may take. */
export interface StorageLimits {
  readonly owner: string
  readonly quotaBytes: number
}

/** Texts to put by key; `undefined` takes the key away. */
export type TextChanges = ReadonlyMap<string, string | undefined>

/** What has to be put so that `from` becomes `to`. */
export function differences(from: KeyedTexts, to: KeyedTexts | ReadonlyMap<string, string>): TextChanges {
  const changes = new Map<string, string | undefined>()
  for (const [key] of from) if (!to.has(key)) changes.set(key, undefined)
  for (const [key, text] of to) if (from.get(key) !== text) changes.set(key, text)
  return changes
}

const utf8 = new TextEncoder()
const bytesOf = (key: string, text: string): number => utf8.encode(key).length + utf8.encode(text).length

/** Serialised values by key, with the bytes they take. */
export class KeyedTexts {
  readonly #limits: StorageLimits
  readonly #entries = new Map<string, { readonly text: string; readonly bytes: number }>()
  #size = 0

  constructor(limits: StorageLimits, entries: Iterable<readonly [string, string]> = []) {
    this.#limits = limits
    for (const [key, text] of entries) this.put(key, text)
  }

  get size(): number {
    return this.#size
  }

  get(key: string): string | undefined {
    return this.#entries.get(key)?.text
  }

  has(key: string): boolean {
    return this.#entries.has(key)
  }

  keys(): readonly string[] {
    return [...this.#entries.keys()]
  }

  *[Symbol.iterator](): Generator<readonly [string, string]> {
    for (const [key, { text }] of this.#entries) yield [key, text]
  }

  /** The text of a value that may be put. @throws GK_STORAGE_VALUE_INVALID, GK_STORAGE_QUOTA_EXCEEDED */
  admit(key: string, value: unknown): string {
    const { owner, quotaBytes } = this.#limits
    const text = textOf(owner, key, value)
    const total = this.#size - this.#bytesAt(key) + bytesOf(key, text)
    // What another tab or a higher quota let in may be made smaller.
    if (total > quotaBytes && total > this.#size) throw storageQuotaExceeded(owner, key, total, quotaBytes)
    return text
  }

  /** Puts a text, or takes the key away. */
  put(key: string, text: string | undefined): void {
    this.#size -= this.#bytesAt(key)
    if (text === undefined) {
      this.#entries.delete(key)
      return
    }
    const bytes = bytesOf(key, text)
    this.#size += bytes
    this.#entries.set(key, { text, bytes })
  }

  #bytesAt(key: string): number {
    return this.#entries.get(key)?.bytes ?? 0
  }
}
