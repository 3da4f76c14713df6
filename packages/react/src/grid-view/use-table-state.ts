import { useCallback, useSyncExternalStore } from 'react'
import type { GridState, GridTable } from './grid-table.ts'

/** All state of the table. Renders again when it changes, whatever the table's own selector says. */
export function useTableState({ store }: GridTable): GridState {
  const subscribe = useCallback(
    (listener: () => void) => {
      const subscription = store.subscribe(listener)
      return () => subscription.unsubscribe()
    },
    [store],
  )
  const snapshot = (): GridState => store.state
  return useSyncExternalStore(subscribe, snapshot, snapshot)
}
