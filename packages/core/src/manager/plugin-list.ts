import type { AnyPlugin } from '../definition/plugin.ts'
import type { GridKitError } from '../errors/gridkit-error.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { MethodRegistry } from '../methods/method-registry.ts'
import { fromCode } from './planned-plugin.ts'
import { infoOf, type PluginFailure, type PluginInfo } from './plugin-info.ts'
import { samePlugin } from './plugin-views.ts'

/** The plugins a host wants, whether they are there or not. */
export class PluginList {
  readonly #methods: MethodRegistry
  #plugins: readonly AnyPlugin[] = []
  /** Keeps the methods of a listed plugin on the table, whether it runs or not; by plugin id. */
  #announced = new Map<string, Undo>()
  /** Those on their way to be installed. */
  readonly #coming = new Set<string>()
  /** Why some were not even tried. */
  readonly #refused = new Map<string, PluginFailure>()

  constructor(methods: MethodRegistry) {
    this.#methods = methods
  }

  get plugins(): readonly AnyPlugin[] {
    return this.#plugins
  }

  /** Takes another list. Whether it says anything else than the one before. */
  replace(plugins: readonly AnyPlugin[]): boolean {
    const previous = this.#plugins
    this.#plugins = plugins
    return !sameList(previous, plugins)
  }

  /** Puts the methods of all on the table. What is refused here is refused again, and told, at install. */
  announce(): void {
    const previous = this.#announced
    this.#announced = new Map()
    const ids = new Set(idsOf(this.#plugins))
    for (const [id, undo] of previous) if (!ids.has(id)) undo()
    for (const { metadata, methods = [] } of this.#plugins) {
      try {
        if (!this.#announced.has(metadata.id))
          this.#announced.set(metadata.id, this.#methods.declare(metadata.id, methods))
      } catch {}
    }
    for (const undo of previous.values()) undo()
  }

  /** Takes the methods of one off the table. */
  silence(id: string): void {
    this.#announced.get(id)?.()
  }

  /** Expects those that are new since `previous`, and those that were refused. */
  expectNew(previous: readonly AnyPlugin[]): void {
    const before = new Set(idsOf(previous))
    for (const id of idsOf(this.#plugins))
      if (this.#refused.delete(id) || !before.has(id)) this.#coming.add(id)
  }

  expect(plugins: readonly AnyPlugin[]): void {
    for (const id of idsOf(plugins)) this.#coming.add(id)
  }

  isExpected(id: string): boolean {
    return this.#coming.has(id)
  }

  /** No longer expects plugins, which are there now or are not. */
  settle(plugins: readonly AnyPlugin[]): void {
    for (const id of idsOf(plugins)) this.#coming.delete(id)
  }

  refuse(ids: readonly string[], error: GridKitError): void {
    for (const id of ids) this.#refused.set(id, { status: 'error', error })
  }

  /** Forgets what was under way and what came of it. */
  reset(): void {
    this.#coming.clear()
    this.#refused.clear()
  }

  /** What to show of those that are not there: all, or where plugins were started only those expected or refused. */
  absent(isThere: (id: string) => boolean, started: boolean): readonly PluginInfo[] {
    return this.#plugins
      .filter(
        ({ metadata: { id } }) => !isThere(id) && (!started || this.#coming.has(id) || this.#refused.has(id)),
      )
      .map((plugin) => infoOf(plugin, fromCode, this.#refused.get(plugin.metadata.id)))
  }
}

export function idsOf(plugins: readonly AnyPlugin[]): readonly string[] {
  return plugins.map(({ metadata }) => metadata.id)
}

function sameList(a: readonly AnyPlugin[], b: readonly AnyPlugin[]): boolean {
  return a.length === b.length && a.every((plugin, index) => samePlugin(plugin, b[index] ?? plugin))
}
