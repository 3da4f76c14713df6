import { useCallback, useLayoutEffect } from 'react'
import { defaultRangeExtractor, useVirtualizer, type Range, type VirtualItem } from '@tanstack/react-virtual'

/** No screen shows more. Without the style sheet nothing scrolls, and every row would count as visible. */
const mostRows = 400

/** The rows to render, and the height of all. */
export interface VirtualRows {
  readonly items: readonly VirtualItem[]
  readonly height: number
}

/** Which rows the scroller shows, always with those of `kept`. */
export function useRowVirtualizer(
  scroller: HTMLElement,
  count: number,
  rowHeight: number,
  kept: readonly number[],
): VirtualRows {
  const keptKey = kept.join()
  const rangeExtractor = useCallback(
    (range: Range) => withKept(range, keptKey === '' ? [] : keptKey.split(',').map(Number)),
    [keptKey],
  )
  // oxlint-disable-next-line react/incompatible-library -- Only what it holds now leaves this hook.
  const virtualizer = useVirtualizer({
    count,
    getScrollElement: () => scroller,
    estimateSize: () => rowHeight,
    overscan: 8,
    rangeExtractor,
  })
  // It measures again for another count, but not for another height.
  useLayoutEffect(() => virtualizer.measure(), [virtualizer, rowHeight])
  return { items: virtualizer.getVirtualItems(), height: virtualizer.getTotalSize() }
}

function withKept(range: Range, kept: readonly number[]): number[] {
  const indexes = defaultRangeExtractor(range).slice(0, mostRows)
  const others = [...new Set(kept)].filter(
    (index) => index >= 0 && index < range.count && !indexes.includes(index),
  )
  return others.length === 0 ? indexes : [...indexes, ...others].toSorted((a, b) => a - b)
}
