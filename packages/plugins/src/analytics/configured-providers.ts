import type { EnhancedPluginContext, GridKitError } from '@gridkit/core'
import { networkPermissionFor } from '../network/network-permission.ts'
import type { AnalyticsAdapter, AnalyticsOptions, AnalyticsSettings } from './analytics-options.ts'
import { hostDenied, hostInvalid, keyMissing } from './errors.ts'
import { mixpanelAdapter, mixpanelHost } from './mixpanel-adapter.ts'
import { uniqueName } from './platform.ts'

/** What keeps the configured providers from working. @throws GK_ANALYTICS_HOST_INVALID */
export function problemOf(
  { provider, apiKey, host = mixpanelHost }: AnalyticsOptions,
  context: Pick<EnhancedPluginContext, 'hasPermission'>,
): GridKitError | undefined {
  if (provider !== 'mixpanel') return undefined
  const permission = networkPermissionFor(host)
  if (permission === undefined) throw hostInvalid(host)
  if (!apiKey) return keyMissing(provider)
  // The SDK reaches the network without asking the context.
  return context.hasPermission(permission) ? undefined : hostDenied(host)
}

/** Whether the providers of one configuration can go on under another: the same ones, reached in the same way. */
export function sameProviders(one: AnalyticsOptions, other: AnalyticsOptions): boolean {
  if (one.apiKey !== other.apiKey || one.host !== other.host) return false
  if (one.provider === 'mixpanel' || other.provider === 'mixpanel') return one.provider === other.provider
  const [these, those] = [listOf(one.provider), listOf(other.provider)]
  return these.length === those.length && these.every((each, index) => sameAdapter(each, those[index]))
}

/** Those written inline are new in each render, and differ in their functions only. */
function sameAdapter(one: AnalyticsAdapter, other: AnalyticsAdapter | undefined): boolean {
  return one === other || (one.name === other?.name && isPlain(one) && isPlain(other))
}

function isPlain(value: object): boolean {
  return Object.getPrototypeOf(value) === Object.prototype
}

/** What an adapter gets to load its SDK. */
export function settingsOf({ apiKey, host }: AnalyticsOptions): AnalyticsSettings {
  return { ...(apiKey === undefined ? {} : { apiKey }), ...(host === undefined ? {} : { host }) }
}

/** A getter for each adapter, since the application may swap the functions of its own. */
export function adaptersFor(
  { provider }: AnalyticsOptions,
  latest: () => AnalyticsOptions,
): readonly (() => AnalyticsAdapter)[] {
  if (provider === 'mixpanel') {
    const adapter = mixpanelAdapter(`gridkit-${uniqueName()}`)
    return [() => adapter]
  }
  return listOf(provider).map((first, index) => () => {
    const { provider: now } = latest()
    return now === 'mixpanel' ? first : (listOf(now)[index] ?? first)
  })
}

function listOf(provider: AnalyticsAdapter | readonly AnalyticsAdapter[]): readonly AnalyticsAdapter[] {
  return 'load' in provider ? [provider] : provider
}
