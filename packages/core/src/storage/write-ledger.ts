import type { Clock } from '../lifetime/clock.ts'
import { neverWritten, type Stamp } from './stamp.ts'

/** What is known of the last write of a key. */
export interface LedgerEntry {
  readonly stamp: Stamp
  readonly base: Stamp
}

/** Deletions older than this many others are forgotten; messages between tabs take milliseconds. */
const rememberedDeletions = 1000

/** Who wrote each key last, and when; gives out the stamps of this tab, each later than all it has seen. */
export class WriteLedger {
  readonly #clock: Clock
  readonly #tab = Math.random().toString(36).slice(2, 12).padEnd(1, '0')
  readonly #entries = new Map<string, LedgerEntry>()
  readonly #deleted = new Set<string>()
  #time = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** The last write of a key, as far as this tab knows. */
  last(key: string): LedgerEntry {
    return this.#entries.get(key) ?? { stamp: neverWritten, base: neverWritten }
  }

  isOwn({ tab }: Stamp): boolean {
    return tab === this.#tab
  }

  /** The entry of a write that this tab is about to make. */
  next(key: string): LedgerEntry {
    this.#time = Math.max(this.#time + 1, Math.floor(this.#clock.now()))
    const last = this.last(key)
    return {
      stamp: { time: this.#time, tab: this.#tab },
      base: this.isOwn(last.stamp) ? last.base : last.stamp,
    }
  }

  note(key: string, entry: LedgerEntry, deleted: boolean): void {
    this.#time = Math.max(this.#time, entry.stamp.time)
    this.#entries.set(key, entry)
    this.#deleted.delete(key)
    if (!deleted) return
    this.#deleted.add(key)
    const [oldest] = this.#deleted
    if (this.#deleted.size <= rememberedDeletions || oldest === undefined) return
    this.#deleted.delete(oldest)
    this.#entries.delete(oldest)
  }
}
