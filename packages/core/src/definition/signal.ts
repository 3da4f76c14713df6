/** A fact that a room below tells the host: something of a plugin (or of the application) failed. */
export interface FailureSignal {
  /** Absent when the application's own handler failed. */
  readonly pluginId: string | undefined
  /** Where: a lifecycle phase, `method 'export'`, `handler of 'row:update'`. */
  readonly phase: string
  readonly error: unknown
  /** Whether the plugin was torn down by then, so that its successor is not to blame. */
  readonly late?: boolean
}

/** How facts go up; `create-host.ts` decides who hears them. */
export type Report = (signal: FailureSignal) => void
