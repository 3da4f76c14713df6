import { isObject } from './path.ts'
import { projectSlice, type Names, type Shape } from './state-shapes.ts'

/** What a plugin asked for in a slice, read once, so that it can't be another thing when it is read again. */
export function settleSlice(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, settleEntry)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, each]) => [
      key,
      Array.isArray(each) ? Array.from(each, settleEntry) : each,
    ]),
  )
}

/** The columns and rows that a slice names, by their ids. */
export function namedIn(shape: Shape, value: unknown): { columns: string[]; rows: string[] } {
  const named = { columns: [] as string[], rows: [] as string[] }
  projectSlice(shape, value, {
    showsColumn: (id) => named.columns.push(id) > 0,
    showsRow: (id) => named.rows.push(id) > 0,
  })
  return named
}

/** The slice as a plugin wants it, with what it can't see where that was. */
export function mergeSlice(shape: Shape, before: unknown, wanted: unknown, names: Names): unknown {
  if (shape.kind === 'page') return wanted
  if (shape.kind === 'resizing') {
    const shown = projectSlice(shape, before, { showsColumn: () => true, showsRow: () => true })
    return JSON.stringify(shown) === JSON.stringify(projectSlice(shape, before, names)) ? wanted : before
  }
  const isHidden = (entry: unknown): boolean => !shape.shows(entry, names)
  if (shape.kind === 'list') return mergeList(before, wanted, isHidden)
  if (!isObject(before) || !isObject(wanted)) return wanted
  if (shape.kind === 'record')
    return { ...wanted, ...Object.fromEntries(Object.entries(before).filter(([key]) => isHidden(key))) }
  return {
    ...wanted,
    ...Object.fromEntries(shape.keys.map((key) => [key, mergeList(before[key], wanted[key], isHidden)])),
  }
}

function mergeList(before: unknown, wanted: unknown, isHidden: (entry: unknown) => boolean): unknown {
  if (!Array.isArray(before)) return wanted
  const merged: unknown[] = Array.isArray(wanted) ? [...(wanted as unknown[])] : []
  for (const [index, entry] of before.entries())
    if (isHidden(entry)) merged.splice(Math.min(index, merged.length), 0, entry)
  return merged
}

const idFields = ['id', 'anchorColumnId', 'focusColumnId', 'anchorRowId', 'focusRowId']

function settleEntry(entry: unknown): unknown {
  if (Array.isArray(entry))
    return Array.from(entry, (each: unknown) => (isObject(each) ? textOf(each) : each))
  if (!isObject(entry)) return entry
  // An id by itself, that only looks like a text when it is read.
  if (!idFields.some((field) => field in entry)) return textOf(entry)
  return Object.fromEntries(
    Object.entries(entry).map(([key, value]) => [key, idFields.includes(key) ? String(value) : value]),
  )
}

/** What TanStack would make of it as a key. */
function textOf(value: unknown): string {
  return String(value)
}
