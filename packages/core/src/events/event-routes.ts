import type { GridKitEvent } from '../definition/events.ts'
import { invalidEventType } from '../errors/event-errors.ts'
import type { Undo } from '../lifetime/scope.ts'
import { isEventType, matches } from './event-pattern.ts'

/** Plugins may make up types without end; beyond this many, who handles which is found out anew. */
const mostKnownTypes = 1000

export type RunHandler = (event: GridKitEvent) => unknown

export interface Subscription {
  readonly pattern: string
  readonly handler: RunHandler
  readonly priority: number
  /** The plugin it was made for; the application's own have none. */
  readonly owner: string | undefined
  readonly undo: Undo
}

/** Who handles a type, in the order of calling. Never changed: who subscribes makes it be built anew. */
export interface Route {
  readonly handlers: readonly RunHandler[]
  /** Whose they are, place by place. */
  readonly owners: readonly (string | undefined)[]
  /** Whether a plugin is among them. */
  readonly owned: boolean
}

/** Subscriptions, and for each type the way through them, found out once as long as nobody comes or goes. */
export class EventRoutes {
  readonly #subscriptions = new Set<Subscription>()
  readonly #known = new Map<string, Route>()

  add(subscription: Subscription): void {
    this.#subscriptions.add(subscription)
    this.#known.clear()
  }

  delete(subscription: Subscription): void {
    if (this.#subscriptions.delete(subscription)) this.#known.clear()
  }

  all(): Iterable<Subscription> {
    return this.#subscriptions
  }

  /** How many subscriptions there are, of one owner or of all. */
  count(owner: string | undefined): number {
    if (owner === undefined) return this.#subscriptions.size
    return [...this.#subscriptions].filter((subscription) => subscription.owner === owner).length
  }

  /** @throws GK_INVALID_EVENT_TYPE for a type that is not `noun:verb`. */
  of(type: string): Route {
    return this.#known.get(type) ?? this.#find(type)
  }

  #find(type: string): Route {
    if (!isEventType(type)) throw invalidEventType(type)
    const found = [...this.#subscriptions]
      .filter(({ pattern }) => matches(pattern, type))
      .sort((a, b) => b.priority - a.priority)
    const owners = found.map(({ owner }) => owner)
    const route: Route = {
      handlers: found.map(({ handler }) => handler),
      owners,
      owned: owners.some((owner) => owner !== undefined),
    }
    if (this.#known.size >= mostKnownTypes) this.#known.clear()
    this.#known.set(type, route)
    return route
  }
}
