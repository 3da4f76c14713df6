import { useId, type ReactNode } from 'react'
import type { GridActions } from './grid-table.ts'
import type { GridViewMessages } from './messages.ts'
import { useDraft } from './use-draft.ts'

interface ToolbarProps {
  readonly search: string
  readonly shown: number
  readonly total: number
  readonly messages: GridViewMessages
  readonly actions: GridActions
}

/** The search field over all columns, and how many rows there are. */
export function Toolbar({ search, shown, total, messages, actions }: ToolbarProps): ReactNode {
  const id = useId()
  const field = useDraft(search, actions.search)
  return (
    <div className="gridkit-toolbar">
      <div className="gridkit-search">
        <label htmlFor={id} className="gridkit-hidden">
          {messages.search}
        </label>
        <SearchIcon />
        <input
          id={id}
          type="search"
          autoComplete="off"
          spellCheck={false}
          placeholder={messages.searchPlaceholder}
          {...field}
        />
      </div>
      <span className="gridkit-count">{messages.rowCount(shown, total)}</span>
    </div>
  )
}

function SearchIcon(): ReactNode {
  return (
    <svg className="gridkit-search-icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <circle cx="7" cy="7" r="4.25" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <path d="m10.2 10.2 3.3 3.3" stroke="currentColor" strokeWidth="1.5" strokeLinecap="round" />
    </svg>
  )
}
