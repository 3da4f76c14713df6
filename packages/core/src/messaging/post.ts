import type { Undo } from '../lifetime/scope.ts'
import { DeliveryLine } from './delivery-line.ts'

/** How a plugin takes messages. Its context makes one that goes through the guard. */
export interface Receiver {
  /** Never throws. */
  readonly tell: (message: unknown, from: string) => void
  readonly answer: (message: unknown, from: string) => Promise<unknown>
}

/** Where the messages of one plugin arrive. */
export interface Post {
  readonly line: DeliveryLine
  receiver: Receiver | undefined
  /** Fail the requests that were not delivered yet. */
  readonly underWay: Set<Undo>
  /** Fail the requests that the receiver has, each with when it got it by `Clock.elapsed`. */
  readonly unanswered: Map<Undo, number>
}

export function createPost(): Post {
  return { line: new DeliveryLine(), receiver: undefined, underWay: new Set(), unanswered: new Map() }
}

export function failAll(requests: Iterable<Undo>): void {
  for (const fail of requests) fail()
}
