import type { GridKitEvent, Json } from '@gridkit/core'
import { pageAddress } from '../network/network-permission.ts'
import { randomId } from './platform.ts'
import { changeOfRows, type ChangeNames } from './selection-change.ts'

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
  /** Masked as `pii.rowId` says, and when it equals a field that is masked. */
  readonly rowId?: string
  /**
   * The fields or the state before: all fields of a deleted row, the changed
   * ones of an updated row, the rows that were selected or expanded otherwise.
   */
  readonly before?: Json
  /** As `before`, after: all fields of a created row. */
  readonly after?: Json
  /** The payload of events that are no change, such as `export:complete`; counts, where more than 1,000 rows changed. */
  readonly data?: Json
  readonly metadata?: { readonly url?: string }
}

/** An event with what must not leave this room as it is. */
export interface AuditDraft {
  readonly fixed: Omit<AuditEvent, 'rowId' | 'before' | 'after' | 'data'>
  readonly rowId?: string
  readonly values: { readonly before?: unknown; readonly after?: unknown; readonly data?: unknown }
}

/** What a draft says besides its event. */
export interface DraftOptions {
  readonly actor?: AuditActor | undefined
  readonly withPage?: boolean
  /** Whether rows that changed may be listed by id; else they are counted. */
  readonly listIds?: boolean
}

const changesOfRows: Readonly<Record<string, ChangeNames>> = {
  'row:select': ['selected', 'deselected'],
  'row:expand': ['expanded', 'collapsed'],
}

/** Reads what an event says, without masking yet. Keep nothing of it. */
export function draftOf(
  event: GridKitEvent,
  { actor, withPage = false, listIds = true }: DraftOptions = {},
): AuditDraft {
  const rowId = isRecord(event.payload) ? event.payload['rowId'] : undefined
  return {
    fixed: {
      id: randomId(),
      type: event.type,
      time: new Date(event.timestamp).toISOString(),
      source: event.source,
      ...(event.operationId === undefined ? {} : { operationId: event.operationId }),
      ...(actor === undefined ? {} : { actor: { ...actor } }),
      ...(withPage ? { metadata: pageMetadata() } : {}),
    },
    ...(typeof rowId === 'string' ? { rowId } : {}),
    values: valuesOf(event, listIds),
  }
}

function valuesOf({ type, payload }: GridKitEvent, listIds: boolean): AuditDraft['values'] {
  // The types with a slash are those plugins bring themselves: their payload can be anything.
  if (!isRecord(payload) || type.includes('/')) return { data: payload }
  if (type === 'row:create') return { after: payload['row'] }
  if (type === 'row:delete') return { before: payload['row'] }
  const { before, after } = payload
  const names = Object.hasOwn(changesOfRows, type) ? changesOfRows[type] : undefined
  if (names !== undefined) return changeOfRows(before, after, names, listIds ? undefined : 0)
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
