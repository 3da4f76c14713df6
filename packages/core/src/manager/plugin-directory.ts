import type { StoreApi } from 'zustand/vanilla'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { PluginCategory } from '../definition/metadata.ts'
import type { PluginHealth } from '../definition/health.ts'
import type { Bottleneck, MetricsFormat, PluginMetrics, Trace, TraceFilter } from '../definition/metrics.ts'
import { pluginNotInstalled } from '../errors/plugin-errors.ts'
import { loadPart } from '../lifetime/load-part.ts'
import type { DependencyGraph } from '../registry/dependency-graph.ts'
import { searchPlugins } from '../registry/plugin-search.ts'
import type { Resolution } from '../registry/resolve.ts'
import type { HostRooms } from './host-rooms.ts'
import type { ManagerState, PluginInfo } from './plugin-info.ts'
import type { ManagedInstallation, ManagedInstallationSource } from './managed-installation.ts'
import { PluginSet } from './plugin-set.ts'

/** Which plugins `listPlugins` lists; all conditions hold. */
export type PluginFilter = Partial<Pick<PluginInfo, 'status' | 'category' | 'enabled' | 'origin'>>

/** What there is on a host, for those who look. */
export abstract class PluginDirectory {
  /** What UIs show, as immutable snapshots. */
  readonly store: StoreApi<ManagerState>
  protected readonly rooms: HostRooms
  protected readonly plugins: PluginSet<ManagedInstallation>

  protected constructor(rooms: HostRooms, installation: ManagedInstallationSource) {
    this.rooms = rooms
    this.store = rooms.store
    this.plugins = new PluginSet(rooms, installation, () => this.publish())
  }

  getPlugin(id: string): PluginInfo | undefined {
    const { plugins } = this.store.getState()
    return Object.hasOwn(plugins, id) ? plugins[id] : undefined
  }

  /** In the order of initialising. */
  listPlugins(filter: PluginFilter = {}): readonly PluginInfo[] {
    const conditions = Object.entries(filter) as [keyof PluginFilter, unknown][]
    return Object.values(this.store.getState().plugins).filter((info) =>
      conditions.every(([field, value]) => value === undefined || info[field] === value),
    )
  }

  getPluginsByCategory(category: PluginCategory): readonly PluginInfo[] {
    return this.listPlugins({ category })
  }

  /** Those that a registry features. What a plugin says of itself does not count. */
  getFeaturedPlugins(): readonly PluginInfo[] {
    return this.listPlugins().filter(({ registry }) => registry?.featured === true)
  }

  /** Whether the plugin is there and did not fail. */
  isInstalled(id: string): boolean {
    const instance = this.plugins.get(id)
    return instance !== undefined && instance.status !== 'error'
  }

  /**
   * Those in which every word of the query occurs, the best matches first: in id, name, tags, author
   * or description, whatever the case and the accents. All of them for an empty query.
   */
  searchPlugins(query: string): readonly PluginInfo[] {
    return searchPlugins(this.listPlugins(), query)
  }

  /** Who depends on whom, and in which order they come up. Plugins that are turned off or failed are not in it. */
  async getDependencyGraph(): Promise<DependencyGraph> {
    return (await this.plugins.installation()).graph(this.#standing())
  }

  /** What would stand in the way if those that are there were installed now, as a set; or their order. */
  async resolveDependencies(): Promise<Resolution> {
    return (await this.plugins.installation()).resolve(this.#standing())
  }

  /**
   * Looks at a plugin: where it is in its life, whether it failed in the last minute, and what its
   * `healthCheck` says, within 5 seconds. One that fails or hangs there is unhealthy, and reported.
   *
   * @throws GK_PLUGIN_NOT_INSTALLED
   */
  async checkPluginHealth(id: string): Promise<PluginHealth> {
    const instance = this.plugins.get(id)
    if (instance === undefined) throw pluginNotInstalled(id)
    const { checkHealth } = await loadPart('health checks', () => import('../health/health-checks.ts'))
    return checkHealth(instance.healthSubject, this.rooms)
  }

  /** As {@link checkPluginHealth}, of all plugins side by side, in the order of initialising. */
  checkAllHealth(): Promise<readonly PluginHealth[]> {
    return Promise.all(this.plugins.all().map(({ id }) => this.checkPluginHealth(id)))
  }

  /** What was measured of a plugin; `undefined` when nothing was. Of all plugins without an id. */
  getMetrics(): readonly PluginMetrics[]
  getMetrics(id: string): PluginMetrics | undefined
  getMetrics(id?: string): readonly PluginMetrics[] | PluginMetrics | undefined {
    const profiler = this.plugins.loaded?.profiler
    return id === undefined ? (profiler?.all() ?? []) : profiler?.metrics(id)
  }

  /** The latest calls of plugins that were timed, newest first. */
  getTraces(filter?: TraceFilter): readonly Trace[] {
    return this.plugins.loaded?.profiler.traces(filter) ?? []
  }

  /** Handlers that keep the main thread longer than a frame may take, the worst first. In milliseconds. Default 16. */
  detectBottlenecks(threshold?: number): readonly Bottleneck[] {
    return this.plugins.loaded?.profiler.detectBottlenecks(threshold) ?? []
  }

  /** All figures as a text: of JSON, of a table of comma-separated values, or as Prometheus reads it. */
  async exportMetrics(format: MetricsFormat): Promise<string> {
    const { exportMetrics } = await loadPart(
      'exports of metrics',
      () => import('../profiling/metrics-export.ts'),
    )
    return exportMetrics(this.getMetrics(), format)
  }

  #standing(): readonly AnyPlugin[] {
    return this.plugins
      .all()
      .filter(({ enabled, status }) => enabled && status !== 'error')
      .map(({ definition }) => definition)
  }

  protected abstract publish(): void
}
