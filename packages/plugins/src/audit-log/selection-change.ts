/** Rows that are on, by id, as TanStack keeps them. */
type RowsOn = Readonly<Record<string, boolean>>

/** What selecting and expanding are called, when they are counted. */
export type ChangeNames = readonly [on: string, off: string]

/** What is recorded of a change of many rows. */
export interface RowsChange {
  readonly before?: unknown
  readonly after?: unknown
  readonly data?: unknown
}

/** More rows than these are counted, not listed: nobody reads them, and each would be megabytes. */
const longestList = 1_000

/** The rows that a change turned on or off, or how many these are. `true` stands for all rows. */
export function changeOfRows(
  before: unknown,
  after: unknown,
  [on, off]: ChangeNames,
  longest = longestList,
): RowsChange {
  if (after === true) return { data: { [on]: 'all' } }
  const fromAll = before === true
  const changed = differences(fromAll ? {} : (before as RowsOn), after as RowsOn)
  if (changed.on + changed.off > longest)
    return { data: { [on]: changed.on, [off]: fromAll ? 'all' : changed.off } }
  return {
    before: fromAll || picked(before as RowsOn, changed.ids),
    after: picked(after as RowsOn, changed.ids),
  }
}

interface Differences {
  /** Complete up to the longest list. */
  readonly ids: readonly string[]
  readonly on: number
  readonly off: number
}

function differences(before: RowsOn, after: RowsOn): Differences {
  const ids: string[] = []
  let [on, off, shared] = [0, 0, 0]
  // One look at each of 100,000 rows is what this may cost.
  let known = 0
  for (const _ in before) known += 1
  for (const id in after) {
    const was = known > 0 ? before[id] : undefined
    const is = after[id] === true
    // Not `undefined`: an id may be called `constructor`.
    if (typeof was === 'boolean') shared += 1
    if (is === (was === true)) continue
    if (is) on += 1
    else off += 1
    if (ids.length < longestList) ids.push(id)
  }
  if (shared < known) off += gone(before, after, ids)
  return { ids, on, off }
}

/** How many rows that were on are not named any more; adds them to the list. */
function gone(before: RowsOn, after: RowsOn, ids: string[]): number {
  let count = 0
  for (const id in before) {
    if (before[id] !== true || typeof after[id] === 'boolean') continue
    count += 1
    if (ids.length < longestList) ids.push(id)
  }
  return count
}

function picked(rows: RowsOn, ids: readonly string[]): RowsOn {
  return Object.fromEntries(ids.flatMap((id) => (Object.hasOwn(rows, id) ? [[id, rows[id] === true]] : [])))
}
