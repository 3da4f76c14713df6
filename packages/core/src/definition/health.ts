import type { PluginAlert, PluginErrorPayload } from './events.ts'

/** How a plugin is: it works, works in part, or does not. */
export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy'

/** What a plugin's own `healthCheck` says. */
export interface HealthReport {
  readonly status: HealthStatus
  /** For people who look into it. */
  readonly message?: string
}

/** One of the things looked at: `status`, `errors`, or the plugin's own `healthCheck`. */
export interface HealthCheckResult extends HealthReport {
  readonly name: string
}

/** What is remembered of a plugin's failures since it was installed. */
export interface ErrorSummary {
  readonly errorCount: number
  readonly lastError?: Omit<PluginErrorPayload, 'pluginId'>
  /** Milliseconds since the epoch. */
  readonly lastErrorAt?: number
}

/** How a plugin was when it was looked at; as bad as the worst of its checks. Plain data. */
export interface PluginHealth extends HealthReport, ErrorSummary {
  readonly pluginId: string
  readonly checks: readonly HealthCheckResult[]
  /** How many hooks and middleware it has. */
  readonly hooks: number
  /** Milliseconds since the epoch. */
  readonly checkedAt: number
  /** How long the checks took, in milliseconds. */
  readonly duration: number
  /** What it takes of the host; absent while it does not run. */
  readonly resourceUse?: ResourceUse
}

/**
 * What a plugin takes of its host. Plain data.
 *
 * Of its memory only this can be known: what it stores, and how much waits for it. Nothing tells what its
 * variables hold, and how large a message is would have to be measured anew each time: copying it does not tell.
 */
export interface ResourceUse {
  /**
   * How much of the main thread it took in the last 10 seconds, from 0 to 100. Not measured, and 0, where profiling is
   * off and `maxCPUPercent` is 100.
   */
  readonly cpuPercent: number
  /** How long it kept the main thread since it was started, in milliseconds. Measured as {@link cpuPercent} is. */
  readonly busyMilliseconds: number
  /** How many calls to the host it may make at once now. */
  readonly callsLeft: number
  /** How many calls to the host were refused since it was started. */
  readonly callsRefused: number
  /** How many event handlers and hooks it has. */
  readonly handlers: number
  /** Bytes of storage, as its quota counts them. */
  readonly storageBytes: number
  /** How many messages, requests and calls of its services wait for it: for their turn, or for its answer. */
  readonly queued: number
}

/** How many failures of a plugin are too many, and what is done then. */
export interface ErrorThreshold {
  /** How many, within the window. Default 5. */
  readonly errors?: number
  /** In milliseconds. Default 60,000. */
  readonly window?: number
  /**
   * `disable` suspends the plugin for a while, `alert` tells by `plugin:alert`, and `log` only writes it down. All
   * three are written to the log and told to `onAlert`. Default `disable`.
   */
  readonly action?: 'disable' | 'alert' | 'log'
  /** At which part of `errors` a warning comes, from 0 to 1. Default 0.8. */
  readonly warnAt?: number
  /**
   * How long a suspension takes, in milliseconds, a fifth more or less. Each one that follows takes twice as long,
   * up to 5 minutes, until the plugin ran for a window without a failure. Default 5,000.
   */
  readonly coolDown?: number
  /** After how many restarts within `restartWindow` it stays down until someone acts. Default 3. */
  readonly maxRestarts?: number
  /** In milliseconds. Default 300,000. */
  readonly restartWindow?: number
  /** Called with each alert. What it throws is reported, and changes nothing. */
  readonly onAlert?: (alert: PluginAlert) => void
}
