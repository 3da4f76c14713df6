import type { HotReloadSource } from '../definition/hot-reload.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { Undo } from '../lifetime/scope.ts'
import { otherPluginGiven } from '../errors/reload-errors.ts'
import { configured, type Candidate } from '../manager/planned-plugin.ts'
import type { PluginInstance } from '../manager/plugin-instance.ts'
import type { Decision } from '../permissions/permission-registry.ts'
import { HotReloads } from './hot-reloads.ts'
import { PluginReplacement } from './plugin-replacement.ts'
import { askForRights, planReload } from './reload-plan.ts'
import type { ReloadRooms } from './reload-rooms.ts'

/** Replaces plugins by other versions of themselves while they run. */
export class PluginReloads {
  readonly #rooms: ReloadRooms
  readonly #replacement: PluginReplacement
  readonly #hotReloads: HotReloads

  constructor(rooms: ReloadRooms) {
    this.#rooms = rooms
    this.#replacement = new PluginReplacement(rooms)
    this.#hotReloads = new HotReloads(rooms, (id, next) => this.reload(id, next))
  }

  /** @throws as `EnhancedPluginManager.reloadPlugin` */
  async reload(id: string, given: AnyPlugin | string | undefined): Promise<void> {
    const { installer, plugins } = this.#rooms
    const loaded = await this.#load(id, given)
    const nextOf = (old: PluginInstance): Candidate => nextIn(old.candidate, loaded)
    const planned = await installer.run(async () => {
      const old = installer.existing(id)
      return old.isUp ? planReload(plugins, nextOf(old)) : undefined
    })
    // People may be asked: others go on meanwhile, and so does the old version.
    const rights = planned && (await askForRights(plugins, planned))
    if (rights && (await installer.run(() => this.#replace(id, nextOf, rights)))) return
    // One that does not run, or no longer, has nothing to hand on.
    await installer.bring(() => installer.exchange([nextOf(installer.existing(id))], [id]))
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

  async #replace(id: string, nextOf: (old: PluginInstance) => Candidate, rights: Decision): Promise<boolean> {
    const old = this.#rooms.installer.existing(id)
    if (!old.isUp) return false
    await this.#replacement.replace(old, await planReload(this.#rooms.plugins, nextOf(old)), rights)
    return true
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
