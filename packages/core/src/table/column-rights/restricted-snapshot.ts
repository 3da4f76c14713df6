import type { TableSnapshot } from '../../definition/table-access.ts'
import { isShownSlice } from './state-shapes.ts'

/** How a snapshot finds what it shows, when that is read. */
interface SnapshotReader {
  slice(name: string): unknown
  data(): TableSnapshot['data']
  filteredRows(): TableSnapshot['filteredRows']
  columns(): TableSnapshot['columns']
}

/** The state of a table for a plugin that may not see all of it: nothing is computed, or shown, before it is read. */
export function restrictedSnapshot(state: object, read: SnapshotReader): TableSnapshot {
  const snapshot = {
    get data() {
      return read.data()
    },
    get filteredRows() {
      return read.filteredRows()
    },
    get columns() {
      return read.columns()
    },
  }
  for (const slice of Object.keys(state))
    if (isShownSlice(slice))
      Object.defineProperty(snapshot, slice, { enumerable: true, get: () => read.slice(slice) })
  return Object.freeze(snapshot)
}
