import { createContext } from '../context/enhanced-plugin-context.ts'
import { Guard } from '../context/guarded-call.ts'
import { permissionDenied, storageNotOpen } from '../errors/context-errors.ts'
import { GridKitError } from '../errors/gridkit-error.ts'
import { installInterrupted, pluginFailed, pluginTimedOut } from '../errors/plugin-errors.ts'
import type { HealthSubject } from '../health/health-checks.ts'
import type { Outcome } from '../lifetime/deadline.ts'
import { Scope } from '../lifetime/scope.ts'
import { isThenable } from '../lifetime/thenable.ts'
import { assertTransition, type PluginStatus } from './lifecycle.ts'
import { sameConfig } from './same-config.ts'
import type { EnhancedPluginContext } from '../definition/context.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { Permission } from '../definition/permission.ts'
import type { Problem } from '../errors/problem.ts'
import { WorkQueue } from '../lifetime/work-queue.ts'
import type { Decision, PermissionClaims } from '../permissions/permission-registry.ts'
import type { PluginRights } from '../permissions/plugin-rights.ts'
import type { InstanceRooms, LifecycleTimeouts, OwnedStorage } from './host-rooms.ts'
import { infoOf, type PluginInfo } from './plugin-info.ts'
import type { Candidate, PlannedPlugin, Provenance } from './planned-plugin.ts'

const none: readonly Permission[] = []
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
  readonly #changed: () => void
  readonly #scope = new Scope((error) => this.#rooms.report({ pluginId: this.id, phase: 'teardown', error }))
  readonly #halt = new AbortController()
  readonly #guard: Guard
  readonly #context: EnhancedPluginContext
  /** As it was given, to tell whether another one says the same. */
  #given: unknown
  /** As the plugin sees it. */
  #config: unknown
  #storage: OwnedStorage | undefined
  #opening: Promise<void> | undefined
  #entered = false
  #rights: PluginRights | undefined
  /** Changes of the configuration, one after the other. */
  readonly #changes = new WorkQueue()
  #changing = 0
  #info: PluginInfo | undefined

  constructor(planned: PlannedPlugin, rooms: InstanceRooms, changed: () => void) {
    this.#changed = changed
    this.planned = planned
    this.id = planned.definition.metadata.id
    this.#given = planned.definition.config
    this.#config = planned.checkConfig(this.#given).config
    this.#rooms = rooms
    this.#guard = new Guard(this.id, this.#scope, rooms)
    this.#context = this.#createContext()
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
    const { status, loadTime, error, permissions } = this
    const shown = this.#info
    const same = shown?.status === status && shown.loadTime === loadTime && shown.permissions === permissions
    if (same && shown.error?.message === error?.message) return shown
    return (this.#info = infoOf(this.definition, this.provenance, this))
  }

  /** The rights it holds. */
  get permissions(): readonly Permission[] {
    return this.#rights?.granted ?? none
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

  /** Calls `stop` and `destroy`, then takes everything back. Never rejects. */
  async dispose(): Promise<void> {
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
    if (!sameConfig(this.#given, given)) return
    this.#given = given
    if (this.#changing === 0) this.#config = this.planned.checkConfig(given).config
  }

  /** To be called when its rights changed: shows them, and opens the storage if that is among them. Never rejects. */
  async rightsChanged(): Promise<void> {
    this.#changed()
    if (this.#entered && !this.halted) await this.#end('start', () => this.#openStorage())
  }

  /** What is wrong with the configuration of another definition of this plugin. */
  problemsOf({ config }: AnyPlugin): readonly Problem[] {
    return this.planned.checkConfig(config).problems
  }

  /**
   * Goes on, as it runs, with what `wanted` says of rights and configuration, if the plugin can; `undefined`
   * when it can't. The promise resolves when the plugin has heard of it, and never rejects.
   */
  takes(wanted: AnyPlugin): Promise<void> | undefined {
    if (wanted.metadata.version !== this.definition.metadata.version) return undefined
    const same = sameConfig(this.#given, wanted.config)
    if (same) this.adoptConfig(wanted.config)
    else if (this.status !== 'running' || this.definition.onConfigChange === undefined) return undefined
    this.#given = wanted.config
    if (same) return Promise.resolve()
    this.#changing += 1
    return this.#changes.add(() => this.#change(wanted)).finally(() => (this.#changing -= 1))
  }

  /** People may have to be asked first; meanwhile the plugin goes on as it was. */
  async #change(wanted: AnyPlugin): Promise<void> {
    await this.#claim(wanted)
    await this.rightsChanged()
    if (this.halted) return
    const previous = this.#config
    // As it is by now: functions in it may have been replaced meanwhile.
    const { config } = this.planned.checkConfig(this.#changing === 1 ? this.#given : wanted.config)
    this.#config = config
    await this.#end('onConfigChange', () =>
      this.definition.onConfigChange?.(config as never, previous as never),
    )
  }

  #grant(claims: PermissionClaims, decision: Decision): void {
    const { refused } = decision
    const { permissions } = this.#rooms
    const rights = permissions.open(this.id, claims, decision)
    this.#rights = rights
    this.#scope.add(() => permissions.close(rights))
    if (refused.length > 0) this.fail(permissionDenied(this.id, refused, decision.reason))
  }

  #enter(): unknown {
    // Too late: the plugin was taken down while its storage was being opened.
    if (this.#scope.closed) return undefined
    this.#entered = true
    return this.definition.initialize(this.#context as never)
  }

  /** Opens the storage, where the plugin may have one and has none. */
  #openStorage(): Promise<void> | undefined {
    const allowed = this.#rooms.permissions.has(this.id, 'storage:use')
    if (!allowed || this.#storage !== undefined) return undefined
    this.#opening ??= this.#open().finally(() => (this.#opening = undefined))
    return this.#opening
  }

  async #open(): Promise<void> {
    const { migrations = [] } = this.definition
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
      rightsChanged: () => this.rightsChanged(),
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
    // A plugin that goes need not hear of its configuration.
    const signal = phase === 'onConfigChange' ? this.#halt.signal : undefined
    const outcome = await this.#guard.phase(milliseconds, signal, run)
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
