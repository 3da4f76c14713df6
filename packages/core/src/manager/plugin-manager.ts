import type { StoreApi } from 'zustand/vanilla'
import {
  managerDestroyed,
  pluginNotInstalled,
  pluginRequired,
  pluginsFailed,
  pluginUnavailable,
} from '../errors/catalogue.ts'
import { GridKitError } from '../errors/gridkit-error.ts'
import type { Permission } from '../definition/permission.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { EnhancedEventBus } from '../events/enhanced-event-bus.ts'
import type { Undo } from '../lifetime/scope.ts'
import { WorkQueue } from '../lifetime/work-queue.ts'
import type { HostRooms } from './host-rooms.ts'
import { assertValid, bringUp, planInstallation } from './installation.ts'
import type { ManagerState, PluginFailure, PluginInfo } from './plugin-info.ts'
import { PluginInstance } from './plugin-instance.ts'
import { infoOf, samePlugin, updatedInfos } from './plugin-views.ts'

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
  readonly #instances = new Map<string, PluginInstance>()
  #listed: readonly AnyPlugin[] = []
  #announced: readonly Undo[] = []
  readonly #refused = new Map<AnyPlugin, PluginFailure>()
  #started = false
  #destroyed = false

  constructor(rooms: HostRooms) {
    this.#rooms = rooms
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
    return this.#queue.add(() => this.#install(plugins))
  }

  /**
   * Stops a plugin and takes back everything it had.
   *
   * @throws GK_PLUGIN_NOT_INSTALLED; GK_PLUGIN_REQUIRED when others depend on it, unless `cascade`.
   */
  uninstallPlugin(id: string, options: { readonly cascade?: boolean } = {}): Promise<void> {
    if (options.cascade || this.#dependentsOf(id).length === 0) this.#instances.get(id)?.halt()
    return this.#queue.add(async () => {
      if (!this.#instances.has(id)) throw pluginNotInstalled(id)
      const dependents = this.#dependentsOf(id)
      if (dependents.length > 0 && !options.cascade) throw pluginRequired(id, dependents)
      await this.#remove([...dependents, id])
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
    const instance = this.#instances.get(id)
    return instance !== undefined && instance.status !== 'error'
  }

  /** Gives a right. The plugin has it from its next call. */
  grantPermission(id: string, permission: Permission): void {
    this.#rooms.permissions.grant(id, permission)
  }

  /** Takes a right, and every narrower one. The plugin lacks it from its next call. */
  revokePermission(id: string, permission: Permission): void {
    this.#rooms.permissions.revoke(id, permission)
  }

  /**
   * Says which plugins the host wants. Started, the manager gets there by the
   * difference: what is in both lists with the same version and configuration
   * keeps running. Failures are reported, in `store`, the log and as `plugin:error`.
   */
  setPlugins(plugins: readonly AnyPlugin[]): void {
    if (plugins === this.#listed || this.#refuse(plugins)) return
    const previous = this.#listed
    this.#listed = plugins
    const kept = plugins.filter((plugin) => previous.some((before) => samePlugin(before, plugin)))
    for (const { metadata, config } of kept) this.#instances.get(metadata.id)?.adoptConfig(config)
    if (kept.length === plugins.length && plugins.length === previous.length) return
    if (this.#started) this.#quietly(() => this.#reconcile(previous, plugins))
    else this.#announce()
  }

  /** Starts the plugins of {@link setPlugins}. Calling it again does nothing. */
  start(): void {
    if (this.#started || this.#destroyed) return
    this.#started = true
    this.#quietly(() => this.#reconcile([], this.#listed))
  }

  /** Tears down every plugin, the last initialised first. {@link start} brings back those of {@link setPlugins}. */
  stop(): Promise<void> {
    this.#started = false
    this.#refused.clear()
    for (const instance of this.#instances.values()) instance.halt()
    return this.#queue.add(async () => {
      await this.#remove([...this.#instances.keys()])
      this.#announce()
    })
  }

  /** Tears down every plugin and ends the manager. Calling it again does nothing. */
  async destroy(): Promise<void> {
    if (this.#destroyed) return this.ready
    this.#destroyed = true
    this.#listed = []
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

  async #install(plugins: readonly AnyPlugin[]): Promise<readonly PluginInfo[]> {
    if (this.#destroyed) throw managerDestroyed()
    const standing = [...this.#instances.values()].filter(({ status }) => status !== 'error')
    const planned = planInstallation(
      plugins,
      standing.map(({ definition }) => definition),
      this.#rooms.coreVersion,
    )
    const instances = planned.map((plugin) => this.#admit(plugin))
    for (const instance of instances) await instance.prepare()
    await bringUp(instances, 'unloaded', (instance) => this.#initialize(instance))
    await bringUp(instances, 'initialized', (instance) => this.#start(instance))
    for (const instance of instances) if (instance.status === 'error') await instance.dispose()
    this.#publish()
    const [failure, ...more] = instances.flatMap(({ error }) => error ?? [])
    if (failure) throw more.length === 0 ? failure : pluginsFailed([failure, ...more])
    return instances.map((instance) => infoOf(instance.definition, instance))
  }

  #admit(plugin: AnyPlugin): PluginInstance {
    const instance = new PluginInstance(plugin, this.#rooms)
    // A failed predecessor gives its place up, so that the order stays that of initialising.
    this.#instances.delete(instance.id)
    this.#instances.set(instance.id, instance)
    return instance
  }

  async #initialize(instance: PluginInstance): Promise<void> {
    const done = instance.initialize()
    this.#publish()
    await done
    this.#publish()
    if (instance.status === 'initialized') this.#announceFact('plugin:installed', instance)
  }

  async #start(instance: PluginInstance): Promise<void> {
    await instance.start()
    this.#publish()
    if (instance.status === 'running') this.#announceFact('plugin:started', instance)
  }

  /** Removes plugins, those that were initialised last first. */
  async #remove(ids: readonly string[]): Promise<void> {
    const leaving = [...this.#instances.values()].filter(({ id }) => ids.includes(id)).reverse()
    for (const instance of leaving) {
      const ran = instance.status === 'running'
      await instance.dispose()
      this.#instances.delete(instance.id)
      this.#publish()
      if (ran) this.#announceFact('plugin:stopped', instance)
      this.#announceFact('plugin:uninstalled', instance)
    }
  }

  #announceFact(
    type: 'plugin:installed' | 'plugin:started' | 'plugin:stopped' | 'plugin:uninstalled',
    { definition: { metadata } }: PluginInstance,
  ): void {
    this.events.emit({ type, payload: { pluginId: metadata.id, version: metadata.version } })
  }

  #dependentsOf(id: string): readonly string[] {
    const direct = [...this.#instances.values()]
      .filter(
        ({ status, definition }) => status !== 'error' && Object.hasOwn(definition.dependencies ?? {}, id),
      )
      .map((instance) => instance.id)
    return [...new Set(direct.flatMap((each) => [each, ...this.#dependentsOf(each)]))]
  }

  /** Whether the list can't be taken at all; then what runs goes on. */
  #refuse(plugins: readonly AnyPlugin[]): boolean {
    try {
      assertValid(plugins)
      return false
    } catch (error) {
      this.#rooms.report({ pluginId: undefined, phase: 'install', error })
      return true
    }
  }

  async #reconcile(previous: readonly AnyPlugin[], wanted: readonly AnyPlugin[]): Promise<void> {
    // A later call has the newer list, and will get there from here.
    if (!this.#started) return
    const leaving = new Set(previous.map(({ metadata }) => metadata.id))
    const coming = wanted.filter(({ metadata }) => !leaving.has(metadata.id))
    for (const plugin of wanted) {
      const { id } = plugin.metadata
      const running = this.#instances.get(id)
      if (running === undefined || (await running.becomes(plugin))) leaving.delete(id)
      else coming.push(plugin)
    }
    const removed = [...leaving].flatMap((id) => [...this.#dependentsOf(id), id])
    await this.#remove(removed)
    // What depended on a restarted plugin comes back with it, when it is wanted.
    coming.push(
      ...wanted.filter((plugin) => removed.includes(plugin.metadata.id) && !coming.includes(plugin)),
    )
    if (coming.length > 0) await this.#bringIn(coming)
  }

  /** Installs what is listed, and shows why when the whole set is refused. */
  async #bringIn(plugins: readonly AnyPlugin[]): Promise<void> {
    try {
      await this.#install(plugins)
    } catch (error) {
      const refused = plugins.filter(({ metadata }) => !this.#instances.has(metadata.id))
      if (error instanceof GridKitError)
        for (const plugin of refused) this.#refused.set(plugin, { status: 'error', error })
      this.#publish()
      throw error
    }
  }

  /** Shows listed plugins before they start, and puts their methods on the table. */
  #announce(): void {
    for (const undo of this.#announced) undo()
    this.#announced = this.#listed.flatMap(({ metadata, methods }) =>
      methods === undefined ? [] : this.#rooms.methods.declare(metadata.id, methods),
    )
    this.#publish()
  }

  #publish(): void {
    const absent = this.#listed.filter(({ metadata }) => !this.#instances.has(metadata.id))
    const shown = this.#started ? absent.filter((plugin) => this.#refused.has(plugin)) : absent
    const infos = [
      ...[...this.#instances.values()].map((instance) => infoOf(instance.definition, instance)),
      ...shown.map((plugin) => infoOf(plugin, this.#refused.get(plugin))),
    ]
    const plugins = updatedInfos(this.store.getState().plugins, infos)
    if (plugins !== this.store.getState().plugins) this.store.setState({ plugins })
  }

  /** Resolves when the plugin is no longer on its way up. */
  #settled(id: string): Promise<void> {
    const underWay = (): boolean => {
      const status = this.getPlugin(id)?.status
      return status === 'unloaded' || status === 'loading' || status === 'initialized'
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

  /** For work nobody waits for. Failures of a single plugin were reported as they happened. */
  #quietly(work: () => Promise<unknown>): void {
    this.#queue.add(work).catch((error: unknown) => {
      const known =
        error instanceof GridKitError && [...this.#instances.values()].some((each) => each.error === error)
      if (known || (error instanceof GridKitError && error.code === 'GK_PLUGINS_FAILED')) return
      this.#rooms.report({ pluginId: undefined, phase: 'install', error })
    })
  }
}
