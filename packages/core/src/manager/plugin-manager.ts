import type { StoreApi } from 'zustand/vanilla'
import {
  managerDestroyed,
  pluginNotInstalled,
  pluginRequired,
  pluginUnavailable,
} from '../errors/catalogue.ts'
import { GridKitError } from '../errors/gridkit-error.ts'
import type { Permission } from '../definition/permission.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { EnhancedEventBus } from '../events/enhanced-event-bus.ts'
import type { Undo } from '../lifetime/scope.ts'
import { WorkQueue } from '../lifetime/work-queue.ts'
import type { HostRooms } from './host-rooms.ts'
import { assertValid } from './installation.ts'
import type { ManagerState, PluginFailure, PluginInfo } from './plugin-info.ts'
import { PluginSet } from './plugin-set.ts'
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
  readonly #plugins: PluginSet
  #listed: readonly AnyPlugin[] = []
  /** Puts the methods of a listed plugin on the table, whether it runs or not; by plugin id. */
  #announced = new Map<string, Undo>()
  /** Listed plugins on their way to be installed. */
  readonly #coming = new Set<string>()
  /** Why listed plugins were not even tried. */
  readonly #refused = new Map<string, PluginFailure>()
  /** From one start to the next stop; another object each time. */
  #session: object | undefined
  #destroyed = false

  constructor(rooms: HostRooms) {
    this.#rooms = rooms
    this.#plugins = new PluginSet(rooms, () => this.#publish())
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
    return this.#queue.add(async () => {
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
    return this.#queue.add(async () => {
      // What was halted on its way up is gone by now.
      if (!this.#plugins.has(id) && !halted) throw pluginNotInstalled(id)
      const dependents = this.#plugins.dependentsOf(id)
      if (dependents.length > 0 && !options.cascade) throw pluginRequired(id, dependents)
      await this.#plugins.remove(new Set([...dependents, id]))
      this.#announced.get(id)?.()
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
    if (plugins === this.#listed || this.#destroyed || this.#refuse(plugins)) return
    const previous = this.#listed
    this.#listed = plugins
    for (const { metadata, config } of plugins) this.#plugins.get(metadata.id)?.adoptConfig(config)
    if (sameList(previous, plugins)) return
    this.#announce()
    if (this.#session) this.#arrive(this.#session, previous)
    this.#publish()
  }

  /** Starts the plugins of {@link setPlugins}. Calling it again does nothing. */
  start(): void {
    if (this.#session || this.#destroyed) return
    this.#session = {}
    this.#arrive(this.#session, [])
  }

  /** Tears down every plugin, the last initialised first. {@link start} brings back those of {@link setPlugins}. */
  stop(): Promise<void> {
    this.#session = undefined
    this.#coming.clear()
    this.#refused.clear()
    for (const instance of this.#plugins.all()) instance.halt()
    return this.#queue.add(async () => {
      await this.#plugins.remove(new Set(this.#plugins.all().map(({ id }) => id)))
      this.#announce()
      this.#publish()
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
      assertValid(plugins)
    } catch (error) {
      this.#rooms.report({ pluginId: undefined, phase: 'install', error })
    }
    return true
  }

  /** Goes from the list there was to the one there is now. */
  #arrive(session: object, previous: readonly AnyPlugin[]): void {
    const wanted = this.#listed
    const before = new Set(idsOf(previous))
    for (const id of idsOf(wanted)) if (this.#refused.delete(id) || !before.has(id)) this.#coming.add(id)
    this.#quietly(async () => {
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
    const coming = wanted.filter(
      ({ metadata: { id } }) => leaving.has(id) || (this.#coming.has(id) && !this.#plugins.has(id)),
    )
    for (const id of idsOf(coming)) this.#coming.add(id)
    try {
      await this.#exchange(coming, leaving, gone)
    } finally {
      for (const id of idsOf(wanted)) this.#coming.delete(id)
      this.#publish()
    }
  }

  /** Where the plugins that come are refused, those that were to be restarted for them go on. */
  async #exchange(
    coming: readonly AnyPlugin[],
    leaving: ReadonlySet<string>,
    gone: ReadonlySet<string>,
  ): Promise<void> {
    const refusal = this.#plugins.refusalOf(coming, leaving)
    await this.#plugins.remove(refusal === undefined ? leaving : gone)
    if (refusal === undefined) return void (await this.#plugins.install(coming))
    for (const id of idsOf(coming))
      if (!this.#plugins.has(id)) this.#refused.set(id, { status: 'error', error: refusal })
    throw refusal
  }

  #withDependents(ids: readonly string[]): ReadonlySet<string> {
    return new Set(ids.flatMap((id) => [id, ...this.#plugins.dependentsOf(id, true)]))
  }

  /** Puts the methods of listed plugins on the table. What is refused here is refused again, and told, at install. */
  #announce(): void {
    const previous = this.#announced
    this.#announced = new Map()
    const listed = new Set(idsOf(this.#listed))
    for (const [id, undo] of previous) if (!listed.has(id)) undo()
    for (const { metadata, methods = [] } of this.#listed) {
      try {
        if (!this.#announced.has(metadata.id))
          this.#announced.set(metadata.id, this.#rooms.methods.declare(metadata.id, methods))
      } catch {}
    }
    for (const undo of previous.values()) undo()
  }

  #publish(): void {
    const shown = this.#listed.filter(({ metadata: { id } }) => {
      const expected = this.#session === undefined || this.#coming.has(id) || this.#refused.has(id)
      return expected && !this.#plugins.has(id)
    })
    const infos = [
      ...this.#plugins.all().map((instance) => infoOf(instance.definition, instance)),
      ...shown.map((plugin) => infoOf(plugin, this.#refused.get(plugin.metadata.id))),
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
        error instanceof GridKitError && this.#plugins.all().some((each) => each.error === error)
      if (known || (error instanceof GridKitError && error.code === 'GK_PLUGINS_FAILED')) return
      this.#rooms.report({ pluginId: undefined, phase: 'install', error })
    })
  }
}

function idsOf(plugins: readonly AnyPlugin[]): readonly string[] {
  return plugins.map(({ metadata }) => metadata.id)
}

function sameList(a: readonly AnyPlugin[], b: readonly AnyPlugin[]): boolean {
  return (
    a.length === b.length &&
    a.every((plugin, index) => {
      const other = b[index]
      return other !== undefined && samePlugin(plugin, other)
    })
  )
}
