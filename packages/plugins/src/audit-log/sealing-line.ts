import type { GridKitError } from '@gridkit/core'
import type { AuditEvent } from './audit-event.ts'
import type { FieldCipher } from './field-cipher.ts'
import { seal, type MaskedEvent } from './pii-protection.ts'

/** What a sealing line is told to work with. */
export interface SealingRooms {
  readonly cipher: () => Promise<FieldCipher>
  readonly keep: (event: AuditEvent) => void
  readonly report: (error: GridKitError) => void
}

/** Encrypts events side by side, and hands them on in the order they came. */
export class SealingLine {
  readonly #rooms: SealingRooms
  #last: Promise<void> = Promise.resolve()
  #length = 0
  #lastCause: unknown

  constructor(rooms: SealingRooms) {
    this.#rooms = rooms
  }

  /** How many events are not handed on yet. */
  get length(): number {
    return this.#length
  }

  add(masked: MaskedEvent): void {
    this.#length += 1
    const sealing = seal(masked, this.#rooms.cipher, (error) => this.#report(error))
    this.#last = this.#last.then(async () => {
      const event = await sealing
      this.#length -= 1
      this.#rooms.keep(event)
    })
  }

  /** Resolves when everything added so far is handed on. */
  settled(): Promise<void> {
    return this.#last
  }

  /** One key that does not come fails many values: told once. */
  #report(error: GridKitError): void {
    if (error.cause === this.#lastCause) return
    this.#lastCause = error.cause
    this.#rooms.report(error)
  }
}
