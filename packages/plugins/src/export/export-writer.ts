import type { CellValue } from './cell-value.ts'
import type { ExportRequest } from './export-request.ts'

/** A column of the file. */
export interface ExportColumn {
  readonly id: string
  /** What stands above it. */
  readonly header: string
}

/** Some rows of the file. */
export interface ExportPage {
  readonly rowIds: readonly string[]
  readonly rows: readonly (readonly CellValue[])[]
}

/** What a writer is told before the first row. */
interface ExportPlan {
  readonly request: ExportRequest
  readonly columns: readonly ExportColumn[]
  readonly total: number
}

/** Writes one file. Throws a `GridKitError` for what the format can't hold. */
export interface ExportWriter {
  write(page: ExportPage): void
  finish(): Blob | Promise<Blob>
}

/** Loads what a format needs, and begins a file. */
export type OpenWriter = (plan: ExportPlan) => Promise<ExportWriter>
