import { useLayoutEffect, useRef, type RefObject } from 'react'

/** The value of the last render that was committed, for handlers that keep their identity. */
export function useLatest<T>(value: T): RefObject<T> {
  const latest = useRef(value)
  useLayoutEffect(() => {
    latest.current = value
  })
  return latest
}
