import { createContext } from '../context/enhanced-plugin-context.ts'
import { Guard } from '../context/guarded-call.ts'
import { installInterrupted, pluginFailed, pluginTimedOut } from '../errors/plugin-errors.ts'
import { permissionDenied } from '../errors/context-errors.ts'
import { GridKitError } from '../errors/gridkit-error.ts'
import { Scope } from '../lifetime/scope.ts'
import { assertTransition, type PluginStatus } from './lifecycle.ts'
import { sameConfig } from './same-config.ts'
import type { EnhancedPluginContext } from '../definition/context.ts'
import type { PluginStorage } from '../definition/storage.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { HostRooms, LifecycleTimeouts } from './host-rooms.ts'

const defaultStorageMB = 5
const bytesPerMB = 1024 * 1024

/** A plugin's definition, running on one host. Everything it acquires is in its scope. */
export class PluginInstance {
  readonly definition: AnyPlugin
  readonly id: string
  status: PluginStatus = 'unloaded'
  error: GridKitError | undefined
  loadTime: number | undefined
  readonly #rooms: HostRooms
  readonly #scope = new Scope()
  readonly #halt = new AbortController()
  readonly #guard: Guard
  readonly #context: EnhancedPluginContext
  #config: unknown
  #entered = false

  constructor(definition: AnyPlugin, rooms: HostRooms) {
    this.definition = definition
    this.id = definition.metadata.id
    this.#config = definition.config
    this.#rooms = rooms
    this.#guard = new Guard(this.id, this.#scope, rooms)
    this.#context = this.#createContext()
  }

  /** Calls `initialize`. Never rejects; a failure is in `error`. */
  async initialize(): Promise<void> {
    const began = this.#rooms.clock.elapsed()
    this.#become('loading')
    const enter = (): unknown => {
      this.#entered = true
      return this.definition.initialize(this.#context as never)
    }
    if (await this.#phase('initialize', enter)) this.#become('initialized')
    this.loadTime = this.#rooms.clock.elapsed() - began
  }

  /** Asks the permission policy, and claims the method names. Never rejects; a failure is in `error`. */
  async prepare(): Promise<void> {
    const {
      requiredPermissions: required = [],
      optionalPermissions: optional = [],
      methods = [],
    } = this.definition
    this.#scope.add(() => this.#rooms.permissions.close(this.id))
    // No limit: the policy may be asking a person.
    const outcome = await this.#guard.phase(undefined, this.#halt.signal, () => {
      this.#scope.add(this.#rooms.methods.declare(this.id, methods))
      return this.#rooms.permissions.open(this.id, { required, optional })
    })
    if (outcome.kind === 'aborted') this.error = installInterrupted(this.id)
    if (outcome.kind !== 'failed') return
    const { error } = outcome
    this.fail(failureIn(this.id, 'the permission policy', error))
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

  /** Calls `stop` and `destroy`, then takes everything back. Never rejects. */
  async dispose(): Promise<void> {
    if (this.status === 'running')
      await this.#end('stop', () => this.definition.stop?.(this.#context as never))
    if (this.#entered) await this.#end('destroy', () => this.definition.destroy?.(this.#context as never))
    this.#entered = false
    for (const error of this.#scope.close())
      this.#rooms.report({ pluginId: this.id, phase: 'teardown', error })
    if (this.status !== 'unloaded' && this.status !== 'error') this.#become('stopped')
  }

  /** Takes over a configuration that differs in nothing but functions; any other waits for {@link becomes}. */
  adoptConfig(config: unknown): void {
    if (sameConfig(this.#config, config)) this.#config = config
  }

  /** Whether the plugin can go on, as it runs, as the one wanted now. Never rejects. */
  async becomes(wanted: AnyPlugin): Promise<boolean> {
    if (wanted.metadata.version !== this.definition.metadata.version) return false
    const previous = this.#config
    const same = sameConfig(previous, wanted.config)
    if (!same && (this.status !== 'running' || this.definition.onConfigChange === undefined)) return false
    if (!same) await this.#claim(wanted)
    this.#config = wanted.config
    if (!same) {
      await this.#end('onConfigChange', () =>
        this.definition.onConfigChange?.(wanted.config as never, previous as never),
      )
    }
    return true
  }

  /** Asks for the rights that another configuration needs, and reports those that are refused. */
  async #claim({
    requiredPermissions: required = [],
    optionalPermissions: optional = [],
  }: AnyPlugin): Promise<void> {
    const asked = await this.#guard.phase(undefined, this.#halt.signal, async () => {
      for (const permission of await this.#rooms.permissions.reopen(this.id, { required, optional })) {
        const error = permissionDenied(this.id, permission)
        this.#rooms.report({ pluginId: this.id, phase: 'onConfigChange', error })
      }
    })
    if (asked.kind !== 'failed') return
    const error = failureIn(this.id, 'the permission policy', asked.error)
    this.#rooms.report({ pluginId: this.id, phase: 'onConfigChange', error })
  }

  #createContext(): EnhancedPluginContext {
    const { id } = this
    let storage: PluginStorage | undefined
    const quotaMB = this.definition.resourceLimits?.maxStorageMB ?? defaultStorageMB
    return createContext(this.#rooms, {
      pluginId: id,
      config: () => this.#config,
      scope: this.#scope,
      guard: this.#guard,
      logger: this.#rooms.loggerFor(id),
      storage: () => (storage ??= this.#rooms.openStorage(id, quotaMB * bytesPerMB)),
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

/** A plugin that says itself what is wrong, and what to do, says it best. */
function failureIn(pluginId: string, phase: string, error: unknown): GridKitError {
  return error instanceof GridKitError ? error : pluginFailed(pluginId, phase, error)
}
