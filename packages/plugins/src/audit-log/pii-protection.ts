import type { GridKitError, Json } from '@gridkit/core'
import type { AuditDraft, AuditEvent } from './audit-event.ts'
import { sealingFailed } from './errors.ts'
import type { FieldCipher } from './field-cipher.ts'
import { MaskSheet, type Pending } from './mask-sheet.ts'
import { MaskedCopy } from './masked-copy.ts'
import type { PiiRules } from './pii-rules.ts'
import { maskedIdLists, maskedIdMap, putRowId } from './row-ids.ts'

/** An event whose masks are applied, and whose encryption is still to come. */
export interface MaskedEvent {
  readonly event: AuditEvent
  readonly pending: readonly Pending[]
  /** Whether the row's id was the value of a field with personal data, and so was masked unasked. */
  readonly personalRowId: boolean
}

/** Copies and masks what an event says, at once: rows may change after this tick. */
export function maskDraft({ fixed, rowId, values }: AuditDraft, rules: PiiRules): MaskedEvent {
  const sheet = new MaskSheet(rowId)
  const copies: Record<string, Json> = {}
  for (const [part, value] of Object.entries(values)) {
    const copy = copyOf(fixed.type, part, value, rules, sheet)
    if (copy !== undefined) copies[part] = copy
  }
  const event: { -readonly [K in keyof AuditEvent]: AuditEvent[K] } = { ...fixed, ...copies }
  if (rowId !== undefined)
    putRowId(rowId, rules.rowId ?? sheet.rowIdTreatment, sheet, (id) => (event.rowId = id))
  const personalRowId = rules.rowId === undefined && sheet.rowIdTreatment !== undefined
  return { event, pending: sheet.pending, personalRowId }
}

function copyOf(
  type: string,
  part: string,
  value: unknown,
  rules: PiiRules,
  sheet: MaskSheet,
): Json | undefined {
  if (part !== 'data' && isMembers(value)) {
    // The payloads of these types are the state of rows by id: core says so.
    if (type === 'row:select' || type === 'row:expand')
      return maskedIdMap(value as Readonly<Record<string, boolean>>, rules.rowId, sheet)
    if (type === 'row:pin')
      return maskedIdLists(value as Readonly<Record<string, readonly string[]>>, rules.rowId, sheet)
  }
  return new MaskedCopy(rules, sheet, part).of(value)
}

function isMembers(value: unknown): boolean {
  return typeof value === 'object' && value !== null
}

/** Encrypts what is left to encrypt. A value that can't be is left out, and reported. */
export async function seal(
  { event, pending }: MaskedEvent,
  loadCipher: () => Promise<FieldCipher>,
  report: (error: GridKitError) => void,
): Promise<AuditEvent> {
  // Side by side, so that all of them wait for a slow key at once.
  const sealed = await Promise.all(
    pending.map(async ({ treatment, field, path, value }): Promise<Json> => {
      try {
        const cipher = await loadCipher()
        if (treatment === 'hmac') return await cipher.code(value, field)
        return await cipher.encrypt(value, { eventId: event.id, path })
      } catch (error) {
        report(sealingFailed(field, error))
        return { unavailable: 'GK_AUDIT_SEALING_FAILED' }
      }
    }),
  )
  for (const [index, { put }] of pending.entries()) put(sealed[index] ?? null)
  return event
}
