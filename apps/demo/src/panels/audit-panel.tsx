import { useState } from 'react'
import { useTableEvent, type WithEvents } from '@gridkit/react'
import { loadAuditLog, type StoredAuditEvent } from '../server-client.ts'
import { useRefreshed } from './use-refreshed.ts'

interface AuditPanelProps {
  readonly table: WithEvents
  readonly status: () => Promise<{ readonly queued: number; readonly sent: number }>
}

const none: readonly StoredAuditEvent[] = []
const shown = 12

/** The newest entries of the trail, as the server stored them. */
export function AuditPanel({ table, status }: AuditPanelProps) {
  const events = useRefreshed(loadAuditLog, none)
  const [delivery, setDelivery] = useState({ queued: 0, sent: 0 })
  const refresh = (): void => {
    status().then(setDelivery, () => undefined)
  }
  useTableEvent(table, 'row:*', () => {
    refresh()
    setTimeout(refresh, 1000)
  })
  return (
    <section aria-labelledby="audit-title">
      <h3 id="audit-title">Audit log</h3>
      <p className="demo-hint">
        Stored by the server: e-mail and SSN masked, salary encrypted. {delivery.sent} sent, {delivery.queued}{' '}
        queued.
      </p>
      {events.length === 0 ? (
        <p className="demo-empty">Edit a cell to write the first entry.</p>
      ) : (
        <ol className="demo-list">
          {events
            .slice(-shown)
            .reverse()
            .map((event) => (
              <AuditEntry key={event.id} event={event} />
            ))}
        </ol>
      )}
    </section>
  )
}

function AuditEntry({ event }: { readonly event: StoredAuditEvent }) {
  return (
    <li>
      <p>
        <strong>{event.type}</strong> {event.rowId} <span>by {event.source}</span>{' '}
        <time dateTime={event.time}>{event.time.slice(11, 19)}</time>
      </p>
      {Object.keys(event.after ?? {}).map((field) => (
        <p key={field} className="demo-change">
          {field}: <del>{valueText(event.before?.[field])}</del> <ins>{valueText(event.after?.[field])}</ins>
        </p>
      ))}
    </li>
  )
}

function valueText(value: unknown): string {
  if (value === undefined || value === null) return '–'
  if (typeof value === 'object') return 'encrypted' in value ? 'encrypted' : JSON.stringify(value)
  return typeof value === 'string' ? value : JSON.stringify(value)
}
