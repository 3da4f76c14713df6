import type { RowScope } from '@gridkit/core'
import { formatUnsupported } from './errors.ts'
import type {
  CsvOptions,
  ExportFormat,
  ExportOptions,
  ExportPluginOptions,
  PdfOptions,
  XlsxOptions,
} from './export-options.ts'

/** One export with every option decided. */
export interface ExportRequest {
  readonly format: ExportFormat
  readonly scope: RowScope
  readonly columns: readonly string[] | 'visible' | 'all'
  readonly headers: 'label' | 'id' | false
  readonly fileName: string
  readonly to: 'download' | 'blob'
  readonly signal: AbortSignal | undefined
  readonly onProgress: ExportOptions['onProgress']
  readonly csv: CsvOptions
  readonly xlsx: XlsxOptions
  readonly pdf: PdfOptions
}

/** Puts together what the export, the plugin's configuration and the defaults say. @throws GK_EXPORT_FORMAT_UNSUPPORTED */
export function requestOf(
  format: ExportFormat,
  options: ExportOptions,
  config: ExportPluginOptions,
): ExportRequest {
  if (!config.formats.includes(format)) throw formatUnsupported(format, config.formats)
  return {
    format,
    scope: options.scope ?? config.scope ?? (config.includeFilteredOnly ? 'filtered' : 'all'),
    columns: options.columns ?? config.columns ?? 'visible',
    headers: options.headers ?? config.headers ?? 'label',
    fileName: fileNameOf(options.fileName ?? config.fileName ?? 'export', format),
    to: options.to ?? config.to ?? 'download',
    signal: options.signal,
    onProgress: options.onProgress,
    csv: merged(config.csv, options.csv),
    xlsx: merged(config.xlsx, options.xlsx),
    pdf: merged(config.pdf, options.pdf),
  }
}

function fileNameOf(name: string, format: ExportFormat): string {
  return name.toLowerCase().endsWith(`.${format}`) ? name : `${name}.${format}`
}

/** An option that is `undefined` says nothing. */
function merged<T extends object>(defaults: T | undefined, given: T | undefined): Partial<T> {
  const said = Object.entries({ ...given }).filter(([, value]) => value !== undefined)
  return { ...defaults, ...(Object.fromEntries(said) as Partial<T>) }
}
