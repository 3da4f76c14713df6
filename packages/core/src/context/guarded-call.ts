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
  /** Whether calls that work are to be told. */
  onTrial = false
  readonly #owner: GuardOwner
  readonly #rooms: GuardRooms
  /** Asynchronous calls into the plugin that have not ended. */
  #pending = 0
  readonly #idle = new Set<() => void>()
  /** While the plugin is being replaced: what is to be called when it goes on after all. */
  #held: (() => void)[] | undefined

  constructor(owner: GuardOwner, rooms: GuardRooms) {
    this.#owner = owner
    this.#rooms = rooms
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
      meter.take(member)
      if (this.suspended) throw pluginSuspended(pluginId, member)
    }
    return call()
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
        if (this.onTrial) this.#owner.succeeded()
      } catch (error) {
        this.#fail(phase(input), error, handler)
      }
    }
  }

  /** As {@link callback}, of what need not be called at once: it waits where the plugin takes too much time, or is being replaced. */
  later<TInput>(
    handler: string,
    run: (input: TInput) => unknown,
    phase: (input: TInput) => string = () => handler,
  ): (input: TInput) => void {
    const call = this.callback(handler, run, phase)
    return (input) => {
      if (this.#held) this.#held.push(() => call(input))
      else if (this.#owner.meter.throttled) void this.#owner.meter.pause().then(() => call(input))
      else call(input)
    }
  }

  /**
   * Wraps a call whose outcome the caller waits for: failures are passed on.
   * A `GridKitError` is the plugin's considered answer, such as that the user
   * cancelled; anything else is a fault, and reported.
   *
   * @throws GK_PLUGIN_SUSPENDED; what the plugin throws
   */
  async answer<T>(phase: string, run: () => T | PromiseLike<T>): Promise<T> {
    const { meter, pluginId } = this.#owner
    if (meter.throttled && !this.suspended) await meter.pause()
    if (this.suspended) throw pluginSuspended(pluginId, phase)
    this.#pending += 1
    try {
      const answer = await this.measure(phase, run)
      if (this.onTrial) this.#owner.succeeded()
      return answer
    } catch (error) {
      if (!(error instanceof GridKitError)) this.#fail(phase, error)
      throw error
    } finally {
      this.#ended()
    }
  }

  /**
   * Calls the plugin where it may have a say and nobody depends on it: what it returns, or `undefined` when it
   * throws or is suspended. A promise of it never rejects. Failures are reported.
   */
  attempt(phase: string, run: () => unknown): unknown {
    if (this.#owner.scope.closed || this.suspended) return undefined
    try {
      const result = this.measure(phase, run)
      if (this.onTrial) this.#owner.succeeded()
      if (!isThenable(result)) return result
      return this.#follow(result, (error) => this.#fail(phase, error))
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

  /** From now on, what can wait does, until {@link release}. */
  hold(): void {
    this.#held ??= []
  }

  /** Calls what waited. */
  release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    for (const call of held) call()
  }

  /** Resolves when no asynchronous call into the plugin is under way, and after `milliseconds` at the latest. */
  async settled(milliseconds: number): Promise<void> {
    if (this.#pending === 0) return
    let resolve = (): void => {}
    await this.phase(
      milliseconds,
      undefined,
      () => new Promise<void>((done) => this.#idle.add((resolve = done))),
    )
    this.#idle.delete(resolve)
  }

  async #follow(result: PromiseLike<unknown>, failed: (error: unknown) => void): Promise<unknown> {
    this.#pending += 1
    try {
      return await result
    } catch (error) {
      failed(error)
      return undefined
    } finally {
      this.#ended()
    }
  }

  #ended(): void {
    this.#pending -= 1
    if (this.#pending > 0) return
    for (const resolve of this.#idle) resolve()
  }

  #fail(phase: string, error: unknown, handler = phase): void {
    const { pluginId, scope, profile } = this.#owner
    profile.probe(handler).failed()
    this.#rooms.report(scope.closed ? { pluginId, phase, error, late: true } : { pluginId, phase, error })
  }
}
