import type { Json } from '@gridkit/core'
import { primitiveJson } from './json-copy.ts'
import type { Treatment } from './pii-rules.ts'

/** A value that is sealed later: set at `path` once that is done. */
export interface Pending {
  readonly treatment: 'encrypt' | 'hmac'
  readonly field: string
  readonly path: string
  readonly value: Json
  readonly put: (sealed: Json) => void
}

/** What masking one event leaves to be done. */
export class MaskSheet {
  readonly pending: Pending[] = []
  readonly #rowId: string | undefined
  #rowIdTreatment: Treatment | undefined

  constructor(rowId?: string) {
    this.#rowId = rowId
  }

  /** How a field is treated whose value is the row's id too. */
  get rowIdTreatment(): Treatment | undefined {
    return this.#rowIdTreatment
  }

  /** Takes note of a personal value: it must not stay readable as the row's id. */
  note(value: unknown, treatment: Treatment): void {
    if (this.#rowId === undefined || typeof value === 'object') return
    if (String(primitiveJson(value)) === this.#rowId) this.#rowIdTreatment = treatment
  }
}
