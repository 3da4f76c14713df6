import { contextClosed } from '../errors/context-errors.ts'
import { GridKitError } from '../errors/gridkit-error.ts'
import type { Clock } from '../lifetime/clock.ts'
import { withDeadline, type Outcome } from '../lifetime/deadline.ts'
import { isThenable } from '../lifetime/thenable.ts'
import type { PermissionRegistry } from '../permissions/permission-registry.ts'
import type { Report } from '../definition/signal.ts'
import type { Scope } from '../lifetime/scope.ts'

/** What a guard asks and tells. */
export interface GuardRooms {
  readonly permissions: PermissionRegistry
  readonly clock: Clock
  readonly report: Report
}

/**
 * The only door into and out of one plugin's code. Each crossing goes the same
 * way: is the plugin still there, has it the right, the call itself, the report.
 */
export class Guard {
  readonly #pluginId: string
  readonly #scope: Scope
  readonly #permissions: PermissionRegistry
  readonly #clock: Clock
  readonly #report: Report

  constructor(pluginId: string, scope: Scope, { permissions, clock, report }: GuardRooms) {
    this.#pluginId = pluginId
    this.#scope = scope
    this.#permissions = permissions
    this.#clock = clock
    this.#report = report
  }

  /** A call from the plugin to its host. @throws GK_CONTEXT_CLOSED, GK_PERMISSION_DENIED */
  out<T>(member: string, permission: string | undefined, call: () => T): T {
    if (this.#scope.closed) throw contextClosed(this.#pluginId, member)
    if (permission !== undefined) this.#permissions.require(this.#pluginId, permission)
    return call()
  }

  /** Wraps a callback nobody waits for: it never throws or rejects, and is silent once the plugin is gone. */
  callback<TParameters extends readonly unknown[]>(
    phase: (...parameters: TParameters) => string,
    run: (...parameters: TParameters) => unknown,
  ): (...parameters: TParameters) => void {
    return (...parameters) => {
      if (this.#scope.closed) return
      try {
        const result = run(...parameters)
        if (isThenable(result))
          result.then(undefined, (error: unknown) => this.#fail(phase(...parameters), error))
      } catch (error) {
        this.#fail(phase(...parameters), error)
      }
    }
  }

  /**
   * Wraps a call whose outcome the caller waits for: failures are passed on.
   * A `GridKitError` is the plugin's considered answer, such as that the user
   * cancelled; anything else is a fault, and reported.
   */
  async answer<T>(phase: string, run: () => T | PromiseLike<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      if (!(error instanceof GridKitError)) this.#fail(phase, error)
      throw error
    }
  }

  /** A phase of the plugin's life: at most `milliseconds`, if given, or until `signal` aborts. Never rejects. */
  phase(
    milliseconds: number | undefined,
    signal: AbortSignal | undefined,
    run: () => unknown,
  ): Promise<Outcome<unknown>> {
    return withDeadline(this.#clock, milliseconds, signal, run)
  }

  #fail(phase: string, error: unknown): void {
    this.#report({ pluginId: this.#pluginId, phase, error })
  }
}
