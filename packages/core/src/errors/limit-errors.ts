import { GridKitError } from './gridkit-error.ts'

export function rateLimited(pluginId: string, member: string, rate: number, burst: number): GridKitError {
  return new GridKitError({
    code: 'GK_RATE_LIMITED',
    pluginId,
    message: `plugin '${pluginId}' calls its host more than ${rate} times a second, beyond the ${burst} it may at once: calls are refused, '${member}' among them`,
    hint: 'Do many things in one call, such as one message with a list, or wait a second. If it needs more, raise resourceLimits.maxCallsPerSecond or maxCallBurst.',
  })
}

export function tooManyHandlers(pluginId: string, most: number): GridKitError {
  return new GridKitError({
    code: 'GK_TOO_MANY_HANDLERS',
    pluginId,
    message: `plugin '${pluginId}' has the ${most} event handlers and hooks it may have`,
    hint: "Call the undo of those that are done, listen to a pattern such as 'row:*' instead of to each type, or raise resourceLimits.maxEventHandlers.",
  })
}

/** @param percent Of the last `milliseconds`, how much the plugin took of the main thread. */
export function cpuLimitExceeded(
  pluginId: string,
  percent: number,
  milliseconds: number,
  limit: number,
): GridKitError {
  return new GridKitError({
    code: 'GK_CPU_LIMIT_EXCEEDED',
    pluginId,
    message: `plugin '${pluginId}' took ${Math.round(percent)} % of the main thread in the last ${milliseconds / 1000} s; its limit is ${limit} %`,
    hint: 'Do less in handlers, or in a Worker: manager.getMetrics() says which take long. If it needs more, raise resourceLimits.maxCPUPercent.',
  })
}
