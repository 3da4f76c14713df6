import type { AnyPlugin } from '../definition/plugin.ts'
import { GridKitError } from '../errors/gridkit-error.ts'
import { invalidConfigs } from '../errors/plugin-errors.ts'
import type { Problem } from '../errors/problem.ts'
import { nobody, type Installer } from './installer.ts'
import { fromCode, type Candidate, type PlannedPlugin } from './planned-plugin.ts'
import type { PluginInstance } from './plugin-instance.ts'
import { idsOf, type PluginList } from './plugin-list.ts'
import type { Arrival, PluginSet } from './plugin-set.ts'
import { samePlugin } from './plugin-views.ts'

/** A plugin that runs, and what the list says of it now. */
interface Change {
  readonly running: PluginInstance
  readonly wanted: AnyPlugin
}

/** Gets a set of plugins to where the list says, by the difference. */
export class Reconciliation {
  readonly #plugins: PluginSet
  readonly #installer: Installer
  readonly #list: PluginList
  /** What the list said of each that is here because of it. */
  readonly #done = new Map<string, AnyPlugin>()

  constructor(plugins: PluginSet, installer: Installer, list: PluginList) {
    this.#plugins = plugins
    this.#installer = installer
    this.#list = list
  }

  /** Nothing of the list is here any more. */
  reset(): void {
    this.#done.clear()
  }

  /**
   * Removes what is no longer wanted, restarts what is wanted otherwise, and lets in what is new.
   *
   * @throws what stands in the way of those that come or change; what runs goes on then.
   */
  async run(): Promise<Arrival> {
    const { wanted } = this.#list
    this.#list.retry(idsOf(wanted))
    await this.#removeUnlisted()
    try {
      const changes = this.#changes(wanted)
      assertConfigs(changes)
      const restarting = changes.filter((change) => !this.#goesOn(change)).map(({ running }) => running.id)
      return await this.#exchange(wanted, this.#installer.withDependents(restarting))
    } catch (error) {
      if (error instanceof GridKitError)
        this.#list.refuse(
          idsOf(wanted).filter((id) => !this.#plugins.has(id)),
          error,
        )
      throw error
    }
  }

  async #removeUnlisted(): Promise<void> {
    const listed = new Set(idsOf(this.#list.plugins))
    const unlisted = [...this.#done.keys()].filter((id) => !listed.has(id))
    for (const id of unlisted) this.#done.delete(id)
    await this.#installer.uninstall(
      this.#installer.withDependents(unlisted.filter((id) => this.#plugins.has(id))),
    )
  }

  /** What was configured by hand stays while the list says the same of it. */
  #changes(wanted: readonly AnyPlugin[]): readonly Change[] {
    return wanted.flatMap((plugin) => {
      const running = this.#plugins.get(plugin.metadata.id)
      const done = this.#done.get(plugin.metadata.id)
      return running === undefined || (done && samePlugin(done, plugin)) ? [] : [{ running, wanted: plugin }]
    })
  }

  #goesOn({ running, wanted }: Change): boolean {
    const change = running.takes(wanted)
    if (!change) return false
    this.#done.set(running.id, wanted)
    void this.#installer.attempt(() => change)
    return true
  }

  /** Where those that come are refused, those that were to be restarted for them go on. */
  async #exchange(wanted: readonly AnyPlugin[], leaving: ReadonlySet<string>): Promise<Arrival> {
    const listed = wanted.flatMap((definition): readonly Candidate[] => {
      const { id } = definition.metadata
      const { provenance = fromCode } = this.#plugins.get(id) ?? {}
      return leaving.has(id) || !this.#plugins.has(id) ? [{ definition, provenance }] : []
    })
    const ids = new Set(listed.map(({ definition }) => definition.metadata.id))
    // Plugins that were installed by hand come back with the listed ones that they need.
    const others = [...leaving]
      .filter((id) => !ids.has(id))
      .map((id) => this.#installer.existing(id).candidate)
    const planned: readonly PlannedPlugin[] = await this.#plugins.plan([...listed, ...others], leaving)
    await this.#plugins.remove(leaving)
    for (const { definition } of listed) this.#done.set(definition.metadata.id, definition)
    return planned.length === 0 ? nobody : this.#plugins.admit(planned)
  }
}

/** @throws GK_INVALID_CONFIG with everything wrong with any */
function assertConfigs(changes: readonly Change[]): void {
  const problems = changes.flatMap(({ running, wanted }): [string, readonly Problem[]][] => {
    const found = running.problemsOf(wanted)
    return found.length > 0 ? [[running.id, found]] : []
  })
  if (problems.length > 0) throw invalidConfigs(new Map(problems))
}
