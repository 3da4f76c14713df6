import type { AnyPlugin } from '../definition/plugin.ts'
import { managerDestroyed, pluginsFailed } from '../errors/plugin-errors.ts'
import type { PermissionRegistry } from '../permissions/permission-registry.ts'
import type { HostRooms } from './host-rooms.ts'
import type { Installation, InstallationSource } from './installation-source.ts'
import { dependenciesOf, dependentsOf } from './dependents.ts'
import type { Candidate, PlannedPlugin } from './planned-plugin.ts'
import type { PluginInstance } from './plugin-instance.ts'

type PluginFact = 'plugin:installed' | 'plugin:started' | 'plugin:stopped' | 'plugin:uninstalled'

/** Plugins that were let in, on their way to run. */
export interface Arrival {
  readonly instances: readonly PluginInstance[]
  /** The answers of people, and the arrivals of plugins that these need; `undefined` where nothing is open. */
  readonly waiting: Promise<unknown> | undefined
  /** What these are a way back from; told when they are up. */
  readonly failure?: unknown
}

/** The plugins that are on a host, in the order of initialising. Takes them up and down; one call at a time. */
export class PluginSet<TInstallation extends Installation = Installation> {
  /** Called when a plugin was removed for good. */
  onForget: (id: string) => void = () => {}
  readonly #rooms: HostRooms
  #installation: InstallationSource<TInstallation>
  #loading: Promise<TInstallation> | undefined
  readonly #changed: () => void
  readonly #instances = new Map<string, PluginInstance>()
  /** Those that were let in and are not yet up. */
  readonly #arriving = new Map<PluginInstance, { readonly done: Promise<void>; readonly end: () => void }>()
  /** Those that were turned off, also while they are not here. */
  readonly #disabled = new Set<string>()
  /** Those of which it was told that they are installed. */
  readonly #installed = new WeakSet<PluginInstance>()
  /** All that is here is to go, and so is what comes before it did. */
  #leaving = false
  #closed = false

