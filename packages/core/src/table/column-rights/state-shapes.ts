import { isObject } from './path.ts'
import { sameData } from './plain-copy.ts'

/** What a plugin may know of and work with. */
export interface Names {
  /** `undefined` when there is no such column. */
  showsColumn(id: string): boolean | undefined
  showsRow(rowId: string): boolean
  /** Whether the column's values are seen as they are, so that what comes of comparing them tells nothing else. */
  mayOrderBy(columnId: string): boolean
  /** Any value, without what is hidden. */
  showAnywhere(value: unknown): unknown
}

/** How a slice of table state names columns and rows. */
interface Shape {
  readonly kind: 'list' | 'record' | 'lists'
  readonly columns: (entry: unknown) => readonly unknown[]
  readonly rows: (entry: unknown) => readonly unknown[]
  /** Whether it decides which rows there are, and in which order. */
  readonly orders?: true
  /** Whether it says what people look for in a column. */
  readonly quotes?: true
  readonly keys?: readonly string[]
}

type Slice = Readonly<Record<string, unknown>>

const none = (): readonly unknown[] => []
const itself = (entry: unknown): readonly unknown[] => [entry]
const at =
  (...fields: string[]) =>
  (entry: unknown): readonly unknown[] =>
    fields.map((field) => (isObject(entry) ? entry[field] : undefined))

const columns = { columns: itself, rows: none }
const rows = { columns: none, rows: itself }
const ordering = { kind: 'list', columns: at('id'), rows: none, orders: true } as const

/** The slices a plugin that may not read every column is shown, beside `pagination`. */
const shapes: Readonly<Record<string, Shape>> = {
  sorting: ordering,
  columnFilters: { ...ordering, quotes: true },
  grouping: { kind: 'list', ...columns, orders: true },
  columnOrder: { kind: 'list', ...columns },
  cellSelection: {
    kind: 'list',
    columns: at('anchorColumnId', 'focusColumnId'),
    rows: at('anchorRowId', 'focusRowId'),
  },
  columnVisibility: { kind: 'record', ...columns },
  columnSizing: { kind: 'record', ...columns },
  rowSelection: { kind: 'record', ...rows },
  expanded: { kind: 'record', ...rows },
  columnPinning: { kind: 'lists', keys: ['start', 'end'], ...columns },
  rowPinning: { kind: 'lists', keys: ['top', 'bottom'], ...rows },
}

export function isShownSlice(slice: string): boolean {
  return slice === 'pagination' || Object.hasOwn(shapes, slice)
}

/** The slice without what names a hidden column; `undefined` for a value that is no such slice. */
export function projectSlice(slice: string, value: unknown, names: Names): unknown {
  const shape = shapes[slice]
  if (!shape) return slice === 'pagination' && isObject(value) ? pageOf(value) : undefined
  if (shape.kind === 'list') return projectList(shape, value, names)
  if (!isObject(value)) return shape.kind === 'record' && value === true ? value : undefined
  if (shape.kind === 'record')
    return names.showAnywhere(
      Object.fromEntries(Object.entries(value).filter(([key]) => isShown(shape, key, names))),
    )
  const lists = shape.keys?.map((key) => [key, projectList(shape, value[key], names) ?? []] as const)
  return Object.freeze(Object.fromEntries(lists ?? []))
}

/**
 * The slice as a plugin wants it, with what it can't see where that was. Columns there are not are left out.
 *
 * @param shown The slice as the plugin was shown it.
 * @param refuse Called when it names what the plugin may not work with.
 */
export function mergeSlice(
  slice: string,
  { before, shown, wanted }: { before: unknown; shown: unknown; wanted: unknown },
  names: Names,
  refuse: (columnIds: readonly unknown[]) => void,
): unknown {
  const shape = shapes[slice]
  if (!shape) return isObject(wanted) ? { ...(before as object), ...pageOf(wanted) } : before
  const admits = (entry: unknown): boolean => {
    const named = shape.columns(entry)
    if (!named.every((id) => typeof id === 'string' && names.showsColumn(id) !== undefined)) return false
    const orders = shape.orders === true && !named.every((id) => names.mayOrderBy(id as string))
    if (orders || !isShown(shape, entry, names)) refuse(named)
    return true
  }
  if (shape.kind === 'list') return mergeList(shape, before, shown, wanted, names, admits)
  if (!isObject(wanted)) return shape.kind === 'record' && wanted === true ? wanted : before
  const [old, seen] = [before, shown].map((value): Slice => (isObject(value) ? value : {}))
  if (shape.kind === 'record') {
    const kept = Object.entries(old ?? {}).filter(([key]) => !isShown(shape, key, names))
    const asked = Object.entries(wanted).filter(([key]) => Object.hasOwn(seen ?? {}, key) || admits(key))
    return Object.fromEntries([...asked, ...kept])
  }
  const lists = shape.keys?.map((key) => [
    key,
    mergeList(shape, old?.[key], seen?.[key], wanted[key], names, admits),
  ])
  return Object.fromEntries(lists ?? []) as Slice
}

function projectList(shape: Shape, value: unknown, names: Names): unknown {
  return Array.isArray(value)
    ? names.showAnywhere(value.filter((entry) => isShown(shape, entry, names)))
    : undefined
}

function mergeList(
  shape: Shape,
  before: unknown,
  shown: unknown,
  wanted: unknown,
  names: Names,
  admits: (entry: unknown) => boolean,
): unknown {
  const [old, seen, asked] = [before, shown, wanted].map((value) =>
    Array.isArray(value) ? (value as unknown[]) : [],
  )
  const merged = (asked ?? []).flatMap((entry) => {
    const at = (seen ?? []).findIndex((each) => sameData(each, entry))
    // What was shown stays what it is: of it, parts may be hidden.
    if (at !== -1) return (old ?? []).filter((each) => isShown(shape, each, names)).slice(at, at + 1)
    return admits(entry) ? [entry] : []
  })
  for (const [index, entry] of (old ?? []).entries())
    if (!isShown(shape, entry, names)) merged.splice(Math.min(index, merged.length), 0, entry)
  return merged
}

function isShown(shape: Shape, entry: unknown, names: Names): boolean {
  const isShownColumn = (id: string): boolean =>
    shape.quotes ? names.mayOrderBy(id) : names.showsColumn(id) === true
  return (
    shape.columns(entry).every((id) => typeof id === 'string' && isShownColumn(id)) &&
    shape.rows(entry).every((id) => typeof id === 'string' && names.showsRow(id))
  )
}

function pageOf(value: Slice): Slice {
  const fields = ['pageIndex', 'pageSize'].filter((field) => typeof value[field] === 'number')
  return Object.freeze(Object.fromEntries(fields.map((field) => [field, value[field]])))
}
