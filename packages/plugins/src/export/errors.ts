import { GridKitError, messageOf } from '@gridkit/core'

const pluginId = 'export'

/** Where a value stands, as people can find it. */
export interface CellPlace {
  /** `undefined` for the header. */
  readonly rowId: string | undefined
  readonly column: string
}

function at({ rowId, column }: CellPlace): string {
  return rowId === undefined ? `the header of column '${column}'` : `row '${rowId}', column '${column}'`
}

export function formatUnsupported(format: string, enabled: readonly string[]): GridKitError {
  return new GridKitError({
    code: 'GK_EXPORT_FORMAT_UNSUPPORTED',
    pluginId,
    message: `'${format}' is not among the formats of this table: ${enabled.join(', ')}`,
    hint: `Use one of those, or list the format: exportPlugin({ formats: [${[...enabled, format].map((each) => `'${each}'`).join(', ')}] }). There are csv, xlsx, pdf and json.`,
  })
}

export function exportCancelled(format: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_EXPORT_CANCELLED',
    pluginId,
    message: `the ${format} export was cancelled`,
    hint: 'Its signal was aborted, or the plugin was removed. Nothing was downloaded.',
    cause,
  })
}

export function exportFailed(format: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_EXPORT_FAILED',
    pluginId,
    message: `the ${format} export failed: ${messageOf(cause)}`,
    hint: 'Look at the cause. Nothing was downloaded.',
    cause,
  })
}

export function writerUnavailable(format: string, library: string, cause: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_EXPORT_WRITER_UNAVAILABLE',
    pluginId,
    message: `'${library}', which writes ${format}, could not be loaded: ${messageOf(cause)}`,
    hint: 'The page may be offline, or its files replaced since it was loaded: reload it and try again.',
    cause,
  })
}

export function valueUnsupported(place: CellPlace, what: string, cause?: unknown): GridKitError {
  return new GridKitError({
    code: 'GK_EXPORT_VALUE_UNSUPPORTED',
    pluginId,
    message: `${at(place)} holds ${what}, which no file format can`,
    hint: 'Leave the column out with the option columns, or let its accessor return text, a number, a boolean, a date or plain data.',
    cause,
  })
}

export function tooManyRows(format: string, rows: number, most: number): GridKitError {
  return new GridKitError({
    code: 'GK_EXPORT_TOO_MANY_ROWS',
    pluginId,
    message: `${rows} rows are too many for ${format}, which takes at most ${most} here`,
    hint: "Filter or select fewer rows, or export 'csv' or 'json', which have no limit.",
  })
}

export function cellTooLong(place: CellPlace, length: number, longest: number): GridKitError {
  return new GridKitError({
    code: 'GK_EXPORT_CELL_TOO_LONG',
    pluginId,
    message: `${at(place)} has ${length} characters, and Excel takes ${longest} in a cell`,
    hint: "Leave the column out, shorten the text, or export 'csv' or 'json'.",
  })
}

export function glyphMissing(place: CellPlace, character: string, font: string): GridKitError {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')
  return new GridKitError({
    code: 'GK_EXPORT_GLYPH_MISSING',
    pluginId,
    message: `${at(place)}: the standard fonts of PDF can't show '${character}' (U+${code})`,
    hint: `It needs a font such as ${font} in the file, which this version can't embed. Leave the column out, or export 'xlsx' or 'csv'.`,
  })
}

export function optionInvalid(option: string, value: string, rule: string): GridKitError {
  return new GridKitError({
    code: 'GK_EXPORT_OPTION_INVALID',
    pluginId,
    message: `${option} can't be '${value}'`,
    hint: rule,
  })
}
