import type { ServiceOptions } from '../definition/services.ts'
import type { Report } from '../definition/signal.ts'
import { serviceExists, serviceGone, serviceTimedOut } from '../errors/service-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { Scope, Undo } from '../lifetime/scope.ts'
import { DeliveryLine } from './delivery-line.ts'
import { ExportedService, type GuardCall } from './exported-service.ts'
import { copyOf } from './message-copy.ts'
import { ServiceCall, type CallDetails } from './service-call.ts'
import { createServiceHandle } from './service-handle.ts'

export type { GuardCall }

/** How long a call waits for its exporter to be reloaded, and then for its answer, in milliseconds. */
const longestWait = 30_000

/** A plugin that uses a service. */
export interface ServiceConsumer {
  readonly pluginId: string
  /** When it closes, nobody waits for results. */
  readonly scope: Scope
  /** Lets a call out of the plugin, or throws when it has no right to it. */
  readonly out: <T>(call: () => T) => T
}

/** The services of one plugin, and the calls on their way to them. */
interface Counter {
  readonly line: DeliveryLine
  readonly services: Map<string, ExportedService>
}

/**
 * The services that the plugins of one host offer each other. Parameters and
 * results are copied as messages are, and each call is made in a microtask of
 * its own, in the order of calling.
 */
export class ServiceBoard {
  /** Of those that export something or are held. */
  readonly #counters = new Map<string, Counter>()
  /** By consumer, and gone with it. */
  readonly #handles = new WeakMap<Scope, Map<string, object>>()
  readonly #clock: Clock
  readonly #report: Report

  /** @param report Told of calls that an exporter did not answer in time. */
  constructor(clock: Clock, report: Report) {
    this.#clock = clock
    this.#report = report
  }

  /** How many calls wait for a plugin: for their turn, or its answer. */
  countFor(owner: string): number {
    const { line, services } = this.#counters.get(owner) ?? {}
    const exported = [...(services?.values() ?? [])]
    return exported.reduce((count, { unanswered }) => count + unanswered, line?.waiting ?? 0)
  }

  /**
   * Offers the methods that the service has now. The undo fails the calls it has
   * not answered with GK_SERVICE_GONE.
   *
   * @throws GK_SERVICE_EXISTS, GK_SERVICE_INVALID
   */
  export(
    owner: string,
    name: string,
    service: object,
    guardCall: GuardCall,
    { timeout: milliseconds = longestWait }: ServiceOptions = {},
  ): Undo {
    if (this.#counters.get(owner)?.services.has(name)) throw serviceExists(owner, name)
    const limit = { milliseconds, clock: this.#clock, report: this.#report }
    const exported = new ExportedService(owner, name, service, guardCall, limit)
    const counter = this.#counterOf(owner)
    counter.services.set(name, exported)
    return () => {
      if (counter.services.get(name) !== exported) return
      counter.services.delete(name)
      exported.close()
      this.#tidy(owner, counter)
    }
  }

  /** The handle of a service, whether anybody exports it now or not; the same one each time. */
  import(consumer: ServiceConsumer, owner: string, name: string): object {
    const handles = this.#handles.get(consumer.scope) ?? new Map<string, object>()
    this.#handles.set(consumer.scope, handles)
    const key = JSON.stringify([owner, name])
    const handle = handles.get(key) ?? this.#createHandle(consumer, owner, name)
    handles.set(key, handle)
    return handle
  }

  /**
   * Until the undo is called, calls of the plugin's services wait, at most 30 seconds
   * each; then they go, in order, to what it exports by then.
   */
  hold(owner: string): Undo {
    const counter = this.#counterOf(owner)
    const release = counter.line.hold()
    return () => {
      release()
      this.#tidy(owner, counter)
    }
  }

  #createHandle({ pluginId: from, scope, out }: ServiceConsumer, owner: string, name: string): object {
    return createServiceHandle((method, parameters) => {
      const details = { from, scope, owner, name, method }
      const result = (async () => out(() => this.#call(details, parameters)))()
      // A call whose result nobody looks at must not become an unhandled rejection.
      result.catch(() => {})
      return result
    })
  }

  #call(details: CallDetails, parameters: readonly unknown[]): Promise<unknown> {
    const { from, owner, name, method } = details
    const counter = this.#counters.get(owner)
    const there = counter?.services.has(name) === true || counter?.line.held === true
    if (counter === undefined || !there) throw serviceGone(from, owner, name)
    const copy = copyOf(parameters, from, `parameters of ${method}`) as readonly unknown[]
    return new Promise((resolve, reject) => {
      this.#deliver(counter, new ServiceCall(details, resolve, reject), copy)
    })
  }

  #deliver({ line, services }: Counter, call: ServiceCall, parameters: readonly unknown[]): void {
    const { from, owner, name, method } = call.details
    const cancel = this.#clock.after(longestWait, () =>
      call.fail(serviceTimedOut(from, owner, name, method, longestWait, true)),
    )
    call.onEnd(cancel)
    line.add(() => {
      cancel()
      if (call.ended) return
      const exported = services.get(name)
      if (exported === undefined) call.fail(serviceGone(from, owner, name))
      else exported.answer(call, parameters)
    })
  }

  #counterOf(owner: string): Counter {
    const counter = this.#counters.get(owner) ?? { line: new DeliveryLine(), services: new Map() }
    this.#counters.set(owner, counter)
    return counter
  }

  /** Calls on their way to a counter that is dropped find it empty, and fail. */
  #tidy(owner: string, counter: Counter): void {
    if (counter.services.size > 0 || counter.line.held) return
    if (this.#counters.get(owner) === counter) this.#counters.delete(owner)
  }
}
