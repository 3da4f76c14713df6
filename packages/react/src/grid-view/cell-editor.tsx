import {
  useId,
  useLayoutEffect,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
  type ReactNode,
  type RefObject,
} from 'react'
import { editText, parseEdit } from './cell-values.ts'
import type { GridActions, GridColumn, GridRowModel, Step } from './grid-table.ts'
import type { GridViewMessages } from './messages.ts'

/** Enough to find a value, and few enough to be read at once. */
const sampledRows = 100

type EditorElement = HTMLInputElement | HTMLSelectElement

interface CellEditorProps {
  readonly row: GridRowModel
  readonly column: GridColumn
  readonly messages: GridViewMessages
  readonly actions: GridActions
}

/** The editor of a cell, by the type of its column. Says what is wrong, and stays open until it is right or given up. */
export function CellEditor({ row, column, messages, actions }: CellEditorProps): ReactNode {
  const problemId = useId()
  const element = useRef<EditorElement>(null)
  const [problem, setProblem] = useState<string>()
  // What it was when the edit began: a change by someone else meanwhile is no reason to write back the old value.
  const [before] = useState(() => row.getValue(column.id))
  const [sample] = useState(() => sampleOf(column))

  useLayoutEffect(() => {
    element.current?.focus({ preventScroll: true })
    if (element.current instanceof HTMLInputElement) element.current.select()
  }, [])

  const submit = (editor: EditorElement, step: Step): void => {
    if (editor.value === editText(before, column.type) && editor.validity.valid) return actions.close(step)
    const parsed = editor.validity.badInput
      ? ({ valid: false, problem: column.type === 'date' ? 'invalidDate' : 'invalidNumber' } as const)
      : parseEdit(editor.value, column.type, before, sample)
    setProblem(parsed.valid ? actions.save(row, column, parsed.value, step) : messages[parsed.problem])
    return undefined
  }
  const onKeyDown = (event: KeyboardEvent<EditorElement>): void => {
    const step = stepOf(event)
    if (step === undefined || event.nativeEvent.isComposing) return
    event.preventDefault()
    event.stopPropagation()
    if (step === 'back') actions.close('back')
    else submit(event.currentTarget, step)
  }
  const onBlur = ({ currentTarget }: FocusEvent<EditorElement>): void => {
    // Another window has the focus, and this one will have it back.
    if (currentTarget.ownerDocument.activeElement !== currentTarget) submit(currentTarget, 'stay')
  }

  const shared = {
    className: 'gridkit-editor',
    'aria-label': messages.edit(column.label),
    'aria-invalid': problem === undefined ? undefined : true,
    'aria-describedby': problem === undefined ? undefined : problemId,
    defaultValue: editText(before, column.type),
    onKeyDown,
    onBlur,
  }
  return (
    <>
      {column.type === 'boolean' ? (
        <select ref={element as RefObject<HTMLSelectElement>} {...shared}>
          {typeof before !== 'boolean' && <option value="">–</option>}
          <option value="true">{messages.yes}</option>
          <option value="false">{messages.no}</option>
        </select>
      ) : (
        <input
          ref={element as RefObject<HTMLInputElement>}
          type={column.type}
          step={column.type === 'number' ? 'any' : undefined}
          autoComplete="off"
          {...shared}
        />
      )}
      {problem !== undefined && (
        <span id={problemId} role="alert" className="gridkit-problem">
          {problem}
        </span>
      )}
    </>
  )
}

/** How the column keeps its dates, for a cell that has none: as the first of the first rows that have one. */
function sampleOf({ type, column }: GridColumn): unknown {
  if (type !== 'date') return undefined
  const { rows } = column.table.getCoreRowModel()
  const values = rows.slice(0, sampledRows).map((row) => row.getValue(column.id))
  return values.find((value) => value !== null && value !== undefined)
}

function stepOf({ key, shiftKey }: KeyboardEvent): Step | 'back' | undefined {
  if (key === 'Enter') return 'down'
  if (key === 'Tab') return shiftKey ? 'left' : 'right'
  return key === 'Escape' ? 'back' : undefined
}
