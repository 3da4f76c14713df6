import type { GridKitError, Json } from '@gridkit/core'
import type { AuditDraft, AuditEvent } from './audit-event.ts'
import { sealingFailed } from './errors.ts'
import type { FieldCipher } from './field-cipher.ts'
import { ownJson, partsOf, primitiveJson, type JsonPrimitive } from './json-copy.ts'
import { partialMask } from './partial-mask.ts'
import { fieldOf, PiiRules, type Treatment } from './pii-rules.ts'

/** A value that is sealed later: set at `path` once that is done. */
interface Pending {
  readonly treatment: 'encrypt' | 'hmac'
  readonly field: string
  readonly path: string
  readonly value: Json
  readonly put: (sealed: Json) => void
}

/** An event whose masks are applied, and whose encryption is still to come. */
export interface MaskedEvent {
  readonly event: AuditEvent
  readonly pending: readonly Pending[]
}

/** Copies and masks what an event says, at once: rows may change after this tick. */
export function maskDraft({ fixed, values }: AuditDraft, rules: PiiRules): MaskedEvent {
  const pending: Pending[] = []
  const copies: Record<string, Json> = {}
  for (const [part, value] of Object.entries(values)) {
    const copy = new MaskedCopy(rules, pending, part).of(value)
    if (copy !== undefined) copies[part] = copy
  }
  return { event: { ...fixed, ...copies }, pending }
}

/** Encrypts what is left to encrypt. A value that can't be is left out, and reported. */
export async function seal(
  { event, pending }: MaskedEvent,
  cipher: FieldCipher,
  report: (error: GridKitError) => void,
): Promise<AuditEvent> {
  for (const { treatment, field, path, value, put } of pending) {
    try {
      put(
        treatment === 'encrypt'
          ? await cipher.encrypt(value, { eventId: event.id, path })
          : await cipher.code(value, field),
      )
    } catch (error) {
      put({ unavailable: 'GK_AUDIT_SEALING_FAILED' })
      report(sealingFailed(field, error))
    }
  }
  return event
}

/** Makes one part of an event into JSON, with its personal data masked on the way. */
class MaskedCopy {
  readonly #rules: PiiRules
  readonly #pending: Pending[]
  readonly #part: string
  readonly #ancestors = new Set<object>()

  constructor(rules: PiiRules, pending: Pending[], part: string) {
    this.#rules = rules
    this.#pending = pending
    this.#part = part
  }

  /** `treatment` is that of a field this value is inside of. */
  of(value: unknown, path: readonly string[] = [], treatment?: Treatment): Json | undefined {
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
    if (treatment === 'drop') return
    const put = (json: Json): void => {
      // Not an assignment: a field may be called __proto__.
      Object.defineProperty(copy, name, { value: json, enumerable: true, configurable: true, writable: true })
    }
    if (treatment === 'partial' || treatment === undefined) {
      const json = this.of(value, path, treatment)
      if (json !== undefined) put(json)
      return
    }
    // Sealed as a whole, whatever is in it.
    const plain = new MaskedCopy(new PiiRules(), [], this.#part).of(value) ?? null
    // Holds the place, so that fields keep their order; nothing needs no sealing.
    put(null)
    if (plain === null) return
    const at = [this.#part, ...path].join('.')
    this.#pending.push({ treatment, field: fieldOf(path), path: at, value: plain, put })
  }
}

function masked(json: JsonPrimitive | undefined, treatment: Treatment | undefined): Json | undefined {
  if (treatment !== 'partial' || json === null || json === undefined) return json
  return typeof json === 'boolean' ? '***' : partialMask(String(json))
}
