export { definePlugin } from './definition/plugin.ts'
export type {
  AnyPlugin,
  EnhancedPlugin,
  PluginTypes,
  PreviousVersion,
  ResourceLimits,
} from './definition/plugin.ts'
export type { EventsOfPlugins, MethodsOfPlugins } from './definition/listed-plugins.ts'
export type { MethodAt, MethodName, PluginMethod, TableMethods } from './definition/plugin-methods.ts'
export type { EnhancedPluginMetadata, PluginCategory, PluginPricing } from './definition/metadata.ts'
export type { EnhancedPluginContext, EventInput, PluginRows } from './definition/context.ts'
export type { PluginStorage, StorageChange, StorageMigration } from './definition/storage.ts'
export type {
  DeclaredPattern,
  EventFor,
  EventHandler,
  EventPattern,
  EventPayloads,
  ExportEventPayload,
  GridKitEvent,
  OperationCancelledPayload,
  PayloadOf,
  PluginAlert,
  PluginErrorPayload,
  PluginEventPayload,
  PluginReloadedPayload,
  PluginRolledBackPayload,
  PluginSuspendedPayload,
  SubscribeOptions,
  WaitOptions,
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
export type { JsonSchema } from './definition/json-schema.ts'
export type {
  LoadedPlugin,
  LoadRequest,
  PluginFactory,
  PluginLoader,
  RegistryFacts,
} from './definition/plugin-loader.ts'
export { moduleLoader } from './registry/module-loader.ts'
export type { DependencyEdge, DependencyGraph } from './registry/dependency-graph.ts'
export type { PluginUpdate } from './registry/plugin-sources.ts'
export type { PluginsConfig, PluginsConfigEntry } from './registry/plugins-config.ts'
export type {
  ErrorSummary,
  ErrorThreshold,
  HealthCheckResult,
  HealthReport,
  HealthStatus,
  PluginHealth,
  ResourceUse,
} from './definition/health.ts'
export type {
  AfterHookInput,
  AmendmentOf,
  BeforeHookInput,
  HookHandler,
  HookOptions,
  HookPoint,
  Middleware,
  MiddlewareOptions,
  OperationPattern,
  Passage,
} from './definition/hooks.ts'
export type { HotReloadSource, HotUpdate } from './definition/hot-reload.ts'
export type {
  Bottleneck,
  HandlerMetrics,
  HistogramOptions,
  HistogramSample,
  MetricCounter,
  MetricGauge,
  MetricHistogram,
  MetricOptions,
  MetricSample,
  MetricsFormat,
  PluginMetrics,
  PluginMetricsRecorder,
  Trace,
  TraceFilter,
} from './definition/metrics.ts'
export type { ServiceHandle, ServiceOptions, UntypedService } from './definition/services.ts'
export type { MessageHandler, MessageOrigin, RequestOptions } from './definition/messages.ts'
export type { Permission } from './definition/permission.ts'
export { GridKitError, messageOf } from './errors/gridkit-error.ts'
export type { GridKitErrorCode, GridKitErrorDetails } from './errors/gridkit-error.ts'
export { EnhancedEventBus } from './events/enhanced-event-bus.ts'
export type { EmitInput, EventBusOptions } from './events/enhanced-event-bus.ts'
export { EnhancedPluginManager } from './create-host.ts'
export type { HostConnections } from './create-host.ts'
export type { HostOptions, ProfilingOptions } from './host-options.ts'
export type { PluginFilter } from './manager/plugin-directory.ts'
export type { PluginSource } from './manager/plugin-manager.ts'
export type { ManagerState, PluginInfo } from './manager/plugin-info.ts'
export type { PluginStatus } from './manager/lifecycle.ts'
export type { LifecycleTimeouts } from './manager/host-rooms.ts'
export type {
  PermissionPolicy,
  PermissionPrompt,
  PermissionRequest,
  PluginOrigin,
} from './permissions/permission-registry.ts'
export type {
  PermissionAction,
  PermissionAudit,
  PermissionAuditEntry,
  PermissionAuditFilter,
} from './permissions/permission-audit.ts'
export type { DenialReason } from './errors/context-errors.ts'
export type { StorageBackend } from './storage/storage-backend.ts'
export { memoryBackend } from './storage/storage-backend.ts'
export { localStorageBackend } from './storage/local-storage-backend.ts'
export type { WebStorage } from './storage/local-storage-backend.ts'
export { indexedDBBackend } from './storage/indexed-db-backend.ts'
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
  PluginEventBus,
  PluginEventsOf,
  PluginMethodsOf,
  ResolvedFeatures,
  ValidatePlugins,
} from './table/table-types.ts'
export { stockGridFeatures } from './table/stock-features.ts'
export type { StockGridFeatures } from './table/stock-features.ts'
export { coreVersion } from './version.ts'
