import { schemaNamespace } from './namespace.ts'
import type { CorruptRecord } from './corrupt-backup.ts'
import type { OwnedBackend } from './owned-backend.ts'

const key = 'version'

/** The number of the last migration that ran, kept where no key of a plugin reaches. */
export class SchemaVersion {
  readonly #namespace: string
  readonly #backend: OwnedBackend
  #text: string | undefined

  constructor(namespace: string, backend: OwnedBackend) {
    this.#namespace = schemaNamespace(namespace)
    this.#backend = backend
  }

  /** As it was read or written last, to be written back. */
  get text(): string | undefined {
    return this.#text
  }

  /** Reads it again, since another tab may have migrated. Gives 0 when there is none, and what is no number as it is. */
  async read(): Promise<number | CorruptRecord> {
    const text = (this.#text = (await this.#backend.load(this.#namespace)).get(key))
    if (text === undefined) return 0
    if (/^[1-9]\d{0,8}$/.test(text)) return Number(text)
    const cause = `it is no number: ${JSON.stringify(text.slice(0, 20))}`
    return { namespace: this.#namespace, key, text, subject: 'the schema version', cause }
  }

  write(version: string | undefined): void {
    const text = version === '0' ? undefined : version
    this.#backend.write(this.#namespace, key, text)
    this.#text = text
  }
}
