import { createContext } from '../context/enhanced-plugin-context.ts'
import { Guard } from '../context/guarded-call.ts'
import { permissionDenied, storageNotOpen } from '../errors/context-errors.ts'
import { GridKitError } from '../errors/gridkit-error.ts'
import { installInterrupted, invalidConfigs, pluginFailed, pluginTimedOut } from '../errors/plugin-errors.ts'
import type { HealthSubject } from '../health/health-checks.ts'
import type { Outcome } from '../lifetime/deadline.ts'
import { Scope } from '../lifetime/scope.ts'
import { isThenable } from '../lifetime/thenable.ts'
import { assertTransition, type PluginStatus } from './lifecycle.ts'
import { sameConfig } from './same-config.ts'
import type { EnhancedPluginContext } from '../definition/context.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { Decision, PermissionClaims } from '../permissions/permission-registry.ts'
import type { InstanceRooms, LifecycleTimeouts, OwnedStorage } from './host-rooms.ts'
import { infoOf, type PluginInfo, type PluginProgress } from './plugin-info.ts'
import type { Candidate, PlannedPlugin, Provenance } from './planned-plugin.ts'

const defaultStorageMB = 5
const bytesPerMB = 1024 * 1024

/** The most that a plugin may store, in bytes. */
export function quotaOf({ resourceLimits }: AnyPlugin): number {
  return (resourceLimits?.maxStorageMB ?? defaultStorageMB) * bytesPerMB
}

/** A plugin's definition, running on one host. Everything it acquires is in its scope. */
export class PluginInstance {
  readonly id: string
  readonly planned: PlannedPlugin
  status: PluginStatus = 'unloaded'
  error: GridKitError | undefined
  loadTime: number | undefined
  readonly #rooms: InstanceRooms
  readonly #scope = new Scope((error) => this.#rooms.report({ pluginId: this.id, phase: 'teardown', error }))
  readonly #halt = new AbortController()
  readonly #guard: Guard
  readonly #context: EnhancedPluginContext
  /** As it was given, to tell whether another one says the same. */
  #given: unknown
  /** As the plugin sees it. */
  #config: unknown
  #storage: OwnedStorage | undefined
  #entered = false
  #returns = false
  #info: PluginInfo | undefined
  #shown: PluginProgress | undefined

  constructor(planned: PlannedPlugin, rooms: InstanceRooms) {
    this.planned = planned
    this.id = planned.definition.metadata.id
    this.#given = planned.definition.config
    this.#config = planned.checkConfig(this.#given).config
    this.#rooms = rooms
    this.#guard = new Guard(this.id, this.#scope, rooms)
    this.#context = this.#createContext()
    this.#scope.add(() => rooms.permissions.close(this.id, this.#returns))
    this.#scope.add(() => rooms.errors.forget(this.id))
  }

  get definition(): AnyPlugin {
    return this.planned.definition
  }

