import type { HotReloadSource, HotUpdate } from '../definition/hot-reload.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import { pluginNotInstalled } from '../errors/plugin-errors.ts'
import { noHotReloadSource, reloadSourceFailed } from '../errors/reload-errors.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { PluginInstance } from '../manager/plugin-instance.ts'
import type { ReloadRooms } from './reload-rooms.ts'

/** What reloads plugins. */
interface Reloading {
  nextTurn(): number
  reload(id: string, next: AnyPlugin, turn: number): Promise<void>
}

/** Listens to what has new versions of plugins, and reloads those. */
export class HotReloads {
  readonly #rooms: ReloadRooms
  readonly #reloading: Reloading
  readonly #listening = new Map<string, Undo>()

  constructor(rooms: ReloadRooms, reloading: Reloading) {
    this.#rooms = rooms
    this.#reloading = reloading
  }

  /** Reloads the plugin with each update of the source. @throws GK_PLUGIN_NOT_INSTALLED, GK_NO_HOT_RELOAD_SOURCE */
  listen(id: string, source: HotReloadSource | undefined): Undo {
    const { installer, host } = this.#rooms
    if (!Object.hasOwn(host.store.getState().plugins, id)) throw pluginNotInstalled(id)
    if (source === undefined) throw noHotReloadSource(id)
    this.ignore(id)
    const undo = source.subscribe(id, (update) => void installer.attempt(() => this.#update(id, update)))
    this.#listening.set(id, undo)
    return () => {
      if (this.#listening.get(id) === undo) this.ignore(id)
    }
  }

  /** Whether it was listened to. */
  ignore(id: string): boolean {
    this.#listening.get(id)?.()
    return this.#listening.delete(id)
  }

  close(): void {
    for (const id of this.#listening.keys()) this.ignore(id)
  }

  async #update(id: string, update: HotUpdate): Promise<void> {
    const turn = this.#reloading.nextTurn()
    const running = this.#rooms.installer.find(id)
    // It may have been uninstalled since.
    if (running === undefined) return void this.ignore(id)
    if (update.kind === 'error') return this.#stays(running, update.error)
    const { plugin } = update
    const { config } = running.candidate.definition
    const next = typeof plugin === 'function' ? await this.#made(running, plugin, config) : plugin
    if (!this.#listening.has(id)) return
    // Of no concern is what turns out to be another plugin, or none: any function of a module may come as a factory.
    if (next?.metadata?.id === id) await this.#reloading.reload(id, next as AnyPlugin, turn)
  }

  async #made(
    running: PluginInstance,
    make: (config: never) => unknown,
    config: unknown,
  ): Promise<Partial<AnyPlugin> | null | undefined> {
    try {
      return (await make(config as never)) as Partial<AnyPlugin> | null | undefined
    } catch (error) {
      this.#stays(running, error)
      return undefined
    }
  }

  /** There is no new version, and it should be known why. */
  #stays({ id, definition }: PluginInstance, cause: unknown): void {
    const { code, message } = reloadSourceFailed(id, cause)
    const payload = { pluginId: id, version: definition.metadata.version, code, message }
    this.#rooms.host.bus.emit({ type: 'plugin:rolled-back', payload })
  }
}
