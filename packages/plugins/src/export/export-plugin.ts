import { definePlugin, type EnhancedPlugin, type EnhancedPluginContext } from '@gridkit/core'
import { exportCancelled } from './errors.ts'
import { ExportJob } from './export-job.ts'
import type { ExportFormat, ExportOptions, ExportPluginOptions, ExportResult } from './export-options.ts'
import { ExportQueue } from './export-queue.ts'
import { requestOf } from './export-request.ts'

export type {
  CsvOptions,
  ExportDefaults,
  ExportFormat,
  ExportOptions,
  ExportPluginOptions,
  ExportProgress,
  ExportResult,
  PdfOptions,
  XlsxOptions,
} from './export-options.ts'

/** What export puts on the table. */
export interface ExportMethods<TFormat extends ExportFormat = ExportFormat> {
  /**
   * Writes the rows to a file, and hands it to the user. Exports of one table
   * run one after the other.
   *
   * Rejects with `GK_EXPORT_FORMAT_UNSUPPORTED`, `GK_EXPORT_CANCELLED`,
   * `GK_EXPORT_OPTION_INVALID`, `GK_EXPORT_VALUE_UNSUPPORTED`,
   * `GK_EXPORT_TOO_MANY_ROWS` (xlsx 100,000, pdf 20,000),
   * `GK_EXPORT_CELL_TOO_LONG` (xlsx), `GK_EXPORT_GLYPH_MISSING` (pdf),
   * `GK_EXPORT_WRITER_UNAVAILABLE`, `GK_UNKNOWN_COLUMNS`, `GK_EXPORT_FAILED`.
   */
  export(format: TFormat, options?: ExportOptions): Promise<ExportResult>
}

/**
 * Exports the rows of the table, in their order, as CSV, XLSX, PDF or JSON.
 * Values come from the columns' accessors, as they are and not as they look;
 * dates are local wall-clock time, in JSON instants.
 */
export function exportPlugin<const TFormats extends readonly ExportFormat[]>(
  options: ExportPluginOptions<TFormats>,
): EnhancedPlugin<ExportPluginOptions<TFormats>, ExportMethods<TFormats[number]>, object, 'export'> {
  // The names of methods are known to the compiler only where their types have no parameter left.
  return defineExport(options) as unknown as EnhancedPlugin<
    ExportPluginOptions<TFormats>,
    ExportMethods<TFormats[number]>,
    object,
    'export'
  >
}

function defineExport(
  options: ExportPluginOptions,
): EnhancedPlugin<ExportPluginOptions, ExportMethods, object, 'export'> {
  return definePlugin({
    types: {} as { methods: ExportMethods },
    metadata: {
      id: 'export',
      name: 'Export',
      version: '0.1.0',
      category: 'export',
      description: 'Exports rows as CSV, XLSX, PDF or JSON.',
      license: 'MIT',
    },
    requiredPermissions: ['methods:register', 'state:read', 'download', 'events:emit:export:*'],
    // Without it, columns that are sensitive are left out.
    optionalPermissions: ['columns:read'],
    methods: ['export'],
    config: options,
    initialize(context) {
      context.registerMethod('export', exporterFor(context))
    },
  })
}

function exporterFor(
  context: EnhancedPluginContext<ExportPluginOptions, ExportMethods>,
): ExportMethods['export'] {
  const queue = new ExportQueue()
  let lastId = 0
  return async (format, given = {}) => {
    const request = requestOf(format, given, context.config)
    lastId += 1
    const job = new ExportJob(`export-${lastId}`, request, context)
    const signals = given.signal ? [given.signal, context.signal] : [context.signal]
    const result = queue.add(() => job.run())
    return await untilAborted(result, AbortSignal.any(signals), format)
  }
}

/** The job sees a signal between pages, and when its turn comes; the caller need not wait for that. */
async function untilAborted<T>(work: Promise<T>, signal: AbortSignal, format: ExportFormat): Promise<T> {
  let stopListening = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    const abort = (): void => reject(exportCancelled(format, signal.reason))
    if (signal.aborted) abort()
    signal.addEventListener('abort', abort)
    stopListening = () => signal.removeEventListener('abort', abort)
  })
  return await Promise.race([work, aborted]).finally(stopListening)
}
