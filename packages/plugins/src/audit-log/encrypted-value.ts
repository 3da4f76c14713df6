import type { Json } from '@gridkit/core'
import { decryptionFailed } from './errors.ts'
import { requireCrypto } from './platform.ts'

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

/** What binds a ciphertext to its place. */
export function placeBytes({ eventId, path }: FieldPlace): Uint8Array<ArrayBuffer> {
  return bytesOf(`${eventId}/${path}`)
}

/** A text in UTF-8. */
export function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  return new TextEncoder().encode(text)
}

export function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (const byte of bytes) binary += String.fromCharCode(byte)
  return btoa(binary)
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0))
}
