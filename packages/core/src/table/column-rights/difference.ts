import { isContainer, isObject, isRecord } from './path.ts'
import { sameData } from './plain-copy.ts'

type Keys = readonly (string | number)[]

/** One difference between two values of plain data. */
export interface Difference {
  readonly path: Keys
  /** The last is of a list, by its `length`. */
  readonly op: 'add' | 'replace' | 'remove' | 'resize'
  /** What is there after. */
  readonly value?: unknown
  /** What was there before; of a list that got shorter, the entries that went. */
  readonly previous?: unknown
  /** Whether it would take away what stayed behind when `before` was copied. */
  readonly breaks: boolean
}

/** How the values that are compared were made. */
interface Comparison {
  isPartial(before: unknown): boolean
  /** Whether what is put there must be put piece by piece. */
  isOpen(path: Keys): boolean
  /** Which of the entries before an entry was, if it is one of them. */
  originOf(entry: unknown): unknown
}

const plain: Comparison = { isPartial: () => false, isOpen: () => false, originOf: () => undefined }

/** What it takes to make `after` of `before`, piece by piece. */
export function differences(
  before: unknown,
  after: unknown,
  comparison: Comparison = plain,
): readonly Difference[] {
  return [...compare([], before, after, comparison)]
}

function* compare(path: Keys, before: unknown, after: unknown, by: Comparison): Iterable<Difference> {
  const isEmpty = before === undefined || before === null
  if (isRecord(after) && (isRecord(before) || (isEmpty && by.isOpen(path))))
    yield* compareFields(path, isRecord(before) ? before : {}, after, by)
  else if (Array.isArray(before) && Array.isArray(after)) yield* compareLists(path, before, after, by)
  else if (!sameData(before, after))
    yield { path, op: 'replace', value: after, previous: before, breaks: by.isPartial(before) }
}

function* compareFields(path: Keys, before: object, after: object, by: Comparison): Iterable<Difference> {
  for (const key of Object.keys({ ...before, ...after })) yield* compareField(path, key, before, after, by)
}

function* compareField(
  path: Keys,
  key: string | number,
  before: object,
  after: object,
  by: Comparison,
): Iterable<Difference> {
  const at = [...path, key]
  const previous: unknown = Reflect.get(before, key)
  const value: unknown = Reflect.get(after, key)
  if (Object.hasOwn(before, key) && Object.hasOwn(after, key)) yield* compare(at, previous, value, by)
  else if (Object.hasOwn(after, key)) {
    // What nobody saw may be there.
    if (isRecord(value) && by.isOpen(at)) yield* compareFields(at, {}, value, by)
    else yield { path: at, op: 'add', value, breaks: false }
  } else if (Object.hasOwn(before, key)) {
    const breaks = by.isPartial(previous)
    // What is hidden in it stays.
    if (breaks && isRecord(previous)) yield* compareFields(at, previous, {}, by)
    else yield { path: at, op: 'remove', previous, breaks }
  }
}

function* compareLists(
  path: Keys,
  before: readonly unknown[],
  after: readonly unknown[],
  by: Comparison,
): Iterable<Difference> {
  const isMoved = (entry: unknown, at: number): boolean => {
    const origin = isObject(entry) ? before.indexOf(by.originOf(entry)) : -1
    return origin !== -1 && origin !== at
  }
  if (by.isPartial(before) && (before.length !== after.length || after.some(isMoved))) {
    yield { path, op: 'replace', value: after, previous: before, breaks: true }
    return
  }
  for (const index of after.keys()) yield* compareField(path, index, before, after, by)
  if (before.length === after.length) return
  const previous = before.slice(after.length)
  yield { path: [...path, 'length'], op: 'resize', value: after.length, previous, breaks: false }
}

/** @param refuse Called where what is on the way is no plain data. */
export function applyDifference(
  target: Record<string, unknown>,
  { path, op, value }: Difference,
  refuse: (key: string) => never,
): void {
  let into = target
  for (const key of path.slice(0, -1)) {
    const next = (into[key] ??= {})
    if (!isContainer(next)) return refuse(String(key))
    into = next
  }
  const last = path.at(-1) ?? ''
  if (op === 'remove') Reflect.deleteProperty(into, last)
  else into[last] = value
}
