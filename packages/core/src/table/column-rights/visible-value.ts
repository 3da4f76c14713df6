import { after, endsHere, isContainer, isObject, type Path } from './path.ts'

/** Stands for a value that is not shown at all. */
export const withheld: unique symbol = Symbol('gridkit.withheld')

/** Where in a row a value is, as what is left of the paths of columns from there. */
export interface Position {
  /** Hidden without exception. */
  readonly hidden: readonly Path[]
  /** Hidden as everywhere, because any object may be a row: unless a column shows just that value. */
  readonly alike: readonly Path[]
  readonly shown: readonly Path[]
}

/** Shows values without what hidden columns have in them, at whatever depth. Copies what it changes. */
export class ValueFilter {
  readonly #hidden: readonly Path[]

  /** @param hidden The paths of hidden columns, from the top of a row. */
  constructor(hidden: readonly Path[]) {
    this.#hidden = hidden
  }

  /** The value of a column, or {@link withheld}. */
  show(value: unknown, at: Position): unknown {
    return this.#show(value, at, new Set())
  }

  #show(value: unknown, at: Position, above: Set<object>): unknown {
    // What a function can reach can't be looked into.
    if (typeof value === 'function') return withheld
    if (!isObject(value) || ArrayBuffer.isView(value)) return value
    if (above.has(value)) return withheld
    above.add(value)
    const shown = this.#showObject(value, at, above)
    above.delete(value)
    return shown
  }

  #showObject(value: Readonly<Record<string, unknown>>, at: Position, above: Set<object>): unknown {
    if (value instanceof Map || value instanceof Set) return this.#showCollection(value, above)
    const hidden = [...at.hidden, ...at.alike, ...this.#hidden]
    // A getter of its class may give what is hidden under another name.
    if (!isContainer(value) && hidden.some(([key]) => key && key in value && !Object.hasOwn(value, key)))
      return withheld
    // Where a hidden path leads through, the application may put something later.
    let changed = at.hidden.length > 0
    const fields: [string, unknown][] = []
    for (const [key, each] of Object.entries(value)) {
      const field = this.#showField(key, each, at, above)
      changed ||= field !== each
      if (field !== withheld) fields.push([key, field])
    }
    if (!changed) return value
    return Array.isArray(value) ? listOf(value.length, fields) : recordOf(fields)
  }

  #showField(key: string, value: unknown, at: Position, above: Set<object>): unknown {
    const hidden = after(at.hidden, key)
    const alike = [...after(at.alike, key), ...after(this.#hidden, key)]
    const shown = after(at.shown, key)
    if (endsHere(hidden) || (endsHere(alike) && !endsHere(shown))) return withheld
    return this.#show(value, { hidden, alike, shown }, above)
  }

  #showCollection(value: ReadonlyMap<unknown, unknown> | ReadonlySet<unknown>, above: Set<object>): unknown {
    const nowhere: Position = { hidden: [], alike: [], shown: [] }
    const entries = [...value.entries()].map((pair) => pair.map((each) => this.#show(each, nowhere, above)))
    const left = entries.filter((pair) => !pair.includes(withheld)) as [unknown, unknown][]
    return value instanceof Map ? new Map(left) : new Set(left.map(([each]) => each))
  }
}

/** Without a prototype, so that no key reaches one. */
function recordOf(fields: readonly (readonly [string, unknown])[]): Record<string, unknown> {
  const record = Object.create(null) as Record<string, unknown>
  for (const [key, value] of fields) record[key] = value
  return record
}

function listOf(length: number, fields: readonly (readonly [string, unknown])[]): unknown[] {
  const list: unknown[] = []
  list.length = length
  for (const [index, value] of fields) list[Number(index)] = value
  return list
}
