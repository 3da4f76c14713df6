import type { Amendment } from '../../definition/hooks.ts'
import type { OperationType, RowValues } from '../../definition/operations.ts'
import { GridKitError, messageOf } from '../../errors/gridkit-error.ts'
import { amendmentInvalid } from '../../errors/hook-errors.ts'

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

/** @throws GK_AMENDMENT_INVALID unless it is an object of fields */
export function fieldsOf({ by }: Amendment, type: OperationType, name: string, value: unknown): RowValues {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as RowValues
  throw amendmentInvalid(by, type, `${name} is no object`)
}

/** @throws GK_AMENDMENT_INVALID unless it is a number or nothing */
export function indexIn({ by }: Amendment, type: OperationType, value: unknown): number | undefined {
  if (value === undefined || (typeof value === 'number' && !Number.isNaN(value))) return value
  throw amendmentInvalid(by, type, 'index is no number')
}
