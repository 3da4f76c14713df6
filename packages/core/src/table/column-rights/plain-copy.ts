import { CutPaths, type Position } from './cut-paths.ts'
import { isContainer, isObject, isRecord } from './path.ts'

/** Stands for a value that is not copied. */
export const withheld: unique symbol = Symbol('gridkit.withheld')

/** What becomes of a value that is no plain data: another in its place, {@link withheld}, or an error. */
type Foreign = (value: unknown) => unknown

const noCuts = new CutPaths([], [])
const { prototype: bytes } = Uint8Array

/**
 * Copies plain data: primitives, own enumerable fields of objects and arrays, `Date`, `Map`,
 * `Set` and binary data. Whatever else a value has may lead anywhere, and stays behind.
 */
export class PlainCopier {
  readonly cuts: CutPaths
  readonly #foreign: Foreign
  readonly #partial = new WeakSet<object>()
  readonly #sources: WeakMap<object, object> | undefined
  readonly #above = new Set<object>()

  /** @param traces Whether it will be asked for {@link sourceOf}. */
  constructor(
    foreign: Foreign,
    { cuts = noCuts, traces = false }: { cuts?: CutPaths; traces?: boolean } = {},
  ) {
    this.cuts = cuts
    this.#sources = traces ? new WeakMap() : undefined
    this.#foreign = foreign
  }

  copy(value: unknown, at: Position = this.cuts.anywhere): unknown {
    if (!isObject(value)) return this.#isPrimitive(value) ? value : this.#foreign(value)
    if (this.#above.has(value)) return this.#foreign(value)
    this.#above.add(value)
    try {
      return this.#copyObject(value, at)
    } finally {
      this.#above.delete(value)
    }
  }

  /** Whether something stayed behind, or may be to come, where this copy was made. */
  isPartial(copy: unknown): boolean {
    return isObject(copy) && this.#partial.has(copy)
  }

  markPartial(copy: object): void {
    this.#partial.add(copy)
  }

  /** What a copy was made of. */
  sourceOf(copy: unknown): unknown {
    return isObject(copy) ? this.#sources?.get(copy) : undefined
  }

  #isPrimitive(value: unknown): boolean {
    return typeof value !== 'function' && typeof value !== 'symbol'
  }

  #copyObject(value: object, at: Position): unknown {
    if (isContainer(value)) return this.#copyFields(value, at)
    const prototype: unknown = Object.getPrototypeOf(value)
    if (prototype === Date.prototype) return new Date(Date.prototype.getTime.call(value))
    if (prototype === Map.prototype) return this.#copyMap(value as Map<unknown, unknown>, at)
    if (prototype === Set.prototype) return this.#copySet(value as Set<unknown>)
    if (prototype === ArrayBuffer.prototype) return ArrayBuffer.prototype.slice.call(value, 0)
    // Not the whole buffer, of which a view may show a part only.
    if (ArrayBuffer.isView(value) && !(value instanceof DataView))
      return structuredClone(bytes.slice.call(value))
    return this.#foreign(value)
  }

  #copyFields(value: Readonly<Record<string, unknown>>, at: Position): object {
    const copy: Record<string, unknown> = Array.isArray(value) ? ([] as never) : {}
    let whole = at.exact.length === 0
    for (const key of Reflect.ownKeys(value)) {
      const field = Object.getOwnPropertyDescriptor(value, key)
      if (Array.isArray(value) && key === 'length') copy['length'] = field?.value
      else {
        const each = this.#copyField(key, field, at)
        if (each === withheld || this.isPartial(each)) whole = false
        if (each !== withheld) copy[String(key)] = each
      }
    }
    if (!whole) this.#partial.add(copy)
    this.#sources?.set(copy, value)
    return copy
  }

  #copyField(key: string | symbol, field: PropertyDescriptor | undefined, at: Position): unknown {
    if (typeof key === 'string') {
      const within = this.cuts.enter(at, key)
      if (this.cuts.isCut(within)) return withheld
      if (field?.enumerable === true && 'value' in field && key !== '__proto__')
        return this.copy(field.value, within)
    }
    this.#foreign(field)
    return withheld
  }

  #copyMap(value: Map<unknown, unknown>, at: Position): Map<unknown, unknown> {
    const copy = new Map<unknown, unknown>()
    Map.prototype.forEach.call(value, (each: unknown, key: unknown) => {
      const within = typeof key === 'string' ? this.cuts.enter(at, key) : this.cuts.anywhere
      const pair = this.cuts.isCut(within) ? [withheld] : [this.copy(key), this.copy(each, within)]
      if (pair.some((part) => part === withheld || this.isPartial(part))) this.#partial.add(copy)
      if (!pair.includes(withheld)) copy.set(pair[0], pair[1])
    })
    return copy
  }

  #copySet(value: Set<unknown>): Set<unknown> {
    const copy = new Set<unknown>()
    Set.prototype.forEach.call(value, (each: unknown) => {
      const shown = this.copy(each)
      if (shown === withheld || this.isPartial(shown)) this.#partial.add(copy)
      if (shown !== withheld) copy.add(shown)
    })
    return copy
  }
}

/** Freezes objects and arrays of plain data, which has no cycles. */
export function deepFreeze<T>(value: T): T {
  if (!isContainer(value) || Object.isFrozen(value)) return value
  for (const each of Object.values(value)) deepFreeze(each)
  return Object.freeze(value)
}

/** Whether two values of plain data are the same to whoever reads them. */
export function sameData(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true
  if (!isObject(one) || !isObject(other)) return false
  if (isRecord(one) ? !isRecord(other) : Object.getPrototypeOf(one) !== Object.getPrototypeOf(other))
    return false
  if (one instanceof Date) return Object.is(one.getTime(), (other as unknown as Date).getTime())
  const [parts, otherParts] = [partsOf(one), partsOf(other)]
  return (
    parts !== undefined &&
    parts.length === otherParts?.length &&
    parts.every((part, at) => sameData(part, otherParts[at]))
  )
}

function partsOf(value: object): readonly unknown[] | undefined {
  if (isContainer(value)) return [value['length'], ...Object.keys(value), ...Object.values(value)]
  if (value instanceof Map || value instanceof Set) return [...value.entries()].flat()
  if (value instanceof ArrayBuffer) return [...new Uint8Array(value)]
  return ArrayBuffer.isView(value) ? [...(value as Uint8Array)] : undefined
}
