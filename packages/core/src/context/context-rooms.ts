import type { EnhancedEventBus } from '../events/enhanced-event-bus.ts'
import type { ResourceUse } from '../definition/health.ts'
import type { PluginMetricsRecorder } from '../definition/metrics.ts'
import type { HookRegistry } from '../hooks/hook-registry.ts'
import type { MiddlewareRegistry } from '../hooks/middleware-registry.ts'
import type { ResourceMeter } from '../limits/resource-monitor.ts'
import type { ServiceBoard } from '../messaging/service-board.ts'
import type { EventInbox } from './event-inbox.ts'
import type { PluginStorage } from '../definition/storage.ts'
import type { TableAccess } from '../definition/table-access.ts'
import type { Clock } from '../lifetime/clock.ts'
import type { Scope } from '../lifetime/scope.ts'
import type { Logger } from '../logging/logger.ts'
import type { MessageBoard } from '../messaging/message-board.ts'
import type { MethodRegistry } from '../methods/method-registry.ts'
import type { PermissionRegistry } from '../permissions/permission-registry.ts'
import type { Download } from './download.ts'
import type { Fetch } from './fetch.ts'
import type { Guard } from './guarded-call.ts'

/** What the host lends to every context. */
export interface ContextRooms {
  readonly bus: EnhancedEventBus
  readonly permissions: PermissionRegistry
  readonly methods: MethodRegistry
  readonly messages: MessageBoard
  readonly services: ServiceBoard
  readonly hooks: HookRegistry
  readonly middleware: MiddlewareRegistry
  readonly table: TableAccess | undefined
  readonly clock: Clock
  readonly fetch: Fetch
  readonly download: Download
}

/** What belongs to one plugin. */
export interface ContextOwner {
  readonly pluginId: string
  readonly config: () => unknown
  readonly scope: Scope
  readonly guard: Guard
  readonly meter: ResourceMeter
  readonly inbox: EventInbox
  readonly metrics: PluginMetricsRecorder
  readonly logger: Logger
  /** The storage, which is open when the plugin may have one. @throws GK_STORAGE_NOT_OPEN */
  readonly storage: () => PluginStorage
  readonly resourceUse: () => ResourceUse
  /** To be awaited after the plugin was given a right. */
  readonly rightsChanged: () => Promise<void>
}
