import type { Amendment } from '../../definition/hooks.ts'
import type { OperationPayloads, OperationType } from '../../definition/operations.ts'

/** A change that was found possible, and is not made yet. */
export interface Preparation<TType extends OperationType = OperationType> {
  readonly payload: OperationPayloads[TType]
  /** The change as a plugin wants it. @throws GK_AMENDMENT_INVALID */
  amend(amendment: Amendment): Preparation<TType>
  /**
   * The same change of what there is now; `undefined` when that leaves nothing to do. To be asked when plugins had
   * their say, because they may have changed things themselves.
   *
   * @throws GK_ROW_NOT_FOUND, GK_ROW_EXISTS when it can't be made any more.
   */
  renew(): Preparation<TType> | undefined
  /** Makes the change. */
  apply(): void
  /** Tells the application. */
  tell(): void
}

/** A change that somebody asks for. */
export interface OperationRequest<TType extends OperationType = OperationType> {
  readonly type: TType
  /** What it changes: of one subject, one change is made after the other. */
  readonly subject: string
  /** The plugin whose code {@link prepare} runs, if it is one's. */
  readonly asker?: string | undefined
  /**
   * Finds out what to change, of what there is now; `undefined` when that is nothing. Called again for each turn:
   * a change that waits for another is found out when that is made.
   */
  prepare(): Preparation<TType> | undefined
  /** What to say of it where it can't be prepared any more. */
  blank(): OperationPayloads[TType]
}
