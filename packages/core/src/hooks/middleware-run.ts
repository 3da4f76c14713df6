import type { Passage } from '../definition/hooks.ts'
import type { Report } from '../definition/signal.ts'
import { hookEnded, hookTimedOut, nextCalledTwice } from '../errors/hook-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import { isThenable } from '../lifetime/thenable.ts'
import { firstOf, settlementOf } from './first-of.ts'
import type { Layer } from './layer.ts'
import type { OperationWay } from './operation-way.ts'

type Crossing = Passage | Promise<Passage>
type Outcome = 'passed' | 'failed' | 'kept' | 'timed-out' | 'cancelled'

/** Where one middleware stands with one operation. */
interface Station {
  readonly layer: Layer
  readonly index: number
  isCalled: boolean
  isOver: boolean
  /** What became of the operation behind it. */
  beyond: Crossing | undefined
  passed: () => void
}

/** Passes one operation through the middleware, outermost first. */
export class MiddlewareRun {
  readonly #layers: readonly Layer[]
  readonly #way: OperationWay
  readonly #apply: () => Passage
  readonly #rooms: { readonly clock: Clock; readonly report: Report }

  /** @param apply Does the operation, and never throws. */
  constructor(
    layers: readonly Layer[],
    way: OperationWay,
    apply: () => Passage,
    rooms: { readonly clock: Clock; readonly report: Report },
  ) {
    this.#layers = layers
    this.#way = way
    this.#apply = apply
    this.#rooms = rooms
  }

  /** Goes on from one of the layers. */
  cross(index: number): Crossing {
    if (this.#way.cancellation) return 'cancelled'
    const layer = this.#layers[index]
    if (layer === undefined) return this.#apply()
    const station: Station = {
      layer,
      index,
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
    station.beyond = this.cross(station.index + 1)
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
        const end = (): void => happened('failed')
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
    const { layer, index } = station
    if (outcome === 'kept') this.#cancel(layer, `middleware '${layer.name}' did not pass it on`)
    else if (outcome === 'timed-out') this.#late(layer)
    return this.cross(index + 1)
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
