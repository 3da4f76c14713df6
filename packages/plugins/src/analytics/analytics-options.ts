import type { GridKitEvent, Json } from '@gridkit/core'

/** What is said about an event. Never put values of cells here. */
export type AnalyticsProperties = Readonly<Record<string, Json>>

/** What an adapter gets to load its SDK. */
export interface AnalyticsSettings {
  readonly apiKey?: string
  readonly host?: string
}

/**
 * The bridge to one analytics service. Promises it returns are not awaited
 * between calls, but by `flush`; whatever it throws is counted and logged.
 */
export interface AnalyticsAdapter {
  /** Shown in `analytics.status()`. */
  readonly name: string
  /** Called first, once there is consent. Calls that come meanwhile wait. */
  load(settings: AnalyticsSettings): void | Promise<void>
  track(name: string, properties: AnalyticsProperties): void | Promise<void>
  identify(userId: string): void | Promise<void>
  /** Forgets who the user is: the next one shares no id. */
  reset(): void | Promise<void>
  /** Sends what the SDK holds back. */
  flush(): void | Promise<void>
  /** Called when the plugin goes or consent is withdrawn: nothing may be sent after. `load` may come again. */
  close(): void | Promise<void>
}

/** A service that is built in, or adapters of one's own. */
export type AnalyticsProvider = 'mixpanel' | AnalyticsAdapter | readonly AnalyticsAdapter[]

/** Configuration of analytics. */
export interface AnalyticsOptions {
  readonly provider: AnalyticsProvider
  /** The project token. Without it nothing is sent, and `analytics.status()` says so. */
  readonly apiKey?: string
  /** Where the service is reached. Default: the service's own host. */
  readonly host?: string
  /** What to track by itself: all, nothing, or event types (`sort:change`, `row:*`) and names (`Table Sorted`). Default false. */
  readonly autoTrack?: boolean | readonly string[]
  /** More event types to track, with the name to track them by. */
  readonly customEvents?: Readonly<Record<string, string>>
  /**
   * `'required'`, the default: nothing is loaded, sent or stored before
   * `analytics.optIn()`. A function is asked at each event, and again before
   * it is handed over: what waited is forgotten when it says no. One that throws
   * says no.
   */
  readonly consent?: 'required' | 'granted' | (() => boolean)
  /** More properties for events of the table. */
  readonly properties?: (event: GridKitEvent) => AnalyticsProperties
}

/** How a provider stands. */
export type ProviderState = 'idle' | 'loading' | 'ready' | 'failed'

export interface ProviderStatus {
  readonly name: string
  readonly state: ProviderState
  /** Calls that wait for the SDK, or that it has not finished. */
  readonly queued: number
  /** Calls handed to the SDK. A vendor's word is not delivery. */
  readonly handed: number
  /** Calls given up: more than 1,000 were waiting, or the SDK did not load. */
  readonly dropped: number
  /** The latest failure. */
  readonly error?: { readonly code: string; readonly message: string; readonly hint: string }
}

export interface AnalyticsStatus {
  readonly consent: 'required' | 'granted' | 'denied'
  readonly providers: readonly ProviderStatus[]
}
