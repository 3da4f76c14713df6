import { keyMissing } from './errors.ts'
import type { KeyProvider, MaskStrategy, PiiOptions } from './audit-options.ts'

/** What is done to a field. */
export type Treatment = MaskStrategy | 'encrypt'

/** Which fields hold personal data, and what is done to them. */
export class PiiRules {
  /** What is done to rows' ids. */
  readonly rowId: MaskStrategy | undefined
  readonly #treatments = new Map<string, Treatment>()

  constructor({ mask = [], encrypt = [], rowId }: PiiOptions = {}) {
    this.rowId = rowId
    for (const rule of mask) {
      const { field, strategy } =
        typeof rule === 'string' ? { field: rule, strategy: 'partial' as const } : rule
      this.#treatments.set(field, strategy)
    }
    // Encryption wins over a mask: it says less to those without the key.
    for (const field of encrypt) this.#treatments.set(field, 'encrypt')
  }

  get any(): boolean {
    return this.#treatments.size > 0
  }

  get needCrypto(): boolean {
    return this.#all.some(([, each]) => each === 'encrypt' || each === 'hmac')
  }

  get #all(): readonly (readonly [field: string, treatment: Treatment | undefined])[] {
    return [...this.#treatments, ['rowId', this.rowId]]
  }

  /** @throws GK_AUDIT_KEY_MISSING when something is to be masked by hmac without a key. */
  requireKeys(keys?: KeyProvider): void {
    if (keys?.hmacKey !== undefined) return
    for (const [field, treatment] of this.#all) {
      if (treatment === 'hmac') throw keyMissing('hmacKey', field)
    }
  }

  /** For the field at a path from the row; its own name decides, or its whole path, array indexes left out. */
  forPath(path: readonly string[]): Treatment | undefined {
    return this.#treatments.get(path.at(-1) ?? '') ?? this.#treatments.get(fieldOf(path))
  }

  /** For a column: TanStack makes the id `contact_email` of the path `contact.email`. */
  forColumn(id: string): Treatment | undefined {
    for (const [field, treatment] of this.#treatments) {
      const name = field.replaceAll('.', '_')
      const column = id.replaceAll('.', '_')
      if (column === name || column.endsWith(`_${name}`)) return treatment
    }
    return undefined
  }
}

/** A path as people name the field: without the places in arrays, which are written `[0]`. */
export function fieldOf(path: readonly string[]): string {
  return path.filter((name) => !/^\[\d+\]$/.test(name)).join('.')
}
