import type { Passage } from '../definition/hooks.ts'
import type { Operation } from '../definition/operations.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { Patience } from './hook.ts'
import type { Held } from './owner-holds.ts'

/**
 * Calls a middleware, and never throws or rejects. Returns, or resolves with, `true` when the middleware ended
 * by itself; anything else when it failed.
 */
export type MiddlewareCall = (operation: Operation, next: () => Passage | Promise<Passage>) => unknown

/** A middleware, as it was registered. */
export interface Layer extends Patience, Held {
  readonly name: string
  readonly priority: number
  readonly operations: readonly string[]
  readonly call: MiddlewareCall
  /** Told when it goes, by name or by its undo. */
  readonly gone: () => void
  /** What ends its being waited for, when it goes. */
  readonly turns: Set<Undo>
}
