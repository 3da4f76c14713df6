import type { MiddlewareOptions, Passage } from '../definition/hooks.ts'
import type { Report } from '../definition/signal.ts'
import { middlewareExists } from '../errors/hook-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { Undo } from '../lifetime/scope.ts'
import { numberOr, patienceOf } from './hook.ts'
import { concerns } from './hook-point.ts'
import type { Layer, MiddlewareCall } from './layer.ts'
import { MiddlewareRun } from './middleware-run.ts'
import type { OperationWay } from './operation-way.ts'

const defaultPriority = 100

/** The middleware of all plugins of one host. What is added or removed takes part, or not, from the next operation. */
export class MiddlewareRegistry {
  readonly #layers = new Set<Layer>()
  readonly #lines = new Map<string, readonly Layer[]>()
  readonly #rooms: { readonly clock: Clock; readonly report: Report }

  constructor(rooms: { readonly clock: Clock; readonly report: Report }) {
    this.#rooms = rooms
  }

  /** How many there are, of one plugin or of all. */
  count(owner?: string): number {
    return owner === undefined
      ? this.#layers.size
      : [...this.#layers].filter((each) => each.owner === owner).length
  }

  /**
   * @param gone Told when it is removed, by its undo or by {@link unregister}.
   * @throws GK_MIDDLEWARE_EXISTS
   */
  register(
    owner: string,
    name: string,
    call: MiddlewareCall,
    options: MiddlewareOptions = {},
    gone: () => void = () => {},
  ): Undo {
    if (this.#find(owner, name)) throw middlewareExists(owner, name)
    const { operations = ['*'], timeout } = options
    const priority = numberOr(options.priority, defaultPriority)
    const layer: Layer = {
      ...patienceOf(priority, timeout === undefined ? {} : { timeout }),
      owner,
      name,
      priority,
      operations: [...operations],
      call,
      gone,
      turns: new Set(),
    }
    this.#layers.add(layer)
    this.#lines.clear()
    return () => this.#remove(layer)
  }

  /** Removes one, if it is there. */
  unregister(owner: string, name: string): void {
    const layer = this.#find(owner, name)
    if (layer) this.#remove(layer)
  }

  /** Whether any concerns a type of operation. */
  has(type: string): boolean {
    return (this.#lines.get(type) ?? this.#lineOf(type)).length > 0
  }

  /** Passes an operation through, to where it is done. A promise only where it has to wait. Never throws or rejects. */
  cross(way: OperationWay, apply: () => Passage): Passage | Promise<Passage> {
    const line = this.#lineOf(way.operation.type)
    return line.length === 0 ? apply() : new MiddlewareRun(line, way, apply, this.#rooms).cross(0)
  }

  #lineOf(type: string): readonly Layer[] {
    const known = this.#lines.get(type)
    if (known) return known
    const line = [...this.#layers]
      .filter(({ operations }) => operations.some((pattern) => concerns(pattern, type)))
      .sort((a, b) => b.priority - a.priority)
    this.#lines.set(type, line)
    return line
  }

  #find(owner: string, name: string): Layer | undefined {
    return [...this.#layers].find((layer) => layer.owner === owner && layer.name === name)
  }

  #remove(layer: Layer): void {
    if (!this.#layers.delete(layer)) return
    this.#lines.clear()
    for (const end of layer.turns) end()
    layer.gone()
  }
}
