import { createContext } from '../context/enhanced-plugin-context.ts'
import { EventInbox } from '../context/event-inbox.ts'
import { Guard, type GuardOwner } from '../context/guarded-call.ts'
import type { PluginErrorPayload } from '../definition/events.ts'
import { permissionDenied } from '../errors/context-errors.ts'
import type { GridKitError } from '../errors/gridkit-error.ts'
import { installInterrupted } from '../errors/plugin-errors.ts'
import type { ResourceUse } from '../definition/health.ts'
import type { HealthSubject } from '../health/health-checks.ts'
import type { Outcome } from '../lifetime/deadline.ts'
import { Scope } from '../lifetime/scope.ts'
import { isThenable } from '../lifetime/thenable.ts'
import { assertTransition, type PluginStatus } from './lifecycle.ts'
import type { EnhancedPluginContext } from '../definition/context.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { Permission } from '../definition/permission.ts'
import type { Problem } from '../errors/problem.ts'
import type { Decision } from '../permissions/permission-registry.ts'
import type { PluginRights } from '../permissions/plugin-rights.ts'
import type { ResourceMeter } from '../limits/resource-monitor.ts'
import type { InstanceRooms } from './host-rooms.ts'
import type { StorageSnapshot } from '../storage/storage-room.ts'
import { InstanceConfig, type ConfigChange } from './instance-config.ts'
import { claimAnew, claimsOf } from './instance-rights.ts'
import { InstanceStorage } from './instance-storage.ts'
import { Handover } from './handover.ts'
import { InstancePhases } from './instance-phases.ts'
import { failureIn } from './phase-failure.ts'
import { infoOf, type PluginInfo, type PluginProgress } from './plugin-info.ts'
import { Supervision, type Supervised } from './supervision.ts'
import type { Candidate, PlannedPlugin, Provenance } from './planned-plugin.ts'

