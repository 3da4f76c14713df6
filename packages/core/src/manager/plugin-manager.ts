import type { StoreApi } from 'zustand/vanilla'
import {
  managerDestroyed,
  pluginNotInstalled,
  pluginRequired,
  pluginUnavailable,
} from '../errors/plugin-errors.ts'
import { GridKitError } from '../errors/gridkit-error.ts'
import type { Permission } from '../definition/permission.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { EnhancedEventBus } from '../events/enhanced-event-bus.ts'
import { WorkQueue } from '../lifetime/work-queue.ts'
import type { HostRooms } from './host-rooms.ts'
import { assertValid, noRanges } from './installation.ts'
import type { ManagerState, PluginInfo } from './plugin-info.ts'
import { PluginList, idsOf } from './plugin-list.ts'
import { PluginSet } from './plugin-set.ts'
import { infoOf, updatedInfos } from './plugin-views.ts'

/** Which plugins `listPlugins` lists. */
export type PluginFilter = Partial<Pick<PluginInfo, 'status' | 'category'>>

/**
 * Installs, runs and removes the plugins of one host. Work is done one piece
 * after the other, in the order it was asked for.
 */
export class PluginManager {
  readonly events: EnhancedEventBus
  /** What UIs show, as immutable snapshots. */
  readonly store: StoreApi<ManagerState>
  readonly #rooms: HostRooms
  readonly #queue = new WorkQueue()
  readonly #plugins: PluginSet
  readonly #list: PluginList
  /** From one start to the next stop; another object each time. */
  #session: object | undefined
  /** Stopped, and not started since: nobody comes up any more. */
  #ended = false
  #destroyed = false

  constructor(rooms: HostRooms) {
    this.#rooms = rooms
    this.#plugins = new PluginSet(rooms, () => this.#publish())
    this.#list = new PluginList(rooms.methods)
    this.events = rooms.bus
    this.store = rooms.store
  }

  /** Resolves when all work asked for so far is done, whether it succeeded or not. Never rejects. */
  get ready(): Promise<void> {
    return this.#queue.idle
  }

  /**
   * Installs one plugin, with `config` instead of its own when given.
   *
   * @throws GK_INVALID_PLUGIN, GK_PLUGIN_ALREADY_INSTALLED, GK_UNRESOLVED_PLUGINS before anything ran;
   *   GK_PLUGIN_FAILED, GK_PLUGIN_TIMED_OUT, GK_PERMISSION_DENIED, GK_METHOD_EXISTS after a clean teardown.
   */
  async installPlugin(plugin: AnyPlugin, config?: unknown): Promise<PluginInfo> {
    const configured = config === undefined ? plugin : { ...plugin, config }
    const [info] = await this.installPlugins([configured])
    return info ?? infoOf(configured)
  }

