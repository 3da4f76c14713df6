import { GridKitError } from '../errors/gridkit-error.ts'
import { managerDestroyed, pluginNotInstalled } from '../errors/plugin-errors.ts'
import { WorkQueue } from '../lifetime/work-queue.ts'
import type { HostRooms } from './host-rooms.ts'
import type { Candidate } from './planned-plugin.ts'
import type { PluginInstance } from './plugin-instance.ts'
import type { Arrival, PluginSet } from './plugin-set.ts'

/** What has to come first, if something has. */
type Waiting = Pick<Arrival, 'waiting'>

/** An arrival of none. */
export const nobody: Arrival = { instances: [], waiting: undefined }

/** Does the work on a set of plugins, one piece after the other, and tells what failed. */
export class Installer {
  readonly #plugins: PluginSet
  readonly #rooms: HostRooms
  readonly #queue = new WorkQueue()
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #loads = new Set<Promise<unknown>>()
  readonly #told = new WeakSet<object>()
  readonly #closing = new AbortController()

  constructor(plugins: PluginSet, rooms: HostRooms) {
    this.#plugins = plugins
    this.#rooms = rooms
  }

  /** Aborts when nothing is to come any more. */
  get closing(): AbortSignal {
    return this.#closing.signal
  }

  close(): void {
    this.#closing.abort()
    this.#plugins.close()
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay)
  }

  find(id: string): PluginInstance | undefined {
    return this.#plugins.get(id)
  }

  /** @throws GK_PLUGIN_NOT_INSTALLED */
  existing(id: string): PluginInstance {
    const instance = this.#plugins.get(id)
    if (instance === undefined) throw pluginNotInstalled(id)
    return instance
  }

  /** Does a piece of work when its turn comes. */
  run<T>(work: () => Promise<T>): Promise<T> {
    return this.attempt(() => this.#queue.add(work))
  }

  /** Does a piece of work at once. Its caller may wait for it, or not: what it throws is told either way. */
  attempt<T>(work: () => Promise<T>): Promise<T> {
    const result = work().catch((error: unknown) => {
      this.#tell(error)
      throw error
    })
    this.#underWay.add(result)
    const end = (): void => void this.#underWay.delete(result)
    // Also keeps a caller who drops the promise from an unhandled rejection.
    result.then(end, end)
    return result
  }

  /** Installs plugins: those at hand when their turn comes, those of a loader when they are there. */
  install(
    candidates: readonly Candidate[] | Promise<readonly Candidate[]>,
  ): Promise<readonly PluginInstance[]> {
    // What was asked for before may be loading still, and be what these need.
    const earlier = [...this.#loads]
    if (!(candidates instanceof Promise)) return this.#installAfter(earlier, candidates)
    const installed = this.attempt(async () => this.#installAfter(earlier, await candidates))
    this.#loads.add(installed)
    const end = (): void => void this.#loads.delete(installed)
    installed.then(end, end)
    return installed
  }

  /** Lets plugins in when their turn comes, and brings them up: at once, or when those were asked who have to be. */
  bring(admit: () => Promise<Arrival>): Promise<readonly PluginInstance[]> {
    return this.attempt(async () => {
      const arrival = await this.#queue.add(async () => {
        const admitted = await admit()
        if (admitted.waiting === undefined) await this.#plugins.complete(admitted)
        return admitted
      })
      for (let open: Waiting = arrival; open.waiting;) {
        await open.waiting
        open = await this.#queue.add(() => this.#resume(arrival))
      }
      return arrival.instances
    })
  }

  /** Brings plugins up that waited; or says what they wait for again, as one that they need may have come anew. */
  async #resume(arrival: Arrival): Promise<Waiting> {
    const waiting = this.#plugins.neededBy(arrival.instances)
    if (waiting === undefined) await this.#plugins.complete(arrival)
    // In an object: a promise would be awaited here, while others wait for their turn.
    return { waiting }
  }

  /**
   * Takes plugins down with all that need them, and lets them in again, some of them changed.
   * `between` runs when they are gone; when it fails, they come back as they were.
   *
   * @throws with nothing changed where the change is refused
   */
  async exchange(
    coming: readonly Candidate[],
    leaving: readonly string[],
    between: () => Promise<void> = async () => {},
  ): Promise<Arrival> {
    const all = this.withDependents(leaving)
    const before = [...all].map((id) => this.existing(id).candidate)
    const changed = new Set(coming.map(({ definition }) => definition.metadata.id))
    const others = before.filter(({ definition }) => !changed.has(definition.metadata.id))
    const planned = await this.#plugins.plan([...coming, ...others], all)
    await this.#plugins.remove(all)
    try {
      await between()
    } catch (failure) {
      return { ...this.#plugins.admit(await this.#plugins.plan(before)), failure }
    }
    return this.#plugins.admit(planned)
  }

  /** Lets a plugin in that was turned off. @throws with nothing changed */
  async enable(candidate: Candidate): Promise<Arrival> {
    const { id } = candidate.definition.metadata
    const planned = await this.#plugins.plan([{ ...candidate, enabled: true }], new Set([id]))
    this.#plugins.mark(id, true)
    return this.#plugins.admit(planned)
  }

  /** Takes plugins down for good. */
  async uninstall(ids: ReadonlySet<string>): Promise<void> {
    await this.#plugins.remove(ids)
    for (const id of ids) this.#plugins.forget(id)
  }

  withDependents(ids: readonly string[]): ReadonlySet<string> {
    return new Set(ids.flatMap((id) => [id, ...this.#plugins.dependentsOf(id, true)]))
  }

  async #installAfter(
    earlier: readonly Promise<unknown>[],
    candidates: readonly Candidate[],
  ): Promise<readonly PluginInstance[]> {
    const wanted = candidates.map((each) => ({ ...each, enabled: each.enabled ?? true }))
    const admit = async (): Promise<Arrival> => {
      if (this.closing.aborted) throw managerDestroyed()
      const planned = await this.#plugins.plan(wanted)
      for (const { definition, enabled = true } of planned)
        this.#plugins.mark(definition.metadata.id, enabled)
      return this.#plugins.admit(planned)
    }
    if (earlier.length === 0) return this.bring(admit)
    return this.attempt(async () => {
      const missing = await this.#queue.add(() => this.#plugins.plan(wanted)).then(() => false, isUnresolved)
      if (missing) await Promise.allSettled(earlier)
      return this.bring(admit)
    })
  }

  /** Reports what stood in the way of a whole set. Failures of a single plugin were reported as they happened. */
  #tell(error: unknown): void {
    const quiet = ['GK_PLUGINS_FAILED', 'GK_INSTALL_INTERRUPTED']
    const known = error instanceof GridKitError && (quiet.includes(error.code) || this.#told.has(error))
    if (known || this.#plugins.all().some((each) => each.error === error)) return
    if (error instanceof GridKitError) this.#told.add(error)
    this.#rooms.report({ pluginId: undefined, phase: 'install', error })
  }
}

function isUnresolved(error: unknown): boolean {
  return error instanceof GridKitError && error.code === 'GK_UNRESOLVED_PLUGINS'
}
