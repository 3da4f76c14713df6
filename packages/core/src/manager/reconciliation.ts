import type { AnyPlugin } from '../definition/plugin.ts'
import { GridKitError } from '../errors/gridkit-error.ts'
import { nobody, type Installer } from './installer.ts'
import { fromCode, type Candidate, type PlannedPlugin } from './planned-plugin.ts'
import { idsOf, type PluginList } from './plugin-list.ts'
import type { Arrival, PluginSet } from './plugin-set.ts'
import { samePlugin } from './plugin-views.ts'

/** Gets a set of plugins from one list to the next, by the difference. */
export class Reconciliation {
  readonly #plugins: PluginSet
  readonly #installer: Installer
  readonly #list: PluginList
  /** What the list last said of each, and was done. */
  readonly #done = new Map<string, AnyPlugin>()

  constructor(plugins: PluginSet, installer: Installer, list: PluginList) {
    this.#plugins = plugins
    this.#installer = installer
    this.#list = list
  }

  /**
   * Removes what is no longer wanted, restarts what is wanted otherwise, and lets in what is new.
   *
   * @throws what stands in the way of those that come; what runs goes on then.
   */
  async run(previous: readonly AnyPlugin[], wanted: readonly AnyPlugin[]): Promise<Arrival> {
    const gone = this.#installer.withDependents(
      idsOf(previous).filter((id) => !idsOf(wanted).includes(id) && this.#plugins.has(id)),
    )
    for (const id of gone) this.#forget(id)
    const restarting = await this.#restarting(wanted)
    const leaving = this.#installer.withDependents([...gone, ...restarting])
    const coming = [...this.#coming(wanted, leaving), ...this.#unlisted(leaving, [...gone, ...idsOf(wanted)])]
    const plugins = coming.map(({ definition }) => definition)
    this.#list.expect(plugins)
    try {
      const arrival = await this.#exchange(coming, leaving, gone)
      for (const plugin of wanted) if (plugins.includes(plugin)) this.#done.set(plugin.metadata.id, plugin)
      return arrival
    } finally {
      this.#list.settle([...wanted, ...plugins])
    }
  }

  /** Those that run and can't go on as they are. What was configured by hand stays while the list says the same of it. */
  async #restarting(wanted: readonly AnyPlugin[]): Promise<readonly string[]> {
    const restarting: string[] = []
    for (const plugin of wanted) {
      const { id } = plugin.metadata
      const running = this.#plugins.get(id)
      const done = this.#done.get(id)
      if (running === undefined || (done && samePlugin(done, plugin))) continue
      if (await running.takes(plugin)) this.#done.set(id, plugin)
      else restarting.push(id)
    }
    return restarting
  }

  /** What is no longer listed is new when it is listed again. */
  #forget(id: string): void {
    this.#done.delete(id)
    this.#plugins.mark(id, true)
  }

  #coming(wanted: readonly AnyPlugin[], leaving: ReadonlySet<string>): readonly Candidate[] {
    return wanted.flatMap((definition) => {
      const { id } = definition.metadata
      const standing = this.#plugins.get(id)
      if (standing === undefined)
        return this.#list.isExpected(id) ? [{ definition, provenance: fromCode }] : []
      return leaving.has(id) ? [{ definition, provenance: standing.provenance }] : []
    })
  }

  /** Plugins that were installed by hand, and come back with the listed ones that they need. */
  #unlisted(leaving: ReadonlySet<string>, others: readonly string[]): readonly Candidate[] {
    return this.#plugins
      .all()
      .filter(({ id }) => leaving.has(id) && !others.includes(id))
      .map(({ candidate }) => candidate)
  }

  /** Where the plugins that come are refused, those that were to be restarted for them go on. */
  async #exchange(
    coming: readonly Candidate[],
    leaving: ReadonlySet<string>,
    gone: ReadonlySet<string>,
  ): Promise<Arrival> {
    let planned: readonly PlannedPlugin[]
    try {
      planned = await this.#plugins.plan(coming, leaving)
    } catch (error) {
      await this.#plugins.remove(gone)
      this.#refuse(coming, error)
      throw error
    }
    await this.#plugins.remove(leaving, new Set(planned.map(({ definition }) => definition.metadata.id)))
    return planned.length === 0 ? nobody : this.#plugins.admit(planned)
  }

  #refuse(coming: readonly Candidate[], error: unknown): void {
    if (!(error instanceof GridKitError)) return
    const ids = coming.map(({ definition }) => definition.metadata.id)
    this.#list.refuse(
      ids.filter((id) => !this.#plugins.has(id)),
      error,
    )
  }
}
