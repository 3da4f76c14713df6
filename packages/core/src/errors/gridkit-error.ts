/** A machine-readable error code. Every code has a factory in an error catalogue and an entry in `docs/errors.md`. */
export type GridKitErrorCode = `GK_${string}`

/** What a {@link GridKitError} is made of. */
export interface GridKitErrorDetails {
  readonly code: GridKitErrorCode
  /** What went wrong, in one sentence, with the names involved. */
  readonly message: string
  /** What the reader can do about it. */
  readonly hint: string
  /** The plugin the error is charged to, when there is one. */
  readonly pluginId?: string | undefined
  /** The error that led to this one. */
  readonly cause?: unknown
}

/**
 * The only error GridKit throws, rejects with or reports.
 *
 * Switch on `code`, show `message` and `hint`, follow `cause` to the origin.
 */
export class GridKitError extends Error {
  override readonly name: string = 'GridKitError'
  readonly code: GridKitErrorCode
  readonly hint: string
  readonly pluginId: string | undefined

  constructor(details: GridKitErrorDetails) {
    super(details.message, details.cause === undefined ? undefined : { cause: details.cause })
    this.code = details.code
    this.hint = details.hint
    this.pluginId = details.pluginId
  }
}

/** The text of anything that was thrown, for a log line or an event payload. Never throws. */
export function messageOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message
  return typeof thrown === 'string' ? thrown : `a thrown ${typeof thrown}`
}
