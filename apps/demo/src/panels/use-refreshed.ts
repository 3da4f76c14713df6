import { useEffect, useState } from 'react'

const everyMilliseconds = 1000

/** Loads something now and then, while the page is visible. */
export function useRefreshed<T>(load: () => Promise<T>, initial: T): T {
  const [value, setValue] = useState(initial)
  useEffect(() => {
    let current = true
    const refresh = (): void => {
      if (document.visibilityState === 'hidden') return
      load().then(
        (loaded) => current && setValue(loaded),
        // The server may be restarting; the next turn tells.
        () => undefined,
      )
    }
    refresh()
    const timer = setInterval(refresh, everyMilliseconds)
    return () => {
      current = false
      clearInterval(timer)
    }
  }, [load])
  return value
}
