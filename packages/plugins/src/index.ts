export { analyticsPlugin } from './analytics/analytics-plugin.ts'
export type {
  AnalyticsAdapter,
  AnalyticsMethods,
  AnalyticsOptions,
  AnalyticsProperties,
  AnalyticsProvider,
  AnalyticsSettings,
  AnalyticsStatus,
  ProviderState,
  ProviderStatus,
} from './analytics/analytics-plugin.ts'
export { auditLogPlugin, decryptAuditValue } from './audit-log/audit-log-plugin.ts'
export type {
  AuditActor,
  AuditDestination,
  AuditEvent,
  AuditFilter,
  AuditLogMethods,
  AuditLogOptions,
  AuditStatus,
  EncryptedValue,
  FieldPlace,
  KeyProvider,
  MaskRule,
  MaskStrategy,
  PiiOptions,
} from './audit-log/audit-log-plugin.ts'
export { exportPlugin } from './export/export-plugin.ts'
export type {
  CsvOptions,
  ExportFormat,
  ExportMethods,
  ExportOptions,
  ExportPluginOptions,
  ExportProgress,
  ExportResult,
  PdfOptions,
  XlsxOptions,
} from './export/export-plugin.ts'
