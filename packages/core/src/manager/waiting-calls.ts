import { callTimedOut, tooManyCalls } from '../errors/plugin-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { Undo } from '../lifetime/scope.ts'

/** How long a call waits for its plugin, in milliseconds. */
const longest = 30_000
/** How many calls wait for one plugin. */
const most = 1000

/** Calls of methods whose plugins are on their way up. */
export class WaitingCalls {
  readonly #clock: Clock
  readonly #subscribe: (listener: () => void) => Undo
  readonly #counts = new Map<string, number>()

  /** `subscribe` tells of all that may end the waiting. */
  constructor(clock: Clock, subscribe: (listener: () => void) => Undo) {
    this.#clock = clock
    this.#subscribe = subscribe
  }

  /** Waits as long as `underWay`. @throws GK_METHOD_TIMED_OUT, GK_METHOD_QUEUE_FULL */
  async wait(pluginId: string, method: string, underWay: () => boolean): Promise<void> {
    if (!underWay()) return
    const count = this.#counts.get(pluginId) ?? 0
    if (count >= most) throw tooManyCalls(pluginId, method, most)
    this.#counts.set(pluginId, count + 1)
    try {
      await this.#settled(pluginId, method, underWay)
    } finally {
      const left = (this.#counts.get(pluginId) ?? 1) - 1
      if (left > 0) this.#counts.set(pluginId, left)
      else this.#counts.delete(pluginId)
    }
  }

  #settled(pluginId: string, method: string, underWay: () => boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        unsubscribe()
        cancel()
      }
      const cancel = this.#clock.after(longest, () => {
        end()
        reject(callTimedOut(pluginId, method, longest))
      })
      const unsubscribe = this.#subscribe(() => {
        if (underWay()) return
        end()
        resolve()
      })
    })
  }
}
