import type { AnyPlugin } from '../definition/plugin.ts'
import type { Problem } from '../errors/problem.ts'
import { WorkQueue } from '../lifetime/work-queue.ts'
import type { PlannedPlugin } from './planned-plugin.ts'
import { sameConfig } from './same-config.ts'

/** The configuration that a plugin is about to hear of. */
export interface ConfigChange {
  readonly next: unknown
  readonly previous: unknown
}

/** The configuration of one plugin instance. Changes of it come one after the other. */
export class InstanceConfig {
  readonly #planned: PlannedPlugin
  /** As it was given, to tell whether another one says the same. */
  #given: unknown
  /** As the plugin sees it. */
  #value: unknown
  readonly #changes = new WorkQueue()
  #changing = 0

  constructor(planned: PlannedPlugin) {
    this.#planned = planned
    this.#given = planned.definition.config
    this.#value = planned.checkConfig(this.#given).config
  }

  /** As it was given. */
  get given(): unknown {
    return this.#given
  }

  /** With the defaults of the schema. */
  get value(): unknown {
    return this.#value
  }

  /** What is wrong with another configuration. */
  problemsOf(config: unknown): readonly Problem[] {
    return this.#planned.checkConfig(config).problems
  }

  /** Takes over one that differs in nothing but functions; any other waits for {@link takes}. */
  adopt(given: unknown): void {
    if (!sameConfig(this.#given, given)) return
    this.#given = given
    if (this.#changing === 0) this.#value = this.#planned.checkConfig(given).config
  }

  /**
   * Takes over another one, if that can be; `undefined` when it can't.
   *
   * @param canHear Whether the plugin can be told of one that says something else.
   * @param change Tells it when its turn comes, once it has taken the change. Must not reject.
   */
  takes(
    { config }: AnyPlugin,
    canHear: boolean,
    change: (take: () => ConfigChange) => Promise<void>,
  ): Promise<void> | undefined {
    const same = sameConfig(this.#given, config)
    if (same) this.adopt(config)
    else if (!canHear) return undefined
    this.#given = config
    if (same) return Promise.resolve()
    this.#changing += 1
    return this.#changes.add(() => change(() => this.#take(config))).finally(() => (this.#changing -= 1))
  }

  #take(wanted: unknown): ConfigChange {
    const previous = this.#value
    // As it is by now: functions in it may have been replaced meanwhile.
    this.#value = this.#planned.checkConfig(this.#changing === 1 ? this.#given : wanted).config
    return { next: this.#value, previous }
  }
}
