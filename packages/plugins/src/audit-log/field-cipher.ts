import type { Json } from '@gridkit/core'
import type { KeyProvider } from './audit-options.ts'
import { canonicalText } from './json-copy.ts'
import { cryptoUnavailable, decryptionFailed } from './errors.ts'
import { randomBytes, webCrypto } from './platform.ts'

/** A value encrypted with AES-256-GCM. */
export type EncryptedValue = {
  readonly encrypted: 'A256GCM'
  /** 12 random bytes, base64. */
  readonly iv: string
  /** Ciphertext and tag of the value's JSON text, base64. */
  readonly data: string
}

/** Where a value is: bound to the ciphertext, so that a value moved elsewhere does not open. */
export interface FieldPlace {
  readonly eventId: string
  /** Such as `after.salary`. */
  readonly path: string
}

const ivLength = 12

/** @throws GK_AUDIT_CRYPTO_UNAVAILABLE */
export function requireCrypto(): SubtleCrypto {
  const subtle = webCrypto()
  if (subtle === undefined) throw cryptoUnavailable()
  return subtle
}

/** Encrypts and codes single values, with the application's keys or with one made here. */
export class FieldCipher {
  readonly #keys: () => KeyProvider | undefined
  #ownKey: Promise<CryptoKey> | undefined

  constructor(keys: () => KeyProvider | undefined) {
    this.#keys = keys
  }

  async encrypt(value: Json, place: FieldPlace): Promise<EncryptedValue> {
    const key = await (this.#keys()?.encryptionKey?.() ?? this.#throwawayKey())
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
    const key = await this.#keys()?.hmacKey?.()
    if (key === undefined) throw new TypeError('pii.keys.hmacKey gave no key')
    const code = await requireCrypto().sign('HMAC', key, bytesOf(`${field}\n${canonicalText(value)}`))
    return { hmac: 'SHA-256', code: toBase64(new Uint8Array(code)) }
  }

  /** Without the usage `decrypt`, and not extractable: what it encrypts stays closed. */
  #throwawayKey(): Promise<CryptoKey> {
    this.#ownKey ??= requireCrypto().generateKey({ name: 'AES-GCM', length: 256 }, false, ['encrypt'])
    return this.#ownKey
  }
}

/**
 * Opens a value that the audit log encrypted with a key of your own.
 *
 * @throws GK_AUDIT_DECRYPTION_FAILED for another key, event or path, or changed data.
 */
export async function decryptAuditValue(
  value: EncryptedValue,
  key: CryptoKey,
  place: FieldPlace,
): Promise<Json> {
  const subtle = requireCrypto()
  try {
    const algorithm = { name: 'AES-GCM', iv: fromBase64(value.iv), additionalData: placeBytes(place) }
    const plain = await subtle.decrypt(algorithm, key, fromBase64(value.data))
    return JSON.parse(new TextDecoder().decode(plain)) as Json
  } catch (error) {
    throw decryptionFailed(place.path, error)
  }
}

function placeBytes({ eventId, path }: FieldPlace): Uint8Array<ArrayBuffer> {
  return bytesOf(`${eventId}/${path}`)
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
