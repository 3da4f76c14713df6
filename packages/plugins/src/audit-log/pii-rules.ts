import { keyMissing } from './errors.ts'
import type { MaskStrategy, PiiOptions } from './audit-options.ts'

/** What is done to a field. */
export type Treatment = MaskStrategy | 'encrypt'

/** Which fields hold personal data, and what is done to them. */
export class PiiRules {
  readonly #treatments = new Map<string, Treatment>()

  /** @throws GK_AUDIT_KEY_MISSING when a field is to be masked by hmac without a key. */
  constructor({ mask = [], encrypt = [], keys = {} }: PiiOptions = {}) {
    for (const rule of mask) {
      const { field, strategy } =
        typeof rule === 'string' ? { field: rule, strategy: 'partial' as const } : rule
      if (strategy === 'hmac' && keys.hmacKey === undefined) throw keyMissing('hmacKey', field)
      this.#treatments.set(field, strategy)
    }
    // Encryption wins over a mask: it says less to those without the key.
    for (const field of encrypt) this.#treatments.set(field, 'encrypt')
  }

  get any(): boolean {
    return this.#treatments.size > 0
  }

  get needCrypto(): boolean {
    return [...this.#treatments.values()].some((each) => each === 'encrypt' || each === 'hmac')
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
