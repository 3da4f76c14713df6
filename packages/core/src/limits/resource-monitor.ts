import type { ResourceUse } from '../definition/health.ts'
import type { ResourceLimits } from '../definition/plugin.ts'
import type { Report } from '../definition/signal.ts'
import type { GridKitError } from '../errors/gridkit-error.ts'
import { cpuLimitExceeded, rateLimited, tooManyHandlers } from '../errors/limit-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { Undo } from '../lifetime/scope.ts'
import { CpuLimit } from './cpu-limit.ts'
import { RecentError } from './recent-error.ts'
import { TokenBucket } from './token-bucket.ts'

const defaultRate = 100
const defaultCPUPercent = 50
/** How long a plugin that was quiet may make calls at any pace, of those it has saved up meanwhile. */
const burstSeconds = 2

/** The part of a plugin's use of its host that a meter knows. */
export type MeteredUse = Omit<ResourceUse, 'storageBytes' | 'queued'>

/** A plugin went beyond one of its limits. */
export interface LimitFact {
  readonly pluginId: string
  readonly limit: 'cpu' | 'calls' | 'handlers'
  readonly error: GridKitError
}

/** What the monitor works with. */
export interface MonitorOptions {
  readonly clock: Clock
  /** Told of what {@link exceeded} throws. */
  readonly report: Report
  /** Told when a plugin goes beyond a limit, at most once a second for each plugin and limit. */
  readonly exceeded: (fact: LimitFact) => void
}

/** Measures what the plugins of one host take of it, and keeps each within its limits. */
export class ResourceMonitor {
  readonly #options: MonitorOptions

  constructor(options: MonitorOptions) {
    this.#options = options
  }

  /** The meter of a plugin that starts; to be closed when it is torn down. */
  open(pluginId: string, limits: ResourceLimits): ResourceMeter {
    return new ResourceMeter(pluginId, limits, this.#options)
  }
}

/** What one running plugin takes of its host. */
export class ResourceMeter {
  /** Whether the plugin's main-thread time has a limit, so that {@link busy} is to be told. */
  readonly limitsTime: boolean
  readonly #pluginId: string
  readonly #options: MonitorOptions
  readonly #bucket: TokenBucket
  readonly #cpu: CpuLimit
  readonly #maxHandlers: number
  readonly #refusal: RecentError
  readonly #overflow: RecentError
  #handlers = 0
  #busyMilliseconds = 0
  #callsRefused = 0
  #closed = false

  constructor(pluginId: string, limits: ResourceLimits, options: MonitorOptions) {
    const { maxCallsPerSecond = defaultRate, maxCPUPercent = defaultCPUPercent } = limits
    const { clock } = options
    this.limitsTime = maxCPUPercent < 100
    this.#pluginId = pluginId
    this.#options = options
    this.#maxHandlers = limits.maxEventHandlers ?? Infinity
    this.#bucket = new TokenBucket(clock, maxCallsPerSecond, burstOf(limits, maxCallsPerSecond))
    this.#refusal = new RecentError(clock, (error) => this.#tell('calls', error))
    this.#overflow = new RecentError(clock, (error) => this.#tell('handlers', error))
    const breach = new RecentError(clock, (error) => this.#tell('cpu', error))
    this.#cpu = new CpuLimit(clock, maxCPUPercent, ({ percent, window }) =>
      breach.get(() => cpuLimitExceeded(pluginId, percent, window, maxCPUPercent)),
    )
  }

  /**
   * Takes one token for a call that reaches the host.
   *
   * @throws GK_RATE_LIMITED For a second it is the same error, frozen: it names the call that was refused first.
   */
  take(member: string): void {
    if (this.#bucket.take()) return
    this.#callsRefused += 1
    const { rate, burst } = this.#bucket
    throw this.#refusal.get(() => rateLimited(this.#pluginId, member, rate, burst))
  }

  /**
   * Takes room for one more event handler or hook; its undo gives it back.
   *
   * @throws GK_TOO_MANY_HANDLERS For a second it is the same error, frozen.
   */
  addHandler(): Undo {
    if (this.#handlers >= this.#maxHandlers)
      throw this.#overflow.get(() => tooManyHandlers(this.#pluginId, this.#maxHandlers))
    this.#handlers += 1
    let isThere = true
    return () => {
      if (isThere) this.#handlers -= 1
      isThere = false
    }
  }

  /**
   * Adds main-thread time, in milliseconds, that the plugin took until now.
   *
   * @param now By the clock's `elapsed`, for who has just read it.
   */
  busy(milliseconds: number, now: number = this.#options.clock.elapsed()): void {
    this.#busyMilliseconds += milliseconds
    this.#cpu.busy(milliseconds, now)
  }

  /**
   * Whether the plugin is over its CPU limit, so that its asynchronous work is to wait. One that goes on with other
   * work, and is over it 2 seconds later still, is told of as `exceeded`.
   */
  get throttled(): boolean {
    return this.#cpu.throttled
  }

  /** Resolves when the plugin may go on, at once where it may now. Also when it is closed. Never rejects. */
  pause(): Promise<void> {
    return this.#cpu.pause()
  }

  /**
   * To be called when the plugin runs again after a suspension. Its CPU use so far is forgotten; from now on it is
   * looked at over 1 second, and the first breach is told at once, until there was none for 10 seconds.
   */
  onProbation(): void {
    this.#cpu.onProbation()
  }

  usage(): MeteredUse {
    return {
      cpuPercent: this.#cpu.percent,
      busyMilliseconds: this.#busyMilliseconds,
      callsLeft: this.#bucket.left,
      callsRefused: this.#callsRefused,
      handlers: this.#handlers,
    }
  }

  /** From now on nothing waits, and nothing is told. */
  close(): void {
    this.#closed = true
    this.#cpu.close()
  }

  #tell(limit: LimitFact['limit'], error: GridKitError): void {
    if (this.#closed) return
    const pluginId = this.#pluginId
    try {
      this.#options.exceeded({ pluginId, limit, error })
    } catch (failure) {
      // It must not take the place of what the plugin is to be told.
      this.#options.report({ pluginId: undefined, phase: `a limit of plugin '${pluginId}'`, error: failure })
    }
  }
}

function burstOf({ maxCallBurst }: ResourceLimits, rate: number): number {
  return maxCallBurst ?? Math.max(1, burstSeconds * rate)
}
