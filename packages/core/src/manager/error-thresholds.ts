import type { ErrorThreshold } from '../definition/health.ts'
import { resolveThreshold } from '../health/error-threshold.ts'

/** How many failures are too many, for each plugin; kept while the plugin comes and goes. */
export class ErrorThresholds {
  readonly #all: Required<ErrorThreshold>
  readonly #byPlugin = new Map<string, Required<ErrorThreshold>>()

  /**
   * @param all What holds where nothing was said of the plugin.
   * @throws GK_INVALID_ERROR_THRESHOLD
   */
  constructor(all: ErrorThreshold = {}) {
    this.#all = resolveThreshold('*', all)
  }

  /** What is left out stays as it was. @throws GK_INVALID_ERROR_THRESHOLD, with nothing changed */
  set(pluginId: string, threshold: ErrorThreshold): void {
    this.#byPlugin.set(pluginId, resolveThreshold(pluginId, threshold, this.of(pluginId)))
  }

  of(pluginId: string): Required<ErrorThreshold> {
    return this.#byPlugin.get(pluginId) ?? this.#all
  }

  forget(pluginId: string): void {
    this.#byPlugin.delete(pluginId)
  }
}
