import { eventCycle, invalidEventType } from '../errors/event-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { Undo } from '../lifetime/scope.ts'
import { isThenable } from '../lifetime/thenable.ts'
import type {
  EventFor,
  EventHandler,
  EventPattern,
  GridKitEvent,
  PayloadOf,
  SubscribeOptions,
  WaitOptions,
} from '../definition/events.ts'
import type { OperationSource } from '../definition/operations.ts'
import type { Report } from '../definition/signal.ts'
import { EventHistory } from './event-history.ts'
import { EventIds } from './event-ids.ts'
import { isEventPattern } from './event-pattern.ts'
import { EventRoutes, type Route, type RunHandler, type Subscription } from './event-routes.ts'
import { EventTime } from './event-time.ts'
import { waitForEvent } from './event-wait.ts'

/** How deep events may cause events before the chain is taken for a cycle and cut. */
const deepest = 100
/** Events deeper than this are counted, because each may cause several: such a cycle would never get to the deepest. */
const deep = 10
const mostDeepEvents = 1000
const defaultPriority = 100

/** The type of an event, and what caused it: the event whose handler emitted it. */
interface Cause {
  readonly type: string
  readonly depth: number
  readonly cause: Cause | undefined
}

interface Emission extends Cause {
  readonly event: GridKitEvent
}

/** What {@link EnhancedEventBus.emit} takes; the bus adds the id and the time. */
export interface EmitInput<TType extends string = string> {
  readonly type: TType
  readonly payload: PayloadOf<TType>
  /** Default `'api'`. */
  readonly source?: OperationSource
  readonly operationId?: string | undefined
}

/** How a bus is set up. */
export interface EventBusOptions {
  /** How many of the latest events {@link EnhancedEventBus.history} keeps. Default 0. */
  readonly history?: number | undefined
}

/**
 * Delivers events in order: by priority, then by registration, each event
 * before those it causes (breadth first), each handler isolated from the rest.
 */
export class EnhancedEventBus {
  readonly #routes = new EventRoutes()
  readonly #waits = new Set<Undo>()
  readonly #ids = new EventIds()
  readonly #time: EventTime
  readonly #clock: Clock
  readonly #report: Report
  readonly #history: EventHistory | undefined
  /** Events emitted by handlers, each until it was delivered and those it caused are queued. */
  readonly #queue: Emission[] = []
  /** The type of the event that was emitted from outside. Not the event: new objects are slow to store in old. */
  #delivering: string | undefined
  /** What is being delivered, where it was caused or causes another. */
  #cause: Cause | undefined
  #deepEvents = 0

