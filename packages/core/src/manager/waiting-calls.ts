import { callTimedOut, tooManyCalls } from '../errors/plugin-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { Undo } from '../lifetime/scope.ts'

/** How long a call waits for its plugin, in milliseconds. */
const longest = 30_000
/** How many calls wait for one plugin. */
const most = 1000

/** The call of a method. */
export interface MethodRequest {
  readonly pluginId: string
  readonly method: string
  /** Whether the plugin is on its way up. */
  readonly underWay: () => boolean
  /** Makes the call. May throw. */
  readonly make: () => Promise<unknown>
}

/** Calls of methods whose plugins are on their way up. They are made in the order they came. */
export class WaitingCalls {
  readonly #clock: Clock
  readonly #subscribe: (listener: () => void) => Undo
  readonly #counts = new Map<string, number>()

  /** `subscribe` tells of all that may end the waiting: first those who came first. */
  constructor(clock: Clock, subscribe: (listener: () => void) => Undo) {
    this.#clock = clock
    this.#subscribe = subscribe
  }

  /** Makes the call as soon as the plugin is no longer under way. @throws GK_METHOD_TIMED_OUT, GK_METHOD_QUEUE_FULL */
  async call(request: MethodRequest): Promise<unknown> {
    if (!request.underWay()) return request.make()
    const { pluginId, method } = request
    const count = this.#counts.get(pluginId) ?? 0
    if (count >= most) throw tooManyCalls(pluginId, method, most)
    this.#counts.set(pluginId, count + 1)
    return this.#later(request)
  }

  #later({ pluginId, method, underWay, make }: MethodRequest): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const end = (): void => {
        unsubscribe()
        cancel()
        this.#left(pluginId)
      }
      const cancel = this.#clock.after(longest, () => {
        end()
        reject(callTimedOut(pluginId, method, longest))
      })
      const unsubscribe = this.#subscribe(() => {
        if (underWay()) return
        end()
        // At once: when it is told of the end of its waiting, the plugin may be under way again.
        new Promise((made) => made(make())).then(resolve, reject)
      })
    })
  }

  #left(pluginId: string): void {
    const left = (this.#counts.get(pluginId) ?? 1) - 1
    if (left > 0) this.#counts.set(pluginId, left)
    else this.#counts.delete(pluginId)
  }
}
