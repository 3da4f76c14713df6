import type { TableSlices } from '../../definition/table-access.ts'
import type { Amendment } from '../../definition/hooks.ts'
import type { OperationPayloads, OperationType } from '../../definition/operations.ts'
import { amendmentInvalid } from '../../errors/hook-errors.ts'
import type { Preparation } from './preparation.ts'
import { amendedFilters, amendedSlice } from './slice-amendment.ts'
import { operationOfSlice, sameSlice } from './state-slices.ts'

/** Who has the slices, and can set them without another operation. */
export interface SliceKeeper {
  slices(): TableSlices
  valueOf(slice: string): unknown
  /** `undefined` for a slice that nobody lets set. */
  setterOf(slice: string): ((value: unknown) => void) | undefined
}

type Values = Readonly<Record<string, unknown>>

const sliceOfFilters: Values = { filters: 'columnFilters', globalFilter: 'globalFilter' }

/** A change of one slice of table state, or of both that filter. */
export class SliceChange implements Preparation {
  readonly payload: OperationPayloads[OperationType]
  readonly #keeper: SliceKeeper
  readonly #slice: string
  readonly #before: Values
  readonly #after: Values
  readonly #write: (() => void) | undefined

  /**
   * @param slice The one that somebody set.
   * @param after Those that change, with what they become.
   * @param write How to set it, as it was asked for; nothing for what plugins made of it.
   */
  constructor(keeper: SliceKeeper, slice: string, after: Values, write?: () => void) {
    const before: Record<string, unknown> = {}
    for (const each in after) before[each] = keeper.valueOf(each)
    this.#keeper = keeper
    this.#slice = slice
    this.#before = before
    this.#after = after
    this.#write = write
    this.payload = payloadOf(slice, before, after, keeper)
  }

  amend(amendment: Amendment): SliceChange {
    const type = operationOfSlice[this.#slice] ?? 'sort:change'
    if (type !== 'filter:apply')
      return new SliceChange(this.#keeper, this.#slice, { [this.#slice]: amendedSlice(amendment, type) })
    const parts = Object.entries(amendedFilters(amendment)).map(([part, value]) => {
      const slice = String(sliceOfFilters[part])
      if (!this.#keeper.setterOf(slice))
        throw amendmentInvalid(amendment.by, type, `the table has no ${slice} that can be set`)
      return [slice, value] as const
    })
    return new SliceChange(this.#keeper, this.#slice, { ...this.#after, ...Object.fromEntries(parts) })
  }

  renew(): SliceChange | undefined {
    const slices = Object.keys(this.#after)
    const isCurrent = slices.every((slice) => this.#keeper.valueOf(slice) === this.#before[slice])
    if (isCurrent && this.#write) return this
    const changed = slices.filter((slice) => !sameSlice(this.#keeper.valueOf(slice), this.#after[slice]))
    if (changed.length === 0) return undefined
    const after = Object.fromEntries(changed.map((slice) => [slice, this.#after[slice]]))
    return new SliceChange(this.#keeper, this.#slice, after, this.#write)
  }

  apply(): void {
    if (this.#write) return this.#write()
    for (const [slice, value] of Object.entries(this.#after)) this.#keeper.setterOf(slice)?.(value)
    return undefined
  }

  /** The application hears of its slices by its own handlers. */
  tell(): void {}
}

/** The payload for slices that went from `before` to `after`, among the others as they are. */
function payloadOf(
  slice: string,
  before: Values,
  after: Values,
  keeper: SliceKeeper,
): OperationPayloads[OperationType] {
  // Each slice's type is TanStack's; `operationOfSlice` pairs it with its payload.
  if (operationOfSlice[slice] !== 'filter:apply')
    return { before: before[slice], after: after[slice] } as OperationPayloads['sort:change']
  const { columnFilters, globalFilter } = keeper.slices()
  const at = (values: Values): OperationPayloads['filter:apply']['after'] => {
    const state = { columnFilters: columnFilters ?? [], globalFilter: globalFilter as unknown, ...values }
    return { filters: state.columnFilters, globalFilter: state.globalFilter }
  }
  return { ...at(after), before: at(before), after: at(after) }
}
