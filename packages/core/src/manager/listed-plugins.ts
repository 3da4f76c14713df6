import type { AnyPlugin } from '../definition/plugin.ts'
import { pluginUnavailable } from '../errors/plugin-errors.ts'
import type { HostRooms } from './host-rooms.ts'
import { Installer, nobody } from './installer.ts'
import { fromCode } from './planned-plugin.ts'
import { PluginDirectory } from './plugin-directory.ts'
import type { ManagerState } from './plugin-info.ts'
import { PluginList, idsOf } from './plugin-list.ts'
import type { ManagedInstallationSource } from './managed-installation.ts'
import { updatedInfos } from './plugin-views.ts'
import type { Arrival } from './plugin-set.ts'
import type { Reconciliation } from './reconciliation.ts'
import type { WaitingCalls } from './waiting-calls.ts'

/** Keeps the plugins that an application lists, from one start to the next stop. */
export abstract class ListedPlugins extends PluginDirectory {
  protected readonly installer: Installer
  protected readonly list: PluginList
  /** There as soon as the list had something in it. */
  #reconciliation: Reconciliation | undefined
  /** There as soon as one had to wait. */
  #calls: WaitingCalls | undefined
  /** From one start to the next stop; another object each time. */
  #session: object | undefined
  /** Stopped, and not started since: what is listed does not come up. */
  #ended = false

  protected constructor(rooms: HostRooms, installation: ManagedInstallationSource) {
    super(rooms, installation)
    this.list = new PluginList(rooms.methods)
    this.installer = new Installer(this.plugins, rooms)
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
    for (const id of idsOf(previous)) if (!idsOf(plugins).includes(id)) this.#interrupt(id)
    if (this.#session) this.#arrive(this.#session)
    this.publish()
  }

  /** Starts the plugins of {@link setPlugins}. Calling it again does nothing. */
  start(): void {
    if (this.#session || this.installer.closing.aborted) return
    this.#session = {}
    this.#ended = false
    this.#arrive(this.#session)
  }

  /** Tears down every plugin, the last initialised first. {@link start} brings back those of {@link setPlugins}. */
  stop(): Promise<void> {
    this.#session = undefined
    this.#ended = true
    this.list.reset()
    this.plugins.halt()
    return this.installer.run(async () => {
      this.plugins.loaded?.hooks.announce('shutdown', {})
      await this.plugins.clear()
      this.#reconciliation?.reset()
      this.list.announce()
      this.publish()
      // Also where nothing else changed: calls may be waiting for plugins that will not come now.
      this.#show({})
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
   * @throws GK_PLUGIN_UNAVAILABLE when it is not running; GK_METHOD_TIMED_OUT after 30 seconds, GK_METHOD_QUEUE_FULL
   *   when 1,000 calls wait; what the method throws.
   */
  async callMethod(name: string, parameters: readonly unknown[]): Promise<unknown> {
    const owner = this.rooms.methods.ownerOf(name)
    if (owner === undefined) throw pluginUnavailable('unknown', name, 'not installed')
    const make = (): Promise<unknown> => this.#call(owner, name, parameters)
    const underWay = (): boolean => this.#isUnderWay(owner)
    if (!this.rooms.callsWait || !underWay()) return make()
    // Waiting where nothing is to be loaded would let later calls pass.
    const { waitingCalls } = this.plugins.loaded ?? (await this.plugins.installation())
    this.#calls ??= waitingCalls((listener) => this.store.subscribe(listener))
    return this.#calls.call({ pluginId: owner, method: name, underWay, make })
  }

  /** @throws GK_PLUGIN_UNAVAILABLE */
  #call(owner: string, name: string, parameters: readonly unknown[]): Promise<unknown> {
    const call = this.rooms.methods.find(name)
    const status = this.getPlugin(owner)?.status ?? 'not installed'
    if (call === undefined || status !== 'running') throw pluginUnavailable(owner, name, status)
    return call(parameters)
  }

  protected override publish(): void {
    const infos = [
      ...this.plugins.all().map(({ info }) => info),
      ...this.list.absent((id) => this.plugins.has(id)),
    ]
    const plugins = updatedInfos(this.store.getState().plugins, infos)
    if (plugins !== this.store.getState().plugins) this.#show({ plugins })
  }

  /** Whoever watches the store must not get in the way of what it shows. */
  #show(state: Partial<ManagerState>): void {
    try {
      this.store.setState(state)
    } catch (error) {
      this.rooms.report({ pluginId: undefined, phase: 'a subscriber of the store', error })
    }
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

  /** Ends the coming up of a plugin that is no longer listed, and of those that need it. */
  #interrupt(id: string): void {
    this.plugins.interrupt([id, ...this.plugins.dependentsOf(id)])
  }

  /** Gets to where the list is when the turn comes. */
  #arrive(session: object): void {
    void this.installer.bring(async () => {
      // Stopped since: then a later start has the newer list.
      if (this.#session !== session) return nobody
      try {
        return await this.#reconcile()
      } finally {
        this.publish()
      }
    })
  }

  async #reconcile(): Promise<Arrival> {
    if (this.#reconciliation === undefined && this.list.plugins.length === 0) return nobody
    // Waiting where nothing is to be loaded would start plugins a microtask late.
    const { reconcile } = this.plugins.loaded ?? (await this.plugins.installation())
    this.#reconciliation ??= reconcile(this.plugins, this.installer, this.list)
    return this.#reconciliation.run()
  }

  #isUnderWay(id: string): boolean {
    const status = this.getPlugin(id)?.status
    const comes = status === 'unloaded' && (!this.#ended || this.plugins.has(id))
    return comes || status === 'loading' || status === 'initialized' || status === 'reloading'
  }
}
