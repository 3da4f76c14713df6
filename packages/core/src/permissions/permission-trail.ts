import type { Report } from '../definition/signal.ts'
import type { DenialReason } from '../errors/context-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { Undo } from '../lifetime/scope.ts'
import { isThenable } from '../lifetime/thenable.ts'
import { AuditEntries, type CountedEntry } from './audit-entries.ts'
import { auditAsCsv, auditAsJson } from './permission-audit-export.ts'
import type {
  PermissionAction,
  PermissionAudit,
  PermissionAuditEntry,
  PermissionAuditFilter,
} from './permission-audit.ts'

export type { CountedEntry } from './audit-entries.ts'

interface Fact {
  readonly pluginId: string
  readonly permission: string
  readonly action: PermissionAction
  readonly allowed: boolean
  readonly reason?: DenialReason
}

/** An object, so that the same function may listen twice. */
interface Listener {
  readonly tell: (entry: PermissionAuditEntry) => unknown
}

/** A plugin that has so many entries gets no more for each name that it makes up. */
const mostOwn = 200
const areas =
  /^(state|rows|events|hooks|middleware|methods|messages|services|storage|ui|network|download|clipboard|columns)(?=:|$)/
/** Where listeners that cause entries by each entry are cut. */
const mostAtOnce = 1000

export interface PermissionTrailOptions {
  /** How many entries are kept. Default 10,000. */
  readonly size?: number | undefined
  readonly clock: Clock
  readonly report: Report
}

/** Writes the permission audit; {@link PermissionTrail.audit} is how others read it. */
export class PermissionTrail {
  readonly audit: PermissionAudit = Object.freeze<PermissionAudit>({
    query: (filter) => this.#query(filter),
    violations: (plugin) => this.#query({ plugin, allowed: false }).filter(isViolation),
    export: (format) => (format === 'csv' ? auditAsCsv : auditAsJson)(this.#query()),
    subscribe: (listener) => this.#subscribe(listener),
  })
  readonly #entries: AuditEntries
  readonly #counted = new Map<string, CountedEntry>()
  readonly #listeners = new Set<Listener>()
  /** What the listeners are being told, and what came while they were. */
  readonly #untold: PermissionAuditEntry[] = []
  readonly #clock: Clock
  readonly #report: Report
  #lastId = 0
  /** Reading the clock costs more than all else of a use: those of one task share their time. */
  #taskTime: number | undefined

  constructor({ size = 10_000, clock, report }: PermissionTrailOptions) {
    this.#entries = new AuditEntries(Math.max(1, Math.floor(size)))
    this.#clock = clock
    this.#report = report
  }

  /** Writes a decision, as an entry of its own unless the plugin asks for too much. */
  record(fact: Fact): void {
    if (fact.action === 'request' && this.#hasMost(fact.pluginId)) this.#countWithOthers(fact)
    else this.#tell(this.#add(fact))
  }

  /**
   * Counts what may happen often, and returns the entry where it was counted.
   * `known`, what this returned for the same fact before, saves looking it up.
   */
  count(
    known: CountedEntry | undefined,
    pluginId: string,
    permission: string,
    action: PermissionAction,
    reason: DenialReason | undefined,
  ): CountedEntry {
    if (known === undefined || known.id === 0) {
      const allowed = reason === undefined
      const fact = { pluginId, permission, action, allowed, ...(!allowed && { reason }) }
      known = this.#counted.get(keyOf(fact))
      if (known === undefined)
        return this.#hasMost(pluginId) ? this.#countWithOthers(fact) : this.#startCount(fact)
    }
    return this.#countOn(known)
  }

  #countOn(entry: CountedEntry): CountedEntry {
    entry.count += 1
    entry.lastAt = this.#taskTime ?? this.#readClock()
    // A listener that repeats what it is told of would never come to an end.
    if (!entry.allowed && this.#untold.length === 0) this.#tell(entry)
    return entry
  }

  #hasMost(pluginId: string): boolean {
    return this.#entries.countOf(pluginId) >= mostOwn
  }

  #countWithOthers(fact: Fact): CountedEntry {
    const ofKind = { ...fact, permission: areaOf(fact.permission) }
    const known = this.#counted.get(keyOf(ofKind))
    return known === undefined ? this.#startCount(ofKind) : this.#countOn(known)
  }

  #startCount(fact: Fact): CountedEntry {
    const entry = this.#add(fact)
    this.#counted.set(keyOf(entry), entry)
    this.#tell(entry)
    return entry
  }

  #add(fact: Fact): CountedEntry {
    const id = (this.#lastId += 1)
    const now = this.#readClock()
    const entry: CountedEntry = { id, ...fact, count: 1, firstAt: now, lastAt: now }
    const evicted = this.#entries.add(entry)
    if (evicted) {
      if (this.#counted.get(keyOf(evicted)) === evicted) this.#counted.delete(keyOf(evicted))
      evicted.id = 0
    }
    return entry
  }

  #readClock(): number {
    if (this.#taskTime === undefined) queueMicrotask(() => (this.#taskTime = undefined))
    this.#taskTime = this.#clock.now()
    return this.#taskTime
  }

  #query({
    limit = Number.POSITIVE_INFINITY,
    ...filter
  }: PermissionAuditFilter = {}): PermissionAuditEntry[] {
    const found: PermissionAuditEntry[] = []
    for (const entry of this.#entries.list().toReversed()) {
      if (found.length >= limit) break
      if (matches(entry, filter)) found.push(Object.freeze({ ...entry }))
    }
    return found
  }

  #subscribe(tell: (entry: PermissionAuditEntry) => unknown): Undo {
    const listener = { tell }
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #tell(entry: PermissionAuditEntry): void {
    if (this.#listeners.size === 0 || this.#untold.push(Object.freeze({ ...entry })) > 1) return
    for (let told = 0; told < mostAtOnce; told += 1) {
      const [next] = this.#untold
      if (next === undefined) return
      for (const listener of this.#listeners) this.#call(listener, next)
      this.#untold.shift()
    }
    this.#untold.length = 0
  }

  #call({ tell }: Listener, entry: PermissionAuditEntry): void {
    const fail = (error: unknown): void =>
      this.#report({ pluginId: undefined, phase: 'listener of the permission audit', error })
    try {
      const result = tell(entry)
      if (isThenable(result)) result.then(undefined, fail)
    } catch (error) {
      fail(error)
    }
  }
}

/** Neither an action, a reason nor an id has a line end, so no two facts have the same key. */
function keyOf({ action, reason, pluginId, permission }: Fact): string {
  return `${action}\n${reason ?? ''}\n${pluginId}\n${permission}`
}

/** All rights of the area in one; in `(others)`, what plugins made up of areas that there are not. */
function areaOf(permission: string): string {
  const [area] = areas.exec(permission) ?? []
  return area === undefined ? '(others)' : `${area}:(others)`
}

function matches(
  entry: PermissionAuditEntry,
  { plugin, action, permission, allowed, from, to }: PermissionAuditFilter,
): boolean {
  return (
    (plugin === undefined || entry.pluginId === plugin) &&
    (action === undefined || entry.action === action) &&
    (permission === undefined || entry.permission === permission) &&
    (allowed === undefined || entry.allowed === allowed) &&
    (from === undefined || entry.lastAt >= from) &&
    (to === undefined || entry.firstAt <= to)
  )
}

function isViolation({ action }: PermissionAuditEntry): boolean {
  return action === 'use' || action === 'request'
}
