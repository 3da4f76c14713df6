import type { EventPattern, GridKitEvent, Undo } from '@gridkit/core'
import { attemptAll } from '../attempt-all.ts'
import { Subscriptions } from '../subscriptions.ts'
import { draftOf, type AuditActor } from './audit-event.ts'
import type { AuditLogOptions } from './audit-options.ts'
import { AuditTrail } from './audit-trail.ts'
import { requireDestination, transportFor, type AuditContext } from './audit-transport.ts'
import { DeliveryQueue, type AuditStatus } from './delivery-queue.ts'
import { eventsUndelivered, rowIdPersonal } from './errors.ts'
import type { FieldCipher } from './field-cipher.ts'
import { maskDraft } from './pii-protection.ts'
import { PiiRules } from './pii-rules.ts'
import { SealingLine } from './sealing-line.ts'

/** What is recorded unless the configuration says otherwise. */
export const defaultEvents: readonly EventPattern[] = ['row:*', 'cell:*', 'export:*']

/** Records the events of one table: masks, encrypts, remembers, delivers, in this order. */
export class AuditRecorder {
  readonly trail = new AuditTrail()
  readonly queue: DeliveryQueue
  readonly #context: AuditContext
  readonly #line: SealingLine
  readonly #subscriptions: Subscriptions
  #rules = new PiiRules()
  #adopted: AuditLogOptions | undefined
  #cipher: Promise<FieldCipher> | undefined
  #lastEventId: string | undefined
  #toldOfRowId = false

  constructor(context: AuditContext) {
    const report = (error: Error): void => context.logger.error(error.message, error)
    const after = (milliseconds: number, run: () => void): Undo => context.setTimeout(run, milliseconds)
    this.#context = context
    this.#subscriptions = new Subscriptions(context, (event) => this.#record(event))
    this.queue = new DeliveryQueue({ deliver: transportFor(context), after, report })
    this.#line = new SealingLine({
      cipher: () => this.#loadCipher(),
      report,
      keep: (event) => {
        this.trail.add(event)
        this.queue.add(event)
      },
    })
  }

  get status(): AuditStatus {
    const { queued, ...others } = this.queue.status
    return { queued: queued + this.#line.length, ...others }
  }

  /**
   * Takes over the configuration, when it is another; keeps all that was
   * recorded. What of it does not work is thrown at the end, and the rest holds.
   *
   * @throws GK_AUDIT_DESTINATION_INVALID, GK_AUDIT_KEY_MISSING,
   * GK_AUDIT_CRYPTO_UNAVAILABLE, GK_PERMISSION_DENIED
   */
  async adopt(): Promise<void> {
    const { config } = this.#context
    if (config === this.#adopted) return
    this.#adopted = config
    // Before anything can fail: fields that are personal now must not pass under the old rules.
    this.#rules = new PiiRules(config.pii)
    attemptAll([
      () => this.#subscriptions.set(config.events ?? defaultEvents),
      () => this.queue.hurry(),
      () => requireDestination(config.destination),
      () => this.#rules.requireKeys(config.pii?.keys),
    ])
    if (this.#rules.needCrypto) await this.#loadCipher()
  }

  /** Resolves when everything recorded so far is in the trail and in the queue. */
  settled(): Promise<void> {
    return this.#line.settled()
  }

  /** Delivers what it can within some milliseconds, and encrypts what it can in half of them. */
  async drain(milliseconds: number): Promise<void> {
    const deadline = this.#pause(milliseconds)
    const giveUp = this.#context.setTimeout(() => this.#hurryCipher(), milliseconds / 2)
    const settled = Promise.race([this.#line.settled(), deadline])
    await this.queue.drain(deadline)
    await settled
    await this.queue.drain(deadline)
    giveUp()
  }

  /** Says what is lost, when something is. */
  close(): void {
    this.queue.close()
    const { queued } = this.status
    if (queued === 0) return
    const error = eventsUndelivered(queued, this.queue.lastError)
    this.#context.logger.error(error.message, error)
  }

  #hurryCipher(): void {
    // One that did not load was reported where it was wanted.
    this.#cipher?.then(
      (cipher) => cipher.hurry(),
      () => {},
    )
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.#context.setTimeout(resolve, milliseconds))
  }

  /** Copies and masks now; encrypts, in order, as soon as it can. */
  #record(event: GridKitEvent): void {
    // Several patterns may match it; an event is delivered to all of them before the next one.
    if (event.id === this.#lastEventId) return
    this.#lastEventId = event.id
    const listIds = this.#rules.rowId !== 'drop'
    const withPage = this.#context.config.includeMetadata === true
    const masked = maskDraft(draftOf(event, { actor: this.#actor(), withPage, listIds }), this.#rules)
    if (masked.personalRowId) this.#tellOfRowId()
    this.#line.add(masked)
  }

  /** Once: it is so for every row. */
  #tellOfRowId(): void {
    if (this.#toldOfRowId) return
    this.#toldOfRowId = true
    const error = rowIdPersonal()
    this.#context.logger.warn(error.message, error)
  }

  /** Loaded when something is to be encrypted, and again after a load that failed. */
  #loadCipher(): Promise<FieldCipher> {
    if (this.#cipher !== undefined) return this.#cipher
    const after = (milliseconds: number, run: () => void): Undo => this.#context.setTimeout(run, milliseconds)
    const cipher = import('./field-cipher.ts').then(
      ({ FieldCipher }) => new FieldCipher(() => this.#context.config.pii?.keys, after),
    )
    cipher.catch(() => (this.#cipher = undefined))
    this.#cipher = cipher
    return cipher
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
