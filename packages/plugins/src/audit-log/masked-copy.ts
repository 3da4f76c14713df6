import type { Json } from '@gridkit/core'
import { ownJson, partsOf, primitiveJson, type JsonPrimitive } from './json-copy.ts'
import { MaskSheet } from './mask-sheet.ts'
import { partialMask } from './partial-mask.ts'
import { fieldOf, PiiRules, type Treatment } from './pii-rules.ts'
import { defineMember, putRowId } from './row-ids.ts'

/** What rows' ids are called, where they are members of something else. */
const rowIdNames: ReadonlySet<string> = new Set(['rowId', 'anchorRowId', 'focusRowId'])

/** Makes one part of an event into JSON, with its personal data masked on the way. */
export class MaskedCopy {
  readonly #rules: PiiRules
  readonly #sheet: MaskSheet
  readonly #part: string
  readonly #ancestors = new Set<object>()

  constructor(rules: PiiRules, sheet: MaskSheet, part: string) {
    this.#rules = rules
    this.#sheet = sheet
    this.#part = part
  }

  /** `treatment` is that of a field this value is inside of. */
  of(value: unknown, path: readonly string[] = [], treatment?: Treatment): Json | undefined {
    if (treatment !== undefined) this.#sheet.note(value, treatment)
    if (typeof value !== 'object' || value === null) return masked(primitiveJson(value), treatment)
    if (this.#ancestors.has(value)) return '[circular]'
    this.#ancestors.add(value)
    try {
      return this.#ofObject(value, path, treatment)
    } catch {
      // A getter or a toJSON of the application threw: the event must not be lost for it.
      return '[unreadable]'
    } finally {
      this.#ancestors.delete(value)
    }
  }

  #ofObject(value: object, path: readonly string[], treatment?: Treatment): Json | undefined {
    const said = ownJson(value)
    if (said !== value) return this.of(said, path, treatment)
    const parts = partsOf(value)
    if (Array.isArray(parts))
      return parts.map((each, index) => this.of(each, [...path, `[${index}]`], treatment) ?? null)
    return this.#ofMembers(parts as Readonly<Record<string, unknown>>, path, treatment)
  }

  #ofMembers(
    members: Readonly<Record<string, unknown>>,
    path: readonly string[],
    treatment?: Treatment,
  ): Json {
    const copy: Record<string, Json> = {}
    for (const name of Object.keys(members)) {
      const at = [...path, name]
      this.#set(copy, name, members[name], at, treatment ?? this.#treatmentOf(members, at))
    }
    return copy
  }

  #treatmentOf(members: Readonly<Record<string, unknown>>, path: readonly string[]): Treatment | undefined {
    const name = path.at(-1)
    // A filter says a column's id and the value people looked for in it.
    if (name === 'value' && typeof members['id'] === 'string') {
      return this.#rules.forColumn(members['id']) ?? this.#rules.forPath(path)
    }
    // A search over all columns may be for anything.
    if (name === 'globalFilter' && this.#rules.any) return 'partial'
    return this.#rules.forPath(path)
  }

  #set(
    copy: Record<string, Json>,
    name: string,
    value: unknown,
    path: readonly string[],
    treatment: Treatment | undefined,
  ): void {
    const put = (json: Json): void => defineMember(copy, name, json)
    if (treatment === 'drop') return this.#sheet.note(value, treatment)
    if (treatment === 'encrypt' || treatment === 'hmac') return this.#seal(value, path, treatment, put)
    if (treatment === undefined && typeof value === 'string' && rowIdNames.has(name))
      return putRowId(value, this.#rules.rowId, this.#sheet, put)
    const json = this.of(value, path, treatment)
    if (json !== undefined) put(json)
  }

  /** Sealed as a whole, whatever is in it. */
  #seal(
    value: unknown,
    path: readonly string[],
    treatment: 'encrypt' | 'hmac',
    put: (json: Json) => void,
  ): void {
    this.#sheet.note(value, treatment)
    const plain = new MaskedCopy(new PiiRules(), new MaskSheet(), this.#part).of(value) ?? null
    // Holds the place, so that fields keep their order; nothing needs no sealing.
    put(null)
    if (plain === null) return
    const at = [this.#part, ...path].join('.')
    this.#sheet.pending.push({ treatment, field: fieldOf(path), path: at, value: plain, put })
  }
}

function masked(json: JsonPrimitive | undefined, treatment: Treatment | undefined): Json | undefined {
  if (treatment !== 'partial' || json === null || json === undefined) return json
  return typeof json === 'boolean' ? '***' : partialMask(String(json))
}
