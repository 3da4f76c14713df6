import type { HotReloadSource } from '../definition/hot-reload.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import { otherPluginGiven } from '../errors/reload-errors.ts'
import type { Undo } from '../lifetime/scope.ts'
import { nobody } from '../manager/installer.ts'
import { configured, type Candidate } from '../manager/planned-plugin.ts'
import type { PluginInstance } from '../manager/plugin-instance.ts'
import type { Arrival } from '../manager/plugin-set.ts'
import type { Decision } from '../permissions/permission-registry.ts'
import { HotReloads } from './hot-reloads.ts'
import { PluginReplacement } from './plugin-replacement.ts'
import { askForRights, planReload } from './reload-plan.ts'
import type { ReloadRooms } from './reload-rooms.ts'

/** A reload that was asked for. */
interface Wanted {
  readonly id: string
  /** When it was asked for. */
  readonly turn: number
  /** The next version, as it is configured. */
  readonly nextOf: (old: PluginInstance) => Candidate
}

/** Replaces plugins by other versions of themselves while they run. */
export class PluginReloads {
  readonly #rooms: ReloadRooms
  readonly #replacement: PluginReplacement
  readonly #hotReloads: HotReloads
  #turn = 0
  /** When what was made last of each plugin was asked for. */
  readonly #made = new Map<string, number>()

  constructor(rooms: ReloadRooms) {
    this.#rooms = rooms
    this.#replacement = new PluginReplacement(rooms)
    this.#hotReloads = new HotReloads(rooms, {
      nextTurn: () => this.#nextTurn(),
      reload: (id, next, turn) => this.reload(id, next, turn),
    })
    rooms.plugins.onForget = (id) => {
      this.#hotReloads.ignore(id)
      this.#made.delete(id)
    }
  }

  /**
   * @param turn When it was asked for: one that was asked for later, and is done already, is not undone by this one.
   * @throws as `EnhancedPluginManager.reloadPlugin`
   */
  async reload(
    id: string,
    given: AnyPlugin | string | undefined,
    turn: number = this.#nextTurn(),
  ): Promise<void> {
    const { installer } = this.#rooms
    const loaded = await this.#load(id, given)
    const wanted: Wanted = { id, turn, nextOf: (old) => nextIn(old.candidate, loaded) }
    const rights = await this.#ask(wanted)
    if (rights && (await installer.run(() => this.#replace(wanted, rights)))) return
    // One that does not run, or no longer, has nothing to hand on.
    await installer.bring(() => this.#exchange(wanted))
  }

  /** @throws GK_PLUGIN_NOT_INSTALLED, GK_NO_HOT_RELOAD_SOURCE */
  listen(id: string, source: HotReloadSource | undefined): Undo {
    return this.#hotReloads.listen(id, source)
  }

  /** Whether it was listened to. */
  ignore(id: string): boolean {
    return this.#hotReloads.ignore(id)
  }

  close(): void {
    this.#hotReloads.close()
  }

  #nextTurn(): number {
    this.#turn += 1
    return this.#turn
  }

  /** People may be asked: others go on meanwhile, and so does the old version. `undefined` where it does not run. */
  async #ask({ id, nextOf }: Wanted): Promise<Decision | undefined> {
    const { installer, plugins } = this.#rooms
    const asking = await installer.run(async () => {
      const old = installer.existing(id)
      return old.isUp ? { planned: await planReload(plugins, nextOf(old)), signal: old.signal } : undefined
    })
    return asking && askForRights(plugins, asking.planned, asking.signal)
  }

  /** Whether nothing is left to do. */
  async #replace(wanted: Wanted, rights: Decision): Promise<boolean> {
    const { id, nextOf, turn } = wanted
    const old = this.#rooms.installer.existing(id)
    if (this.#isOutdated(wanted)) return true
    if (!old.isUp) return false
    await this.#replacement.replace(old, await planReload(this.#rooms.plugins, nextOf(old)), rights)
    this.#made.set(id, turn)
    return true
  }

  async #exchange(wanted: Wanted): Promise<Arrival> {
    const { installer, list } = this.#rooms
    const { id, nextOf, turn } = wanted
    if (this.#isOutdated(wanted)) return nobody
    const old = installer.existing(id)
    const next = nextOf(old)
    const arrival = await installer.exchange([next], [id])
    list.substitute(id, old.definition, next.definition)
    this.#made.set(id, turn)
    return arrival
  }

  #isOutdated({ id, turn }: Wanted): boolean {
    return (this.#made.get(id) ?? 0) > turn
  }

  /** The next version, where it is another definition than the present one. */
  async #load(id: string, given: AnyPlugin | string | undefined): Promise<Candidate | undefined> {
    const { provenance } = this.#rooms.installer.existing(id).candidate
    const source = typeof given === 'string' ? given : provenance.source
    const next =
      typeof given === 'object'
        ? { definition: given, provenance }
        : source !== undefined && (await (await this.#rooms.sourcing()).load(source, undefined, undefined))
    if (next && next.definition.metadata.id !== id) throw otherPluginGiven(id, next.definition.metadata.id)
    return next || undefined
  }
}

/** Without a configuration of its own, a next version has that of the one before. */
function nextIn(before: Candidate, next: Candidate = before): Candidate {
  return next.definition.config === undefined ? configured(next, before.definition.config) : next
}