  /** `changed` is called whenever something to show has changed. */
  constructor(rooms: HostRooms, installation: InstallationSource<TInstallation>, changed: () => void) {
    this.#installation = installation
    this.#rooms = rooms
    this.#changed = changed
    rooms.onFailure((failure) => {
      this.get(failure.pluginId)?.failed(failure)
      this.loaded?.hooks.announce('error', failure)
    })
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

  /** Those that need the plugin, also as a peer, and are not turned off; directly or through others. With `failedToo`, also those that did not come up. */
  dependentsOf(id: string, failedToo = false): readonly string[] {
    return dependentsOf(id, this.all(), failedToo)
  }

  /** Finds out how to install plugins where `leaving` are gone. @throws as `planInstallation` */
  async plan(
    candidates: readonly Candidate[],
    leaving: ReadonlySet<string> = new Set(),
  ): Promise<readonly PlannedPlugin[]> {
    const there = this.all().filter(({ id, status }) => status !== 'error' && !leaving.has(id))
    // Waiting where nothing is to be loaded would start plugins a microtask late.
    const installation = this.loaded ?? (await this.installation())
    return installation.plan(
      candidates.map((each) => ({ ...each, enabled: each.enabled ?? this.#isOn(each) })),
      new Set(there.map(({ id }) => id)),
      there.filter(({ enabled }) => enabled).map(({ definition }) => definition),
    )
  }

  /** Puts an instance in the place of another one of the same plugin. */
  substitute(instance: PluginInstance): void {
    this.#instances.set(instance.id, instance)
    this.#installed.add(instance)
    if (this.#leaving) instance.halt()
    this.#changed()
  }

  /** Takes away what was ended on its way up in the place of another; where it is turned off, that one stays, so. */
  async withdraw(instance: PluginInstance, before: PlannedPlugin): Promise<void> {
    if (this.#disabled.has(instance.id)) this.shelve(before)
    else await this.#remove([instance])
  }

  /** Ends the coming up of all, and of what comes until {@link clear}. */
  halt(): void {
    this.#leaving = true
    for (const instance of this.all()) instance.halt()
  }

  /** Ends the coming up of some, and leaves those alone that are up. */
  interrupt(ids: readonly string[]): void {
    for (const id of ids) {
      const instance = this.#instances.get(id)
      if (!instance?.isUp) instance?.halt()
    }
  }

  /** Takes all down. */
  async clear(): Promise<void> {
    await this.#remove(this.all())
    this.#leaving = false
  }

  /** Lets nobody in any more. */
  close(): void {
    this.#closed = true
  }

  /** Lets plugins in, and asks for their rights. {@link complete} brings them up. @throws GK_MANAGER_DESTROYED */
  admit(planned: readonly PlannedPlugin[]): Arrival {
    if (this.#closed) throw managerDestroyed()
    const instances = planned.map((each) => this.#place(each))
    const coming = instances.filter(({ enabled }) => enabled)
    this.#changed()
    const needed = this.neededBy(coming)
    const open = [...coming.flatMap((each) => this.#prepare(each) ?? []), ...(needed ? [needed] : [])]
    for (const each of coming) this.#arriving.set(each, deferred())
    return { instances, waiting: open.length === 0 ? undefined : Promise.all(open) }
  }

  /** Resolves when all is up that plugins need and that is on its way; `undefined` where nothing is. */
  neededBy(instances: readonly PluginInstance[]): Promise<unknown> | undefined {
    const ids = new Set(instances.map(({ id }) => id))
    const others = instances.flatMap((each) => dependenciesOf(each)).filter((id) => !ids.has(id))
    const open = others.flatMap((id) => this.#arrivalOf(id) ?? [])
    return open.length === 0 ? undefined : Promise.all(open)
  }

  /** Brings plugins up that were let in. @throws what failed, GK_PLUGINS_FAILED when several did. */
  async complete({ instances, failure: before }: Arrival): Promise<readonly PluginInstance[]> {
    const find = (id: string): PluginInstance | undefined => this.#instances.get(id)
    const coming = instances.filter(({ enabled }) => enabled)
    const { bringUp } = this.#atHand
    try {
      await bringUp(coming, find, 'unloaded', (instance) => this.#initialize(instance))
      await bringUp(coming, find, 'initialized', (instance) => this.#start(instance))
      await this.#tidy(coming)
      for (const { id, isUp } of coming) if (isUp) this.#atHand.hooks.announce('startup', {}, id)
    } finally {
      for (const each of coming) this.#arrived(each)
    }
    if (before !== undefined) throw before
    const [failure, ...more] = coming.flatMap(({ error }) => error ?? [])
    if (failure) throw more.length === 0 ? failure : pluginsFailed([failure, ...more])
    return instances
  }

  /** Takes plugins down, those that were initialised last first. What was decided about them is kept. */
  async remove(ids: ReadonlySet<string>): Promise<void> {
    await this.#remove(this.all().filter(({ id }) => ids.has(id)))
  }

  /** Forgets what was decided about a plugin, so that it begins anew when it comes again. */
  forget(id: string): void {
    this.#disabled.delete(id)
    this.permissions?.forget(id)
    this.#rooms.errors.forget(id)
    this.loaded?.forget(id)
    this.onForget(id)
  }

  /** Takes a plugin down and keeps it, turned off. */
  async disable(id: string): Promise<void> {
    this.mark(id, false)
    const instance = this.#instances.get(id)
    if (!instance?.enabled) return
    const ran = instance.isUp
    await instance.dispose()
    this.shelve({ ...instance.planned, ...instance.candidate })
    if (ran) this.#announce('plugin:stopped', instance)
  }

  /** Puts another plan in the place of a plugin that is turned off. */
  shelve(planned: PlannedPlugin): void {
    const shelved = this.create(planned)
    shelved.shelve()
    this.#instances.set(shelved.id, shelved)
    this.#changed()
  }

  /** Says whether a plugin is to run when it comes. */
  mark(id: string, enabled: boolean): void {
    if (enabled) this.#disabled.delete(id)
    else this.#disabled.add(id)
  }

  #isOn({ definition }: Candidate): boolean {
    // What is no definition is told so by the plan.
    const { metadata } = (definition ?? {}) as Partial<AnyPlugin>
    return !this.#disabled.has(metadata?.id ?? '')
  }

  /** Loads what puts plugins on a host, unless it is there. @throws GK_PART_UNAVAILABLE */
  installation(): Promise<TInstallation> {
    if (typeof this.#installation !== 'function') return Promise.resolve(this.#installation)
    // Once for all who ask at the same time: a host has its rooms once.
    this.#loading ??= this.#load(this.#installation).finally(() => (this.#loading = undefined))
    return this.#loading
  }

  async #load(load: () => Promise<TInstallation>): Promise<TInstallation> {
    const installation = await load()
    this.#installation = installation
    return installation
  }

  /** The rights of the plugins that are here. */
  get permissions(): PermissionRegistry | undefined {
    return this.loaded?.permissions
  }

  /** What puts plugins on a host, where it is at hand. */
  get loaded(): TInstallation | undefined {
    return typeof this.#installation === 'function' ? undefined : this.#installation
  }

  /** Makes an instance of what was planned here. It is not on the host yet. */
  create(planned: PlannedPlugin): PluginInstance {
    return this.#atHand.create(planned, this.#changed)
  }

  /** For what was planned: by the installation, which therefore is there. */
  get #atHand(): TInstallation {
    return this.#installation as TInstallation
  }

  #place(planned: PlannedPlugin): PluginInstance {
    const instance = this.create(planned)
    // A failed predecessor gives its place up, so that the order stays that of initialising.
    this.#instances.delete(instance.id)
    this.#instances.set(instance.id, instance)
    if (this.#disabled.has(instance.id)) instance.shelve()
    else if (this.#leaving) instance.halt()
    return instance
  }

  #prepare(instance: PluginInstance): Promise<void> | undefined {
    const asked = instance.prepare()
    if (asked) return asked.then(() => this.#prepared(instance))
    return instance.status === 'error' ? this.#prepared(instance) : undefined
  }

  /** One that was refused gives back at once what it had: others of its set may be waiting for people still. */
  async #prepared(instance: PluginInstance): Promise<void> {
    if (instance.status !== 'error') return
    this.#changed()
    await instance.dispose()
  }

  async #remove(leaving: readonly PluginInstance[]): Promise<void> {
    for (const instance of [...leaving].reverse()) {
      const ran = instance.isUp
      await instance.dispose()
      this.#arrived(instance)
      // By now the name may belong to a successor.
      if (this.#instances.get(instance.id) !== instance) continue
      this.#instances.delete(instance.id)
      this.#changed()
      if (ran) this.#announce('plugin:stopped', instance)
      if (this.#installed.has(instance)) this.#announce('plugin:uninstalled', instance)
    }
  }

  #arrivalOf(id: string): Promise<void> | undefined {
    const instance = this.#instances.get(id)
    return instance && this.#arriving.get(instance)?.done
  }

  #arrived(instance: PluginInstance): void {
    this.#arriving.get(instance)?.end()
    this.#arriving.delete(instance)
  }

  async #initialize(instance: PluginInstance): Promise<void> {
    const done = instance.initialize()
    this.#changed()
    await done
    this.#changed()
    if (instance.status === 'error') await instance.dispose()
    if (instance.status !== 'initialized') return
    this.#installed.add(instance)
    this.#announce('plugin:installed', instance)
  }

  async #start(instance: PluginInstance): Promise<void> {
    await instance.start()
    this.#changed()
    if (instance.status === 'running') this.#announce('plugin:started', instance)
  }

  /** Takes back what those had that failed, which stay to be seen, and those that were removed on their way up. */
  async #tidy(instances: readonly PluginInstance[]): Promise<void> {
    for (const instance of [...instances].reverse()) if (instance.status === 'error') await instance.dispose()
    const interrupted = instances.filter(({ error }) => error?.code === 'GK_INSTALL_INTERRUPTED')
    await this.#remove(interrupted.filter(({ id }) => !this.#disabled.has(id)))
    for (const { id } of interrupted) if (this.#disabled.has(id)) await this.disable(id)
    this.#changed()
  }

  #announce(type: PluginFact, { definition: { metadata } }: PluginInstance): void {
    this.#rooms.bus.emit({ type, payload: { pluginId: metadata.id, version: metadata.version } })
  }
}

function deferred(): { readonly done: Promise<void>; readonly end: () => void } {
  let end = (): void => {}
  const done = new Promise<void>((resolve) => (end = resolve))
  return { done, end }
}
