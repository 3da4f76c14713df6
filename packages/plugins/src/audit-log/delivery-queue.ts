import { messageOf, type GridKitError, type Undo } from '@gridkit/core'
import type { AuditEvent } from './audit-event.ts'
import { deliveryFailed, eventsRefused } from './errors.ts'

/** What came of one delivery: done, to be tried again, or refused for good. */
export type DeliveryOutcome =
  | { readonly kind: 'delivered' }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'refused'; readonly error: unknown }

/** Delivers some events, and never rejects. `leaving` is true when the plugin is about to go. */
export type Deliver = (events: readonly AuditEvent[], leaving: boolean) => Promise<DeliveryOutcome>

/** What a queue is told to work with. */
export interface QueueRooms {
  readonly deliver: Deliver
  readonly after: (milliseconds: number, run: () => void) => Undo
  readonly report: (error: GridKitError) => void
}

/** How delivery stands. */
export interface AuditStatus {
  /** Not delivered yet; those that wait to be encrypted too. */
  readonly queued: number
  /** Delivered: the destination said 2xx, or the function returned. */
  readonly sent: number
  /** Whether the last attempt failed, and another will follow. */
  readonly retrying: boolean
  /** Refused by the destination, and kept. */
  readonly quarantined: number
  /** Of the latest failure; gone after a delivery. */
  readonly lastError?: string
}

const batchLength = 100
/** What servers commonly take at once, with room to spare. */
const batchBytes = 256 * 1024
const batchDelay = 250
const firstBackOff = 500
const longestBackOff = 30_000
/** Browsers allow 64 KiB in all requests that outlive their page. */
const leavingBytes = 60_000

/** Delivers events in order, one batch at a time, each until it is done or refused. Drops nothing. */
export class DeliveryQueue {
  readonly #rooms: QueueRooms
  readonly #quarantine: AuditEvent[] = []
  #events: AuditEvent[] = []
  #done = 0
  #failures = 0
  #lastError: unknown
  #timer: Undo | undefined
  #running: Promise<void> | undefined
  #closed = false
  #leaving = false

  constructor(rooms: QueueRooms) {
    this.#rooms = rooms
  }

  get status(): AuditStatus {
    return {
      queued: this.#events.length,
      sent: this.#done - this.#quarantine.length,
      retrying: this.#failures > 0,
      quarantined: this.#quarantine.length,
      ...(this.#lastError === undefined ? {} : { lastError: messageOf(this.#lastError) }),
    }
  }

  /** The events the destination refused, oldest first. */
  get quarantined(): readonly AuditEvent[] {
    return [...this.#quarantine]
  }

  get lastError(): unknown {
    return this.#lastError
  }

  add(event: AuditEvent): void {
    this.#events.push(event)
    if (this.#failures > 0) return
    if (this.#events.length >= batchLength) void this.#run()
    else this.#wait(batchDelay)
  }

  /**
   * Delivers what is queued now, without waiting for a batch or a back-off to end.
   *
   * @throws GK_AUDIT_DELIVERY_FAILED when an attempt failed; the events stay queued.
   */
  async flush(): Promise<void> {
    const wanted = this.#done + this.#events.length
    await this.#run()
    // A run that was already under way may have ended before it came to these.
    if (this.#done < wanted && this.#failures === 0) await this.#run()
    if (this.#done < wanted) throw deliveryFailed(wanted - this.#done, this.#lastError)
  }

  /** Tries again now, and as if for the first time: the destination may be another. */
  hurry(): void {
    this.#failures = 0
    if (this.#events.length > 0) void this.#run()
  }

  /** Delivers what it can until a deadline before the plugin goes, in requests that outlive the page. */
  async drain(until: Promise<void>): Promise<void> {
    const time = { isOver: false }
    const deadline = until.then(() => void (time.isOver = true))
    this.#leaving = true
    while (this.#events.length > 0 && !time.isOver) {
      await Promise.race([this.#run(), deadline])
      if (this.#failures > 0) await Promise.race([this.#pause(firstBackOff / 2), deadline])
    }
    this.#leaving = false
  }

  /** No timers any more: the plugin is gone. */
  close(): void {
    this.#closed = true
  }

  #pause(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.#rooms.after(milliseconds, resolve))
  }

  #wait(milliseconds: number): void {
    if (this.#closed || this.#timer !== undefined || this.#running !== undefined) return
    this.#timer = this.#rooms.after(milliseconds, () => void this.#run())
  }

  #run(): Promise<void> {
    this.#timer?.()
    this.#timer = undefined
    this.#running ??= this.#deliverAll().finally(() => {
      this.#running = undefined
      if (this.#events.length > 0) this.#wait(this.#failures > 0 ? backOff(this.#failures) : batchDelay)
    })
    return this.#running
  }

  async #deliverAll(): Promise<void> {
    while (this.#events.length > 0 && !this.#closed) {
      const batch = nextBatch(this.#events, this.#leaving)
      const outcome = await this.#rooms.deliver(batch, this.#leaving)
      if (outcome.kind === 'failed') return this.#failed(outcome.error)
      this.#settle(batch, outcome)
    }
  }

  #settle(batch: readonly AuditEvent[], outcome: DeliveryOutcome): void {
    this.#events = this.#events.slice(batch.length)
    this.#done += batch.length
    this.#failures = 0
    this.#lastError = undefined
    if (outcome.kind !== 'refused') return
    this.#quarantine.push(...batch)
    this.#lastError = outcome.error
    this.#rooms.report(eventsRefused(batch.length, outcome.error))
  }

  #failed(error: unknown): void {
    // Told once: an outage of an hour is one line, and `status` has the rest.
    if (this.#failures === 0) this.#rooms.report(deliveryFailed(this.#events.length, error))
    this.#failures += 1
    this.#lastError = error
  }
}

/** Full jitter: any time up to a limit that doubles, so that many pages don't come back at once. */
function backOff(failures: number): number {
  return Math.random() * Math.min(longestBackOff, firstBackOff * 2 ** (failures - 1))
}

function nextBatch(events: readonly AuditEvent[], leaving: boolean): readonly AuditEvent[] {
  const batch = events.slice(0, batchLength)
  const limit = leaving ? leavingBytes : batchBytes
  let bytes = 0
  const fitting = batch.findIndex((event) => {
    bytes += byteLength(event)
    return bytes > limit
  })
  return fitting === -1 ? batch : batch.slice(0, Math.max(fitting, 1))
}

/** Bytes of an event as JSON in UTF-8. */
function byteLength(event: AuditEvent): number {
  return new TextEncoder().encode(JSON.stringify(event)).length
}
