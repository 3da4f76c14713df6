import { GridKitError, messageOf } from '@gridkit/core'

const pluginId = 'analytics'

export function keyMissing(provider: string): GridKitError {
  return new GridKitError({
    code: 'GK_ANALYTICS_KEY_MISSING',
    pluginId,
    message: `nothing is sent to ${provider}: analyticsPlugin has no apiKey`,
    hint: `Pass the project token: analyticsPlugin({ provider: '${provider}', apiKey: '…' }).`,
  })
}

export function sdkUnavailable(packageName: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_ANALYTICS_SDK_UNAVAILABLE',
    pluginId,
    message: `'${packageName}' could not be loaded: ${messageOf(cause)}`,
    hint: `Install it: pnpm add ${packageName} (or npm install ${packageName}). If it is there, an ad blocker or the network kept it from loading; analytics.optIn() tries again.`,
    cause,
  })
}

export function providerFailed(provider: string, action: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_ANALYTICS_PROVIDER_FAILED',
    pluginId,
    message: `the analytics provider '${provider}' failed in ${action}: ${messageOf(cause)}`,
    hint: 'Look at the cause. The table and other providers are not affected.',
    cause,
  })
}

export function hostInvalid(host: string): GridKitError {
  return new GridKitError({
    code: 'GK_ANALYTICS_HOST_INVALID',
    pluginId,
    message: `'${host}' is no address that analytics can be sent to`,
    hint: "Give an http(s) address without a path at the end, such as 'https://api-eu.mixpanel.com'.",
  })
}

export function hostDenied(host: string): GridKitError {
  return new GridKitError({
    code: 'GK_ANALYTICS_HOST_DENIED',
    pluginId,
    message: `nothing is sent to '${host}': the plugin has no right to reach it`,
    hint: 'Grant network:<origin> by the permissions option or by grantPermission, or use another host.',
  })
}

export function notAccepted(provider: string): GridKitError {
  return new GridKitError({
    code: 'GK_ANALYTICS_NOT_ACCEPTED',
    pluginId,
    message: `${provider} did not take an event`,
    hint: 'The network may be down, an ad blocker on, or the apiKey wrong. Analytics is best effort: the event is gone.',
  })
}
