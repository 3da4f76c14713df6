import { installInterrupted } from '../errors/plugin-errors.ts'
import type { GridKitError } from '../errors/gridkit-error.ts'
import { reloadRolledBack, rollbackFailed } from '../errors/reload-errors.ts'
import type { PlannedPlugin } from '../manager/planned-plugin.ts'
import type { PluginInstance } from '../manager/plugin-instance.ts'
import type { Decision } from '../permissions/permission-registry.ts'
import { GracePeriod } from './grace-period.ts'
import { PluginSwap } from './plugin-swap.ts'
import type { ReloadRooms } from './reload-rooms.ts'

/** Puts versions of plugins in the place of others, and goes back where that fails. One call at a time. */
export class PluginReplacement {
  readonly #rooms: ReloadRooms
  readonly #graces = new Map<string, GracePeriod>()

  constructor(rooms: ReloadRooms) {
    this.#rooms = rooms
  }

  /** @throws GK_RELOAD_ROLLED_BACK, GK_ROLLBACK_FAILED, GK_INSTALL_INTERRUPTED */
  async replace(old: PluginInstance, planned: PlannedPlugin, rights: Decision): Promise<void> {
    const { clock } = this.#rooms.host
    const { id } = old
    this.#graces.get(id)?.end()
    const began = clock.elapsed()
    await this.#exchange(new PluginSwap(id, this.#rooms), old, planned, rights)
    this.#rooms.list.substitute(id, old.definition, planned.definition)
    const [from, to] = [old, planned].map(({ definition }) => definition.metadata.version)
    this.#tell('plugin:reloaded', { pluginId: id, from, to, duration: clock.elapsed() - began })
  }

  async #exchange(
    swap: PluginSwap,
    old: PluginInstance,
    planned: PlannedPlugin,
    rights: Decision,
  ): Promise<void> {
    const { version } = planned.definition.metadata
    await swap.hold(old)
    try {
      await swap.leave(old, planned.definition.migrations?.length ?? 0)
    } catch (error) {
      throw await this.#stayed(swap, old, version, error)
    }
    const fresh = await swap.enter(planned, rights)
    if (fresh.error) throw await this.#goBack(swap, fresh, fresh.error)
    this.#watch(swap, fresh)
    swap.goOn(fresh)
  }

  /** The old version could not be ended as it should. */
  async #stayed(
    swap: PluginSwap,
    old: PluginInstance,
    version: string,
    cause: unknown,
  ): Promise<GridKitError> {
    if (old.isUp) {
      swap.end()
      return this.#rolledBack(old, version, cause)
    }
    return this.#comeBack(swap, version, cause)
  }

  /** Brings the version before back in the place of one that failed. What to throw. */
  async #goBack(swap: PluginSwap, failed: PluginInstance, cause: unknown): Promise<GridKitError> {
    const isUnwanted = failed.halted
    swap.follow(failed)
    await failed.dispose()
    return isUnwanted
      ? this.#withdraw(swap, failed)
      : this.#comeBack(swap, failed.definition.metadata.version, cause)
  }

  /** Whoever removes the plugin, or turns it off, wants no other version in its place. */
  async #withdraw(swap: PluginSwap, failed: PluginInstance): Promise<GridKitError> {
    const { planned } = swap
    swap.giveUp()
    await this.#rooms.plugins.withdraw(failed, planned)
    return installInterrupted(failed.id)
  }

  async #comeBack(swap: PluginSwap, version: string, cause: unknown): Promise<GridKitError> {
    const back = await swap.back().catch((error: unknown) => error)
    const isBack = isInstance(back) && back.error === undefined
    if (isBack) {
      swap.goOn(back)
      swap.end()
      return this.#rolledBack(back, version, cause)
    }
    if (isInstance(back) && back.halted) {
      await back.dispose()
      return this.#withdraw(swap, back)
    }
    if (isInstance(back)) await back.dispose()
    swap.giveUp()
    return rollbackFailed(swap.pluginId, cause, isInstance(back) ? back.error : back)
  }

  #rolledBack({ id, definition }: PluginInstance, version: string, cause: unknown): GridKitError {
    const error = reloadRolledBack(id, version, cause)
    const { code, message } = error
    this.#rooms.list.substitute(id, definition, definition)
    this.#tell('plugin:rolled-back', { pluginId: id, version: definition.metadata.version, code, message })
    return error
  }

  /** Until its grace period ends, the first failure of a new version brings the one before back. */
  #watch(swap: PluginSwap, fresh: PluginInstance): void {
    const { host, plugins, installer } = this.#rooms
    const grace = new GracePeriod(fresh, host, {
      over: () => {
        swap.end()
        if (this.#graces.get(fresh.id) === grace) this.#graces.delete(fresh.id)
      },
      crashed: (cause) =>
        void installer.run(async () => {
          this.#graces.delete(fresh.id)
          if (plugins.get(fresh.id) !== fresh || !fresh.isUp) return swap.end()
          await swap.hold(fresh)
          const error = await this.#goBack(swap, fresh, cause)
          host.report({ pluginId: undefined, phase: 'reload', error })
        }),
    })
    this.#graces.set(fresh.id, grace)
  }

  #tell(type: 'plugin:reloaded' | 'plugin:rolled-back', payload: object): void {
    this.#rooms.host.bus.emit<string>({ type, payload })
  }
}

function isInstance(value: unknown): value is PluginInstance {
  return typeof value === 'object' && value !== null && 'handover' in value
}
