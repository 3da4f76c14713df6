import type { Amendment, Cancellation } from '../definition/hooks.ts'
import type { Operation } from '../definition/operations.ts'
import type { Undo } from '../lifetime/scope.ts'

/** An operation on its way from being asked for to being done. */
export interface OperationWay {
  /** As it would be done now. */
  readonly operation: Operation
  /** Why it will not be done. */
  readonly cancellation: Cancellation | undefined
  /** @throws GK_AMENDMENT_INVALID */
  amend(amendment: Amendment): void
  /** The first one counts. */
  cancel(cancellation: Cancellation): void
  /** Calls the listener when the operation is cancelled. */
  onCancel(listener: () => void): Undo
  /** Runs a plugin's code: what it asks of the table meanwhile is charged to it. */
  readonly as: <T>(pluginId: string, run: () => T) => T
}
