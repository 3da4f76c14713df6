import type { CoreTable } from '../core-table.ts'
import { changeHandlerOf } from './state-slices.ts'

/** Sets each slice that is another than before, the way TanStack's setters do, whoever owns it. */
export function setSlices(
  { options }: CoreTable,
  before: Readonly<Record<string, unknown>>,
  after: object,
): void {
  for (const [slice, value] of Object.entries(after)) {
    if (value === before[slice]) continue
    const set = options[changeHandlerOf(slice)] as ((updater: () => unknown) => void) | undefined
    set?.(() => value)
  }
}
