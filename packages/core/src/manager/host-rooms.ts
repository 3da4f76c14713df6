import type { StoreApi } from 'zustand/vanilla'
import type { ContextRooms } from '../context/context-rooms.ts'
import type { PluginStorage } from '../definition/storage.ts'
import type { Report } from '../definition/signal.ts'
import type { Logger } from '../logging/logger.ts'
import type { ManagerState } from './plugin-info.ts'

/** How long each phase of a plugin's life may take, in milliseconds. */
export interface LifecycleTimeouts {
  /** Default 10,000. */
  readonly initialize: number
  /** Default 10,000. */
  readonly start: number
  /** Default 5,000. */
  readonly stop: number
  /** Default 5,000. */
  readonly destroy: number
}

/** The rooms a manager works with, built and wired by `create-host.ts`. */
export interface HostRooms extends ContextRooms {
  readonly coreVersion: string
  readonly timeouts: LifecycleTimeouts
  readonly store: StoreApi<ManagerState>
  readonly report: Report
  openStorage(pluginId: string, quotaBytes: number): PluginStorage
  loggerFor(pluginId: string): Logger
}
