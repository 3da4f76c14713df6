import { isObject } from './path.ts'

/** What tells which columns and rows a plugin may know of. */
export interface Names {
  showsColumn(id: string): boolean
  showsRow(rowId: string): boolean
}

type Part = (entry: unknown, names: Names) => boolean

/** How a slice of table state names columns and rows. */
export type Shape =
  | { readonly kind: 'list'; readonly shows: Part }
  | { readonly kind: 'record'; readonly shows: Part }
  | { readonly kind: 'lists'; readonly keys: readonly string[]; readonly shows: Part }
  | { readonly kind: 'resizing' }
  | { readonly kind: 'page' }

const column: Part = (id, names) => names.showsColumn(String(id))
const row: Part = (id, names) => names.showsRow(String(id))
const columnIn: Part = (entry, names) => isObject(entry) && column(entry['id'], names)
const range: Part = (entry, names) =>
  isObject(entry) &&
  column(entry['anchorColumnId'], names) &&
  column(entry['focusColumnId'], names) &&
  row(entry['anchorRowId'], names) &&
  row(entry['focusRowId'], names)

/** The slices a plugin that may not read every column is shown. Any other is not among them, as is `globalFilter`. */
export const stateShapes: Readonly<Record<string, Shape>> = {
  sorting: { kind: 'list', shows: columnIn },
  columnFilters: { kind: 'list', shows: columnIn },
  grouping: { kind: 'list', shows: column },
  columnOrder: { kind: 'list', shows: column },
  cellSelection: { kind: 'list', shows: range },
  columnVisibility: { kind: 'record', shows: column },
  columnSizing: { kind: 'record', shows: column },
  rowSelection: { kind: 'record', shows: row },
  expanded: { kind: 'record', shows: row },
  columnPinning: { kind: 'lists', keys: ['start', 'end'], shows: column },
  rowPinning: { kind: 'lists', keys: ['top', 'bottom'], shows: row },
  columnResizing: { kind: 'resizing' },
  pagination: { kind: 'page' },
}

const pageFields = ['pageIndex', 'pageSize']
const resizingFields = ['deltaOffset', 'deltaPercentage', 'startOffset', 'startSize']

/** The slice without what names a hidden column; `undefined` for a value that is no such slice. */
export function projectSlice(shape: Shape, value: unknown, names: Names): unknown {
  if (shape.kind === 'list') return listIn(value, (entry) => shape.shows(entry, names))
  if (!isObject(value)) return shape.kind === 'record' && value === true ? value : undefined
  if (shape.kind === 'record')
    return Object.fromEntries(Object.entries(value).filter(([key]) => shape.shows(key, names)))
  if (shape.kind === 'lists')
    return Object.fromEntries(
      shape.keys.map((key) => [key, listIn(value[key], (entry) => shape.shows(entry, names)) ?? []]),
    )
  return shape.kind === 'page' ? pick(value, pageFields) : projectResizing(value, names)
}

function projectResizing(value: Readonly<Record<string, unknown>>, names: Names): unknown {
  const { isResizingColumn: id } = value
  return {
    ...pick(value, resizingFields),
    isResizingColumn: typeof id === 'string' && names.showsColumn(id) && id,
    columnSizingStart: listIn(
      value['columnSizingStart'],
      (entry) => Array.isArray(entry) && column(entry[0], names),
    ),
  }
}

/** Copies, so that nobody changes the table's own by them. */
function listIn(value: unknown, shows: (entry: unknown) => boolean): readonly unknown[] | undefined {
  if (!Array.isArray(value)) return undefined
  const shown = value.filter(shows) as unknown[]
  return Object.freeze(shown.map(copied))
}

function copied(entry: unknown): unknown {
  if (Array.isArray(entry)) return Object.freeze([...(entry as unknown[])])
  return isObject(entry) ? Object.freeze({ ...entry }) : entry
}

/** The numbers among the fields. */
function pick(value: Readonly<Record<string, unknown>>, fields: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    fields.flatMap((field) => {
      const each = value[field]
      return typeof each === 'number' || each === null ? [[field, each]] : []
    }),
  )
}
