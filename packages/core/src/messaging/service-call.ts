import { contextClosed } from '../errors/context-errors.ts'
import { Scope, type Undo } from '../lifetime/scope.ts'

/** What is called, and by whom. */
export interface CallDetails {
  readonly from: string
  /** Of the plugin that calls: when it closes, nobody waits for the result. */
  readonly scope: Scope
  readonly owner: string
  readonly name: string
  readonly method: string
}

/** One call of a service, until it has a result or was given up. Only its first end counts. */
export class ServiceCall {
  readonly details: CallDetails
  readonly #resolve: (result: unknown) => void
  readonly #reject: (error: unknown) => void
  readonly #wait = new Scope()

  constructor(details: CallDetails, resolve: (result: unknown) => void, reject: (error: unknown) => void) {
    this.details = details
    this.#resolve = resolve
    this.#reject = reject
    const { from, scope, name, method } = details
    const tornDown = (): void => {
      // Also called when the result has come; an error made for nothing would cost more than all the rest.
      if (!this.ended) this.fail(contextClosed(from, `${name}.${method}`))
    }
    this.onEnd(scope.add(tornDown))
  }

  get ended(): boolean {
    return this.#wait.closed
  }

  /** To be undone when the call ends, however it does. */
  onEnd(release: Undo): void {
    this.#wait.add(release)
  }

  succeed(result: unknown): void {
    this.#resolve(result)
    this.#wait.close()
  }

  fail(error: unknown): void {
    this.#reject(error)
    this.#wait.close()
  }
}
