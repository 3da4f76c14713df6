import type { AnyPlugin } from '../definition/plugin.ts'
import type { GridKitError } from '../errors/gridkit-error.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { MethodRegistry } from '../methods/method-registry.ts'
import { fromCode } from './planned-plugin.ts'
import { infoOf, type PluginFailure, type PluginInfo } from './plugin-info.ts'
import { samePlugin } from './plugin-views.ts'
import { sameConfig } from './same-config.ts'

/** The plugins a host wants, whether they are there or not. */
export class PluginList {
  readonly #methods: MethodRegistry
  #plugins: readonly AnyPlugin[] = []
  /** Keeps the methods of a listed plugin on the table, whether it runs or not; by plugin id. */
  #announced = new Map<string, Undo>()
  /** Those that were removed by hand: they stay away until the list has them anew, or is started again. */
  readonly #dismissed = new Set<string>()
  /** Those that were replaced while they ran: what the list said then, and what runs instead. */
  readonly #substitutes = new Map<string, { readonly listed: AnyPlugin; readonly next: AnyPlugin }>()
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
    const before = new Set(idsOf(previous))
    for (const id of idsOf(plugins)) if (!before.has(id)) this.#dismissed.delete(id)
    for (const { metadata } of plugins) {
      const { listed } = this.#substitutes.get(metadata.id) ?? {}
      // Another version is wanted now: what replaced the one before is not meant by it, also when that comes again.
      if (listed && listed.metadata.version !== metadata.version) this.#substitutes.delete(metadata.id)
    }
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

  /** Takes a plugin that was removed by hand off the table, with its methods. */
  dismiss(id: string): void {
    this.#dismissed.add(id)
    this.#refused.delete(id)
    this.#substitutes.delete(id)
    this.#announced.get(id)?.()
  }

  /** Those that are to be there. */
  get wanted(): readonly AnyPlugin[] {
    return this.#plugins
      .filter(({ metadata }) => !this.#dismissed.has(metadata.id))
      .map((plugin) => this.#current(plugin))
  }

  /** Says that a plugin was replaced while it runs: as long as the list says the same of it, that counts. */
  substitute(id: string, listed: AnyPlugin, next: AnyPlugin): void {
    this.#substitutes.set(id, { listed: this.#substitutes.get(id)?.listed ?? listed, next })
  }

  #current(plugin: AnyPlugin): AnyPlugin {
    const substitute = this.#substitutes.get(plugin.metadata.id)
    if (substitute === undefined || substitute.listed.metadata.version !== plugin.metadata.version)
      return plugin
    const config: unknown = sameConfig(substitute.listed.config, plugin.config)
      ? substitute.next.config
      : plugin.config
    return { ...substitute.next, config }
  }

  /** What stood in the way of those that were to come; until the next attempt. */
  refuse(ids: readonly string[], error: GridKitError): void {
    for (const id of ids) this.#refused.set(id, { status: 'error', error })
  }

  /** Forgets what stood in the way of plugins, as they are tried again. */
  retry(ids: readonly string[]): void {
    for (const id of ids) this.#refused.delete(id)
  }

  /** Forgets what was done by hand, and what came of it. */
  reset(): void {
    this.#dismissed.clear()
    this.#refused.clear()
  }

  /** What to show of those that are not there. */
  absent(isThere: (id: string) => boolean): readonly PluginInfo[] {
    return this.wanted
      .filter(({ metadata }) => !isThere(metadata.id))
      .map((plugin) => infoOf(plugin, fromCode, this.#refused.get(plugin.metadata.id)))
  }
}

export function idsOf(plugins: readonly AnyPlugin[]): readonly string[] {
  return plugins.map(({ metadata }) => metadata.id)
}

function sameList(a: readonly AnyPlugin[], b: readonly AnyPlugin[]): boolean {
  return a.length === b.length && a.every((plugin, index) => samePlugin(plugin, b[index] ?? plugin))
}
