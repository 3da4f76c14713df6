import type { RowScope } from '@gridkit/core'

export type ExportFormat = 'csv' | 'xlsx' | 'pdf' | 'json'

/** How far an export is. */
export interface ExportProgress {
  readonly rows: number
  readonly total: number
}

export interface CsvOptions {
  /** Default `','`. Not a quote or a line break. */
  readonly delimiter?: string | undefined
  /** Default `'\r\n'`, as RFC 4180 says. */
  readonly newline?: '\r\n' | '\n' | undefined
  /** Begin with a byte order mark, without which Excel takes the text for another encoding. Default true. */
  readonly bom?: boolean | undefined
  /**
   * Put `'` before texts that a spreadsheet would run as a formula. Default
   * true. Numbers stay numbers. Turn it off for files that no spreadsheet opens.
   */
  readonly escapeFormulae?: boolean | undefined
}

export interface XlsxOptions {
  /** At most 31 characters, without `[ ] : * ? / \`. Default `'Sheet1'`. */
  readonly sheetName?: string | undefined
}

export interface PdfOptions {
  /** Default `'portrait'`. */
  readonly orientation?: 'portrait' | 'landscape' | undefined
  /** Printed above the table. Default: none. */
  readonly title?: string | undefined
}

/** What both the plugin and a single export may say; the export's word counts. */
export interface ExportDefaults {
  /** Default `'filtered'` with `includeFilteredOnly`, else `'all'`. */
  readonly scope?: RowScope | undefined
  /** Ids in the wanted order, those shown, or all. Default `'visible'`. */
  readonly columns?: readonly string[] | 'visible' | 'all' | undefined
  /** What stands above the columns. Default `'label'`. JSON always has ids. */
  readonly headers?: 'label' | 'id' | false | undefined
  /** With or without its ending. Default `'export'`. */
  readonly fileName?: string | undefined
  /** Hand the file to the user, or only return it. Default `'download'`. */
  readonly to?: 'download' | 'blob' | undefined
  readonly csv?: CsvOptions | undefined
  readonly xlsx?: XlsxOptions | undefined
  readonly pdf?: PdfOptions | undefined
}

/** The options of a single export. */
export interface ExportOptions extends ExportDefaults {
  /** Cancels the export: it rejects with `GK_EXPORT_CANCELLED`, and nothing is downloaded. */
  readonly signal?: AbortSignal | undefined
  /** Called after each 1,000 rows, and at the end. `rows` never goes back. */
  readonly onProgress?: ((progress: ExportProgress) => void) | undefined
}

/** Configuration of the plugin. */
export interface ExportPluginOptions<
  TFormats extends readonly ExportFormat[] = readonly ExportFormat[],
> extends ExportDefaults {
  /** What may be exported. `table.export` takes no other. */
  readonly formats: TFormats
  /** Leave out rows that the filters hide, unless an export says otherwise. Default false. */
  readonly includeFilteredOnly?: boolean | undefined
}

export interface ExportResult {
  /** Rows written, without the header. */
  readonly rows: number
  /** Size of the file. */
  readonly bytes: number
  /** Milliseconds from the call to the file. */
  readonly duration: number
  readonly blob: Blob
  readonly fileName: string
}