  constructor(clock: Clock, report: Report, { history = 0 }: EventBusOptions = {}) {
    this.#clock = clock
    this.#time = new EventTime(clock)
    this.#report = (signal) => {
      try {
        report(signal)
      } catch {
        // Nobody is left to tell, and the other handlers must run.
      }
    }
    this.#history = history > 0 ? new EventHistory(history) : undefined
  }

  /** How many subscriptions there are, of one owner or of all. */
  count(owner?: string): number {
    return this.#routes.count(owner)
  }

  /** The latest events, oldest first; none unless the host was told to keep some. For tools. */
  history(): readonly GridKitEvent[] {
    return this.#history?.list() ?? []
  }

  /**
   * Subscribes to a type, a noun (`row:*`) or everything (`*`). A handler added
   * or removed during an emit takes part, or no longer does, from the next one.
   *
   * @throws GK_INVALID_EVENT_TYPE for a pattern no event can match.
   */
  on<TPattern extends EventPattern>(
    pattern: TPattern,
    handler: EventHandler<TPattern>,
    options: SubscribeOptions = {},
    owner?: string,
  ): Undo {
    if (!isEventPattern(pattern)) throw invalidEventType(pattern)
    if (options.signal?.aborted) return () => {}
    const undo = (): void => {
      options.signal?.removeEventListener('abort', undo)
      this.#routes.delete(subscription)
    }
    const run = handler as RunHandler
    const subscription: Subscription = {
      pattern,
      priority: options.priority ?? defaultPriority,
      owner,
      handler: options.once ? once(run, undo) : run,
      undo,
    }
    options.signal?.addEventListener('abort', undo)
    this.#routes.add(subscription)
    return undo
  }

  /**
   * Resolves with the next event of a type or pattern that passes the predicate; for tests.
   * Rejects with what the predicate throws.
   *
   * @throws GK_EVENT_TIMED_OUT, GK_INVALID_EVENT_TYPE; GK_EVENT_WAIT_ENDED when the
   *   signal aborts or the bus is cleared.
   */
  waitFor<TPattern extends EventPattern>(
    pattern: TPattern,
    predicate: (event: EventFor<TPattern>) => boolean = () => true,
    options: WaitOptions = {},
  ): Promise<EventFor<TPattern>> {
    const on = (handler: (event: GridKitEvent) => void): Undo => this.on(pattern, handler)
    const rooms = { clock: this.#clock, waits: this.#waits, on }
    const passes = predicate as (event: GridKitEvent) => boolean
    return waitForEvent(rooms, pattern, passes, options) as Promise<EventFor<TPattern>>
  }

  /**
   * Delivers an event to everyone subscribed, before it returns, unless another
   * event is being delivered: then right after that one. The event is frozen. Its payload is, too, before
   * anyone sees it, when it comes from a plugin, goes to one, has to wait, or is kept in the history; what
   * the application emits for itself alone stays as it is.
   *
   * @throws GK_INVALID_EVENT_TYPE for a type that is not `noun:verb`.
   */
  emit<TType extends string>(input: EmitInput<TType>): void {
    const route = this.#routes.of(input.type)
    // During an emit there may be handlers by the time this event gets its turn.
    if (this.#delivering !== undefined) return this.#enqueue(this.#eventOf(input, true), this.#delivering)
    if (route.handlers.length === 0 && this.#history === undefined) return
    const event = this.#eventOf(input, route.owned)
    this.#delivering = event.type
    this.#deliver(event, route)
    if (this.#queue.length > 0) this.#drain()
    this.#delivering = undefined
  }

  /** Forgets every subscription, and ends those who wait. What is in the history stays. */
  clear(): void {
    for (const { undo } of this.#routes.all()) undo()
    for (const end of this.#waits) end()
  }

  #enqueue(event: GridKitEvent, outermost: string): void {
    const cause = (this.#cause ??= { type: outermost, depth: 0, cause: undefined })
    const emission = { event, type: event.type, depth: cause.depth + 1, cause }
    if (this.#isTooDeep(emission)) this.#cut(emission)
    else this.#queue.push(emission)
  }

  #drain(): void {
    // Grows while it is walked.
    for (const emission of this.#queue) {
      this.#cause = emission
      this.#deliver(emission.event, this.#routes.of(emission.type))
    }
    this.#queue.length = 0
    this.#cause = undefined
    this.#deepEvents = 0
  }

  #isTooDeep({ depth, type }: Emission): boolean {
    // One level more, so that a cut can be told; what that causes is cut in its turn.
    if (type === 'plugin:error') return depth > deepest + 1
    if (depth > deep) this.#deepEvents += 1
    return depth > deepest || this.#deepEvents > mostDeepEvents
  }

  #deliver(event: GridKitEvent, route: Route): void {
    const { handlers } = route
    this.#history?.add(event)
    for (let at = 0; at < handlers.length; at += 1) {
      // Called by a name of its own, a handler gets no `this`.
      const handler = handlers[at] as RunHandler
      try {
        const result = handler(event)
        if (result !== undefined && isThenable(result)) this.#watch(result, route.owners[at], event)
      } catch (error) {
        this.#fail(route.owners[at], event, error)
      }
    }
  }

  #watch(result: PromiseLike<unknown>, owner: string | undefined, event: GridKitEvent): void {
    result.then(undefined, (error: unknown) => this.#fail(owner, event, error))
  }

  #fail(pluginId: string | undefined, event: GridKitEvent, error: unknown): void {
    this.#report({ pluginId, phase: `handler of '${event.type}'`, error })
  }

  #cut(emission: Emission): void {
    const types: string[] = []
    for (let at: Cause | undefined = emission; at && types.length < 10; at = at.cause) {
      types.unshift(at.type)
      if (types.length > 1 && at.type === emission.type) break
    }
    const { source, type } = emission.event
    const pluginId = isPlugin(source) ? source : undefined
    this.#report({ pluginId, phase: `emit of '${type}'`, error: eventCycle(types, emission.depth) })
  }

  #eventOf<TType extends string>(input: EmitInput<TType>, freezesPayload: boolean): GridKitEvent {
    const { type, payload, source = 'api', operationId } = input
    const id = this.#ids.next()
    const timestamp = this.#time.next()
    if (freezesPayload || isPlugin(source) || this.#history !== undefined) freeze(payload)
    // Two literals, so that each has one shape, and nothing is copied.
    return Object.freeze(
      operationId === undefined
        ? { type, payload, id, timestamp, source }
        : { type, payload, id, timestamp, source, operationId },
    )
  }
}

function isPlugin(source: OperationSource): boolean {
  return source !== 'api' && source !== 'user'
}

function once(handler: RunHandler, undo: Undo): RunHandler {
  let called = false
  return (event) => {
    if (called) return undefined
    called = true
    undo()
    return handler(event)
  }
}

function freeze(payload: unknown): void {
  if (typeof payload !== 'object' || payload === null) return
  try {
    Object.freeze(payload)
  } catch {
    // Views of bytes can't be frozen.
  }
}
