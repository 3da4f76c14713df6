import type { Passage } from '../definition/hooks.ts'
import type { Report } from '../definition/signal.ts'
import { hookEnded, hookTimedOut, nextCalledTwice } from '../errors/hook-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import { isThenable } from '../lifetime/thenable.ts'
import { firstOf, settlementOf } from './first-of.ts'
import type { HookHold } from './hook-hold.ts'
import type { Layer } from './layer.ts'
import type { OperationWay } from './operation-way.ts'

type Crossing = Passage | Promise<Passage>
type Outcome = 'passed' | 'failed' | 'kept' | 'gone' | 'timed-out' | 'cancelled'

/** What runs through middleware need of the registry. */
export interface CrossingRooms {
  readonly clock: Clock
  readonly report: Report
  /** The middleware of one plugin for a type of operation, as it is registered now, among the other that is left. */
  renew(left: readonly Layer[], owner: string, type: string): readonly Layer[]
}

/** Where one middleware stands with one operation. */
interface Station {
  readonly layer: Layer
  /** What is behind it. */
  readonly left: readonly Layer[]
  isCalled: boolean
  isOver: boolean
  /** What became of the operation behind it. */
  beyond: Crossing | undefined
  passed: () => void
}

/** Passes one operation through the middleware, outermost first. */
export class MiddlewareRun {
  readonly #called = new Set<Layer>()
  readonly #way: OperationWay
  readonly #apply: () => Passage
  readonly #rooms: CrossingRooms

  /** @param apply Does the operation, and never throws. */
  constructor(way: OperationWay, apply: () => Passage, rooms: CrossingRooms) {
    this.#way = way
    this.#apply = apply
    this.#rooms = rooms
  }

  /** Passes those that are left, outermost first. */
  cross([layer, ...left]: readonly Layer[]): Crossing {
    if (this.#way.cancellation) return 'cancelled'
    if (layer === undefined) return this.#apply()
    if (layer.hold) return this.#await(layer, layer.hold, left)
    this.#called.add(layer)
    const station: Station = {
      layer,
      left,
      isCalled: false,
      isOver: false,
      beyond: undefined,
      passed: () => {},
    }
    const result = this.#call(station)
    if (station.beyond !== undefined) return station.beyond
    return isThenable(result) ? this.#wait(station, result) : this.#leave(station, outcomeOf(result))
  }

  #call(station: Station): unknown {
    const { owner, call } = station.layer
    try {
      return this.#way.as(owner, () => call(this.#way.operation, () => this.#next(station)))
    } catch (error) {
      this.#fail(station.layer, error)
      return undefined
    }
  }

  #next(station: Station): Crossing {
    const { owner, name } = station.layer
    if (station.isCalled) {
      this.#fail(station.layer, nextCalledTwice(owner, name))
      return station.beyond ?? 'failed'
    }
    if (station.isOver) throw hookEnded(owner, 'next', `its middleware '${name}'`)
    station.isCalled = true
    station.beyond = this.cross(station.left)
    station.passed()
    return station.beyond
  }

  async #wait(station: Station, result: PromiseLike<unknown>): Promise<Passage> {
    const { layer } = station
    const outcome = await firstOf<Outcome>([
      (happened) => {
        station.passed = () => happened('passed')
        return () => {}
      },
      (happened) => this.#rooms.clock.after(layer.timeout, () => happened('timed-out')),
      (happened) => this.#way.onCancel(() => happened('cancelled')),
      (happened) => {
        const end = (): void => happened('gone')
        layer.turns.add(end)
        return () => void layer.turns.delete(end)
      },
      settlementOf(result, outcomeOf, (error) => this.#fail(layer, error)),
    ])
    return station.beyond ?? this.#leave(station, outcome)
  }

  /** The middleware has ended without passing the operation on. */
  #leave(station: Station, outcome: Outcome): Crossing {
    station.isOver = true
    const { layer, left } = station
    // It went because its plugin is being replaced: the operation passes the next version instead.
    if (outcome === 'gone' && layer.hold) return this.#await(layer, layer.hold, left)
    if (outcome === 'kept') this.#cancel(layer, `middleware '${layer.name}' did not pass it on`)
    else if (outcome === 'timed-out') this.#late(layer)
    return this.cross(left)
  }

  /** Passes the middleware of the plugin as it is by then, where it is there in time. */
  async #await(layer: Layer, hold: HookHold, left: readonly Layer[]): Promise<Passage> {
    const outcome = await this.#released(layer, hold)
    if (outcome === 'timed-out') this.#late(layer)
    if (outcome !== 'passed') return this.cross(left)
    const others = left.filter(({ owner }) => owner !== layer.owner)
    const renewed = this.#rooms.renew(others, layer.owner, this.#way.operation.type)
    return this.cross(renewed.filter((each) => !this.#called.has(each)))
  }

  #released({ timeout }: Layer, hold: HookHold): Promise<Outcome> | Outcome {
    if (!hold.isOpen) return 'passed'
    return firstOf<Outcome>([
      (happened) => this.#rooms.clock.after(timeout, () => happened('timed-out')),
      (happened) => this.#way.onCancel(() => happened('cancelled')),
      (happened) => hold.onRelease(() => happened('passed')),
    ])
  }

  #late(layer: Layer): void {
    const { owner, name, timeout, onTimeout } = layer
    if (onTimeout === 'cancel')
      this.#cancel(layer, `middleware '${name}' did not pass it on within ${timeout} ms`)
    this.#fail(layer, hookTimedOut(owner, `middleware '${name}'`, timeout, onTimeout))
  }

  #cancel({ owner }: Layer, reason: string): void {
    this.#way.cancel({ by: owner, reason })
  }

  #fail({ owner, name }: Layer, error: unknown): void {
    this.#rooms.report({ pluginId: owner, phase: `middleware '${name}'`, error })
  }
}

function outcomeOf(result: unknown): Outcome {
  return result === true ? 'kept' : 'failed'
}
