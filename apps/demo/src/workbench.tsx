import { analyticsPlugin, auditLogPlugin, exportPlugin } from '@gridkit/plugins'
import { GridView, useGridEnhancedTable } from '@gridkit/react'
import { hotReloadSource } from 'virtual:gridkit/hot-reload'
import { rowId, type Dataset } from './datasets/dataset.ts'
import { ExportToolbar } from './export-toolbar.tsx'
import { AnalyticsPanel } from './panels/analytics-panel.tsx'
import { AuditPanel } from './panels/audit-panel.tsx'
import { PluginPanel } from './panels/plugin-panel.tsx'
import { operationCounter } from './plugins/operation-counter.ts'
import { useHotReload } from './use-hot-reload.ts'

interface WorkbenchProps {
  readonly dataset: Dataset
  readonly rows: readonly Record<string, unknown>[]
}

/** One dataset in a grid, with its plugins and what they did. */
export function Workbench({ dataset, rows }: WorkbenchProps) {
  const table = useGridEnhancedTable(
    {
      id: dataset.id,
      data: rows,
      columns: dataset.columns,
      getRowId: rowId,
      hotReload: hotReloadSource,
      features: {
        plugins: [
          auditLogPlugin({
            destination: 'api/logs',
            events: ['row:create', 'row:update', 'row:delete'],
            pii: { mask: ['email', 'ssn'], encrypt: ['salary'] },
          }),
          analyticsPlugin({
            provider: 'mixpanel',
            apiKey: 'gridkit-demo',
            host: `${window.location.origin}/collect`,
            consent: 'required',
            autoTrack: true,
          }),
          exportPlugin({ formats: ['csv', 'xlsx', 'pdf'], includeFilteredOnly: true, fileName: dataset.id }),
          operationCounter,
        ],
      },
    },
    // The grid and the panels subscribe to what they show.
    () => null,
  )
  useHotReload(table)
  return (
    <main className="demo-main">
      <section className="demo-grid" aria-labelledby="dataset-title">
        <div className="demo-title">
          <div>
            <h2 id="dataset-title">{dataset.label}</h2>
            <p>{dataset.description}</p>
          </div>
          <ExportToolbar onExport={(format, options) => table.export(format, options)} />
        </div>
        <GridView table={table} aria-label={dataset.label} />
      </section>
      <aside className="demo-panels" aria-label="What the plugins do">
        <AuditPanel table={table} status={() => table.audit.status()} />
        <AnalyticsPanel optIn={() => table.analytics.optIn()} optOut={() => table.analytics.optOut()} />
        <PluginPanel table={table} summary={table.operationCounter.summary} />
      </aside>
    </main>
  )
}
