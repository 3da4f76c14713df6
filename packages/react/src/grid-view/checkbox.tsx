import { useLayoutEffect, useRef, type ReactNode } from 'react'

interface CheckboxProps {
  readonly label: string
  readonly checked: boolean
  readonly indeterminate?: boolean
  readonly disabled?: boolean
  readonly onToggle: (on: boolean, range: boolean) => void
}

/** A checkbox that fills its cell, so that it is easy to hit. Out of the tab order, like all in the grid. */
export function Checkbox({
  label,
  checked,
  indeterminate = false,
  disabled,
  onToggle,
}: CheckboxProps): ReactNode {
  const input = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => {
    // There is no attribute for it.
    if (input.current) input.current.indeterminate = indeterminate
  })
  return (
    <label className="gridkit-check">
      <input
        ref={input}
        type="checkbox"
        tabIndex={-1}
        aria-label={label}
        checked={checked}
        disabled={disabled}
        onChange={({ target, nativeEvent }) =>
          onToggle(target.checked, nativeEvent instanceof MouseEvent && nativeEvent.shiftKey)
        }
      />
    </label>
  )
}
