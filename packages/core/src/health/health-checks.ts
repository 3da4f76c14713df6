import type {
  ErrorSummary,
  HealthCheckResult,
  HealthReport,
  PluginHealth,
  ResourceUse,
} from '../definition/health.ts'
import type { Report } from '../definition/signal.ts'
import { GridKitError } from '../errors/gridkit-error.ts'
import { healthCheckTimedOut, healthReportInvalid } from '../errors/health-errors.ts'
import { pluginFailed } from '../errors/plugin-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { Outcome } from '../lifetime/deadline.ts'
import type { ErrorTally } from './error-tally.ts'

/** How long a plugin's `healthCheck` may take, in milliseconds. */
const longestCheck = 5_000
/** How long after a failure a plugin counts as degraded, in milliseconds. */
const recent = 60_000
const phase = 'healthCheck'
const statuses = ['healthy', 'degraded', 'unhealthy'] as const
/** What comes before `running`, or will end in it. */
const onTheWay = new Set(['unloaded', 'loading', 'initialized', 'reloading'])

/** A plugin, as its health is looked at. */
export interface HealthSubject {
  readonly pluginId: string
  /** Where it is in its life, such as `running`. */
  readonly status: string
  /** Why it is in `error`. */
  readonly error?: { readonly message: string } | undefined
  /** Why it is where it is, such as the failures that it is suspended for. */
  readonly reason?: string | undefined
  /** How many hooks and middleware it has. */
  readonly hooks: number
  /** What it takes of its host, while it runs. */
  readonly resourceUse?: ResourceUse | undefined
  /** Calls the plugin's `healthCheck` through the guard; absent where it has none. Never rejects. */
  readonly ask?: ((milliseconds: number) => Promise<Outcome<unknown>>) | undefined
}

/** What health checks work with. */
export interface HealthRooms {
  readonly clock: Clock
  readonly errors: ErrorTally
  readonly report: Report
}

/**
 * Looks at a plugin: where it is in its life, whether it failed in the last
 * minute, and, while it runs, what it says itself. A `healthCheck` that throws,
 * takes over 5 seconds or returns something else than a report makes it
 * unhealthy, and is reported. Never rejects.
 */
export async function checkHealth(subject: HealthSubject, rooms: HealthRooms): Promise<PluginHealth> {
  const { clock, errors } = rooms
  const began = clock.elapsed()
  const checks = [statusCheck(subject), errorCheck(errors.of(subject.pluginId), clock.now())]
  if (subject.ask && subject.status === 'running')
    checks.push({ name: phase, ...(await ownCheck(subject.ask, subject.pluginId, rooms)) })
  const { name: _, ...worst } = checks.reduce((a, b) => (badness(b) > badness(a) ? b : a))
  return {
    pluginId: subject.pluginId,
    ...worst,
    ...errors.of(subject.pluginId),
    checks,
    hooks: subject.hooks,
    checkedAt: clock.now(),
    duration: clock.elapsed() - began,
    ...(subject.resourceUse && { resourceUse: subject.resourceUse }),
  }
}

function badness({ status }: HealthReport): number {
  return statuses.indexOf(status)
}

function statusCheck({ status, error, reason }: HealthSubject): HealthCheckResult {
  if (status === 'running') return { name: 'status', status: 'healthy' }
  const where = `the plugin is ${status}`
  const message = error?.message ?? (reason === undefined ? where : `${where}: ${reason}`)
  return { name: 'status', status: onTheWay.has(status) ? 'degraded' : 'unhealthy', message }
}

function errorCheck({ lastError, lastErrorAt }: ErrorSummary, now: number): HealthCheckResult {
  if (lastError === undefined || lastErrorAt === undefined || now - lastErrorAt >= recent)
    return { name: 'errors', status: 'healthy' }
  return { name: 'errors', status: 'degraded', message: `failed in the last minute: ${lastError.message}` }
}

async function ownCheck(
  ask: (milliseconds: number) => Promise<Outcome<unknown>>,
  pluginId: string,
  { report }: HealthRooms,
): Promise<HealthReport> {
  const outcome = await ask(longestCheck)
  if (outcome.kind === 'aborted') return { status: 'unhealthy', message: 'the plugin was removed meanwhile' }
  const answer = outcome.kind === 'done' ? reportIn(outcome.value) : undefined
  if (answer) return answer
  const error = failureOf(outcome, pluginId)
  report({ pluginId, phase, error })
  return { status: 'unhealthy', message: error.message }
}

function failureOf(outcome: Outcome<unknown>, pluginId: string): GridKitError {
  if (outcome.kind === 'timed-out') return healthCheckTimedOut(pluginId, longestCheck)
  if (outcome.kind !== 'failed') return healthReportInvalid(pluginId)
  return outcome.error instanceof GridKitError ? outcome.error : pluginFailed(pluginId, phase, outcome.error)
}

/** Copies what a plugin returned, if it is a report. */
function reportIn(value: unknown): HealthReport | undefined {
  try {
    const { status, message } = value as Partial<Record<keyof HealthReport, unknown>>
    const known = statuses.find((each) => each === status)
    if (known === undefined || (message !== undefined && typeof message !== 'string')) return undefined
    return message === undefined ? { status: known } : { status: known, message }
  } catch {
    // Null, or a getter that throws.
    return undefined
  }
}
