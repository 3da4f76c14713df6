import type { DenialReason } from '../errors/context-errors.ts'
import type { Undo } from '../lifetime/scope.ts'

/**
 * What happened to a right. `request`: a plugin asked for it, at install or by
 * `requestPermission`. `grant` and `revoke`: the application gave or took it.
 * `use`: a call needed it.
 */
export type PermissionAction = 'request' | 'grant' | 'revoke' | 'use'

/** One decision, or all uses that were the same. */
export interface PermissionAuditEntry {
  /** Counts up from 1, over the life of the host. */
  readonly id: number
  readonly pluginId: string
  /**
   * The right. Of a plugin that has 200 entries already, further uses and requests that have no entry
   * yet are counted by area: `events:(others)`, `network:(others)`, and `(others)` for what is of no area.
   */
  readonly permission: string
  readonly action: PermissionAction
  /** Whether the plugin had the right after it: false for a revoke. */
  readonly allowed: boolean
  /** Why not, where it was refused. */
  readonly reason?: DenialReason
  /**
   * How often. More than 1 for uses, for requests that were refused without the policy being asked, and for
   * what is counted by area.
   */
  readonly count: number
  /** Milliseconds since the epoch. */
  readonly firstAt: number
  /** Milliseconds since the epoch, taken once for all repetitions within one task. */
  readonly lastAt: number
}

/** Which entries to give. What is left out does not restrict. */
export interface PermissionAuditFilter {
  readonly plugin?: string | undefined
  readonly action?: PermissionAction | undefined
  /** The exact right: broader and narrower ones are others. */
  readonly permission?: string | undefined
  readonly allowed?: boolean | undefined
  /** Entries that last happened at this time or later, in milliseconds since the epoch. */
  readonly from?: number | undefined
  /** Entries that first happened at this time or earlier, in milliseconds since the epoch. */
  readonly to?: number | undefined
  /** At most so many, the newest of them. */
  readonly limit?: number | undefined
}

/**
 * Who asked for, got, used and lost which right. To be read only; it keeps the newest entries of one host. Where
 * there is no more room, the plugin with most entries loses its oldest: none can wash away what others did, nor,
 * by names that it makes up, what it did itself.
 */
export interface PermissionAudit {
  /** The entries, as they are now, the newest entry first. */
  query(filter?: PermissionAuditFilter): readonly PermissionAuditEntry[]
  /** Uses and requests that were refused, the newest entry first. */
  violations(plugin?: string): readonly PermissionAuditEntry[]
  /** All entries, the newest first. In CSV, what a spreadsheet would take for a formula has a `'` before it. */
  export(format: 'json' | 'csv'): string
  /**
   * Told of each new entry, and again each time what was refused is tried again
   * (but not of what listeners try again themselves). A listener that throws is reported.
   */
  subscribe(listener: (entry: PermissionAuditEntry) => unknown): Undo
}
