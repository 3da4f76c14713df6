import type { GridKitEvent } from '../../definition/events.ts'
import { operationOfSlice } from '../operations/state-slices.ts'
import { isObject } from './path.ts'
import type { RowProjection } from './row-projection.ts'
import { projectSlice, stateShapes, type Names } from './state-shapes.ts'
import { withheld } from './visible-value.ts'

type Payload = Readonly<Record<string, unknown>>

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
  'reason',
]

const sliceOf: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(operationOfSlice).map(([slice, type]) => [type, slice]),
)

/** Whether the event tells of the failure of a plugin, in words that may quote what that plugin saw. */
export function tellsOfFailure({ type }: GridKitEvent): boolean {
  return type === 'plugin:error' || type === 'export:error'
}

/** The payload of an event, without what hidden columns have in it. Payloads may be anything: plugins emit too. */
export function projectPayload(type: string, payload: unknown, rows: RowProjection, names: Names): unknown {
  // What plugins say in their own words is theirs to answer for.
  if (type.includes('/')) return payload
  const given: Payload = isObject(payload) ? payload : {}
  if (type === 'row:create' || type === 'row:update' || type === 'row:delete') return projectRows(given, rows)
  if (type === 'filter:apply') return projectFilters(given, names)
  const slice = sliceOf[type]
  if (slice !== undefined) return projectChange(slice, given, names)
  if (/^(plugin|export|data):/.test(type)) return pickPlain(given)
  return rows.showAnywhere(payload)
}

function projectRows(payload: Payload, rows: RowProjection): Payload {
  const projected: Record<string, unknown> = pickPlain(payload)
  for (const field of ['row', 'before', 'after']) {
    const row = payload[field]
    if (isObject(row)) projected[field] = rows.project(row)
  }
  const nested = new Set([payload['before'], payload['after']].flatMap((row) => fieldsOfSubRows(row, rows)))
  for (const field of ['patches', 'inversePatches']) {
    const patches = payload[field]
    if (Array.isArray(patches))
      projected[field] = Object.freeze(patches.flatMap((patch) => projectPatch(patch, rows, nested)))
  }
  return projected
}

function fieldsOfSubRows(row: unknown, rows: RowProjection): string[] {
  if (!isObject(row)) return []
  const subRows = rows.subRowsOf(row)
  return subRows ? Object.keys(row).filter((key) => row[key] === subRows) : []
}

function projectPatch(patch: unknown, rows: RowProjection, nested: ReadonlySet<string>): readonly object[] {
  if (!isObject(patch) || !Array.isArray(patch['path'])) return []
  const { op, value } = patch
  const path = (patch['path'] as unknown[]).map((key) => (typeof key === 'number' ? key : String(key)))
  // A patch of the whole row would need its counterpart; `before` and `after` say what changed.
  if (path.length === 0 || nested.has(String(path[0])) || !rows.shows(path)) return []
  if (!('value' in patch)) return [Object.freeze({ op, path })]
  const shown = rows.showAt(path, value)
  return shown === withheld ? [] : [Object.freeze({ op, path, value: shown })]
}

function projectFilters(payload: Payload, names: Names): Payload {
  const filtersIn = (of: unknown): Payload => ({
    filters: (isObject(of) && projectState('columnFilters', of['filters'], names)) || [],
    // People search for what hidden columns hold.
    globalFilter: undefined,
  })
  return {
    ...filtersIn(payload),
    before: filtersIn(payload['before']),
    after: filtersIn(payload['after']),
  }
}

function projectChange(slice: string, payload: Payload, names: Names): Payload {
  const before = projectState(slice, payload['before'], names)
  const after = projectState(slice, payload['after'], names)
  return { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }
}

function projectState(slice: string, value: unknown, names: Names): unknown {
  const shape = stateShapes[slice]
  return shape && projectSlice(shape, value, names)
}

function pickPlain(payload: Payload): Record<string, unknown> {
  return Object.fromEntries(
    plainFields.flatMap((field) => {
      const value = payload[field]
      return typeof value === 'string' || typeof value === 'number' ? [[field, value]] : []
    }),
  )
}
