import { useLayoutEffect } from 'react'

/** The sizes that depend on the table, as custom properties for the style sheet. */
export interface GridSizes {
  readonly columns: string
  readonly width: number
  readonly rowHeight: number
}

/** Sets the sizes by script: a strict content security policy allows that, and refuses style attributes in HTML. */
export function useGridSizes(root: HTMLElement | null, { columns, width, rowHeight }: GridSizes): void {
  useLayoutEffect(() => {
    root?.style.setProperty('--gridkit-columns', columns)
    root?.style.setProperty('--gridkit-width', `${width}px`)
    root?.style.setProperty('--gridkit-row-height', `${rowHeight}px`)
  }, [root, columns, width, rowHeight])
}
