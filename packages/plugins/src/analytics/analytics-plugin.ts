import { definePlugin, type EnhancedPlugin, type EnhancedPluginContext, type Permission } from '@gridkit/core'
import { networkPermissionFor } from '../network/network-permission.ts'
import type { AnalyticsOptions, AnalyticsProperties, AnalyticsStatus } from './analytics-options.ts'
import { AnalyticsTracker } from './analytics-tracker.ts'
import { trackedTypes } from './auto-track.ts'
import { mixpanelHost } from './mixpanel-adapter.ts'

export type {
  AnalyticsAdapter,
  AnalyticsOptions,
  AnalyticsProperties,
  AnalyticsProvider,
  AnalyticsSettings,
  AnalyticsStatus,
  ProviderState,
  ProviderStatus,
} from './analytics-options.ts'

/** What analytics puts on the table. */
export interface AnalyticsMethods {
  readonly analytics: {
    /**
     * Tracks an event of your own. False when there is no consent, and then it
     * is forgotten. Rejects when no provider works: `GK_ANALYTICS_KEY_MISSING`,
     * `GK_ANALYTICS_SDK_UNAVAILABLE`, `GK_ANALYTICS_PROVIDER_FAILED`.
     */
    track(name: string, properties?: AnalyticsProperties): boolean
    /** Says who the user is. Returns and rejects as `track`. */
    identify(userId: string): boolean
    /** Forgets who the user is, as on logout. Returns and rejects as `track`. */
    reset(): boolean
    /** Resolves when every call so far is handed over and answered or failed. */
    flush(): Promise<void>
    /** Consent: loads the SDK, also again after it failed. Remembered until the plugin goes. */
    optIn(): void
    /** No consent, or no more: forgets what waits, and sends nothing. */
    optOut(): Promise<void>
    status(): AnalyticsStatus
  }
}

/**
 * Tells an analytics service how the table is used: names of events, ids of
 * columns and counts, never a value of a cell. Best effort; a service that is
 * blocked, down or not configured does not touch the table.
 */
export function analyticsPlugin(
  options: AnalyticsOptions,
): EnhancedPlugin<AnalyticsOptions, AnalyticsMethods, object, 'analytics'> {
  // One definition may run on several tables.
  const trackers = new Map<object, AnalyticsTracker>()
  return definePlugin({
    types: {} as { methods: AnalyticsMethods },
    metadata: {
      id: 'analytics',
      name: 'Analytics',
      version: '0.1.0',
      category: 'analytics',
      description:
        'Tells an analytics service how the table is used, after consent, without values of cells.',
      license: 'MIT',
    },
    requiredPermissions: permissionsFor(options),
    methods: [
      'analytics.track',
      'analytics.identify',
      'analytics.reset',
      'analytics.flush',
      'analytics.optIn',
      'analytics.optOut',
      'analytics.status',
    ],
    config: options,
    async initialize(context) {
      const tracker = new AnalyticsTracker(context)
      trackers.set(context, tracker)
      registerMethods(context, tracker)
      await tracker.adopt()
    },
    async onConfigChange() {
      // It is called for one table; the trackers of others find nothing new.
      await Promise.all([...trackers.values()].map((tracker) => tracker.adopt()))
    },
    async stop(context) {
      await trackers.get(context)?.flush()
    },
    async destroy(context) {
      await trackers.get(context)?.close()
      trackers.delete(context)
    },
  })
}

function registerMethods(
  context: EnhancedPluginContext<AnalyticsOptions, AnalyticsMethods>,
  tracker: AnalyticsTracker,
): void {
  context.registerMethod('analytics.track', (name, properties) => tracker.track(name, properties))
  context.registerMethod('analytics.identify', (userId) => tracker.identify(userId))
  context.registerMethod('analytics.reset', () => tracker.reset())
  context.registerMethod('analytics.flush', () => tracker.flush())
  context.registerMethod('analytics.optIn', () => tracker.optIn())
  context.registerMethod('analytics.optOut', () => tracker.optOut())
  context.registerMethod('analytics.status', () => tracker.status)
}

/** The SDK reaches the network without asking the context, so the right is asked for at install. */
function permissionsFor(options: AnalyticsOptions): readonly Permission[] {
  const network =
    options.provider === 'mixpanel' ? networkPermissionFor(options.host ?? mixpanelHost) : undefined
  return [
    ...trackedTypes(options).map((type): Permission => `events:subscribe:${type}`),
    'methods:register',
    ...(network === undefined ? [] : [network]),
  ]
}
