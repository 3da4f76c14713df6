export { definePlugin } from './definition/plugin.ts'
export type { AnyPlugin, EnhancedPlugin, MethodsOfPlugins, ResourceLimits } from './definition/plugin.ts'
export type { MethodAt, MethodName, PluginMethod, TableMethods } from './definition/plugin-methods.ts'
export type { EnhancedPluginMetadata, PluginCategory } from './definition/metadata.ts'
export type { EnhancedPluginContext, EventInput, PluginRows } from './definition/context.ts'
export type { PluginStorage } from './definition/storage.ts'
export type {
  EventFor,
  EventHandler,
  EventPattern,
  EventPayloads,
  ExportEventPayload,
  GridKitEvent,
  PayloadOf,
  PluginErrorPayload,
  PluginEventPayload,
  SubscribeOptions,
} from './definition/events.ts'
export type {
  FilterState,
  Operation,
  OperationPayloads,
  OperationSource,
  OperationType,
  RowCreated,
  RowDeleted,
  RowUpdated,
  RowValues,
  StateChange,
} from './definition/operations.ts'
export type {
  ColumnInfo,
  ColumnType,
  GridKitColumnMeta,
  GridKitColumnOptions,
  RowChange,
  RowPage,
  RowQuery,
  RowQueryOptions,
  RowScope,
  TableSlices,
  TableSnapshot,
} from './definition/table-access.ts'
export type { Json } from './definition/json.ts'
export type { Permission } from './definition/permission.ts'
export { GridKitError, messageOf } from './errors/gridkit-error.ts'
export type { GridKitErrorCode, GridKitErrorDetails } from './errors/gridkit-error.ts'
export { EnhancedEventBus } from './events/enhanced-event-bus.ts'
export type { EmitInput } from './events/enhanced-event-bus.ts'
export { EnhancedPluginManager } from './create-host.ts'
export type { HostConnections, HostOptions } from './create-host.ts'
export type { PluginFilter } from './manager/plugin-manager.ts'
export type { ManagerState, PluginInfo } from './manager/plugin-info.ts'
export type { PluginStatus } from './manager/lifecycle.ts'
export type { LifecycleTimeouts } from './manager/host-rooms.ts'
export type { PermissionPolicy, PermissionRequest } from './permissions/permission-registry.ts'
export type { StorageBackend } from './storage/storage-backend.ts'
export { memoryBackend } from './storage/storage-backend.ts'
export { localStorageBackend } from './storage/local-storage-backend.ts'
export type { WebStorage } from './storage/local-storage-backend.ts'
export { consoleSink } from './logging/logger.ts'
export type { Logger, LogLevel, LogSink } from './logging/logger.ts'
export type { Clock } from './lifetime/clock.ts'
export type { Undo } from './lifetime/scope.ts'
export { createTable } from './table/create-table.ts'
export type {
  DataChange,
  EnhancedTable,
  EnhancedTableOptions,
  GridColumnDef,
  GridKitFeatures,
  GridKitTableMembers,
  GridKitTableOptions,
  PluginMethodsOf,
  ResolvedFeatures,
} from './table/table-types.ts'
export { stockGridFeatures } from './table/stock-features.ts'
export type { StockGridFeatures } from './table/stock-features.ts'
export { coreVersion } from './version.ts'
