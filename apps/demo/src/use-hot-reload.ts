import { useEffect } from 'react'
import type { WithPlugins } from '@gridkit/react'

/** While their code is being written, plugins of the table are replaced as they run. */
export function useHotReload({ plugins }: WithPlugins): void {
  useEffect(() => {
    if (!import.meta.env.DEV) return undefined
    const enabled = plugins.ready.then(() =>
      Promise.all(plugins.listPlugins().map(({ id }) => plugins.enableHotReload(id))),
    )
    return () => {
      // The table may have ended meanwhile, and nothing is to be undone then.
      enabled.then(
        (undos) => undos.forEach((undo) => undo()),
        () => undefined,
      )
    }
  }, [plugins])
}
