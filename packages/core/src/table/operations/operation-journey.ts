import type { Amendment, Cancellation } from '../../definition/hooks.ts'
import type { Operation, OperationSource } from '../../definition/operations.ts'
import type { GridKitError } from '../../errors/gridkit-error.ts'
import { operationCancelled } from '../../errors/table-errors.ts'
import type { OperationWay } from '../../hooks/operation-way.ts'
import type { Undo } from '../../lifetime/scope.ts'
import type { OperationRequest, Preparation } from './preparation.ts'

/** What stays the same on an operation's way. */
export interface JourneyPapers {
  readonly id: string
  readonly source: OperationSource
  readonly timestamp: number
  readonly request: OperationRequest
}

/** One operation that plugins have a say in. */
export class OperationJourney implements OperationWay {
  readonly papers: JourneyPapers
  readonly as: OperationWay['as']
  cancellation: Cancellation | undefined
  /** What the caller is to hear of it, beside a cancellation. */
  failure: { readonly error: unknown } | undefined
  readonly #listeners = new Set<() => void>()
  #preparation: Preparation
  #operation: Operation | undefined

  constructor(papers: JourneyPapers, preparation: Preparation, as: OperationWay['as']) {
    this.papers = papers
    this.as = as
    this.#preparation = preparation
  }

  get preparation(): Preparation {
    return this.#preparation
  }

  get operation(): Operation {
    this.#operation ??= operationOf(this.papers, this.#preparation.payload)
    return this.#operation
  }

  amend(amendment: Amendment): void {
    this.become(this.#preparation.amend(amendment))
  }

  /** Goes on as another change. */
  become(preparation: Preparation): void {
    if (preparation === this.#preparation) return
    this.#preparation = preparation
    this.#operation = undefined
  }

  cancel(cancellation: Cancellation): void {
    if (this.cancellation) return
    this.cancellation = cancellation
    for (const listener of this.#listeners) listener()
  }

  /** Why it was not done, when it is at its end. @throws What went wrong. */
  result(): GridKitError | undefined {
    if (this.failure) throw this.failure.error
    if (this.cancellation === undefined) return undefined
    const { by, reason } = this.cancellation
    return operationCancelled(this.papers.request.type, by, reason)
  }

  onCancel(listener: () => void): Undo {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }
}

export function operationOf(
  { id, source, timestamp, request: { type } }: JourneyPapers,
  payload: Preparation['payload'],
): Operation {
  // The request pairs its type with the payload it prepares.
  return Object.freeze({ id, type, payload: Object.freeze(payload), source, timestamp }) as Operation
}
