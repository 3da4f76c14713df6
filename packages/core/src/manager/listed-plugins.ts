import type { AnyPlugin } from '../definition/plugin.ts'
import { pluginUnavailable } from '../errors/plugin-errors.ts'
import type { HostRooms } from './host-rooms.ts'
import { Installer, nobody } from './installer.ts'
import { fromCode } from './planned-plugin.ts'
import { PluginDirectory } from './plugin-directory.ts'
import { PluginList } from './plugin-list.ts'
import type { InstallationSource } from './plugin-set.ts'
import { updatedInfos } from './plugin-views.ts'
import { Reconciliation } from './reconciliation.ts'

/** Keeps the plugins that an application lists, from one start to the next stop. */
export abstract class ListedPlugins extends PluginDirectory {
  protected readonly installer: Installer
  protected readonly list: PluginList
  readonly #reconciliation: Reconciliation
  /** From one start to the next stop; another object each time. */
  #session: object | undefined
  /** Stopped, and not started since: nobody comes up any more. */
  #ended = false

  protected constructor(rooms: HostRooms, installation: InstallationSource) {
    super(rooms, installation)
    this.list = new PluginList(rooms.methods)
    this.installer = new Installer(this.plugins, rooms)
    this.#reconciliation = new Reconciliation(this.plugins, this.installer, this.list)
  }

  /** Resolves when all work asked for so far is done, whether it succeeded or not, answers of people included. Never rejects. */
  get ready(): Promise<void> {
    return this.installer.idle()
  }

  /**
   * Says which plugins the host wants. Started, the manager gets there by the
   * difference: what is in both lists with the same version and configuration
   * keeps running. Failures are reported, in `store`, the log and as `plugin:error`.
   */
  setPlugins(plugins: readonly AnyPlugin[]): void {
    const previous = this.list.plugins
    if (plugins === previous || this.installer.closing.aborted || this.#refuse(plugins)) return
    const changed = this.list.replace(plugins)
    for (const { metadata, config } of plugins) this.plugins.get(metadata.id)?.adoptConfig(config)
    if (!changed) return
    this.list.announce()
    if (this.#session) this.#arrive(this.#session, previous)
    this.publish()
  }

  /** Starts the plugins of {@link setPlugins}. Calling it again does nothing. */
  start(): void {
    if (this.#session || this.installer.closing.aborted) return
    this.#session = {}
    this.#ended = false
    this.#arrive(this.#session, [])
  }

  /** Tears down every plugin, the last initialised first. {@link start} brings back those of {@link setPlugins}. */
  stop(): Promise<void> {
    this.#session = undefined
    this.#ended = true
    this.list.reset()
    for (const instance of this.plugins.all()) instance.halt()
    return this.installer.run(async () => {
      await this.plugins.remove(new Set(this.plugins.all().map(({ id }) => id)))
      this.list.announce()
      this.publish()
      // Also where nothing else changed: calls may be waiting for plugins that will not come now.
      this.store.setState({})
    })
  }

  /** Tears down every plugin and ends the manager. Calling it again does nothing. */
  async destroy(): Promise<void> {
    if (this.installer.closing.aborted) return this.ready
    this.installer.close()
    this.list.replace([])
    await this.stop()
    this.rooms.bus.clear()
    await this.rooms.close()
  }

  /**
   * Calls a plugin's method, waiting for the plugin while it comes up.
   *
   * @throws GK_PLUGIN_UNAVAILABLE when it is not running, or what the method throws.
   */
  async callMethod(name: string, parameters: readonly unknown[]): Promise<unknown> {
    const owner = this.rooms.methods.ownerOf(name)
    if (owner === undefined) throw pluginUnavailable('unknown', name, 'not installed')
    await this.#settled(owner)
    const call = this.rooms.methods.find(name)
    const status = this.getPlugin(owner)?.status ?? 'not installed'
    if (call === undefined || status !== 'running') throw pluginUnavailable(owner, name, status)
    return call(parameters)
  }

  protected override publish(): void {
    const infos = [
      ...this.plugins.all().map(({ info }) => info),
      ...this.list.absent((id) => this.plugins.has(id), this.#session !== undefined),
    ]
    const plugins = updatedInfos(this.store.getState().plugins, infos)
    if (plugins !== this.store.getState().plugins) this.store.setState({ plugins })
  }

  /** Whether the list can't even be shown, as plugins in it have no id; then what runs goes on. */
  #refuse(plugins: readonly AnyPlugin[]): boolean {
    if (plugins.every((plugin: AnyPlugin | null | undefined) => typeof plugin?.metadata?.id === 'string'))
      return false
    void this.installer.attempt(async () => {
      await this.plugins.plan(plugins.map((definition) => ({ definition, provenance: fromCode })))
    })
    return true
  }

  /** Goes from the list there was to the one there is now. */
  #arrive(session: object, previous: readonly AnyPlugin[]): void {
    const wanted = this.list.plugins
    this.list.expectNew(previous)
    void this.installer.bring(async () => {
      // Stopped since: then a later start has the newer list.
      if (this.#session !== session) return nobody
      try {
        return await this.#reconciliation.run(previous, wanted)
      } finally {
        this.publish()
      }
    })
  }

  /** Resolves when the plugin is no longer on its way up. */
  #settled(id: string): Promise<void> {
    const underWay = (): boolean => {
      const status = this.getPlugin(id)?.status
      return (status === 'unloaded' && !this.#ended) || status === 'loading' || status === 'initialized'
    }
    if (!underWay()) return Promise.resolve()
    return new Promise((resolve) => {
      const unsubscribe = this.store.subscribe(() => {
        if (underWay()) return
        unsubscribe()
        resolve()
      })
    })
  }
}
