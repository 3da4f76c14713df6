import { contextClosed } from '../errors/context-errors.ts'
import { GridKitError } from '../errors/gridkit-error.ts'
import { pluginSuspended } from '../errors/plugin-errors.ts'
import type { PluginProfile } from '../profiling/profiler.ts'
import type { Clock } from '../lifetime/clock.ts'
import { withDeadline, type Outcome } from '../lifetime/deadline.ts'
import { isThenable } from '../lifetime/thenable.ts'
import type { ResourceMeter } from '../limits/resource-monitor.ts'
import type { PermissionRegistry } from '../permissions/permission-registry.ts'
import type { Report } from '../definition/signal.ts'
import type { Scope } from '../lifetime/scope.ts'
import { CallLine } from './call-line.ts'
import type { CallTimer } from './call-timer.ts'

/** What a guard asks and tells. */
export interface GuardRooms {
  readonly permissions: PermissionRegistry
  readonly clock: Clock
  readonly report: Report
  readonly timer: CallTimer
}

/** Whom a guard works for, and who counts what that costs. */
export interface GuardOwner {
  readonly pluginId: string
  readonly scope: Scope
  readonly meter: ResourceMeter
  readonly profile: PluginProfile
  /** Told of each call that worked while the plugin is {@link Guard.onTrial}. */
  readonly succeeded: () => void
}

/**
 * The only door into and out of one plugin's code. Each crossing goes the same
 * way: is the plugin still there, has it the right, is it within its limits, is
 * it suspended, the call itself, the report.
 */
export class Guard {
  /** No call gets in, and none that changes something gets out. */
  suspended = false
  /** Whether the plugin is given what was kept for it: all at once, so that its calls are not counted meanwhile. */
  catchingUp = false
  /** Whether calls that work are to be told. */
  onTrial = false
  /** The calls into the plugin. */
  readonly line: CallLine
  readonly #owner: GuardOwner
  readonly #rooms: GuardRooms

  constructor(owner: GuardOwner, rooms: GuardRooms) {
    this.#owner = owner
    this.#rooms = rooms
    this.line = new CallLine(owner.meter)
  }

  /**
   * A call from the plugin to its host.
   *
   * @param isCounted Whether it reaches others, and so takes of what the plugin may do in a second.
   * @throws GK_CONTEXT_CLOSED, GK_PERMISSION_DENIED, GK_RATE_LIMITED, GK_PLUGIN_SUSPENDED
   */
  out<T>(member: string, permission: string | undefined, call: () => T, isCounted = false): T {
    const { pluginId, scope, meter } = this.#owner
    if (scope.closed) throw contextClosed(pluginId, member)
    if (permission !== undefined) this.#rooms.permissions.require(pluginId, permission)
    if (isCounted) {
      if (!this.catchingUp) meter.take(member)
      this.requireRunning(member)
    }
    return call()
  }

  /** For calls that have an effect elsewhere. @throws GK_PLUGIN_SUSPENDED */
  requireRunning(member: string): void {
    if (this.suspended) throw pluginSuspended(this.#owner.pluginId, member)
  }

  /**
   * Wraps a callback nobody waits for: it never throws or rejects, and is silent once the plugin is gone.
   *
   * @param handler What its figures are listed under.
   * @param phase Where a failure happened. Default: in the handler.
   */
  callback<TInput>(
    handler: string,
    run: (input: TInput) => unknown,
    phase: (input: TInput) => string = () => handler,
  ): (input: TInput) => void {
    const { scope, meter, profile } = this.#owner
    const probe = profile.probe(handler)
    const { timer } = this.#rooms
    return (input) => {
      if (scope.closed || this.suspended) return
      try {
        const result = timer.run(probe, meter, run, input)
        if (result !== undefined && isThenable(result))
          void this.#follow(result, (error) => this.#fail(phase(input), error, handler))
        else this.#succeed()
      } catch (error) {
        this.#fail(phase(input), error, handler)
      }
    }
  }

  /** As {@link callback}, of what need not be called at once: it waits where the plugin takes too much time, or is being replaced. */
  later<TInput>(
    handler: string,
    run: (input: TInput) => unknown,
    phase?: (input: TInput) => string,
  ): (input: TInput) => void {
    const call = this.callback(handler, run, phase)
    return (input) => this.line.add(() => call(input))
  }

  /**
   * Wraps a call whose outcome the caller waits for: failures are passed on.
   * A `GridKitError` is the plugin's considered answer, such as that the user
   * cancelled; anything else is a fault, and reported.
   *
   * @throws GK_PLUGIN_SUSPENDED, GK_CONTEXT_CLOSED; what the plugin throws
   */
  answer<T>(phase: string, run: () => T | PromiseLike<T>): Promise<T> {
    return this.line.follow('answers', () => this.#answer(phase, run))
  }

  /**
   * Calls the plugin where it may have a say and nobody depends on it: what it returns, or `undefined` when it
   * throws or is suspended. A promise of it never rejects. Failures are reported.
   */
  attempt(phase: string, run: () => unknown): unknown {
    if (this.#owner.scope.closed || this.suspended) return undefined
    try {
      const result = this.measure(phase, run)
      if (isThenable(result)) return this.#follow(result, (error) => this.#fail(phase, error))
      this.#succeed()
      return result
    } catch (error) {
      this.#fail(phase, error)
      return undefined
    }
  }

  /** Runs what the plugin passes back to its host, such as an operation that others asked for: not at its expense. */
  outside<T>(run: () => T): T {
    return this.#rooms.timer.outside(run)
  }

  /** Calls the plugin, and adds what that took to its figures. */
  measure<T>(handler: string, run: () => T): T {
    const { meter, profile } = this.#owner
    return this.#rooms.timer.run(profile.probe(handler), meter, run, undefined)
  }

  /** A phase of the plugin's life: at most `milliseconds`, if given, or until `signal` aborts. Never rejects. */
  phase(
    milliseconds: number | undefined,
    signal: AbortSignal | undefined,
    run: () => unknown,
  ): Promise<Outcome<unknown>> {
    return withDeadline(this.#rooms.clock, milliseconds, signal, run)
  }

  /** As `CallLine.settled`. */
  settled(milliseconds: number): Promise<void> {
    const { clock } = this.#rooms
    return this.line.settled(milliseconds, (after, run) => clock.after(after, run))
  }

  async #answer<T>(phase: string, run: () => T | PromiseLike<T>): Promise<T> {
    const { scope, pluginId } = this.#owner
    const pace = this.suspended ? undefined : this.line.pace()
    if (pace) await pace
    if (scope.closed) throw contextClosed(pluginId, phase)
    this.requireRunning(phase)
    try {
      const answer = await this.measure(phase, run)
      this.#succeed()
      return answer
    } catch (error) {
      if (!(error instanceof GridKitError)) this.#fail(phase, error)
      throw error
    }
  }

  #follow(result: PromiseLike<unknown>, failed: (error: unknown) => void): Promise<unknown> {
    return this.line.follow('callbacks', async () => {
      try {
        const value = await result
        this.#succeed()
        return value
      } catch (error) {
        failed(error)
        return undefined
      }
    })
  }

  #succeed(): void {
    if (this.onTrial) this.#owner.succeeded()
  }

  #fail(phase: string, error: unknown, handler = phase): void {
    const { pluginId, scope, profile } = this.#owner
    profile.probe(handler).failed()
    this.#rooms.report(scope.closed ? { pluginId, phase, error, late: true } : { pluginId, phase, error })
  }
}
