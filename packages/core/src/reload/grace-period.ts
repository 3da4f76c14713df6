import type { PluginErrorPayload } from '../definition/events.ts'
import { isOwnFault } from '../manager/own-fault.ts'
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

/** Whether a new version did something wrong. To be slowed down is no crash. */
function isCrash(failure: PluginErrorPayload): boolean {
  return isOwnFault(failure) && failure.code !== 'GK_RATE_LIMITED'
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
      onFailure((failure, error) => {
        if (failure.pluginId !== instance.id || this.#watch.closed || !isCrash(failure)) return
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
