import { pluginsFailed } from '../errors/plugin-errors.ts'
import { GridKitError } from '../errors/gridkit-error.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { HostRooms } from './host-rooms.ts'
import { bringUp, planInstallation } from './installation.ts'
import { PluginInstance } from './plugin-instance.ts'

type PluginFact = 'plugin:installed' | 'plugin:started' | 'plugin:stopped' | 'plugin:uninstalled'

/** The plugins that are on a host, in the order of initialising. Takes them up and down; one call at a time. */
export class PluginSet {
  readonly #rooms: HostRooms
  readonly #changed: () => void
  readonly #instances = new Map<string, PluginInstance>()

  /** `changed` is called whenever something to show has changed. */
  constructor(rooms: HostRooms, changed: () => void) {
    this.#rooms = rooms
    this.#changed = changed
  }

  get(id: string): PluginInstance | undefined {
    return this.#instances.get(id)
  }

  has(id: string): boolean {
    return this.#instances.has(id)
  }

  all(): readonly PluginInstance[] {
    return [...this.#instances.values()]
  }

  /** Those that need the plugin, directly or through others. With `failedToo`, also those that did not come up. */
  dependentsOf(id: string, failedToo = false): readonly string[] {
    const found = new Set<string>()
    const visit = (needed: string): void => {
      for (const { id: each, status, definition } of this.#instances.values()) {
        if (found.has(each) || (status === 'error' && !failedToo)) continue
        if (!Object.hasOwn(definition.dependencies ?? {}, needed)) continue
        found.add(each)
        visit(each)
      }
    }
    visit(id)
    return [...found]
  }

  /** What stands in the way of installing plugins where `leaving` are gone. */
  async refusalOf(
    plugins: readonly AnyPlugin[],
    leaving: ReadonlySet<string>,
  ): Promise<GridKitError | undefined> {
    try {
      await this.#plan(plugins, leaving)
      return undefined
    } catch (error) {
      if (error instanceof GridKitError) return error
      throw error
    }
  }

  /** Brings plugins up. @throws as `PluginManager.installPlugins` */
  async install(plugins: readonly AnyPlugin[]): Promise<readonly PluginInstance[]> {
    const planned = await this.#plan(plugins)
    const instances = planned.map((plugin) => this.#admit(plugin))
    this.#changed()
    for (const instance of instances) await instance.prepare()
    await bringUp(instances, 'unloaded', (instance) => this.#initialize(instance))
    await bringUp(instances, 'initialized', (instance) => this.#start(instance))
    await this.#clear(instances)
    const [failure, ...more] = instances.flatMap(({ error }) => error ?? [])
    if (failure) throw more.length === 0 ? failure : pluginsFailed([failure, ...more])
    return instances
  }

  /** Takes plugins down, those that were initialised last first. */
  async remove(ids: ReadonlySet<string>): Promise<void> {
    const leaving = this.all().filter(({ id }) => ids.has(id))
    for (const instance of leaving.reverse()) {
      const ran = instance.status === 'running'
      await instance.dispose()
      this.#instances.delete(instance.id)
      this.#changed()
      if (ran) this.#announce('plugin:stopped', instance)
      this.#announce('plugin:uninstalled', instance)
    }
  }

  #plan(
    plugins: readonly AnyPlugin[],
    leaving: ReadonlySet<string> = new Set(),
  ): Promise<readonly AnyPlugin[]> {
    const standing = this.all().filter(({ id, status }) => status !== 'error' && !leaving.has(id))
    return planInstallation(
      plugins,
      standing.map(({ definition }) => definition),
      this.#rooms.coreVersion,
    )
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
    this.#changed()
    await done
    this.#changed()
    if (instance.status === 'initialized') this.#announce('plugin:installed', instance)
  }

  async #start(instance: PluginInstance): Promise<void> {
    await instance.start()
    this.#changed()
    if (instance.status === 'running') this.#announce('plugin:started', instance)
  }

  /** Takes back what those had that failed, which stay to be seen, and those that were removed on their way up. */
  async #clear(instances: readonly PluginInstance[]): Promise<void> {
    const interrupted = instances.filter(({ error }) => error?.code === 'GK_INSTALL_INTERRUPTED')
    for (const instance of [...instances].reverse()) if (instance.status === 'error') await instance.dispose()
    await this.remove(new Set(interrupted.map(({ id }) => id)))
    this.#changed()
  }

  #announce(type: PluginFact, { definition: { metadata } }: PluginInstance): void {
    this.#rooms.bus.emit({ type, payload: { pluginId: metadata.id, version: metadata.version } })
  }
}
