import type { GridKitEvent } from '@gridkit/core'
import { draftOf } from './audit-event.ts'
import type { AuditActor } from './audit-event.ts'
import { AuditTrail } from './audit-trail.ts'
import { transportFor, type AuditContext } from './audit-transport.ts'
import { DeliveryQueue } from './delivery-queue.ts'
import { eventsUndelivered } from './errors.ts'
import { FieldCipher, requireCrypto } from './field-cipher.ts'
import { maskDraft, seal, type MaskedEvent } from './pii-protection.ts'
import { PiiRules } from './pii-rules.ts'

/** Records the events of one table: masks, encrypts, remembers, delivers, in this order. */
export class AuditRecorder {
  readonly trail = new AuditTrail()
  readonly queue: DeliveryQueue
  readonly #context: AuditContext
  readonly #rules: PiiRules
  readonly #cipher: FieldCipher
  #sealed: Promise<void> = Promise.resolve()
  #lastEventId: string | undefined

  /** @throws GK_AUDIT_KEY_MISSING, GK_AUDIT_CRYPTO_UNAVAILABLE */
  constructor(context: AuditContext) {
    this.#context = context
    this.#rules = new PiiRules(context.config.pii)
    if (this.#rules.needCrypto) requireCrypto()
    this.#cipher = new FieldCipher(() => context.config.pii?.keys)
    this.queue = new DeliveryQueue({
      deliver: transportFor(context),
      after: (milliseconds, run) => context.setTimeout(run, milliseconds),
      report: (error) => context.logger.error(error.message, error),
    })
  }

  /** Copies and masks now; encrypts, in order, as soon as it can. */
  record(event: GridKitEvent): void {
    // Several patterns may match it; an event is delivered to all of them before the next one.
    if (event.id === this.#lastEventId) return
    this.#lastEventId = event.id
    const draft = draftOf(event, this.#actor(), this.#context.config.includeMetadata === true)
    const masked = maskDraft(draft, this.#rules)
    this.#sealed = this.#sealed.then(() => this.#keep(masked))
  }

  /** Resolves when everything recorded so far is in the trail and in the queue. */
  settled(): Promise<void> {
    return this.#sealed
  }

  /** Delivers what it can within some milliseconds. */
  async drain(milliseconds: number): Promise<void> {
    await this.#sealed
    await this.queue.drain(milliseconds)
  }

  /** Says what is lost, when something is. */
  close(): void {
    this.queue.close()
    const { queued } = this.queue.status
    if (queued === 0) return
    const error = eventsUndelivered(queued, this.queue.lastError)
    this.#context.logger.error(error.message, error)
  }

  async #keep(masked: MaskedEvent): Promise<void> {
    const event = await seal(masked, this.#cipher, (error) =>
      this.#context.logger.error(error.message, error),
    )
    this.trail.add(event)
    this.queue.add(event)
  }

  #actor(): AuditActor | undefined {
    try {
      return this.#context.config.actor?.()
    } catch (error) {
      // An event without its actor is better than none.
      this.#context.logger.error('the audit log could not tell the actor', error)
      return undefined
    }
  }
}
