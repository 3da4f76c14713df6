import type { AnyPlugin } from '../definition/plugin.ts'
import type { ErrorThreshold } from '../definition/health.ts'
import type { Permission } from '../definition/permission.ts'
import { invalidConfigs, pluginRequired } from '../errors/plugin-errors.ts'
import type { EnhancedEventBus } from '../events/enhanced-event-bus.ts'
import { loadPart } from '../lifetime/load-part.ts'
import type { PermissionAudit } from '../permissions/permission-audit.ts'
import type { PluginUpdate } from '../registry/plugin-sources.ts'
import type { HostRooms } from './host-rooms.ts'
import { nobody } from './installer.ts'
import { ListedPlugins } from './listed-plugins.ts'
import { configured, fromCode, type Candidate } from './planned-plugin.ts'
import type { PluginInfo } from './plugin-info.ts'
import type { ManagedInstallationSource } from './managed-installation.ts'
import type { PluginSourcing } from './plugin-sourcing.ts'

/** A plugin, or what a loader knows it by. */
export type PluginSource = AnyPlugin | string

/**
 * Installs, runs and removes the plugins of one host. Work is done one piece
 * after the other, in the order it was asked for; a piece that waits for a
 * person or for a loader lets the others pass, except those that need its plugins.
 */
export class PluginManager extends ListedPlugins {
  readonly events: EnhancedEventBus
  /** What plugins were allowed to do, and what they made of it. */
  readonly permissionAudit: PermissionAudit

  constructor(rooms: HostRooms, installation: ManagedInstallationSource) {
    super(rooms, installation)
    this.events = rooms.bus
    this.permissionAudit = rooms.permissionTrail.audit
  }

  /**
   * Installs one plugin, with `config` instead of its own when given.
   *
   * @throws GK_INVALID_PLUGIN, GK_INVALID_CONFIG, GK_PLUGIN_ALREADY_INSTALLED, GK_UNRESOLVED_PLUGINS before anything ran;
   *   GK_NO_LOADER, GK_LOAD_FAILED, GK_LOAD_TIMED_OUT for what a loader was to bring;
   *   GK_PLUGIN_FAILED, GK_PLUGIN_TIMED_OUT, GK_PERMISSION_DENIED, GK_METHOD_EXISTS after a clean teardown.
   */
  async installPlugin(source: PluginSource, config?: unknown): Promise<PluginInfo> {
    const [info] = await this.#install([source], config)
    // An install that succeeds has one plugin for each source.
    return info as PluginInfo
  }

  /**
   * Installs a set: all or none where something stands in the way beforehand.
   * When one fails on its way up, the others run, and those that need it don't.
   *
   * @throws as {@link installPlugin}; GK_PLUGINS_FAILED when several failed.
   */
  installPlugins(sources: readonly PluginSource[]): Promise<readonly PluginInfo[]> {
    return this.#install(sources)
  }

  /**
   * Installs the set that a file describes, through loaders.
   *
   * @param json `[{ source, version?, config?, enabled? }, …]` or `{ version: 1, plugins: […] }`, as text or parsed.
   * @throws GK_INVALID_PLUGINS_CONFIG with all problems, and as {@link installPlugins}.
   */
  loadPluginsFromConfig(json: unknown): Promise<readonly PluginInfo[]> {
    return this.#installed(this.sourcing().then((sourcing) => sourcing.described(json)))
  }

  /**
   * Stops a plugin and takes back everything it had.
   *
   * @throws GK_PLUGIN_NOT_INSTALLED; GK_PLUGIN_REQUIRED when others depend on it, unless `cascade`.
   */
  uninstallPlugin(id: string, { cascade = false }: { readonly cascade?: boolean } = {}): Promise<void> {
    const halted = this.#halt(id, cascade)
    return this.installer.run(async () => {
      // What was halted on its way up is gone by now.
      if (!halted) this.installer.existing(id)
      const dependents = this.plugins.dependentsOf(id)
      if (dependents.length > 0 && !cascade) throw pluginRequired(id, dependents)
      for (const each of [...dependents, id]) this.list.dismiss(each)
      await this.installer.uninstall(new Set([...dependents, id]))
    })
  }

  /**
   * Configures a plugin anew: by its `onConfigChange`, or by a restart with those that need it.
   * For a listed plugin this lasts until the application lists it with another configuration.
   *
   * @throws GK_PLUGIN_NOT_INSTALLED, GK_INVALID_CONFIG, with nothing changed; as {@link installPlugin} where a restart fails.
   */
  async setPluginConfig(id: string, config: unknown): Promise<PluginInfo> {
    await this.installer.bring(async () => {
      const instance = this.installer.existing(id)
      const next = configured(instance.candidate, config)
      const problems = instance.problemsOf(next.definition)
      if (problems.length > 0) throw invalidConfigs(new Map([[id, problems]]))
      if (!instance.enabled) {
        this.plugins.shelve({ ...instance.planned, ...next })
        return nobody
      }
      const heard = instance.takes(next.definition)
      return heard ? { ...nobody, waiting: heard } : this.installer.exchange([next], [id])
    })
    return this.installer.existing(id).info
  }

