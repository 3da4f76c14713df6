import type { Amendment } from '../../definition/hooks.ts'
import type { OperationType, RowValues } from '../../definition/operations.ts'
import { GridKitError, messageOf } from '../../errors/gridkit-error.ts'
import { amendmentInvalid } from '../../errors/hook-errors.ts'
import { isRecord, taken } from '../operations/slice-amendment.ts'

/** Makes the change that a plugin wants, which may ask the application. @throws GK_AMENDMENT_INVALID whatever is thrown */
export function amended<T>({ by, limited }: Amendment, type: OperationType, make: () => T): T {
  try {
    return make()
  } catch (error) {
    // What the application throws may quote what the plugin may not see.
    const isToldAll = error instanceof GridKitError || limited !== true
    throw amendmentInvalid(by, type, isToldAll ? messageOf(error) : 'the application refuses the row')
  }
}

/** What a plugin amends of a row, and how to say that it can't be. */
interface GivenFields {
  readonly name: string
  readonly value: unknown
  /** The row as it is to be so far: values of it that come back stay the same objects. */
  readonly standing: RowValues
}

/** The fields as they are now, whatever the plugin makes of them later. @throws GK_AMENDMENT_INVALID unless it is an object of fields */
export function fieldsOf(
  { by }: Amendment,
  type: OperationType,
  { name, value, standing }: GivenFields,
): RowValues {
  if (!isRecord(value)) throw amendmentInvalid(by, type, `${name} is no object`)
  const fields = Object.getOwnPropertyDescriptors(value)
  for (const [key, field] of Object.entries(fields))
    if ('value' in field) field.value = taken(field.value, standing[key])
  return Object.create(Object.getPrototypeOf(value) as object | null, fields) as RowValues
}

/** @throws GK_AMENDMENT_INVALID unless it is a number or nothing */
export function indexIn({ by }: Amendment, type: OperationType, value: unknown): number | undefined {
  if (value === undefined || (typeof value === 'number' && !Number.isNaN(value))) return value
  throw amendmentInvalid(by, type, 'index is no number')
}
