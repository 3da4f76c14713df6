import type { PluginAlert } from '../definition/events.ts'
import type { ErrorThreshold } from '../definition/health.ts'
import type { Report } from '../definition/signal.ts'
import type { Clock } from '../lifetime/clock.ts'
import { isThenable } from '../lifetime/thenable.ts'

/** What alerts are made of and who hears of them. */
export interface AlertOptions {
  readonly clock: Clock
  readonly threshold: () => Required<ErrorThreshold>
  readonly alert: (alert: PluginAlert) => void
  readonly report?: Report
}

/** Tells the host, and whom the application named, how a plugin does. */
export class PluginAlerts {
  readonly #pluginId: string
  readonly #options: AlertOptions
  readonly #toldAt = new Map<PluginAlert['kind'], number>()

  constructor(pluginId: string, options: AlertOptions) {
    this.#pluginId = pluginId
    this.#options = options
  }

  tell(details: Omit<PluginAlert, 'pluginId' | 'window'>): void {
    const { alert, threshold } = this.#options
    const { window, onAlert } = threshold()
    const told: PluginAlert = Object.freeze({ pluginId: this.#pluginId, window, ...details })
    alert(told)
    try {
      // It may be an asynchronous function, whatever its type says.
      const result: unknown = onAlert(told)
      if (isThenable(result)) result.then(undefined, (error: unknown) => this.#failed(error))
    } catch (error) {
      this.#failed(error)
    }
  }

  /** As {@link tell}, but the same kind once in a window. */
  tellOnce(details: Omit<PluginAlert, 'pluginId' | 'window'>): void {
    const now = this.#options.clock.elapsed()
    const { window } = this.#options.threshold()
    if (now - (this.#toldAt.get(details.kind) ?? -Infinity) < window) return
    this.#toldAt.set(details.kind, now)
    this.tell(details)
  }

  /** What is told next is told anew. */
  forget(): void {
    this.#toldAt.clear()
  }

  #failed(error: unknown): void {
    this.#options.report?.({
      pluginId: undefined,
      phase: `the onAlert of plugin '${this.#pluginId}'`,
      error,
    })
  }
}
