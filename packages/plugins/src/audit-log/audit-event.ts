import type { GridKitEvent, Json } from '@gridkit/core'
import { pageAddress } from '../network/network-permission.ts'
import { randomId } from './platform.ts'

/** Who is at the grid, as the application knows it. The server must not trust it. */
export interface AuditActor {
  readonly id: string
  readonly name?: string
  readonly sessionId?: string
}

/** One recorded fact. Personal data in it is already masked or encrypted. */
export interface AuditEvent {
  /** A UUID. Delivery is at least once: dedupe by it. */
  readonly id: string
  /** The type of the event recorded, such as `row:update`. */
  readonly type: string
  /** When it happened by the user's clock: ISO 8601, UTC. */
  readonly time: string
  /** Who caused it: `user`, `api` or the id of a plugin. */
  readonly source: string
  /** Unique on its table and page only. */
  readonly operationId?: string
  readonly actor?: AuditActor
  readonly rowId?: string
  /** The fields or the state before: all fields of a deleted row, the changed ones of an updated row. */
  readonly before?: Json
  /** The fields or the state after: all fields of a created row, the changed ones of an updated row. */
  readonly after?: Json
  /** The payload of events that are no change, such as `export:complete`. */
  readonly data?: Json
  readonly metadata?: { readonly url?: string }
}

/** An event with what must not leave this room as it is. */
export interface AuditDraft {
  readonly fixed: Omit<AuditEvent, 'before' | 'after' | 'data'>
  readonly values: { readonly before?: unknown; readonly after?: unknown; readonly data?: unknown }
}

/** Reads what an event says, without masking yet. Keep nothing of it. */
export function draftOf(event: GridKitEvent, actor: AuditActor | undefined, withPage: boolean): AuditDraft {
  const rowId = isRecord(event.payload) ? event.payload['rowId'] : undefined
  return {
    fixed: {
      id: randomId(),
      type: event.type,
      time: new Date(event.timestamp).toISOString(),
      source: event.source,
      ...(event.operationId === undefined ? {} : { operationId: event.operationId }),
      ...(actor === undefined ? {} : { actor: { ...actor } }),
      ...(typeof rowId === 'string' ? { rowId } : {}),
      ...(withPage ? { metadata: pageMetadata() } : {}),
    },
    values: valuesOf(event),
  }
}

function valuesOf({ type, payload }: GridKitEvent): AuditDraft['values'] {
  // The types with a slash are those plugins bring themselves: their payload can be anything.
  if (!isRecord(payload) || type.includes('/')) return { data: payload }
  if (type === 'row:create') return { after: payload['row'] }
  if (type === 'row:delete') return { before: payload['row'] }
  const { before, after } = payload
  return before === undefined && after === undefined ? { data: payload } : { before, after }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** Query and fragment may hold personal data or tokens. */
function pageMetadata(): { readonly url?: string } {
  const page = pageAddress()
  if (page === undefined) return {}
  const { origin, pathname } = new URL(page)
  return { url: `${origin}${pathname}` }
}
