import type { PermissionAuditEntry } from './permission-audit.ts'

const fields = [
  'id',
  'pluginId',
  'permission',
  'action',
  'allowed',
  'reason',
  'count',
  'firstAt',
  'lastAt',
] as const satisfies (keyof PermissionAuditEntry)[]

/** A JSON array of the entries, indented to be read. */
export function auditAsJson(entries: readonly PermissionAuditEntry[]): string {
  return JSON.stringify(entries, null, 2)
}

/** CSV by RFC 4180, with a header. What a spreadsheet would take for a formula has a `'` before it. */
export function auditAsCsv(entries: readonly PermissionAuditEntry[]): string {
  const lines = entries.map((entry) => fields.map((field) => cell(entry[field])).join(','))
  return [fields.join(','), ...lines].join('\r\n')
}

function cell(value: string | number | boolean | undefined): string {
  const text = String(value ?? '')
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}
