import type { GridKitEvent } from '../../definition/events.ts'
import { operationOfSlice } from '../operations/state-slices.ts'
import { differences } from './difference.ts'
import { isObject } from './path.ts'
import type { RowProjection } from './row-projection.ts'

type Payload = Readonly<Record<string, unknown>>

/** What shows a part of the table as a plugin may see it. */
interface Restriction {
  readonly rows: RowProjection
  slice(name: string, value: unknown): unknown
  showAnywhere(value: unknown): unknown
}

/** The fields of the host's other events that name no column and quote no value. */
const plainFields = [
  'rowId',
  'index',
  'rows',
  'exportId',
  'format',
  'total',
  'bytes',
  'duration',
  'pluginId',
  'version',
  'phase',
  'code',
  'from',
  'to',
  'status',
  'kind',
  'errors',
  'window',
  'retryAt',
]

const sliceOf: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(operationOfSlice).map(([slice, type]) => [type, slice]),
)

const failures: ReadonlySet<string> = new Set([
  'plugin:error',
  'plugin:alert',
  'plugin:suspended',
  'plugin:rolled-back',
  'export:error',
])

/** Whether the event tells of the failure of a plugin, in words that may quote what that plugin saw. */
export function tellsOfFailure({ type }: GridKitEvent): boolean {
  return failures.has(type)
}

/** The payload of an event, without what hidden columns have in it. Payloads may be anything: plugins emit too. */
export function projectPayload(type: string, payload: unknown, restriction: Restriction): unknown {
  const given: Payload = isObject(payload) ? payload : {}
  if (type === 'row:create' || type === 'row:update' || type === 'row:delete')
    return projectRows(given, restriction)
  if (type === 'filter:apply') return projectFilters(given, restriction)
  if (type === 'operation:cancelled') return projectCancelled(given, restriction)
  const slice = sliceOf[type]
  if (slice !== undefined) return projectChange(slice, given, restriction)
  return /^(plugin|export|data):/.test(type) ? pickPlain(given) : restriction.showAnywhere(payload)
}

/** The reason stays away: plugins give it in their own words, which may quote what they see. */
function projectCancelled({ by, operation }: Payload, restriction: Restriction): Payload {
  const given: Payload = isObject(operation) ? operation : {}
  return { by: String(by), operation: projectOperation(given, restriction) }
}

/** An operation, or what a plugin that emits such an event takes for one. */
function projectOperation(operation: Payload, restriction: Restriction): Payload {
  const { id, type, source, timestamp, payload } = operation
  const projected = projectPayload(String(type), payload, restriction)
  return Object.freeze({
    id: String(id),
    type: String(type),
    payload: Object.freeze(projected),
    source: String(source),
    timestamp: Number(timestamp),
  })
}

function projectRows(payload: Payload, { rows }: Restriction): Payload {
  const projected: Record<string, unknown> = pickPlain(payload)
  for (const field of ['row', 'before', 'after']) {
    const row = payload[field]
    if (isObject(row)) projected[field] = rows.project(row)
  }
  if ('patches' in payload) projected['patches'] = patchesFrom(projected['before'], projected['after'])
  if ('inversePatches' in payload)
    projected['inversePatches'] = patchesFrom(projected['after'], projected['before'])
  return projected
}

/** Made of what is seen, and not of what was changed. */
function patchesFrom(before: unknown, after: unknown): readonly object[] {
  const patches = differences(before ?? {}, after ?? {}).map(({ op, path, value }) =>
    Object.freeze(op === 'remove' ? { op, path } : { op: op === 'resize' ? 'replace' : op, path, value }),
  )
  return Object.freeze(patches)
}

function projectFilters(payload: Payload, restriction: Restriction): Payload {
  const filters = (of: unknown): unknown =>
    (isObject(of) && restriction.slice('columnFilters', of['filters'])) || []
  // People search for what hidden columns hold.
  const globalFilter = undefined
  return whenRead({
    filters: () => filters(payload),
    globalFilter: () => globalFilter,
    before: () => Object.freeze({ filters: filters(payload['before']), globalFilter }),
    after: () => Object.freeze({ filters: filters(payload['after']), globalFilter }),
  })
}

function projectChange(slice: string, payload: Payload, restriction: Restriction): Payload {
  const fields = ['before', 'after'].filter((field) => field in payload)
  return whenRead(
    Object.fromEntries(fields.map((field) => [field, () => restriction.slice(slice, payload[field])])),
  )
}

/** Nobody may ask, and there may be many rows that are selected. */
function whenRead(fields: Readonly<Record<string, () => unknown>>): Payload {
  const payload = {}
  for (const [field, project] of Object.entries(fields)) {
    let read: { readonly value: unknown } | undefined
    const get = (): unknown => (read ??= { value: attempt(project) }).value
    Object.defineProperty(payload, field, { enumerable: true, get })
  }
  return payload
}

/** What the application throws when its rows are looked at is not for the plugin. */
function attempt(run: () => unknown): unknown {
  try {
    return run()
  } catch {
    return undefined
  }
}

function pickPlain(payload: Payload): Record<string, unknown> {
  return Object.fromEntries(
    plainFields.flatMap((field) => {
      const value = payload[field]
      return typeof value === 'string' || typeof value === 'number' ? [[field, value]] : []
    }),
  )
}
