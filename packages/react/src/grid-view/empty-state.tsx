import type { ReactNode } from 'react'
import type { GridActions } from './grid-table.ts'
import type { GridViewMessages } from './messages.ts'

interface EmptyStateProps {
  /** Whether there are rows that the filters hide. */
  readonly filtered: boolean
  readonly message: string | undefined
  readonly messages: GridViewMessages
  readonly actions: GridActions
}

/** What is shown instead of rows. */
export function EmptyState({ filtered, message, messages, actions }: EmptyStateProps): ReactNode {
  return (
    <div className="gridkit-empty">
      <p>{filtered ? messages.noMatches : (message ?? messages.noRows)}</p>
      {filtered && (
        <button type="button" className="gridkit-button" onClick={actions.clearFilters}>
          {messages.clearFilters}
        </button>
      )}
    </div>
  )
}
