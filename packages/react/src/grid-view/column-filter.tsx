import type { ReactNode } from 'react'
import { dayOf } from './dates.ts'
import type { GridActions, GridColumn } from './grid-table.ts'
import type { GridViewMessages } from './messages.ts'
import { useDraft } from './use-draft.ts'

interface ColumnFilterProps {
  readonly column: GridColumn
  readonly value: unknown
  readonly messages: GridViewMessages
  readonly actions: GridActions
}

/** The filter field or fields of a column, by its type. */
export function ColumnFilter(props: ColumnFilterProps): ReactNode {
  switch (props.column.type) {
    case 'number':
      return <NumberFilter {...props} />
    case 'boolean':
      return <BooleanFilter {...props} />
    case 'date':
      return <DateFilter {...props} />
    default:
      return <TextFilter {...props} />
  }
}

function TextFilter({ column: { id, label }, value, messages, actions }: ColumnFilterProps): ReactNode {
  const apply = (text: string): void => actions.filter(id, () => text)
  return <Field type="search" label={messages.filter(label)} applied={textOf(value)} apply={apply} />
}

function NumberFilter({ column: { id, label }, value, messages, actions }: ColumnFilterProps): ReactNode {
  const apply = (end: 0 | 1) => (text: string) => actions.filter(id, withEnd(end, numberOf(text)))
  const field = { type: 'number', normalize: (text: string) => textOf(numberOf(text)) } as const
  const [minimum, maximum] = rangeOf(value)
  return (
    <div className="gridkit-range">
      <Field
        {...field}
        label={messages.filterMinimum(label)}
        placeholder={messages.minimum}
        applied={textOf(minimum)}
        apply={apply(0)}
      />
      <Field
        {...field}
        label={messages.filterMaximum(label)}
        placeholder={messages.maximum}
        applied={textOf(maximum)}
        apply={apply(1)}
      />
    </div>
  )
}

function DateFilter({ column: { id, label }, value, messages, actions }: ColumnFilterProps): ReactNode {
  const [from, to] = rangeOf(value)
  return (
    <div className="gridkit-range">
      <Field
        type="date"
        label={messages.filterFrom(label)}
        applied={dayOf(from)}
        apply={(text) => actions.filter(id, withEnd(0, text))}
      />
      <Field
        type="date"
        label={messages.filterTo(label)}
        applied={dayOf(to)}
        apply={(text) => actions.filter(id, withEnd(1, text))}
      />
    </div>
  )
}

function BooleanFilter({ column: { id, label }, value, messages, actions }: ColumnFilterProps): ReactNode {
  const apply = (text: string): void => actions.filter(id, () => (text === '' ? undefined : text === 'true'))
  const field = useDraft(textOf(value), apply)
  return (
    <select className="gridkit-field" tabIndex={-1} aria-label={messages.filter(label)} {...field}>
      <option value="">{messages.any}</option>
      <option value="true">{messages.yes}</option>
      <option value="false">{messages.no}</option>
    </select>
  )
}

interface FieldProps {
  readonly type: 'search' | 'number' | 'date'
  readonly label: string
  readonly placeholder?: string
  readonly applied: string
  readonly apply: (text: string) => void
  readonly normalize?: (text: string) => string
}

function Field({ type, label, placeholder, applied, apply, normalize }: FieldProps): ReactNode {
  const field = useDraft(applied, apply, normalize)
  return (
    <input
      className="gridkit-field"
      type={type}
      step={type === 'number' ? 'any' : undefined}
      autoComplete="off"
      tabIndex={-1}
      aria-label={label}
      placeholder={placeholder}
      {...field}
    />
  )
}

/** Changes one end of a range; an end that is open is the empty text. */
function withEnd(end: 0 | 1, value: unknown): (before: unknown) => unknown {
  return (before) => rangeOf(before).with(end, value)
}

function rangeOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? [value[0] ?? '', value[1] ?? ''] : ['', '']
}

function numberOf(text: string): unknown {
  return text.trim() === '' ? '' : Number(text)
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : ''
}
