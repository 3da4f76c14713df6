import { Scope } from '../lifetime/scope.ts'
import type { HostRooms } from '../manager/host-rooms.ts'
import type { PluginInstance } from '../manager/plugin-instance.ts'

/** What comes of a grace period. */
export interface GraceOutcome {
  /** The version has proven itself, or was taken away. */
  over(): void
  /** It failed. Then {@link over} is not called. */
  crashed(cause: unknown): void
}

/** Watches over a version of a plugin that is new, until it has run for a while. */
export class GracePeriod {
  readonly #watch = new Scope()
  readonly #outcome: GraceOutcome

  constructor(
    instance: PluginInstance,
    { clock, onFailure, reloadGracePeriod }: HostRooms,
    outcome: GraceOutcome,
  ) {
    this.#outcome = outcome
    const end = (): void => this.end()
    this.#watch.add(clock.after(reloadGracePeriod, end))
    instance.signal.addEventListener('abort', end)
    this.#watch.add(() => instance.signal.removeEventListener('abort', end))
    this.#watch.add(
      onFailure(({ pluginId, code }, error) => {
        // To be slowed down is no crash.
        if (pluginId !== instance.id || this.#watch.closed || code === 'GK_RATE_LIMITED') return
        this.#watch.close()
        outcome.crashed(error)
      }),
    )
  }

  /** Ends it, as if it were over. Calling it again does nothing. */
  end(): void {
    if (this.#watch.closed) return
    this.#watch.close()
    this.#outcome.over()
  }
}
