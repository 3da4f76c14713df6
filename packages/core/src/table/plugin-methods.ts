import type { Undo } from '../lifetime/scope.ts'
import type { MethodRegistry } from '../methods/method-registry.ts'

type Dispatcher = (...parameters: unknown[]) => Promise<unknown>
type Methods = { [name: string]: Dispatcher | Methods }

/** Keeps the methods of plugins on a table, as properties that come and go with them. */
export class PluginMethods {
  readonly #registry: MethodRegistry
  readonly #call: (name: string, parameters: readonly unknown[]) => Promise<unknown>
  readonly #dispatchers = new Map<string, Dispatcher>()
  #table: object | undefined
  #roots: readonly string[] = []
  #names = ''
  #version = 0

  constructor(
    registry: MethodRegistry,
    call: (name: string, parameters: readonly unknown[]) => Promise<unknown>,
  ) {
    this.#registry = registry
    this.#call = call
    registry.reserve((name) => this.#isTaken(name))
    registry.subscribe(() => this.#assign())
  }

  /** Counts the changes of which methods there are. */
  get version(): number {
    return this.#version
  }

  /** Calls the listener after each such change. */
  subscribe(listener: () => void): Undo {
    let seen = this.#version
    return this.#registry.subscribe(() => {
      if (seen === this.#version) return
      seen = this.#version
      listener()
    })
  }

  attach(table: object): void {
    this.#table = table
    this.#roots = []
    this.#assign()
  }

  #assign(): void {
    const table = this.#table
    if (table === undefined) return
    const names = this.#registry.names().toSorted().join(' ')
    if (names !== this.#names) this.#version += 1
    this.#names = names
    for (const root of this.#roots) Reflect.deleteProperty(table, root)
    const methods = this.#tree()
    this.#roots = Object.keys(methods)
    Object.assign(table, methods)
  }

  #tree(): Methods {
    const root = createGroup()
    for (const name of this.#registry.names()) {
      const path = name.split('.')
      const last = path.pop() ?? name
      let group = root
      for (const part of path) group = (group[part] ??= createGroup()) as Methods
      group[last] = this.#dispatcherOf(name)
    }
    return root
  }

  /** The same function each time, so that whoever compares it sees no change. */
  #dispatcherOf(name: string): Dispatcher {
    const known = this.#dispatchers.get(name)
    if (known) return known
    const dispatcher: Dispatcher = (...parameters) => this.#call(name, parameters)
    this.#dispatchers.set(name, dispatcher)
    return dispatcher
  }

  #isTaken(name: string): boolean {
    const root = name.split('.')[0] ?? name
    return this.#table !== undefined && root in this.#table && !this.#roots.includes(root)
  }
}

/** Without a prototype, so that no method name reaches one. */
function createGroup(): Methods {
  return Object.create(null) as Methods
}