const none: readonly Permission[] = []

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
  readonly #config: InstanceConfig
  readonly #phases: InstancePhases
  readonly #storage: InstanceStorage
  readonly #meter: ResourceMeter
  readonly #supervision: Supervision
  readonly #inbox = new EventInbox()
  /** What it does when it is replaced, or replaces another. */
  readonly handover: Handover
  #reloading = false
  #entered = false
  #rights: PluginRights | undefined
  #info: PluginInfo | undefined

  constructor(planned: PlannedPlugin, rooms: InstanceRooms, changed: () => void) {
    this.#changed = changed
    this.planned = planned
    this.id = planned.definition.metadata.id
    this.#config = new InstanceConfig(planned)
    this.#rooms = rooms
    this.#storage = new InstanceStorage(planned.definition, rooms, () => this.#scope.closed)
    this.#meter = rooms.monitor.open(this.id, planned.definition.resourceLimits ?? {})
    rooms.profiler.open(this.id).isLimited = this.#meter.limitsTime
    this.#guard = new Guard(this.#guarded(), rooms)
    this.#supervision = new Supervision(this.#supervised(), rooms)
    this.#phases = new InstancePhases({ id: this.id, guard: this.#guard, signal: this.#halt.signal }, rooms)
    this.#context = this.#createContext()
    this.handover = new Handover({
      definition: planned.definition,
      guard: this.#guard,
      inbox: this.#inbox,
      context: this.#context,
      timeouts: rooms.timeouts,
      signal: this.#halt.signal,
    })
  }

  /** Shown as its status while it is being replaced, or replaces another. */
  set reloading(on: boolean) {
    this.#reloading = on
    this.#changed()
  }

  /** Aborts when it is to go. */
  get signal(): AbortSignal {
    return this.#halt.signal
  }

  /** What it stored, to go back to. */
  get stored(): StorageSnapshot | undefined {
    return this.#storage.snapshot()
  }

  get definition(): AnyPlugin {
    return this.planned.definition
  }

  /** What brings the plugin back as it is configured now. */
  get candidate(): Candidate {
    const { definition, provenance } = this.planned
    return { provenance, definition: { ...definition, config: this.#config.given } }
  }

  get provenance(): Provenance {
    return this.planned.provenance
  }

  /** What to show of it; the same object as long as that says the same. */
  get info(): PluginInfo {
    const { shownStatus: status, loadTime, error, permissions } = this
    const shown = this.#info
    const same = shown?.status === status && shown.loadTime === loadTime && shown.permissions === permissions
    if (same && shown.error?.message === error?.message) return shown
    return (this.#info = infoOf(this.definition, this.provenance, { ...this.#progress(), status }))
  }

  /** The status as people see it. */
  get shownStatus(): PluginStatus {
    return this.#reloading ? 'reloading' : this.status
  }

  /** Whether it came up, and has not gone. */
  get isUp(): boolean {
    return this.status === 'running' || this.status === 'suspended'
  }

  /** The rights it holds. */
  get permissions(): readonly Permission[] {
    return this.#rights?.granted ?? none
  }

  /** What a look at its health needs. */
  get healthSubject(): HealthSubject {
    const { id: pluginId, shownStatus: status, error, definition } = this
    const ask = (milliseconds: number): Promise<Outcome<unknown>> =>
      this.#guard.phase(milliseconds, this.#scope.signal, () =>
        this.#guard.measure('healthCheck', () => definition.healthCheck?.(this.#context as never)),
      )
    return {
      pluginId,
      status,
      error,
      reason: this.#supervision.reason,
      resourceUse: this.#resourceUse(),
      hooks: this.#rooms.hooks.count(pluginId) + this.#rooms.middleware.count(pluginId),
      ask: definition.healthCheck && ask,
    }
  }

  get enabled(): boolean {
    return this.status !== 'stopped'
  }

  /**
   * Claims the method names and asks for the rights, unless that was `decided`. Returns a promise only where
   * somebody has to be asked. Never rejects; a failure is in `error`.
   */
  prepare(decided?: Decision): Promise<void> | undefined {
    const { methods = [] } = this.definition
    try {
      this.#scope.add(this.#rooms.methods.declare(this.id, methods))
    } catch (error) {
      this.fail(failureIn(this.id, 'install', error))
      return undefined
    }
    const { permissions } = this.#rooms
    const claims = claimsOf(this.definition)
    const decision = decided ?? permissions.ask(this.id, claims, this.provenance.origin, this.#halt.signal)
    if (!isThenable(decision)) {
      this.#grant(decision)
      return undefined
    }
    return this.#guard
      .phase(undefined, this.#halt.signal, () => decision)
      .then((outcome) => {
        if (outcome.kind === 'done') this.#grant(outcome.value as Decision)
        else this.error = installInterrupted(this.id)
      })
  }

  /** Opens the storage, if the plugin has one, and calls `initialize`. Never rejects; a failure is in `error`. */
  async initialize(): Promise<void> {
    const began = this.#rooms.clock.elapsed()
    this.#become('loading')
    const opening = (): unknown => this.#storage.open()?.then(() => this.#enter()) ?? this.#enter()
    if (await this.#rise('initialize', opening)) this.#become('initialized')
    this.loadTime = this.#rooms.clock.elapsed() - began
  }

  /** Calls `start`. Never rejects; a failure is in `error`. */
  async start(): Promise<void> {
    const began = this.#rooms.clock.elapsed()
    if (await this.#rise('start', () => this.#call('start'))) this.#become('running')
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
    this.#supervision.close()
    this.#guard.suspended = false
    if (this.isUp) await this.#phases.pass('stop', () => this.#call('stop'))
    if (this.#entered) await this.#phases.pass('destroy', () => this.#call('destroy'))
    this.#entered = false
    const closing = this.#storage.close()
    if (closing) await this.#phases.pass('destroy', () => closing)
    this.#meter.close()
    for (const error of this.#scope.close())
      this.#rooms.report({ pluginId: this.id, phase: 'teardown', error })
    if (this.status !== 'unloaded' && this.status !== 'error' && this.enabled) this.#become('stopped')
  }

  /** Takes over a configuration that differs in nothing but functions; any other waits for {@link takes}. */
  adoptConfig(given: unknown): void {
    this.#config.adopt(given)
  }

  /** To be called when its rights changed: shows them, and opens the storage if that is among them. Never rejects. */
  async rightsChanged(): Promise<void> {
    this.#changed()
    if (this.#entered && !this.halted) await this.#phases.pass('start', () => this.#storage.open())
  }

  /** A failure was charged to it. */
  failed(failure: PluginErrorPayload): void {
    if (this.status === 'running' && !this.#reloading) this.#supervision.failed(failure)
  }

  /** Lets it run again if it is suspended: somebody says so. */
  resume(): void {
    this.#supervision.reset()
  }

  /** What is wrong with the configuration of another definition of this plugin. */
  problemsOf({ config }: AnyPlugin): readonly Problem[] {
    return this.#config.problemsOf(config)
  }

  /**
   * Goes on, as it runs, with what `wanted` says of rights and configuration, if the plugin can; `undefined`
   * when it can't. The promise resolves when the plugin has heard of it, and never rejects.
   */
  takes(wanted: AnyPlugin): Promise<void> | undefined {
    if (wanted.metadata.version !== this.definition.metadata.version) return undefined
    const canHear = this.status === 'running' && this.definition.onConfigChange !== undefined
    return this.#config.takes(wanted, canHear, (take) => this.#change(wanted, take))
  }

  /** People may have to be asked first; meanwhile the plugin goes on as it was. */
  async #change(wanted: AnyPlugin, take: () => ConfigChange): Promise<void> {
    await this.#guard.phase(undefined, this.#halt.signal, () => claimAnew(wanted, this.#rooms))
    await this.rightsChanged()
    if (this.halted) return
    const { next, previous } = take()
    await this.#phases.pass('onConfigChange', () =>
      this.#guard.measure('onConfigChange', () =>
        this.definition.onConfigChange?.(next as never, previous as never),
      ),
    )
  }

  #grant(decision: Decision): void {
    const { refused } = decision
    const { permissions } = this.#rooms
    const rights = permissions.open(this.id, claimsOf(this.definition), decision)
    this.#rights = rights
    this.#scope.add(() => permissions.close(rights))
    if (refused.length > 0) this.fail(permissionDenied(this.id, refused, decision.reason))
  }

  #enter(): unknown {
    // Too late: the plugin was taken down while its storage was being opened.
    if (this.#scope.closed) return undefined
    this.#entered = true
    return this.#call('initialize')
  }

  #call(phase: 'initialize' | 'start' | 'stop' | 'destroy'): unknown {
    return this.#guard.measure(phase, () => this.definition[phase]?.(this.#context as never))
  }

  #createContext(): EnhancedPluginContext {
    return createContext(this.#rooms, {
      pluginId: this.id,
      config: () => this.#config.value,
      scope: this.#scope,
      guard: this.#guard,
      meter: this.#meter,
      inbox: this.#inbox,
      metrics: this.#rooms.profiler.open(this.id).metrics,
      logger: this.#rooms.loggerFor(this.id),
      rightsChanged: () => this.rightsChanged(),
      storage: () => this.#storage.current,
      resourceUse: () => this.#resourceUse(),
    })
  }

  async #rise(phase: 'initialize' | 'start', run: () => unknown): Promise<boolean> {
    const failed = await this.#phases.rise(phase, run)
    if (failed?.isAborted) this.error = failed.error
    else if (failed) this.fail(failed.error, phase)
    return failed === undefined
  }

  #resourceUse(): ResourceUse {
    const { messages, services } = this.#rooms
    return {
      ...this.#meter.usage(),
      storageBytes: this.#storage.size,
      queued: messages.countFor(this.id) + services.countFor(this.id),
    }
  }

  #progress(): PluginProgress {
    const { status, enabled, permissions, loadTime, error } = this
    return { status, enabled, permissions, loadTime, error }
  }

  #guarded(): GuardOwner {
    return {
      pluginId: this.id,
      scope: this.#scope,
      meter: this.#meter,
      profile: this.#rooms.profiler.open(this.id),
      succeeded: () => this.#supervision.succeeded(),
    }
  }

  #supervised(): Supervised {
    const { id, definition } = this
    return {
      id,
      version: definition.metadata.version,
      meter: this.#meter,
      guard: this.#guard,
      become: (status) => {
        const isOther = this.isUp && this.status !== status
        if (isOther) this.#become(status)
        this.#changed()
        return isOther
      },
    }
  }

  #become(status: PluginStatus): void {
    assertTransition(this.id, this.status, status)
    this.status = status
  }
}