  /**
   * Installs a set: all or none where something stands in the way beforehand.
   * When one fails on its way up, the others run, and those that need it don't.
   *
   * @throws as {@link installPlugin}; GK_PLUGINS_FAILED when several failed.
   */
  installPlugins(plugins: readonly AnyPlugin[]): Promise<readonly PluginInfo[]> {
    return this.#attempt(async () => {
      if (this.#destroyed) throw managerDestroyed()
      const instances = await this.#plugins.install(plugins)
      return instances.map((instance) => infoOf(instance.definition, instance))
    })
  }

  /**
   * Stops a plugin and takes back everything it had.
   *
   * @throws GK_PLUGIN_NOT_INSTALLED; GK_PLUGIN_REQUIRED when others depend on it, unless `cascade`.
   */
  uninstallPlugin(id: string, options: { readonly cascade?: boolean } = {}): Promise<void> {
    const halted = this.#halt(id, options.cascade === true)
    return this.#attempt(async () => {
      // What was halted on its way up is gone by now.
      if (!this.#plugins.has(id) && !halted) throw pluginNotInstalled(id)
      const dependents = this.#plugins.dependentsOf(id)
      if (dependents.length > 0 && !options.cascade) throw pluginRequired(id, dependents)
      await this.#plugins.remove(new Set([...dependents, id]))
      this.#list.silence(id)
    })
  }

  getPlugin(id: string): PluginInfo | undefined {
    const { plugins } = this.store.getState()
    return Object.hasOwn(plugins, id) ? plugins[id] : undefined
  }

  /** In the order of initialising. */
  listPlugins(filter: PluginFilter = {}): readonly PluginInfo[] {
    return Object.values(this.store.getState().plugins).filter(
      ({ status, category }) =>
        (filter.status ?? status) === status && (filter.category ?? category) === category,
    )
  }

  /** Whether the plugin is there and did not fail. */
  isInstalled(id: string): boolean {
    const instance = this.#plugins.get(id)
    return instance !== undefined && instance.status !== 'error'
  }

  /** Gives a right. The plugin has it from its next call. @throws GK_PLUGIN_NOT_INSTALLED */
  grantPermission(id: string, permission: Permission): void {
    if (!this.#plugins.has(id)) throw pluginNotInstalled(id)
    this.#rooms.permissions.grant(id, permission)
  }

  /** Takes a right, and every narrower one. The plugin lacks it from its next call. @throws GK_PLUGIN_NOT_INSTALLED */
  revokePermission(id: string, permission: Permission): void {
    if (!this.#plugins.has(id)) throw pluginNotInstalled(id)
    this.#rooms.permissions.revoke(id, permission)
  }

  /**
   * Says which plugins the host wants. Started, the manager gets there by the
   * difference: what is in both lists with the same version and configuration
   * keeps running. Failures are reported, in `store`, the log and as `plugin:error`.
   */
  setPlugins(plugins: readonly AnyPlugin[]): void {
    const previous = this.#list.plugins
    if (plugins === previous || this.#destroyed || this.#refuse(plugins)) return
    const changed = this.#list.replace(plugins)
    for (const { metadata, config } of plugins) this.#plugins.get(metadata.id)?.adoptConfig(config)
    if (!changed) return
    this.#list.announce()
    if (this.#session) this.#arrive(this.#session, previous)
    this.#publish()
  }

  /** Starts the plugins of {@link setPlugins}. Calling it again does nothing. */
  start(): void {
    if (this.#session || this.#destroyed) return
    this.#session = {}
    this.#ended = false
    this.#arrive(this.#session, [])
  }

  /** Tears down every plugin, the last initialised first. {@link start} brings back those of {@link setPlugins}. */
  stop(): Promise<void> {
    this.#session = undefined
    this.#ended = true
    this.#list.reset()
    for (const instance of this.#plugins.all()) instance.halt()
    return this.#queue.add(async () => {
      await this.#plugins.remove(new Set(this.#plugins.all().map(({ id }) => id)))
      this.#list.announce()
      this.#publish()
      // Also where nothing else changed: calls may be waiting for plugins that will not come now.
      this.store.setState({})
    })
  }

  /** Tears down every plugin and ends the manager. Calling it again does nothing. */
  async destroy(): Promise<void> {
    if (this.#destroyed) return this.ready
    this.#destroyed = true
    this.#list.replace([])
    await this.stop()
    this.events.clear()
  }

  /**
   * Calls a plugin's method, waiting for the plugin while it comes up.
   *
   * @throws GK_PLUGIN_UNAVAILABLE when it is not running, or what the method throws.
   */
  async callMethod(name: string, parameters: readonly unknown[]): Promise<unknown> {
    const owner = this.#rooms.methods.ownerOf(name)
    if (owner === undefined) throw pluginUnavailable('unknown', name, 'not installed')
    await this.#settled(owner)
    const call = this.#rooms.methods.find(name)
    const status = this.getPlugin(owner)?.status ?? 'not installed'
    if (call === undefined || status !== 'running') throw pluginUnavailable(owner, name, status)
    return call(parameters)
  }

  /** Ends the coming up of a plugin that is to be removed. Whether it was there. */
  #halt(id: string, cascade: boolean): boolean {
    const dependents = this.#plugins.dependentsOf(id)
    const leaving = cascade ? [id, ...dependents] : dependents.length === 0 ? [id] : []
    for (const each of leaving) this.#plugins.get(each)?.halt()
    return this.#plugins.has(id)
  }

  /** Whether the list can't even be shown, as plugins in it have no id; then what runs goes on. */
  #refuse(plugins: readonly AnyPlugin[]): boolean {
    if (plugins.every((plugin: AnyPlugin | null | undefined) => typeof plugin?.metadata?.id === 'string'))
      return false
    try {
      assertValid(plugins, noRanges)
    } catch (error) {
      this.#rooms.report({ pluginId: undefined, phase: 'install', error })
    }
    return true
  }

  /** Goes from the list there was to the one there is now. */
  #arrive(session: object, previous: readonly AnyPlugin[]): void {
    const wanted = this.#list.plugins
    this.#list.expectNew(previous)
    void this.#attempt(async () => {
      // Stopped since: then a later start has the newer list.
      if (this.#session === session) await this.#reconcile(previous, wanted)
    })
  }

  async #reconcile(previous: readonly AnyPlugin[], wanted: readonly AnyPlugin[]): Promise<void> {
    const gone = this.#withDependents(idsOf(previous).filter((id) => !idsOf(wanted).includes(id)))
    const restarting: string[] = []
    for (const plugin of wanted) {
      const running = this.#plugins.get(plugin.metadata.id)
      if (running && !(await running.becomes(plugin))) restarting.push(running.id)
    }
    const leaving = this.#withDependents([...gone, ...restarting])
    const coming = [
      ...wanted.filter(
        ({ metadata: { id } }) => leaving.has(id) || (this.#list.isExpected(id) && !this.#plugins.has(id)),
      ),
      ...this.#unlisted(leaving, new Set([...gone, ...idsOf(wanted)])),
    ]
    this.#list.expect(coming)
    try {
      await this.#exchange(coming, leaving, gone)
    } finally {
      this.#list.settle([...wanted, ...coming])
      this.#publish()
    }
  }

  /** Where the plugins that come are refused, those that were to be restarted for them go on. */
  async #exchange(
    coming: readonly AnyPlugin[],
    leaving: ReadonlySet<string>,
    gone: ReadonlySet<string>,
  ): Promise<void> {
    const refusal = await this.#plugins.refusalOf(coming, leaving)
    await this.#plugins.remove(refusal === undefined ? leaving : gone)
    if (refusal === undefined) return void (await this.#plugins.install(coming))
    const absent = idsOf(coming).filter((id) => !this.#plugins.has(id))
    this.#list.refuse(absent, refusal)
    throw refusal
  }

  /** Plugins that were installed by hand, and come back with the listed ones that they need. */
  #unlisted(leaving: ReadonlySet<string>, others: ReadonlySet<string>): readonly AnyPlugin[] {
    return this.#plugins
      .all()
      .filter(({ id }) => leaving.has(id) && !others.has(id))
      .map(({ definition }) => definition)
  }

  #withDependents(ids: readonly string[]): ReadonlySet<string> {
    return new Set(ids.flatMap((id) => [id, ...this.#plugins.dependentsOf(id, true)]))
  }

  #publish(): void {
    const infos = [
      ...this.#plugins.all().map((instance) => infoOf(instance.definition, instance)),
      ...this.#list.absent((id) => this.#plugins.has(id), this.#session !== undefined),
    ]
    const plugins = updatedInfos(this.store.getState().plugins, infos)
    if (plugins !== this.store.getState().plugins) this.store.setState({ plugins })
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

  /** Work whose caller may wait for it, or not: what it throws is told either way. */
  #attempt<T>(work: () => Promise<T>): Promise<T> {
    return this.#queue.add(async () => {
      try {
        return await work()
      } catch (error) {
        this.#tell(error)
        throw error
      }
    })
  }

  /** Reports what stood in the way of a whole set. Failures of a single plugin were reported as they happened. */
  #tell(error: unknown): void {
    const code = error instanceof GridKitError ? error.code : undefined
    const told = this.#plugins.all().some((each) => each.error === error)
    if (told || code === 'GK_PLUGINS_FAILED' || code === 'GK_INSTALL_INTERRUPTED') return
    this.#rooms.report({ pluginId: undefined, phase: 'install', error })
  }
}
