import type { Json } from '@gridkit/core'
import { partialMask } from './partial-mask.ts'
import type { MaskSheet } from './mask-sheet.ts'
import type { Treatment } from './pii-rules.ts'

/** Puts a row's id as the treatment wants it: at once, once it is coded, or not at all. */
export function putRowId(
  id: string,
  treatment: Treatment | undefined,
  sheet: MaskSheet,
  put: (id: string) => void,
): void {
  if (treatment === undefined) return put(id)
  if (treatment === 'partial') return put(partialMask(id))
  // A ciphertext is no id that entries could be told apart by.
  if (treatment !== 'hmac') return
  sheet.pending.push({
    treatment,
    field: 'rowId',
    path: 'rowId',
    value: id,
    put: (sealed) => put(codeOf(sealed)),
  })
}

/** A map with rows' ids for keys. */
export function maskedIdMap(
  map: Readonly<Record<string, Json>>,
  treatment: Treatment | undefined,
  sheet: MaskSheet,
): Json {
  const copy: Record<string, Json> = {}
  for (const [id, value] of Object.entries(map)) {
    putRowId(id, treatment, sheet, (name) => defineMember(copy, unusedName(copy, name), value))
  }
  return copy
}

/** Lists of rows' ids, by name. */
export function maskedIdLists(
  lists: Readonly<Record<string, readonly string[]>>,
  treatment: Treatment | undefined,
  sheet: MaskSheet,
): Json {
  const copy: Record<string, Json> = {}
  for (const [name, ids] of Object.entries(lists)) {
    const masked: string[] = []
    copy[name] = masked
    for (const id of ids) putRowId(id, treatment, sheet, (each) => void masked.push(each))
  }
  return copy
}

/** Sets a member, whatever its name. */
export function defineMember(target: object, name: string, value: Json): void {
  // Not an assignment: it may be called __proto__.
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true })
}

/** Two ids may look alike once they are masked; neither may hide the other. */
function unusedName(taken: object, name: string): string {
  let unused = name
  for (let count = 2; Object.hasOwn(taken, unused); count += 1) unused = `${name} (${count})`
  return unused
}

function codeOf(sealed: Json): string {
  const { code } = sealed as { readonly code?: Json }
  return typeof code === 'string' ? code : 'GK_AUDIT_SEALING_FAILED'
}
