import type { Download } from './context/download.ts'
import type { Fetch } from './context/fetch.ts'
import type { ErrorThreshold } from './definition/health.ts'
import type { HotReloadSource } from './definition/hot-reload.ts'
import type { PluginLoader } from './definition/plugin-loader.ts'
import type { Clock } from './lifetime/clock.ts'
import type { LogSink } from './logging/logger.ts'
import type { LifecycleTimeouts } from './manager/host-rooms.ts'
import type { PermissionPolicy, PermissionPrompt } from './permissions/permission-policy.ts'
import type { StorageChoice } from './storage/storage-room.ts'

/** What is measured of plugins. */
export interface ProfilingOptions {
  /** Default true. */
  readonly enabled?: boolean
  /** How many of the latest timed calls `getTraces()` gives. Default 1,000. */
  readonly traces?: number
  /** Whether timed calls show in the browser's performance panel, with a track for each plugin. Default false. */
  readonly userTiming?: boolean
}

/** What an application may decide about the host of its plugins. */
export interface HostOptions {
  /** Names the table, for storage. Without it, storage lasts as long as the page. */
  readonly id?: string | undefined
  /** Default: `localStorage`. Without an `id`, always memory. */
  readonly storage?: StorageChoice | undefined
  /** What turns the texts given to `installPlugin` into plugins. Default: nothing does. */
  readonly loaders?: readonly PluginLoader[] | undefined
  /** Who decides what plugins may do. Default `'granted-as-requested'`. */
  readonly permissions?: PermissionPolicy | undefined
  /** Asks a person what the policy does not decide itself; see {@link PermissionPolicy}. Without it, that is refused. */
  readonly promptPermission?: PermissionPrompt | undefined
  /** How many entries the permission audit keeps, the newest. Default 10,000. */
  readonly permissionAuditSize?: number | undefined
  /** How many of the latest events `events.history()` gives. Default 0. */
  readonly eventHistory?: number | undefined
  /** Where log lines go. Default: warnings and errors to the console. */
  readonly log?: LogSink | undefined
  /** How long plugins may take to come up and to end. */
  readonly timeouts?: Partial<LifecycleTimeouts> | undefined
  /** Whether a call of a method waits while its plugin comes up, for up to 30 seconds, or is refused. Default `'block'`. */
  readonly callsWhileLoading?: 'block' | 'reject' | undefined
  /** How many failures of a plugin are too many, where `setErrorThreshold` said nothing of it. Default: 5 in a minute. */
  readonly errorThreshold?: ErrorThreshold | undefined
  /** What is measured of plugins. Default: their calls, and the latest 1,000 that were timed. */
  readonly profiling?: ProfilingOptions | undefined
  /** What tells of new versions of plugins, for `enableHotReload`. Default: nothing does. */
  readonly hotReload?: HotReloadSource | undefined
  /** How long a failure of a version that replaced another brings that back, in milliseconds. Default 30,000. */
  readonly reloadGracePeriod?: number | undefined
  /** How plugins reach the network. Default: the global `fetch`. */
  readonly fetch?: Fetch | undefined
  /** How files reach the user. Default: as a link that is clicked. */
  readonly download?: Download | undefined
  readonly clock?: Clock | undefined
}
