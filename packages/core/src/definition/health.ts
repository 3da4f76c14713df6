import type { PluginErrorPayload } from './events.ts'

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
  /** Milliseconds since the epoch. */
  readonly checkedAt: number
  /** How long the checks took, in milliseconds. */
  readonly duration: number
}
