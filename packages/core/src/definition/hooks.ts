import type { PluginErrorPayload } from './events.ts'
import type { FilterState, Operation, OperationPayloads, OperationType, RowValues } from './operations.ts'

type NounsOf<TType extends string> = TType extends `${infer Noun}:${string}` ? `${Noun}:*` : never

/** Which operations: one type, all of a noun (`row:*`), or all (`*`). */
export type OperationPattern = OperationType | NounsOf<OperationType> | '*'

type Matching<TPattern extends string> = TPattern extends '*'
  ? OperationType
  : TPattern extends `${infer Noun}:*`
    ? Extract<OperationType, `${Noun}:${string}`>
    : Extract<TPattern, OperationType>

/** Where a plugin can hook in: around operations, or at moments of the host's life. */
export type HookPoint =
  | 'startup'
  | 'shutdown'
  | 'error'
  | `before:${OperationPattern}`
  | `after:${OperationPattern}`

/** The new rows or state, of which the other parts of a payload follow. */
interface RowAmendments {
  /** Another row, or another place for it. */
  readonly 'row:create': { readonly row?: RowValues; readonly index?: number }
  /** Fields to set besides those that change, or to another value. One set to what it was does not change. */
  readonly 'row:update': { readonly after: RowValues }
  /** A row is deleted, or not. */
  readonly 'row:delete': never
  /** What is left out stays as it was asked for. */
  readonly 'filter:apply': { readonly after: Partial<FilterState> }
}

/** What a hook may change of an operation. */
export type AmendmentOf<TType extends OperationType> = TType extends keyof RowAmendments
  ? RowAmendments[TType]
  : OperationPayloads[TType] extends { readonly after: infer TAfter }
    ? { readonly after: TAfter }
    : never

/** What a `before` hook gets; a union to narrow by `type` when its point names several types. */
export type BeforeHookInput<TType extends OperationType = OperationType> = {
  readonly [K in TType]: {
    readonly type: K
    /** As the hooks before this one left it. */
    readonly operation: Operation<K>
    /**
     * Changes what will be done.
     *
     * Throws `GK_AMENDMENT_INVALID` for what the operation can't be made into, `GK_PERMISSION_DENIED` for
     * columns the plugin may not write, `GK_HOOK_ENDED` when the hook had ended, or was given up.
     */
    readonly amend: (patch: AmendmentOf<K>) => void
    /**
     * The operation will not be done, and no hook after this one is asked. What was cancelled stays so: the
     * first reason counts. Throws `GK_HOOK_ENDED` as {@link amend}.
     */
    readonly cancel: (reason: string) => void
    /** Aborted when the hook took too long, and when its plugin goes. */
    readonly signal: AbortSignal
  }
}[TType]

/** What an `after` hook gets. */
export interface AfterHookInput<TType extends OperationType = OperationType> {
  readonly operation: Operation<TType>
}

/** The handler of a point. What it returns is ignored; the promise of a `before` hook is waited for. */
export type HookHandler<TPoint extends HookPoint = HookPoint> = TPoint extends `before:${infer TPattern}`
  ? (input: BeforeHookInput<Matching<TPattern>>) => unknown
  : TPoint extends `after:${infer TPattern}`
    ? (input: AfterHookInput<Matching<TPattern>>) => unknown
    : TPoint extends 'error'
      ? (failure: PluginErrorPayload) => unknown
      : (moment: object) => unknown

export interface HookOptions {
  /** Higher runs first: 300 to 1,000 is for security, 200 for validation, 50 for metrics, 0 for cleaning up. Default 100. */
  readonly priority?: number
  /** Ids of plugins whose hooks run after this one, whatever their priority. */
  readonly before?: string | readonly string[]
  /** Ids of plugins whose hooks run before this one, whatever their priority. */
  readonly after?: string | readonly string[]
  /** How long an asynchronous `before` hook is waited for, in milliseconds. Default 5,000. */
  readonly timeout?: number
  /** What becomes of an operation whose hook took too long. Default: `'cancel'` from priority 200 on, else `'proceed'`. */
  readonly onTimeout?: 'cancel' | 'proceed'
}

/** What became of an operation that was passed on. `unchanged`: there was nothing left to change. */
export type Passage = 'applied' | 'unchanged' | 'cancelled' | 'failed'

/**
 * Stands around the doing of operations: it passes one on by `next()`, once, which tells what became of it, or
 * leaves that undone, which cancels it. A middleware that fails before passing it on is left out.
 */
export type Middleware = (operation: Operation, next: () => Passage | Promise<Passage>) => unknown

export interface MiddlewareOptions {
  /** Higher stands further outside. Default 100. */
  readonly priority?: number
  /** Default: all. */
  readonly operations?: readonly OperationPattern[]
  /**
   * How long `next()` is waited for, in milliseconds. Then the operation goes on without it, or is cancelled where
   * the priority is 200 or more. Default 5,000.
   */
  readonly timeout?: number
}

/** What a plugin wants changed of an operation, within its rights. */
export interface Amendment {
  readonly by: string
  readonly patch: unknown
  /** Whether the plugin may not see all: then it is not told whether this makes a difference. */
  readonly limited?: boolean
}

/** Why an operation is not done. */
export interface Cancellation {
  /** A plugin id, or `'host'`. */
  readonly by: string
  readonly reason: string
}

/** One hook's turn at an operation, as it is before the plugin's rights are looked at. */
export interface HookTurn {
  /** As it would be done now. */
  readonly operation: Operation
  readonly signal: AbortSignal
  amend(amendment: Amendment): void
  cancel(reason: string): void
}
