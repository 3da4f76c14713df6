import { GridKitError } from '../errors/gridkit-error.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import { otherPluginLoaded, updateFailed } from '../errors/source-errors.ts'
import { loadPlugin, updatesFor, type Loading, type PluginUpdate } from '../registry/plugin-sources.ts'
import { parsePluginsConfig } from '../registry/plugins-config.ts'
import type { StorageSnapshot } from '../storage/storage-room.ts'
import type { HostRooms, OwnedStorage } from './host-rooms.ts'
import { nobody, type Installer } from './installer.ts'
import { configured, fromCode, type Candidate } from './planned-plugin.ts'
import { withStorage } from './instance-storage.ts'
import type { Arrival, PluginSet } from './plugin-set.ts'

/** Plugins that loaders bring: what is done with them. In a module of its own, because many hosts have no loaders. */
export class PluginSourcing {
  readonly #rooms: HostRooms
  readonly #installer: Installer
  readonly #plugins: PluginSet

  constructor(rooms: HostRooms, installer: Installer, plugins: PluginSet) {
    this.#rooms = rooms
    this.#installer = installer
    this.#plugins = plugins
  }

  /** Loads what is named, side by side, and keeps the order. */
  candidates(sources: readonly (AnyPlugin | string)[], config: unknown): Promise<readonly Candidate[]> {
    return Promise.all(
      sources.map(async (source) =>
        typeof source === 'string'
          ? this.load(source, undefined, config)
          : configured({ definition: source, provenance: fromCode }, config),
      ),
    )
  }

  /** Loads what a file describes. @throws GK_INVALID_PLUGINS_CONFIG */
  described(json: unknown): Promise<readonly Candidate[]> {
    return Promise.all(
      parsePluginsConfig(json).map(async ({ source, id, version, config, enabled }) => {
        const candidate = await this.load(source, version, config)
        if (id !== undefined) assertIs(id, source, candidate)
        return { ...candidate, enabled }
      }),
    )
  }

  updates(): Promise<readonly PluginUpdate[]> {
    const installed = this.#plugins.all().map(({ id, definition, provenance: { source } }) => ({
      id,
      version: definition.metadata.version,
      source,
    }))
    return updatesFor(installed, this.#rooms.loaders, this.#loading())
  }

  /** @throws as `PluginManager.updatePlugin` */
  async update(id: string, version: string | undefined): Promise<void> {
    const { source = id } = this.#installer.existing(id).provenance
    const loaded = await this.load(source, version, undefined)
    assertIs(id, source, loaded)
    const change = new PluginChange(id, loaded, this.#installer, this.#rooms)
    try {
      await this.#installer.bring(() => change.make())
    } catch (error) {
      if (!change.begun || isInterrupted(error)) throw error
      throw updateFailed(id, loaded.definition.metadata.version, error, await change.revert())
    }
  }

  /** Loads one plugin. @throws GK_NO_LOADER, GK_LOAD_FAILED, GK_LOAD_TIMED_OUT */
  async load(source: string, version: string | undefined, config: unknown): Promise<Candidate> {
    const { plugin, facts } = await loadPlugin(source, this.#rooms.loaders, { ...this.#loading(), version })
    return configured({ definition: plugin, provenance: { origin: 'loader', source, facts } }, config)
  }

  #loading(): Loading {
    const { clock, report } = this.#rooms
    return { clock, report, signal: this.#installer.closing }
  }
}

/** A plugin before it was updated. */
interface Before {
  readonly candidate: Candidate
  readonly stored: StorageSnapshot | undefined
}

/** From one version of a plugin to another, and back. */
class PluginChange {
  readonly #id: string
  readonly #next: Candidate
  readonly #installer: Installer
  readonly #rooms: HostRooms
  #before: Before | undefined

  constructor(id: string, next: Candidate, installer: Installer, rooms: HostRooms) {
    this.#id = id
    this.#next = next
    this.#installer = installer
    this.#rooms = rooms
  }

  /** Whether there is something to go back from. */
  get begun(): boolean {
    return this.#before !== undefined
  }

  async make(): Promise<Arrival> {
    const standing = this.#installer.existing(this.#id)
    const { candidate, definition } = standing
    if (definition.metadata.version === this.#next.definition.metadata.version) return nobody
    return this.#installer.exchange(
      [configured(this.#next, candidate.definition.config)],
      [this.#id],
      async () => {
        this.#before = { candidate, stored: undefined }
        await this.#withStorage(definition, async (storage) => {
          this.#before = { candidate, stored: storage.snapshot() }
          await storage.migrateDown(
            definition.migrations ?? [],
            this.#next.definition.migrations?.length ?? 0,
          )
        })
      },
    )
  }

  /** Goes back, unless the plugin was removed since. What kept it from that, if something did; never rejects. */
  async revert(): Promise<unknown> {
    try {
      await this.#installer.bring(async () => {
        const before = this.#before
        const failed = this.#installer.find(this.#id)?.status === 'error'
        return before && failed ? this.#goBack(before) : nobody
      })
      return undefined
    } catch (error) {
      return error
    }
  }

  #goBack({ candidate, stored }: Before): Promise<Arrival> {
    return this.#installer.exchange([candidate], [this.#id], async () => {
      if (stored) await this.#withStorage(candidate.definition, (storage) => storage.restore(stored))
    })
  }

  async #withStorage(
    definition: AnyPlugin,
    work: (storage: OwnedStorage) => void | PromiseLike<void>,
  ): Promise<void> {
    if ((definition.migrations ?? []).length === 0 && (this.#next.definition.migrations ?? []).length === 0)
      return
    await withStorage(definition, this.#rooms, work)
  }
}

/** Whether the host, or whoever removed the plugin, wants no other in its place. */
function isInterrupted(error: unknown): boolean {
  const ends = ['GK_INSTALL_INTERRUPTED', 'GK_MANAGER_DESTROYED']
  return error instanceof GridKitError && ends.includes(error.code)
}

/** @throws GK_OTHER_PLUGIN_LOADED */
function assertIs(id: string, source: string, { definition: { metadata } }: Candidate): void {
  if (metadata.id !== id) throw otherPluginLoaded(source, id, metadata.id)
}
