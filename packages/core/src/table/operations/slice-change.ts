import type { TableSlices } from '../../definition/table-access.ts'
import type { Amendment } from '../../definition/hooks.ts'
import type { OperationPayloads, OperationType } from '../../definition/operations.ts'
import { amendmentInvalid } from '../../errors/hook-errors.ts'
import { isObject } from '../column-rights/path.ts'
import type { Preparation } from './preparation.ts'
import { amendedFilters, amendedSlice, taken } from './slice-amendment.ts'
import { operationOfSlice, sameSlice } from './state-slices.ts'

/** Who has the slices, and can set them without another operation. */
export interface SliceKeeper {
  slices(): TableSlices
  valueOf(slice: string): unknown
  /** `undefined` for a slice that nobody lets set. */
  setterOf(slice: string): ((update: (now: unknown) => unknown) => void) | undefined
}

type Values = Readonly<Record<string, unknown>>

/** A change as somebody asked for it, before plugins had their say. */
export interface AskedChange {
  write(): void
  /** The same change of what there is now. */
  again(): SliceChange | undefined
}

const sliceOfFilters: Values = { filters: 'columnFilters', globalFilter: 'globalFilter' }

/** A change of one slice of table state, or of both that filter. */
export class SliceChange implements Preparation {
  readonly payload: OperationPayloads[OperationType]
  readonly #keeper: SliceKeeper
  readonly #slice: string
  readonly #before: Values
  readonly #after: Values
  readonly #asked: AskedChange | undefined

  /**
   * @param slice The one that somebody set.
   * @param after Those that change, with what they become.
   * @param asked How to make it, as it was asked for; nothing for what plugins made of it.
   * @param known What those were that it was made of. Default: what they are.
   */
  constructor(keeper: SliceKeeper, slice: string, after: Values, asked?: AskedChange, known: Values = {}) {
    const before: Record<string, unknown> = {}
    for (const each in after) before[each] = Object.hasOwn(known, each) ? known[each] : keeper.valueOf(each)
    this.#keeper = keeper
    this.#slice = slice
    this.#before = before
    this.#after = after
    this.#asked = asked
    this.payload = payloadOf(slice, before, after, keeper)
  }

  amend(amendment: Amendment): SliceChange {
    const type = operationOfSlice[this.#slice] ?? 'sort:change'
    if (type !== 'filter:apply') return this.#as({ [this.#slice]: amendedSlice(amendment, type) })
    const parts = Object.entries(amendedFilters(amendment)).map(([part, value]) => {
      const slice = String(sliceOfFilters[part])
      if (!this.#keeper.setterOf(slice))
        throw amendmentInvalid(amendment.by, type, `the table has no ${slice} that can be set`)
      return [slice, value] as const
    })
    return this.#as({ ...this.#after, ...Object.fromEntries(parts) })
  }

  renew(): SliceChange | undefined {
    const slices = Object.keys(this.#after)
    const isCurrent = slices.every((slice) => this.#keeper.valueOf(slice) === this.#before[slice])
    if (this.#asked) return isCurrent ? this : this.#asked.again()
    const after = slices.map((slice) => [slice, this.#merged(slice, this.#keeper.valueOf(slice))] as const)
    const changed = after.filter(([slice, value]) => !sameSlice(this.#keeper.valueOf(slice), value))
    if (changed.length === 0) return undefined
    return isCurrent && changed.length === slices.length
      ? this
      : new SliceChange(this.#keeper, this.#slice, Object.fromEntries(changed))
  }

  apply(): void {
    if (this.#asked) return this.#asked.write()
    // By a function, because the application's queue may have a newer value waiting.
    for (const slice of Object.keys(this.#after))
      this.#keeper.setterOf(slice)?.((now) => this.#merged(slice, now))
    return undefined
  }

  /** The application hears of its slices by its own handlers. */
  tell(): void {}

  #merged(slice: string, now: unknown): unknown {
    return mergedSlice(now, this.#before[slice], this.#after[slice])
  }

  #as(after: Values): SliceChange {
    const slices = Object.entries(after).map(([slice, value]) => [
      slice,
      value === this.#after[slice] ? value : taken(value, this.#keeper.valueOf(slice)),
    ])
    const made = Object.fromEntries(slices) as Values
    return new SliceChange(this.#keeper, this.#slice, made, undefined, this.#before)
  }
}

/** A slice of entries by key keeps what others made of the rest of it meanwhile; any other is replaced as a whole. */
function mergedSlice(now: unknown, before: unknown, after: unknown): unknown {
  if (now === before || !isObject(now) || !isObject(before) || !isObject(after)) return after
  if ([now, before, after].some((each) => Array.isArray(each))) return after
  const merged: Record<string, unknown> = { ...now }
  for (const key of Object.keys(before)) if (!Object.hasOwn(after, key)) delete merged[key]
  for (const [key, value] of Object.entries(after)) if (!Object.is(value, before[key])) merged[key] = value
  return merged
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
