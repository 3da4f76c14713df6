import { useEffect, useState } from 'react'
import { usePlugins, useTableEvent, type WithEvents, type WithPlugins } from '@gridkit/react'

interface PluginPanelProps {
  readonly table: WithPlugins & WithEvents
  /** What the sample plugin has to say. */
  readonly summary: () => Promise<string>
}

/** What runs on the table, and how it is. */
export function PluginPanel({ table, summary }: PluginPanelProps) {
  const plugins = usePlugins(table, (all) => Object.values(all))
  const refused = useRefusedVersions(table)
  return (
    <section aria-labelledby="plugins-title">
      <h3 id="plugins-title">Plugins</h3>
      <Summary table={table} summary={summary} />
      <ul className="demo-list">
        {plugins.map(({ id, name, version, status, loadTime, error }) => (
          <li key={id}>
            <p>
              <strong>{name}</strong> {version} <span data-status={status}>{status}</span>
              {loadTime === undefined ? null : ` in ${loadTime.toFixed(1)} ms`}
            </p>
            {error ? <p className="demo-failed">{error.message}</p> : null}
            {refused[id] === undefined ? null : <p className="demo-failed">{refused[id]}</p>}
          </li>
        ))}
      </ul>
    </section>
  )
}

function Summary({ table, summary }: PluginPanelProps) {
  const [text, setText] = useState('')
  const refresh = (): void => {
    summary().then(setText, () => undefined)
  }
  useEffect(() => {
    summary().then(setText, () => undefined)
  }, [summary])
  useTableEvent(table, 'operation-counter/count:changed', refresh)
  useTableEvent(table, 'plugin:reloaded', refresh)
  return <p className="demo-hint">{text}</p>
}

/** Why new versions of plugins were not taken over, by plugin, until one is. */
function useRefusedVersions(table: WithEvents): Readonly<Record<string, string>> {
  const [refused, setRefused] = useState<Readonly<Record<string, string>>>({})
  useTableEvent(table, 'plugin:rolled-back', ({ payload: { pluginId, message } }) =>
    setRefused((before) => ({ ...before, [pluginId]: message })),
  )
  useTableEvent(table, 'plugin:reloaded', ({ payload: { pluginId } }) =>
    setRefused(({ [pluginId]: _, ...others }) => others),
  )
  return refused
}
