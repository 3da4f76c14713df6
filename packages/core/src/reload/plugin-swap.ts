import type { GridKitError } from '../errors/gridkit-error.ts'
import { reloadEventsLost } from '../errors/reload-errors.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { HostRooms } from '../manager/host-rooms.ts'
import { withStorage } from '../manager/instance-storage.ts'
import type { Legacy } from '../manager/handover.ts'
import type { PlannedPlugin } from '../manager/planned-plugin.ts'
import type { PluginInstance } from '../manager/plugin-instance.ts'
import type { PluginSet } from '../manager/plugin-set.ts'
import type { Decision } from '../permissions/permission-registry.ts'
import type { StorageSnapshot } from '../storage/storage-room.ts'
import { EventJournal } from './event-journal.ts'

/** Where swaps take place. */
export interface SwapRooms {
  readonly host: HostRooms
  readonly plugins: PluginSet
}

/** A version of a plugin, with all that brings it back. */
interface Before {
  readonly planned: PlannedPlugin
  readonly rights: Decision
  readonly legacy: Legacy
  readonly stored: StorageSnapshot | typeof nothingStored | undefined
}

/** What was stored by a version without storage. */
const nothingStored = Symbol('nothing stored')

/**
 * Puts one version of a plugin in the place of another while the host runs, and
 * back. In between, what wants to get to the plugin is kept: events, messages,
 * calls of methods and services, and operations that its hooks may have a say in.
 */
export class PluginSwap {
  readonly pluginId: string
  readonly #rooms: SwapRooms
  #journal: EventJournal | undefined
  #release: Undo = () => {}
  #before: Before | undefined

  constructor(pluginId: string, rooms: SwapRooms) {
    this.pluginId = pluginId
    this.#rooms = rooms
  }

  /** Keeps all that wants to get to the plugin, and waits for what is under way. */
  async hold(old: PluginInstance): Promise<void> {
    const installation = await this.#rooms.plugins.installation()
    // All at once from here: an event gets either to the plugin or into the journal.
    this.#journal ??= new EventJournal(this.#rooms.host.bus)
    old.handover.hold()
    const keepNames = this.#keepMethodNames()
    const release = installation.hold(this.pluginId)
    this.#release = () => {
      keepNames()
      release()
    }
    old.reloading = true
    await old.handover.settled()
  }

  /**
   * Ends the old version, once it has said what it leaves behind.
   *
   * @throws what its `snapshot` throws; it goes on then
   */
  async leave(old: PluginInstance, levels: number): Promise<void> {
    try {
      const { planned, candidate, permissions: granted, provenance } = old
      const rights: Decision = { origin: provenance.origin, granted, refused: [] }
      const legacy = await old.handover.leave()
      const stored = old.stored
      this.#before = { planned: { ...planned, ...candidate }, rights, legacy, stored }
      await old.dispose()
      await this.#migrateDown(old, levels)
    } catch (error) {
      // Its scope is open, unless it was ended.
      if (this.#before === undefined) this.goOn(old)
      throw error
    }
  }

  /** Brings a version up that was planned, with what the last one left. Never rejects; a failure is in its `error`. */
  async enter(planned: PlannedPlugin, rights: Decision, isBack = false): Promise<PluginInstance> {
    const { plugins } = this.#rooms
    const fresh = plugins.create(planned)
    fresh.handover.hold()
    fresh.reloading = true
    plugins.substitute(fresh)
    await fresh.prepare(rights)
    if (fresh.status === 'unloaded') await fresh.initialize()
    if (fresh.status === 'initialized') await fresh.start()
    if (fresh.status === 'running') await this.#inherit(fresh, isBack)
    return fresh
  }

  /** Brings the version before back, with its storage. To be called when that was ended. */
  async back(): Promise<PluginInstance> {
    const before = this.#before as Before
    const { stored } = before
    if (stored)
      await withStorage(before.planned.definition, this.#rooms.host, (storage) =>
        stored === nothingStored ? storage.clear() : storage.restore(stored),
      )
    return this.enter(before.planned, before.rights, true)
  }

  /** Gives a version that is up all that was kept, and leaves it alone. */
  goOn(instance: PluginInstance): void {
    const { lost = 0 } = this.#journal ?? {}
    if (lost > 0) {
      const error = reloadEventsLost(this.pluginId, lost)
      this.#rooms.host.report({ pluginId: undefined, phase: 'reload', error })
    }
    instance.handover.release(this.#journal?.events ?? [])
    instance.reloading = false
    this.#release()
  }

  /** How the version before was planned. */
  get planned(): PlannedPlugin {
    return (this.#before as Before).planned
  }

  /**
   * Takes note of what a version that failed leaves: what people configured since stays, and what it stored goes,
   * also where the version before had no storage. To be called before that is closed.
   */
  follow(failed: PluginInstance): void {
    const before = this.#before as Before
    const { config } = failed.candidate.definition
    const isChanged = config !== failed.definition.config
    const { definition } = before.planned
    this.#before = {
      ...before,
      planned: isChanged ? { ...before.planned, definition: { ...definition, config } } : before.planned,
      stored: before.stored ?? (failed.stored && nothingStored),
    }
  }

  /** Nothing is there that could go on. */
  giveUp(): void {
    const left = this.#rooms.plugins.get(this.pluginId)
    if (left) left.reloading = false
    this.#release()
    this.end()
  }

  /** There is nothing to go back to any more. */
  end(): void {
    this.#journal?.close()
    this.#journal = undefined
    this.#before = undefined
  }

  /** Nobody else may take the names of its methods while none of its versions has them. */
  #keepMethodNames(): Undo {
    const { methods } = this.#rooms.host
    const own = methods.names().filter((name) => methods.ownerOf(name) === this.pluginId)
    return methods.declare(this.pluginId, own)
  }

  async #inherit(fresh: PluginInstance, isBack: boolean): Promise<void> {
    const { legacy } = this.#before as Before
    try {
      await fresh.handover.inherit(legacy, isBack)
    } catch (error) {
      // It is the failure of a phase, made by the handover.
      if (!fresh.halted) fresh.fail(error as GridKitError, 'restore')
      else fresh.error = error as GridKitError
    }
  }

  /** What is stored must be of a shape that the next version knows. */
  async #migrateDown({ definition }: PluginInstance, levels: number): Promise<void> {
    const { migrations = [] } = definition
    if (migrations.length > levels)
      await withStorage(definition, this.#rooms.host, (storage) => storage.migrateDown(migrations, levels))
  }
}
