/** How a plugin is: it works, works in part, or does not. */
export type HealthStatus = 'healthy' | 'degraded' | 'unhealthy'

/** What a plugin's own `healthCheck` says. */
export interface HealthReport {
  readonly status: HealthStatus
  /** For people who look into it. */
  readonly message?: string
}
