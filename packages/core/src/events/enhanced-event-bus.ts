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
import { isEventPattern, isEventType, matches } from './event-pattern.ts'
import { waitForEvent } from './event-wait.ts'

/** How deep events may cause events before the chain is taken for a cycle and cut. */
const deepest = 100
/** Events deeper than this are counted, because each may cause several: such a cycle would never get to the deepest. */
const deep = 10
const mostDeepEvents = 1000
const defaultPriority = 100
/** Plugins may make up types without end; beyond this many, who handles which is found out anew. */
const mostKnownTypes = 1000

interface Subscription {
  readonly pattern: string
  readonly handler: (event: GridKitEvent) => unknown
  readonly priority: number
  readonly owner: string | undefined
  readonly undo: Undo
}

/** An event, and the one whose handler emitted it. */
interface Emission {
  readonly event: GridKitEvent
  readonly depth: number
  readonly cause: Emission | undefined
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
  readonly #subscriptions = new Set<Subscription>()
  readonly #byType = new Map<string, readonly Subscription[]>()
  readonly #waits = new Set<Undo>()
  readonly #ids = new EventIds()
  readonly #clock: Clock
  readonly #report: Report
  readonly #history: EventHistory | undefined
  /** Events emitted by handlers, each until it was delivered and those it caused are queued. */
  readonly #queue: Emission[] = []
  /** What is being delivered. An emission is only made of it when it causes another. */
  #event: GridKitEvent | undefined
  #emission: Emission | undefined
  #deepEvents = 0

  constructor(clock: Clock, report: Report, { history = 0 }: EventBusOptions = {}) {
    this.#clock = clock
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
    if (owner === undefined) return this.#subscriptions.size
    return [...this.#subscriptions].filter((subscription) => subscription.owner === owner).length
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
      if (this.#subscriptions.delete(subscription)) this.#byType.clear()
    }
    const run = handler as Subscription['handler']
    const subscription: Subscription = {
      pattern,
      priority: options.priority ?? defaultPriority,
      owner,
      handler: options.once ? once(run, undo) : run,
      undo,
    }
    options.signal?.addEventListener('abort', undo)
    this.#subscriptions.add(subscription)
    this.#byType.clear()
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
   * event is being delivered: then right after that one.
   *
   * @throws GK_INVALID_EVENT_TYPE for a type that is not `noun:verb`.
   */
  emit<TType extends string>(input: EmitInput<TType>): void {
    const handlers = this.#handlersOf(input.type)
    // During an emit there may be handlers by the time this event gets its turn.
    if (this.#event !== undefined) return this.#enqueue(this.#eventOf(input), this.#event)
    if (handlers.length === 0 && this.#history === undefined) return
    this.#deliver(this.#eventOf(input), handlers)
    if (this.#queue.length > 0) this.#drain()
    this.#event = undefined
  }

  /** Forgets every subscription, and ends those who wait. What is in the history stays. */
  clear(): void {
    for (const { undo } of this.#subscriptions) undo()
    for (const end of this.#waits) end()
  }

  #enqueue(event: GridKitEvent, from: GridKitEvent): void {
    const cause = (this.#emission ??= { event: from, depth: 0, cause: undefined })
    const emission = { event, depth: cause.depth + 1, cause }
    if (this.#isTooDeep(emission)) this.#cut(emission)
    else this.#queue.push(emission)
  }

  #drain(): void {
    // Grows while it is walked.
    for (const emission of this.#queue) {
      this.#emission = emission
      this.#deliver(emission.event, this.#handlersOf(emission.event.type))
    }
    this.#queue.length = 0
    this.#emission = undefined
    this.#deepEvents = 0
  }

  #isTooDeep({ depth, event: { type } }: Emission): boolean {
    // One level more, so that a cut can be told; what that causes is cut in its turn.
    if (type === 'plugin:error') return depth > deepest + 1
    if (depth > deep) this.#deepEvents += 1
    return depth > deepest || this.#deepEvents > mostDeepEvents
  }

  #deliver(event: GridKitEvent, handlers: readonly Subscription[]): void {
    this.#event = event
    this.#history?.add(event)
    for (const { handler, owner } of handlers) {
      try {
        const result = handler(event)
        if (isThenable(result)) this.#watch(result, owner, event)
      } catch (error) {
        this.#fail(owner, event, error)
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
    for (let at: Emission | undefined = emission; at && types.length < 10; at = at.cause) {
      types.unshift(at.event.type)
      if (types.length > 1 && at.event.type === emission.event.type) break
    }
    const { source, type } = emission.event
    const pluginId = source === 'api' || source === 'user' ? undefined : source
    this.#report({ pluginId, phase: `emit of '${type}'`, error: eventCycle(types, emission.depth) })
  }

  #eventOf<TType extends string>(input: EmitInput<TType>): GridKitEvent {
    const { type, payload, source = 'api', operationId } = input
    const id = this.#ids.next()
    const timestamp = this.#clock.now()
    freeze(payload)
    // Two literals, so that each has one shape, and nothing is copied.
    return Object.freeze(
      operationId === undefined
        ? { type, payload, id, timestamp, source }
        : { type, payload, id, timestamp, source, operationId },
    )
  }

  #handlersOf(type: string): readonly Subscription[] {
    const known = this.#byType.get(type)
    if (known) return known
    if (!isEventType(type)) throw invalidEventType(type)
    const found = [...this.#subscriptions]
      .filter(({ pattern }) => matches(pattern, type))
      .sort((a, b) => b.priority - a.priority)
    if (this.#byType.size >= mostKnownTypes) this.#byType.clear()
    this.#byType.set(type, found)
    return found
  }
}

function once(handler: Subscription['handler'], undo: Undo): Subscription['handler'] {
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
