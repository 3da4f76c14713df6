import type { Operation } from '../definition/operations.ts'
import type { OperationWay } from './operation-way.ts'

/** Each may hold on to rows, so that there is an end to what is kept. */
const most = 10_000

/** What is to be told after one operation. */
export interface Missed {
  readonly operation: Operation
  readonly as: OperationWay['as']
}

/** The operations that a plugin is to hear of when it has been replaced. */
export class MissedOperations {
  /** How many came when it was full, and are not in it. */
  lost = 0
  readonly #missed: Missed[] = []

  /** Oldest first. */
  get all(): readonly Missed[] {
    return this.#missed
  }

  add(missed: Missed): void {
    if (this.#missed.length < most) this.#missed.push(missed)
    else this.lost += 1
  }
}
