import { useState } from 'react'
import { loadCollectedRequests, type CollectedRequest } from '../server-client.ts'
import { useRefreshed } from './use-refreshed.ts'

interface AnalyticsPanelProps {
  readonly optIn: () => Promise<void>
  readonly optOut: () => Promise<void>
}

const none: readonly CollectedRequest[] = []
const shown = 8

/** The consent switch, and the requests that the real SDK made to the stand-in of its host. */
export function AnalyticsPanel({ optIn, optOut }: AnalyticsPanelProps) {
  const requests = useRefreshed(loadCollectedRequests, none)
  const [consent, setConsent] = useState(false)
  const change = (granted: boolean): void => {
    setConsent(granted)
    void (granted ? optIn() : optOut())
  }
  return (
    <section aria-labelledby="analytics-title">
      <h3 id="analytics-title">Analytics</h3>
      <label className="demo-consent">
        <input type="checkbox" checked={consent} onChange={(event) => change(event.target.checked)} /> I agree
        to anonymous usage analytics
      </label>
      {requests.length === 0 ? (
        <p className="demo-empty">
          {consent
            ? 'Sort or filter, and the request shows here.'
            : 'Nothing is loaded or sent before consent.'}
        </p>
      ) : (
        <ol className="demo-list">
          {requests
            .flatMap(({ events, receivedAt }) => events.map((event) => ({ event, receivedAt })))
            .slice(-shown)
            .reverse()
            .map(({ event, receivedAt }) => (
              <li key={String(event.properties?.['$insert_id'])}>
                <p>
                  <strong>{event.event}</strong> <time dateTime={receivedAt}>{receivedAt.slice(11, 19)}</time>
                </p>
              </li>
            ))}
        </ol>
      )}
    </section>
  )
}