  /**
   * Turns a plugin off or on. Off, it has stopped and given everything back, but stays in the list.
   * One that is suspended runs again at once when it is turned on.
   *
   * @throws GK_PLUGIN_NOT_INSTALLED; GK_PLUGIN_REQUIRED when others that run depend on it;
   *   as {@link installPlugin} when it comes back.
   */
  async setPluginEnabled(id: string, on: boolean): Promise<PluginInfo> {
    const free = this.plugins.dependentsOf(id).length === 0
    if (!on && free && this.plugins.has(id)) {
      // Marked first: what is ended on its way up stays, turned off.
      this.plugins.mark(id, false)
      this.#halt(id, false)
    }
    await this.installer.bring(async () => {
      const instance = this.installer.existing(id)
      if (on) instance.resume()
      if (instance.enabled === on) return nobody
      if (on) return this.installer.enable(instance.candidate)
      const dependents = this.plugins.dependentsOf(id)
      if (dependents.length === 0) await this.plugins.disable(id)
      else this.plugins.mark(id, true)
      if (dependents.length > 0) throw pluginRequired(id, dependents)
      return nobody
    })
    return this.installer.existing(id).info
  }

  /**
   * Replaces a plugin by another version of it, from its loader, and restarts those that need it. Stored data is
   * migrated, up or down. When anything fails, the version before comes back, with its data.
   *
   * @param version The version wanted, or a range. Default: the newest.
   * @throws GK_PLUGIN_NOT_INSTALLED, GK_NO_LOADER, GK_LOAD_FAILED, GK_UNRESOLVED_PLUGINS, with nothing changed;
   *   GK_UPDATE_FAILED after going back.
   */
  async updatePlugin(id: string, version?: string): Promise<PluginInfo> {
    await this.installer.attempt(async () => (await this.sourcing()).update(id, version))
    return this.installer.existing(id).info
  }

  /** Asks the loaders for newer versions of what is installed. Plugins of the application's own code have none. */
  checkUpdates(): Promise<readonly PluginUpdate[]> {
    return this.installer.attempt(async () => (await this.sourcing()).updates())
  }

  /**
   * Says how many failures of a plugin are too many, and what is done then. Counts from now on, and until it is uninstalled.
   *
   * @throws GK_PLUGIN_NOT_INSTALLED, GK_INVALID_ERROR_THRESHOLD
   */
  setErrorThreshold(id: string, threshold: ErrorThreshold): void {
    this.installer.existing(id)
    this.plugins.loaded?.thresholds.set(id, threshold)
  }

  /** Gives a right. The plugin has it from its next call. @throws GK_PLUGIN_NOT_INSTALLED */
  grantPermission(id: string, permission: Permission): void {
    const instance = this.installer.existing(id)
    this.plugins.permissions?.grant(id, permission)
    void this.installer.attempt(() => instance.rightsChanged())
  }

  /** Takes a right, and every narrower one. The plugin lacks it from its next call. @throws GK_PLUGIN_NOT_INSTALLED */
  revokePermission(id: string, permission: Permission): void {
    this.installer.existing(id)
    this.plugins.permissions?.revoke(id, permission)
    this.publish()
  }

  /** Ends the coming up of a plugin that is to be removed. Whether it was there. */
  #halt(id: string, cascade: boolean): boolean {
    const dependents = this.plugins.dependentsOf(id)
    if (cascade || dependents.length === 0) this.plugins.interrupt([id, ...dependents])
    return this.plugins.has(id)
  }

  #install(sources: readonly PluginSource[], config?: unknown): Promise<readonly PluginInfo[]> {
    const atHand = sources.flatMap((source): readonly Candidate[] =>
      typeof source === 'string' ? [] : [configured({ definition: source, provenance: fromCode }, config)],
    )
    if (atHand.length === sources.length) return this.#installed(atHand)
    return this.#installed(this.sourcing().then((sourcing) => sourcing.candidates(sources, config)))
  }

  async #installed(
    candidates: readonly Candidate[] | Promise<readonly Candidate[]>,
  ): Promise<readonly PluginInfo[]> {
    return (await this.installer.install(candidates)).map(({ info }) => info)
  }

  protected async sourcing(): Promise<PluginSourcing> {
    const { PluginSourcing } = await loadPart('loaders', () => import('./plugin-sourcing.ts'))
    return new PluginSourcing(this.rooms, this.installer, this.plugins)
  }
}
