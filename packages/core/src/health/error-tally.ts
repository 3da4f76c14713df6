import type { PluginErrorPayload } from '../definition/events.ts'
import type { ErrorSummary } from '../definition/health.ts'
import type { Clock } from '../lifetime/clock.ts'

const none: ErrorSummary = { errorCount: 0 }

/** Counts the failures charged to each plugin. Fed by the host's report. */
export class ErrorTally {
  readonly #errors = new Map<string, ErrorSummary>()
  readonly #clock: Clock

  constructor(clock: Clock) {
    this.#clock = clock
  }

  add({ pluginId, phase, code, message }: PluginErrorPayload): void {
    this.#errors.set(pluginId, {
      errorCount: this.of(pluginId).errorCount + 1,
      lastError: { phase, code, message },
      lastErrorAt: this.#clock.now(),
    })
  }

  of(pluginId: string): ErrorSummary {
    return this.#errors.get(pluginId) ?? none
  }

  /** For a plugin that was uninstalled. */
  forget(pluginId: string): void {
    this.#errors.delete(pluginId)
  }
}
