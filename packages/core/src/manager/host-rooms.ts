import type { StoreApi } from 'zustand/vanilla'
import type { CallTimer } from '../context/call-timer.ts'
import type { ContextRooms } from '../context/context-rooms.ts'
import type { PluginErrorPayload } from '../definition/events.ts'
import type { GridKitError } from '../errors/gridkit-error.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { ResourceMonitor } from '../limits/resource-monitor.ts'
import type { Profiler } from '../profiling/profiler.ts'
import type { Report } from '../definition/signal.ts'
import type { PluginStorage, StorageMigration } from '../definition/storage.ts'
import type { ErrorTally } from '../health/error-tally.ts'
import type { Logger } from '../logging/logger.ts'
import type { MethodRegistry } from '../methods/method-registry.ts'
import type { PermissionTrail } from '../permissions/permission-trail.ts'
import type { EnhancedEventBus } from '../events/enhanced-event-bus.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { PluginLoader } from '../definition/plugin-loader.ts'
import type { StorageSnapshot } from '../storage/storage-room.ts'
import type { ErrorThresholds } from './error-thresholds.ts'
import type { ManagerState } from './plugin-info.ts'

/** How long each phase of a plugin's life may take, in milliseconds. */
export interface LifecycleTimeouts {
  /** With opening its storage and migrating it. Default 10,000. */
  readonly initialize: number
  /** Default 10,000. */
  readonly start: number
  /** Default 5,000. */
  readonly stop: number
  /** Default 5,000. */
  readonly destroy: number
}

/** A plugin's storage, as its instance handles it. */
export interface OwnedStorage extends PluginStorage {
  /** Brings what is stored up to the last of the migrations; all, or nothing when one fails. */
  migrate(migrations: readonly StorageMigration[]): Promise<void>
  /** Brings what is stored back to the shape of an earlier version. */
  migrateDown(migrations: readonly StorageMigration[], version: number): Promise<void>
  snapshot(): StorageSnapshot
  /** Everything is as it was at the snapshot. */
  restore(snapshot: StorageSnapshot): void | Promise<void>
  /** Writes out what is not durable yet, and lets go of the backend. */
  close(): Promise<void>
}

/** Hears of the failure of a plugin, with the error that was told. */
export type FailureListener = (failure: PluginErrorPayload, error: GridKitError) => void

/** What the manager works with, from the start; built and wired by `create-host.ts`. */
export interface HostRooms {
  readonly bus: EnhancedEventBus
  readonly clock: Clock
  readonly report: Report
  readonly errors: ErrorTally
  readonly store: StoreApi<ManagerState>
  readonly timeouts: LifecycleTimeouts
  readonly methods: MethodRegistry
  /** Whether calls of methods wait for plugins that come up. */
  readonly callsWait: boolean
  readonly permissionTrail: PermissionTrail
  readonly loaders: readonly PluginLoader[]
  /** How long a version that replaced another is watched, in milliseconds. */
  readonly reloadGracePeriod: number
  /** Calls the listener after each failure that is charged to a plugin. */
  readonly onFailure: (listener: FailureListener) => Undo
  readonly openStorage: (pluginId: string, quotaBytes: number) => Promise<OwnedStorage>
  loggerFor(pluginId: string): Logger
  /** Lets go of what the host holds itself. Called when its plugins are gone. */
  close(): Promise<void>
}

/** What plugins work with besides; built when the first one comes. */
export interface InstanceRooms extends HostRooms, ContextRooms {
  readonly monitor: ResourceMonitor
  readonly profiler: Profiler
  readonly thresholds: ErrorThresholds
  readonly timer: CallTimer
}
