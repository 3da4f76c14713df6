import type { Guard } from '../context/guarded-call.ts'
import type { PluginAlert, PluginErrorPayload } from '../definition/events.ts'
import { CircuitBreaker, type BreakerState } from '../health/circuit-breaker.ts'
import type { ResourceMeter } from '../limits/resource-monitor.ts'
import type { InstanceRooms } from './host-rooms.ts'
import { isOwnFault } from './own-fault.ts'

/** The code of the failure that suspends a plugin at once, whatever its threshold. */
const overCPULimit = 'GK_CPU_LIMIT_EXCEEDED'

/** The plugin that is watched over. */
export interface Supervised {
  readonly id: string
  readonly version: string
  readonly meter: ResourceMeter
  readonly guard: Guard
  /** Changes its status, and shows that. Whether it could be changed from the other of the two. */
  become(status: 'running' | 'suspended'): boolean
}

/** Cuts one plugin off that fails too often or takes too much, and lets it run again after a while. */
export class Supervision {
  readonly #plugin: Supervised
  readonly #rooms: InstanceRooms
  readonly #breaker: CircuitBreaker
  #reason: string | undefined

  constructor(plugin: Supervised, rooms: InstanceRooms) {
    const { clock, report, thresholds } = rooms
    this.#plugin = plugin
    this.#rooms = rooms
    this.#breaker = new CircuitBreaker(plugin.id, {
      clock,
      report,
      threshold: () => thresholds.of(plugin.id),
      changed: (state, reason) => this.#changed(state, reason),
      alert: (alert) => this.#tell(alert),
    })
  }

  /** Why the plugin is suspended; `undefined` while it is not. */
  get reason(): string | undefined {
    return this.#reason
  }

  /** A failure was charged to the plugin. */
  failed(failure: PluginErrorPayload): void {
    const { code, message } = failure
    if (!isOwnFault(failure)) return
    if (code === overCPULimit) this.#breaker.trip(message)
    else this.#breaker.failed(message)
  }

  /** A call worked. */
  succeeded(): void {
    this.#breaker.succeeded()
  }

  /** Somebody acts: what was is forgiven, and the plugin runs. */
  reset(): void {
    this.#breaker.reset()
    this.#resume(false)
  }

  close(): void {
    this.#breaker.close()
  }

  #changed(state: BreakerState, reason: string): void {
    if (state === 'half-open') {
      this.#plugin.meter.onProbation()
      this.#resume(true)
    } else if (state === 'closed') {
      this.#plugin.guard.onTrial = false
    } else {
      this.#suspend(reason)
    }
  }

  #tell(alert: PluginAlert): void {
    const { bus, thresholds } = this.#rooms
    const { pluginId, kind, reason } = alert
    this.#rooms.loggerFor(pluginId).warn(`${kind}: ${reason}`)
    // Who only wants it written down hears of what is done, not of what is counted.
    const isCount = kind === 'warning' || kind === 'threshold'
    if (!isCount || thresholds.of(pluginId).action !== 'log')
      bus.emit({ type: 'plugin:alert', payload: alert })
  }

  #suspend(reason: string): void {
    if (!this.#plugin.become('suspended')) return
    this.#plugin.guard.suspended = true
    this.#reason = reason
    this.#rooms.hooks.letGo(this.#plugin.id)
    this.#rooms.middleware.letGo(this.#plugin.id)
    const { id: pluginId, version } = this.#plugin
    this.#rooms.bus.emit({ type: 'plugin:suspended', payload: { pluginId, version, reason } })
  }

  #resume(onTrial: boolean): void {
    const { guard, id: pluginId, version } = this.#plugin
    guard.onTrial = onTrial
    if (!this.#plugin.become('running')) return
    guard.suspended = false
    guard.line.resume()
    this.#reason = undefined
    this.#rooms.bus.emit({ type: 'plugin:resumed', payload: { pluginId, version } })
  }
}
