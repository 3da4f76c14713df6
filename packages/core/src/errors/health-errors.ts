import { GridKitError } from './gridkit-error.ts'
import { listed, type Problem } from './problem.ts'

export function healthCheckTimedOut(pluginId: string, milliseconds: number): GridKitError {
  return new GridKitError({
    code: 'GK_HEALTH_CHECK_TIMED_OUT',
    pluginId,
    message: `plugin '${pluginId}' did not answer its health check within ${milliseconds} ms`,
    hint: 'Answer from what is known already, rather than by a round trip.',
  })
}

export function healthReportInvalid(pluginId: string): GridKitError {
  return new GridKitError({
    code: 'GK_HEALTH_REPORT_INVALID',
    pluginId,
    message: `the healthCheck of plugin '${pluginId}' returned something else than a health report`,
    hint: "Return { status: 'healthy' | 'degraded' | 'unhealthy', message? }, a text if there is a message.",
  })
}

export function invalidErrorThreshold(pluginId: string, problems: readonly Problem[]): GridKitError {
  const { message, hint } = listed(problems)
  return new GridKitError({
    code: 'GK_INVALID_ERROR_THRESHOLD',
    pluginId,
    message: `the error threshold for plugin '${pluginId}' is not sound: ${message}`,
    hint,
  })
}
