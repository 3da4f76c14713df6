import { cryptoUnavailable } from './errors.ts'

/** What the platform lends this room: the only file here that touches `crypto`. */

/** WebCrypto, which pages have in secure contexts only. @throws GK_AUDIT_CRYPTO_UNAVAILABLE */
export function requireCrypto(): SubtleCrypto {
  const { subtle } = globalThis.crypto as { subtle?: SubtleCrypto }
  if (subtle === undefined) throw cryptoUnavailable()
  return subtle
}

/** A random UUID, in insecure contexts too. */
export function randomId(): string {
  if (typeof globalThis.crypto.randomUUID === 'function') return globalThis.crypto.randomUUID()
  const bytes = randomBytes(16)
  // Version 4, variant 1, as RFC 9562 says.
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-')
}

export function randomBytes(length: number): Uint8Array<ArrayBuffer> {
  return globalThis.crypto.getRandomValues(new Uint8Array(length))
}
