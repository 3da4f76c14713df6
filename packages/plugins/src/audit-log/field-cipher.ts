import type { Json } from '@gridkit/core'
import type { KeyProvider } from './audit-options.ts'
import { bytesOf, placeBytes, toBase64, type EncryptedValue, type FieldPlace } from './encrypted-value.ts'
import { canonicalText } from './json-copy.ts'
import { Patience, type After } from './patience.ts'
import { randomBytes, requireCrypto } from './platform.ts'

const ivLength = 12
/** A key that takes longer counts as none. */
const longestKeyWait = 10_000

/** Encrypts and codes single values, with the application's keys or with one made here. */
export class FieldCipher {
  readonly #keys: () => KeyProvider | undefined
  readonly #patience: Patience
  readonly #asked = new Map<keyof KeyProvider, Promise<CryptoKey | undefined>>()
  #ownKey: Promise<CryptoKey> | undefined

  /** @throws GK_AUDIT_CRYPTO_UNAVAILABLE */
  constructor(keys: () => KeyProvider | undefined, after: After) {
    requireCrypto()
    this.#keys = keys
    this.#patience = new Patience(after, longestKeyWait)
  }

  /** Waits for no key any more: the plugin is about to go. */
  hurry(): void {
    this.#patience.end()
  }

  async encrypt(value: Json, place: FieldPlace): Promise<EncryptedValue> {
    const key = (await this.#key('encryptionKey')) ?? (await this.#throwawayKey())
    const iv = randomBytes(ivLength)
    const data = await requireCrypto().encrypt(
      { name: 'AES-GCM', iv, additionalData: placeBytes(place) },
      key,
      bytesOf(JSON.stringify(value)),
    )
    return { encrypted: 'A256GCM', iv: toBase64(iv), data: toBase64(new Uint8Array(data)) }
  }

  /** Equal values of one field have equal codes; of two fields they have not. */
  async code(value: Json, field: string): Promise<Json> {
    const key = await this.#key('hmacKey')
    if (key === undefined) throw new TypeError('pii.keys.hmacKey gave no key')
    const code = await requireCrypto().sign('HMAC', key, bytesOf(`${field}\n${canonicalText(value)}`))
    return { hmac: 'SHA-256', code: toBase64(new Uint8Array(code)) }
  }

  /** Asked for once at a time, however many values wait for it. */
  #key(name: keyof KeyProvider): Promise<CryptoKey | undefined> {
    const asked = this.#asked.get(name) ?? this.#ask(name).finally(() => this.#asked.delete(name))
    this.#asked.set(name, asked)
    return asked
  }

  async #ask(name: keyof KeyProvider): Promise<CryptoKey | undefined> {
    return this.#patience.waitFor(`pii.keys.${name}`, this.#keys()?.[name]?.())
  }

  /** Without the usage `decrypt`, and not extractable: what it encrypts stays closed. */
  #throwawayKey(): Promise<CryptoKey> {
    this.#ownKey ??= requireCrypto().generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt'])
    return this.#ownKey
  }
}