  /** What brings the plugin back as it is configured now. */
  get candidate(): Candidate {
    const { definition, provenance } = this.planned
    return { provenance, definition: { ...definition, config: this.#given } }
  }

  get provenance(): Provenance {
    return this.planned.provenance
  }

  /** What to show of it; the same object as long as that says the same. */
  get info(): PluginInfo {
    const { status, loadTime, error } = this.#shown ?? {}
    if (
      this.#info === undefined ||
      status !== this.status ||
      loadTime !== this.loadTime ||
      error !== this.error
    ) {
      this.#shown = { status: this.status, loadTime: this.loadTime, error: this.error }
      this.#info = infoOf(this.definition, this.provenance, this)
    }
    return this.#info
  }

  /** What a look at its health needs. */
  get healthSubject(): HealthSubject {
    const { id: pluginId, status, error, definition } = this
    const ask = (milliseconds: number): Promise<Outcome<unknown>> =>
      this.#guard.phase(milliseconds, this.#scope.signal, () =>
        definition.healthCheck?.(this.#context as never),
      )
    return { pluginId, status, error, ask: definition.healthCheck && ask }
  }

  get enabled(): boolean {
    return this.status !== 'stopped'
  }

  /**
   * Claims the method names and asks for the rights. Returns a promise only where somebody has to be asked.
   * Never rejects; a failure is in `error`.
   */
  prepare(): Promise<void> | undefined {
    const { methods = [] } = this.definition
    try {
      this.#scope.add(this.#rooms.methods.declare(this.id, methods))
    } catch (error) {
      this.fail(failureIn(this.id, 'install', error))
      return undefined
    }
    const claims = claimsOf(this.definition)
    const { origin } = this.provenance
    const decision = this.#rooms.permissions.ask(this.id, claims, origin, this.#halt.signal)
    if (!isThenable(decision)) {
      this.#grant(claims, decision)
      return undefined
    }
    return this.#guard
      .phase(undefined, this.#halt.signal, () => decision)
      .then((outcome) => {
        if (outcome.kind === 'done') this.#grant(claims, outcome.value as Decision)
        else this.error = installInterrupted(this.id)
      })
  }

  /** Opens the storage, if the plugin has one, and calls `initialize`. Never rejects; a failure is in `error`. */
  async initialize(): Promise<void> {
    const began = this.#rooms.clock.elapsed()
    this.#become('loading')
    const opening = (): unknown => this.#openStorage()?.then(() => this.#enter()) ?? this.#enter()
    if (await this.#phase('initialize', opening)) this.#become('initialized')
    this.loadTime = this.#rooms.clock.elapsed() - began
  }

  /** Calls `start`. Never rejects; a failure is in `error`. */
  async start(): Promise<void> {
    const began = this.#rooms.clock.elapsed()
    if (await this.#phase('start', () => this.definition.start?.(this.#context as never)))
      this.#become('running')
    this.loadTime = (this.loadTime ?? 0) + this.#rooms.clock.elapsed() - began
  }

  /** Puts the plugin in `error` and reports why. */
  fail(error: GridKitError, phase = 'install'): void {
    this.error = error
    this.#become('error')
    this.#rooms.report({ pluginId: this.id, phase, error })
  }

  /** Ends coming up, now and for good, so that a teardown need not wait for it. */
  halt(): void {
    this.#halt.abort()
  }

  get halted(): boolean {
    return this.#halt.signal.aborted
  }

  /** Makes this a plugin that is known, and turned off. */
  shelve(): void {
    this.#become('stopped')
  }

  /** Calls `stop` and `destroy`, then takes everything back; the rights are kept for one that returns. Never rejects. */
  async dispose(returns = false): Promise<void> {
    this.#returns = returns
    this.halt()
    if (this.status === 'running')
      await this.#end('stop', () => this.definition.stop?.(this.#context as never))
    if (this.#entered) await this.#end('destroy', () => this.definition.destroy?.(this.#context as never))
    this.#entered = false
    const storage = this.#storage
    if (storage) await this.#end('destroy', () => storage.close())
    this.#storage = undefined
    for (const error of this.#scope.close())
      this.#rooms.report({ pluginId: this.id, phase: 'teardown', error })
    if (this.status !== 'unloaded' && this.status !== 'error' && this.enabled) this.#become('stopped')
  }

  /** Takes over a configuration that differs in nothing but functions; any other waits for {@link takes}. */
  adoptConfig(given: unknown): void {
    if (sameConfig(this.#given, given)) this.#keep(given, this.planned.checkConfig(given).config)
  }

  /** @throws GK_INVALID_CONFIG */
  check(given: unknown): unknown {
    const { config, problems } = this.planned.checkConfig(given)
    if (problems.length > 0) throw invalidConfigs(new Map([[this.id, problems]]))
    return config
  }

  /**
   * Whether the plugin can go on, as it runs, with what `wanted` says of rights and configuration.
   * Rejects only with GK_INVALID_CONFIG, and then changes nothing.
   */
  async takes(wanted: AnyPlugin): Promise<boolean> {
    if (wanted.metadata.version !== this.definition.metadata.version) return false
    const same = sameConfig(this.#given, wanted.config)
    const config = this.check(wanted.config)
    const previous = this.#config
    if (!same && (this.status !== 'running' || this.definition.onConfigChange === undefined)) return false
    if (!same) await this.#claim(wanted)
    this.#keep(wanted.config, config)
    if (!same) {
      await this.#end('onConfigChange', () =>
        this.definition.onConfigChange?.(config as never, previous as never),
      )
    }
    return true
  }

  #keep(given: unknown, config: unknown): void {
    this.#given = given
    this.#config = config
  }

  #grant(claims: PermissionClaims, decision: Decision): void {
    const { refused } = decision
    this.#rooms.permissions.open(this.id, claims, decision)
    if (refused.length > 0) this.fail(permissionDenied(this.id, refused, decision.reason))
  }

  #enter(): unknown {
    // Too late: the plugin was taken down while its storage was being opened.
    if (this.#scope.closed) return undefined
    this.#entered = true
    return this.definition.initialize(this.#context as never)
  }

  #openStorage(): Promise<void> | undefined {
    const { requiredPermissions = [], optionalPermissions = [], migrations = [] } = this.definition
    const claimed = [...requiredPermissions, ...optionalPermissions].includes('storage:use')
    return claimed || migrations.length > 0 ? this.#open(migrations) : undefined
  }

  async #open(migrations: NonNullable<AnyPlugin['migrations']>): Promise<void> {
    const storage = await this.#rooms.openStorage(this.id, quotaOf(this.definition))
    if (this.#scope.closed) return storage.close()
    this.#storage = storage
    // Also without any: data of a version that had some must not be taken for its own.
    await storage.migrate(migrations)
  }

  /** Asks for the rights that another configuration needs, and reports those that are refused. */
  async #claim(wanted: AnyPlugin): Promise<void> {
    const asked = await this.#guard.phase(undefined, this.#halt.signal, async () => {
      const refused = await this.#rooms.permissions.reopen(this.id, claimsOf(wanted))
      for (const permission of refused) {
        const reason = this.#rooms.permissions.refusalOf(this.id, permission)
        const error = permissionDenied(this.id, permission, reason)
        this.#rooms.report({ pluginId: this.id, phase: 'onConfigChange', error })
      }
    })
    if (asked.kind !== 'failed') return
    const error = failureIn(this.id, 'the permission policy', asked.error)
    this.#rooms.report({ pluginId: this.id, phase: 'onConfigChange', error })
  }

  #createContext(): EnhancedPluginContext {
    return createContext(this.#rooms, {
      pluginId: this.id,
      config: () => this.#config,
      scope: this.#scope,
      guard: this.#guard,
      logger: this.#rooms.loggerFor(this.id),
      storage: () => {
        if (this.#storage === undefined) throw storageNotOpen(this.id)
        return this.#storage
      },
    })
  }

  /** Runs a phase of coming up. Whether it succeeded; if not, the plugin is in `error`. */
  async #phase(phase: 'initialize' | 'start', run: () => unknown): Promise<boolean> {
    const milliseconds = this.#rooms.timeouts[phase]
    const outcome = await this.#guard.phase(milliseconds, this.#halt.signal, run)
    if (outcome.kind === 'done') return true
    if (outcome.kind === 'aborted') this.error = installInterrupted(this.id)
    if (outcome.kind === 'failed') this.fail(failureIn(this.id, phase, outcome.error), phase)
    if (outcome.kind === 'timed-out') this.fail(pluginTimedOut(this.id, phase, milliseconds), phase)
    return false
  }

  /** Runs a call whose failure is reported and changes nothing else. */
  async #end(phase: keyof LifecycleTimeouts | 'onConfigChange', run: () => unknown): Promise<void> {
    const milliseconds = this.#rooms.timeouts[phase === 'onConfigChange' ? 'start' : phase]
    const outcome = await this.#guard.phase(milliseconds, undefined, run)
    if (outcome.kind === 'failed') {
      this.#rooms.report({ pluginId: this.id, phase, error: failureIn(this.id, phase, outcome.error) })
    } else if (outcome.kind === 'timed-out') {
      this.#rooms.report({ pluginId: this.id, phase, error: pluginTimedOut(this.id, phase, milliseconds) })
    }
  }

  #become(status: PluginStatus): void {
    assertTransition(this.id, this.status, status)
    this.status = status
  }
}

function claimsOf({ requiredPermissions: required = [], optionalPermissions: optional = [] }: AnyPlugin): {
  required: typeof required
  optional: typeof optional
} {
  return { required, optional }
}

/** A plugin that says itself what is wrong, and what to do, says it best. */
function failureIn(pluginId: string, phase: string, error: unknown): GridKitError {
  return error instanceof GridKitError ? error : pluginFailed(pluginId, phase, error)
}
