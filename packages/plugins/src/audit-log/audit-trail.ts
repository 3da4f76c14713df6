import type { AuditEvent } from './audit-event.ts'

/** How many events a page remembers for `audit.query`. Delivery does not depend on it. */
const trailLength = 10_000

/** Which events to give; every member narrows. */
export interface AuditFilter {
  /** A type, or all of a noun as in `row:*`. */
  readonly type?: string
  /** As it was recorded, so masked where `pii.rowId` says so. */
  readonly rowId?: string
  readonly source?: string
  readonly actorId?: string
  /** ISO 8601; this moment included. */
  readonly from?: string
  /** ISO 8601; this moment not included. */
  readonly to?: string
  /** The latest so many. Default: all there are. */
  readonly limit?: number
}

/** The latest events of this page, masked as they were sent. */
export class AuditTrail {
  #events: AuditEvent[] = []

  add(event: AuditEvent): void {
    this.#events.push(event)
    // Cut seldom, since each cut copies what stays.
    if (this.#events.length >= 2 * trailLength) this.#events = this.#events.slice(-trailLength)
  }

  /** Oldest first. */
  query(filter: AuditFilter = {}): readonly AuditEvent[] {
    const found = this.#events.slice(-trailLength).filter((event) => matches(event, filter))
    if (filter.limit === undefined) return found
    return filter.limit > 0 ? found.slice(-filter.limit) : []
  }
}

function matches(event: AuditEvent, { type, rowId, source, actorId, from, to }: AuditFilter): boolean {
  return (
    (type === undefined || matchesType(event.type, type)) &&
    (rowId === undefined || event.rowId === rowId) &&
    (source === undefined || event.source === source) &&
    (actorId === undefined || event.actor?.id === actorId) &&
    (from === undefined || Date.parse(event.time) >= Date.parse(from)) &&
    (to === undefined || Date.parse(event.time) < Date.parse(to))
  )
}

function matchesType(type: string, pattern: string): boolean {
  return pattern === type || (pattern.endsWith(':*') && type.startsWith(pattern.slice(0, -1)))
}
