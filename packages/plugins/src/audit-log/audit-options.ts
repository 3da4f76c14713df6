import type { EventPattern } from '@gridkit/core'
import type { AuditActor, AuditEvent } from './audit-event.ts'

/**
 * Where audit events go: an address, which gets `POST` with
 * `{ "events": AuditEvent[] }` as JSON, or a function, which is awaited. Both
 * get at most 100 events or 256 KiB at a time, in order, one call after the other. What
 * fails is sent again, so the same `id` may come twice.
 */
export type AuditDestination = string | ((events: readonly AuditEvent[]) => void | Promise<void>)

/**
 * How a value is made unreadable: `'partial'` keeps its shape (`j***@e***.com`,
 * `***-**-6789`), `'drop'` leaves the field out, `'hmac'` gives equal values
 * equal codes and needs `keys.hmacKey`.
 */
export type MaskStrategy = 'drop' | 'partial' | 'hmac'

/** A field to mask: its name at any depth, or its dotted path from the row. */
export type MaskRule = string | { readonly field: string; readonly strategy: MaskStrategy }

/** The application's keys. One that does not come within 10 s counts as none. */
export interface KeyProvider {
  /** An AES-GCM key with the usage `encrypt`. Default: a key made at start that nobody can ever read with. */
  encryptionKey?(): CryptoKey | Promise<CryptoKey>
  /** An HMAC key with the usage `sign`. */
  hmacKey?(): CryptoKey | Promise<CryptoKey>
}

/** Fields with personal data. They are masked or encrypted before anything is kept or sent. */
export interface PiiOptions {
  /** A name alone means the strategy `'partial'`. */
  readonly mask?: readonly MaskRule[]
  /**
   * Fields encrypted with AES-256-GCM. Without `keys.encryptionKey` the key is
   * made when the plugin starts and can't leave the page or decrypt: the values
   * are as good as shredded, for you too.
   */
  readonly encrypt?: readonly string[]
  /**
   * Masks rows' ids wherever they are recorded. `'hmac'` keeps the entries of
   * one row linkable; `'drop'` leaves ids out, and counts selected and expanded
   * rows. The field an id comes from has to be in `mask` or `encrypt` too.
   * Default: ids are recorded as they are, but for those that equal a masked or
   * encrypted field of the same event.
   */
  readonly rowId?: MaskStrategy
  readonly keys?: KeyProvider
}

/** Configuration of the audit log. */
export interface AuditLogOptions {
  readonly destination: AuditDestination
  /** Event types or patterns to record. Default `['row:*', 'cell:*', 'export:*']`. */
  readonly events?: readonly EventPattern[]
  readonly pii?: PiiOptions
  /** Asked once for each event. Default: no actor. */
  readonly actor?: () => AuditActor
  /** Adds the page's address, without query and fragment, to each event. Default false. */
  readonly includeMetadata?: boolean
}
