import type { HotReloadSource } from '../definition/hot-reload.ts'
import { loadPart } from '../lifetime/load-part.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { HostRooms } from '../manager/host-rooms.ts'
import type { ManagedInstallationSource } from '../manager/managed-installation.ts'
import type { PluginInfo } from '../manager/plugin-info.ts'
import { PluginManager, type PluginSource } from '../manager/plugin-manager.ts'
import type { PluginReloads } from './plugin-reloads.ts'

/** Replaces plugins while they run. What does the work is loaded with the first reload. */
export class ReloadingManager extends PluginManager {
  readonly #source: HotReloadSource | undefined
  #reloads: Promise<PluginReloads> | undefined

  protected constructor(
    rooms: HostRooms,
    installation: ManagedInstallationSource,
    source: HotReloadSource | undefined,
  ) {
    super(rooms, installation)
    this.#source = source
  }

  /**
   * Replaces a plugin by another version of itself while it runs: calls, messages and events wait, `snapshot`
   * of the old one is given to `restore` of the new one, then what waited goes on. Those that need it keep running.
   * When the new one fails, also within its grace period, the old one comes back with its state, its storage and its
   * configuration.
   *
   * @param next The new version, or what a loader knows it by. Without a configuration of its own it keeps the present
   *   one. Default: what the loader brings now, else the same definition.
   * @throws GK_PLUGIN_NOT_INSTALLED, GK_OTHER_PLUGIN_GIVEN, and as `installPlugin` for what stands in the way, with
   *   nothing changed; GK_RELOAD_ROLLED_BACK after going back; GK_ROLLBACK_FAILED.
   */
  async reloadPlugin(id: string, next?: PluginSource): Promise<PluginInfo> {
    await this.installer.attempt(async () => (await this.#loaded()).reload(id, next))
    return this.installer.existing(id).info
  }

  /**
   * Reloads the plugin whenever its source has another version of it, until the undo.
   *
   * @param source Default: the option `hotReload`.
   * @throws GK_PLUGIN_NOT_INSTALLED, GK_NO_HOT_RELOAD_SOURCE
   */
  enableHotReload(id: string, source: HotReloadSource | undefined = this.#source): Promise<Undo> {
    return this.installer.attempt(async () => (await this.#loaded()).listen(id, source))
  }

  /** Ends what {@link enableHotReload} began. Whether something ended. */
  async disableHotReload(id: string): Promise<boolean> {
    return (await this.#reloads)?.ignore(id) ?? false
  }

  override async destroy(): Promise<void> {
    void this.#reloads?.then((reloads) => reloads.close()).catch(() => {})
    return super.destroy()
  }

  #loaded(): Promise<PluginReloads> {
    this.#reloads ??= this.#load().catch((error: unknown) => {
      this.#reloads = undefined
      throw error
    })
    return this.#reloads
  }

  async #load(): Promise<PluginReloads> {
    const { PluginReloads } = await loadPart('hot reload', () => import('./plugin-reloads.ts'))
    const { rooms: host, plugins, installer, list } = this
    return new PluginReloads({ host, plugins, installer, list, sourcing: () => this.sourcing() })
  }
}
