import { usePlugins, type WithPlugins } from '@gridkit/react'

/** What runs on the table, and how it is. */
export function PluginPanel({ table }: { readonly table: WithPlugins }) {
  const plugins = usePlugins(table, (all) => Object.values(all))
  return (
    <section aria-labelledby="plugins-title">
      <h3 id="plugins-title">Plugins</h3>
      <ul className="demo-list">
        {plugins.map(({ id, name, version, status, loadTime, error }) => (
          <li key={id}>
            <p>
              <strong>{name}</strong> {version} <span data-status={status}>{status}</span>
              {loadTime === undefined ? null : ` in ${loadTime.toFixed(1)} ms`}
            </p>
            {error ? <p className="demo-failed">{error.message}</p> : null}
          </li>
        ))}
      </ul>
    </section>
  )
}
