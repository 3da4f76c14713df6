import { eventCycle, invalidEventType } from '../errors/event-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { Undo } from '../lifetime/scope.ts'
import { isThenable } from '../lifetime/thenable.ts'
import type {
  EventHandler,
  EventPattern,
  GridKitEvent,
  PayloadOf,
  SubscribeOptions,
} from '../definition/events.ts'
import type { OperationSource } from '../definition/operations.ts'
import type { Report } from '../definition/signal.ts'

/** How deep events may cause events before the chain is taken for a cycle and cut. */
const deepest = 100
/** Events deeper than this are counted, because each may cause several: such a cycle would never get to the deepest. */
const deep = 10
const mostDeepEvents = 1000
const defaultPriority = 100
const typePattern = /^([^\s*]+\/)?[a-z][a-z0-9-]*:[a-z][a-z0-9-]*$/
const subscriptionPattern = /^(\*|([^\s*]+\/)?[a-z][a-z0-9-]*:(\*|[a-z][a-z0-9-]*))$/

interface Subscription {
  readonly pattern: string
  readonly handler: (event: GridKitEvent) => unknown
  readonly priority: number
  readonly owner: string | undefined
}

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

/**
 * Delivers events in order: by priority, then by registration, each event
 * before those it causes (breadth first), each handler isolated from the rest.
 */
export class EnhancedEventBus {
  readonly #subscriptions = new Set<Subscription>()
  readonly #byType = new Map<string, readonly Subscription[]>()
  readonly #queue: Emission[] = []
  readonly #clock: Clock
  readonly #report: Report
  #current: Emission | undefined
  #deepEvents = 0
  #lastId = 0

  constructor(clock: Clock, report: Report) {
    this.#clock = clock
    this.#report = report
  }

  /** How many subscriptions there are, of one owner or of all. */
  count(owner?: string): number {
    if (owner === undefined) return this.#subscriptions.size
    return [...this.#subscriptions].filter((subscription) => subscription.owner === owner).length
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
    if (!subscriptionPattern.test(pattern)) throw invalidEventType(pattern)
    if (options.signal?.aborted) return () => {}
    const undo = (): void => {
      options.signal?.removeEventListener('abort', undo)
      if (this.#subscriptions.delete(subscription)) this.#byType.clear()
    }
    const subscription: Subscription = {
      pattern,
      priority: options.priority ?? defaultPriority,
      owner,
      handler: options.once
        ? once(handler as Subscription['handler'], undo)
        : (handler as Subscription['handler']),
    }
    options.signal?.addEventListener('abort', undo)
    this.#subscriptions.add(subscription)
    this.#byType.clear()
    return undo
  }

  /**
   * Delivers an event to everyone subscribed, before it returns, unless another
   * event is being delivered: then right after that one.
   *
   * @throws GK_INVALID_EVENT_TYPE for a type that is not `noun:verb`.
   */
  emit<TType extends string>(input: EmitInput<TType>): void {
    const cause = this.#current
    // During an emit there may be handlers by the time this event gets its turn.
    if (this.#handlersOf(input.type).length === 0 && cause === undefined) return
    const emission = { event: this.#eventOf(input), depth: cause ? cause.depth + 1 : 0, cause }
    if (this.#isTooDeep(emission)) return this.#cut(emission)
    this.#queue.push(emission)
    if (cause === undefined) this.#drain()
  }

  /** Forgets every subscription. */
  clear(): void {
    this.#subscriptions.clear()
    this.#byType.clear()
  }

  #drain(): void {
    for (let next = this.#queue.shift(); next !== undefined; next = this.#queue.shift()) {
      this.#current = next
      this.#deliver(next.event)
    }
    this.#current = undefined
    this.#deepEvents = 0
  }

  #isTooDeep({ depth, event: { type } }: Emission): boolean {
    // One level more, so that a cut can be told; what that causes is cut in its turn.
    if (type === 'plugin:error') return depth > deepest + 1
    if (depth > deep) this.#deepEvents += 1
    return depth > deepest || this.#deepEvents > mostDeepEvents
  }

  #deliver(event: GridKitEvent): void {
    const handlers = this.#handlersOf(event.type)
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
    this.#lastId += 1
    freeze(payload)
    const event = { type, payload, id: `event-${this.#lastId}`, timestamp: this.#clock.now(), source }
    return Object.freeze(operationId === undefined ? event : { ...event, operationId })
  }

  #handlersOf(type: string): readonly Subscription[] {
    const known = this.#byType.get(type)
    if (known) return known
    if (!typePattern.test(type)) throw invalidEventType(type)
    const found = [...this.#subscriptions]
      .filter(({ pattern }) => matches(pattern, type))
      .sort((a, b) => b.priority - a.priority)
    this.#byType.set(type, found)
    return found
  }
}

function matches(pattern: string, type: string): boolean {
  if (pattern === '*' || pattern === type) return true
  return pattern.endsWith(':*') && type.startsWith(pattern.slice(0, -1))
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

/** Views of bytes can't be frozen, and throw. */
function freeze(payload: unknown): void {
  if (!ArrayBuffer.isView(payload)) Object.freeze(payload)
}
