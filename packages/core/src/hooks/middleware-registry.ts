import type { MiddlewareOptions, Passage } from '../definition/hooks.ts'
import type { Report } from '../definition/signal.ts'
import { middlewareExists, middlewareInvalid } from '../errors/hook-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { Undo } from '../lifetime/scope.ts'
import { numberOr, patienceOf } from './hook.ts'
import { concerns, isOperationPattern } from './operation-pattern.ts'
import type { Layer, MiddlewareCall } from './layer.ts'
import { MiddlewareRun, type CrossingRooms } from './middleware-run.ts'
import type { OperationWay } from './operation-way.ts'
import { OwnerHolds } from './owner-holds.ts'

const defaultPriority = 100

/** The middleware of all plugins of one host. What is added or removed takes part, or not, from the next operation. */
export class MiddlewareRegistry {
  readonly #layers = new Set<Layer>()
  readonly #lines = new Map<string, readonly Layer[]>()
  readonly #holds = new OwnerHolds(this.#layers, () => this.#lines.clear())
  readonly #rooms: CrossingRooms

  constructor({ clock, report }: { readonly clock: Clock; readonly report: Report }) {
    this.#rooms = { clock, report, renew: (left, owner, type) => this.#renewed(left, owner, type) }
  }

  /** How many there are, of one plugin or of all. */
  count(owner?: string): number {
    return owner === undefined
      ? this.#layers.size
      : [...this.#layers].filter((each) => each.owner === owner).length
  }

  /**
   * @param gone Told when it is removed, by its undo or by {@link unregister}.
   * @throws GK_MIDDLEWARE_EXISTS, GK_MIDDLEWARE_INVALID
   */
  register(
    owner: string,
    name: string,
    call: MiddlewareCall,
    options: MiddlewareOptions = {},
    gone: () => void = () => {},
  ): Undo {
    if (this.#find(owner, name)) throw middlewareExists(owner, name)
    const operations = patternsOf(owner, name, options.operations)
    const { timeout } = options
    const priority = numberOr(options.priority, defaultPriority)
    const layer: Layer = {
      ...patienceOf(priority, timeout === undefined ? {} : { timeout }),
      owner,
      name,
      priority,
      operations,
      call,
      gone,
      turns: new Set(),
      hold: this.#holds.of(owner),
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

  /** Lets operations go on that wait for a plugin's middleware, past it. */
  letGo(owner: string): void {
    for (const layer of this.#layers) if (layer.owner === owner) for (const end of layer.turns) end()
  }

  /** Whether any concerns a type of operation. */
  has(type: string): boolean {
    return (this.#lines.get(type) ?? this.#lineOf(type)).length > 0
  }

  /** Passes an operation through, to where it is done. A promise only where it has to wait. Never throws or rejects. */
  cross(way: OperationWay, apply: () => Passage): Passage | Promise<Passage> {
    const line = this.#lineOf(way.operation.type)
    return line.length === 0 ? apply() : new MiddlewareRun(way, apply, this.#rooms).cross(line)
  }

  /**
   * Until it is undone, operations wait for the middleware of a plugin, each as long as its timeout says. Then they
   * pass what is registered by then.
   */
  hold(owner: string): Undo {
    return this.#holds.hold(owner, () => {})
  }

  #renewed(left: readonly Layer[], owner: string, type: string): readonly Layer[] {
    const own = this.#lineOf(type).filter((layer) => layer.owner === owner)
    return [...left, ...own].sort((a, b) => b.priority - a.priority)
  }

  #lineOf(type: string): readonly Layer[] {
    const known = this.#lines.get(type)
    if (known) return known
    const line = this.#holds.standing
      .filter(({ operations }) => operations.some((pattern) => concerns(pattern, type)))
      .toSorted((a, b) => b.priority - a.priority)
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

/** Plugins need not be typed. @throws GK_MIDDLEWARE_INVALID */
function patternsOf(owner: string, name: string, given: unknown): readonly string[] {
  if (given === undefined) return ['*']
  if (!Array.isArray(given)) throw middlewareInvalid(owner, name, `${shown(given)}, which is no list`)
  const wrong = given.filter((each) => !isOperationPattern(each))
  if (wrong.length > 0)
    throw middlewareInvalid(owner, name, `${wrong.map(shown).join(', ')}, which are no operations`)
  return [...given] as string[]
}

function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`
  return value === null || typeof value === 'number' ? String(value) : `something of type ${typeof value}`
}
