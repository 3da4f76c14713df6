import { useEffect, useState } from 'react'
import type { Dataset } from './datasets/dataset.ts'
import { loadRows } from './server-client.ts'

/** Where the rows of a dataset are on their way here. */
export type DatasetState =
  | { readonly status: 'loading' }
  | { readonly status: 'ready'; readonly rows: readonly Record<string, unknown>[] }
  | { readonly status: 'failed'; readonly message: string }

const loading: DatasetState = { status: 'loading' }

/** Loads a dataset, and forgets it when another is asked for. */
export function useDataset(dataset: Dataset): DatasetState {
  const [loaded, setLoaded] = useState<{ readonly dataset: Dataset; readonly state: DatasetState }>()
  useEffect(() => {
    const controller = new AbortController()
    loadRows(dataset.url, controller.signal).then(
      (json) => setLoaded({ dataset, state: { status: 'ready', rows: dataset.prepare(json) } }),
      (error: unknown) => {
        if (controller.signal.aborted) return
        setLoaded({ dataset, state: { status: 'failed', message: String(error) } })
      },
    )
    return () => controller.abort()
  }, [dataset])
  return loaded?.dataset === dataset ? loaded.state : loading
}
