import { GridKitError, type EnhancedPluginContext, type RowPage, type RowQuery } from '@gridkit/core'
import { cellValueOf } from './cell-value.ts'
import { exportCancelled, exportFailed } from './errors.ts'
import { columnIdsOf, exportColumns } from './export-columns.ts'
import type { ExportFormat, ExportResult } from './export-options.ts'
import type { ExportRequest } from './export-request.ts'
import type { ExportColumn, ExportPage, ExportWriter, OpenWriter } from './export-writer.ts'
import { loadMember } from './library.ts'
import { elapsed, yieldToPage } from './platform.ts'

/** What an export takes of the plugin's context. */
export type ExportContext = Pick<
  EnhancedPluginContext,
  'rows' | 'emit' | 'download' | 'getTableState' | 'signal' | 'logger'
>

/** Each comes when it is used: a table that exports CSV carries no writer of PDF. */
const writers: Readonly<Record<ExportFormat, () => Promise<OpenWriter>>> = {
  csv: () => loadMember('csv', 'csv-writer', 'openCsv', () => import('./csv-writer.ts')),
  xlsx: () => loadMember('xlsx', 'xlsx-writer', 'openXlsx', () => import('./xlsx-writer.ts')),
  pdf: () => loadMember('pdf', 'pdf-writer', 'openPdf', () => import('./pdf-writer.ts')),
  json: () => loadMember('json', 'json-writer', 'openJson', () => import('./json-writer.ts')),
}

/** Milliseconds of work after which the page gets its turn. */
const slice = 8
/** Milliseconds between two events of progress: more would be too many calls of the host, and nobody sees them. */
const betweenEvents = 50

/** One export, from its rows to its file. Tells the table how it goes. */
export class ExportJob {
  readonly #id: string
  readonly #request: ExportRequest
  readonly #context: ExportContext
  #rows = 0
  #total = 0
  /** When the last event of progress was. */
  #toldAt = -Infinity

  constructor(id: string, request: ExportRequest, context: ExportContext) {
    this.#id = id
    this.#request = request
    this.#context = context
  }

  /** @throws GK_EXPORT_CANCELLED, GK_EXPORT_FAILED, and what the writer of the format throws */
  async run(): Promise<ExportResult> {
    try {
      return await this.#export()
    } catch (error) {
      const failure = this.#failureOf(error)
      // Once the plugin is gone nobody hears of it, and the context says so by throwing.
      if (!this.#context.signal.aborted) {
        this.#context.emit({
          type: 'export:error',
          payload: { ...this.#state(), code: failure.code, message: failure.message },
        })
      }
      throw failure
    }
  }

  async #export(): Promise<ExportResult> {
    const began = elapsed()
    this.#requireGoing()
    const { fileName, to } = this.#request
    const blob = await this.#write()
    this.#requireGoing()
    if (to === 'download') this.#context.download(fileName, blob)
    const result = { rows: this.#rows, bytes: blob.size, duration: elapsed() - began, blob, fileName }
    this.#context.emit({
      type: 'export:complete',
      payload: { ...this.#state(), bytes: result.bytes, duration: result.duration },
    })
    return result
  }

  async #write(): Promise<Blob> {
    const query = this.#query()
    const columns = exportColumns(query.columns, this.#request.headers)
    this.#total = query.total
    this.#context.emit({ type: 'export:start', payload: this.#state() })
    const openWriter = await writers[this.#request.format]()
    const writer = await openWriter({
      request: this.#request,
      columns,
      total: query.total,
    })
    await this.#writePages(query, columns, writer)
    return await writer.finish()
  }

  async #writePages(query: RowQuery, columns: readonly ExportColumn[], writer: ExportWriter): Promise<void> {
    let began = elapsed()
    for await (const page of query) {
      this.#requireGoing()
      writer.write(exportPage(page, columns))
      this.#rows += page.rowIds.length
      this.#tellProgress()
      if (elapsed() - began < slice) continue
      await yieldToPage()
      began = elapsed()
    }
    this.#requireGoing()
  }

  #query(): RowQuery {
    const { scope, columns } = this.#request
    return this.#context.rows.query({ scope, columns: columnIdsOf(columns, this.#context.getTableState()) })
  }

  #tellProgress(): void {
    this.#request.onProgress?.({ rows: this.#rows, total: this.#total })
    const now = elapsed()
    if (now - this.#toldAt < betweenEvents && this.#rows < this.#total) return
    this.#toldAt = now
    this.#context.emit({ type: 'export:progress', payload: this.#state() })
  }

  #state(): { exportId: string; format: string; rows: number; total: number } {
    return { exportId: this.#id, format: this.#request.format, rows: this.#rows, total: this.#total }
  }

  #isCancelled(): boolean {
    return this.#request.signal?.aborted === true || this.#context.signal.aborted
  }

  #requireGoing(): void {
    if (!this.#isCancelled()) return
    const { reason } = this.#request.signal?.aborted ? this.#request.signal : this.#context.signal
    throw exportCancelled(this.#request.format, reason)
  }

  #failureOf(error: unknown): GridKitError {
    // Whatever a teardown broke on its way is a cancelled export.
    if (this.#isCancelled()) {
      const cancelled = error instanceof GridKitError && error.code === 'GK_EXPORT_CANCELLED'
      return cancelled ? error : exportCancelled(this.#request.format, error)
    }
    return error instanceof GridKitError ? error : exportFailed(this.#request.format, error)
  }
}

function exportPage({ rowIds, values }: RowPage, columns: readonly ExportColumn[]): ExportPage {
  return {
    rowIds,
    rows: values.map((row, index) =>
      row.map((value, column) =>
        cellValueOf(value, { rowId: rowIds[index], column: columns[column]?.id ?? '' }),
      ),
    ),
  }
}
