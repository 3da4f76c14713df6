import { createTable, definePlugin, type PluginInfo } from '@gridkit/core'
import { describe, expectTypeOf, test } from 'vitest'
import { analyticsPlugin, auditLogPlugin, exportPlugin, type AuditEvent, type ExportResult } from './index.ts'

interface Person {
  email: string
  salary: number
}
const data: Person[] = []
const columns = [{ accessorKey: 'email' as const }]

describe('the example of the mission', () => {
  const table = createTable({
    data,
    columns,
    features: {
      plugins: [
        auditLogPlugin({
          destination: 'api/logs',
          events: ['row:create', 'row:update', 'row:delete'],
          pii: { mask: ['email', 'ssn'], encrypt: ['salary'] },
        }),
        analyticsPlugin({ provider: 'mixpanel', autoTrack: true }),
        exportPlugin({ formats: ['csv', 'xlsx', 'pdf'] }),
      ],
    },
  })

  test('has the methods of all three', () => {
    expectTypeOf(table.export('csv')).toEqualTypeOf<Promise<ExportResult>>()
    expectTypeOf(table.audit.query()).toEqualTypeOf<Promise<readonly AuditEvent[]>>()
    expectTypeOf(table.analytics.track('A', { count: 1 })).toEqualTypeOf<Promise<boolean>>()
  })

  test('exports the formats it lists, and no other', () => {
    const { signal } = new AbortController()
    expectTypeOf(table.export('xlsx', { scope: 'selected', signal })).toEqualTypeOf<Promise<ExportResult>>()
    // @ts-expect-error: json is not among the formats
    void table.export('json')
    // @ts-expect-error: there is no such scope
    void table.export('csv', { scope: 'everything' })
  })

  test('takes another plugin of each kind at run time', () => {
    expectTypeOf(table.registerPlugin(exportPlugin({ formats: ['csv'] }))).toEqualTypeOf<
      Promise<PluginInfo>
    >()
  })
})

test('a table without a plugin has none of its methods', () => {
  const table = createTable({
    data,
    columns,
    features: { plugins: [analyticsPlugin({ provider: 'mixpanel' })] },
  })
  expectTypeOf(table).not.toHaveProperty('export')
  expectTypeOf(table).not.toHaveProperty('audit')
  // @ts-expect-error: exportPlugin is not in the list
  void table.export('csv')
})

test('options are checked', () => {
  expectTypeOf(exportPlugin).toBeCallableWith({ formats: ['csv'] })
  // @ts-expect-error: there is no such format
  exportPlugin({ formats: ['docx'] })
  // @ts-expect-error: no adapter for it yet
  analyticsPlugin({ provider: 'amplitude' })
  // @ts-expect-error: there is no such strategy
  auditLogPlugin({ destination: '/logs', pii: { mask: [{ field: 'ssn', strategy: 'hash' }] } })
  // @ts-expect-error: there is no such event
  auditLogPlugin({ destination: '/logs', events: ['row:created'] })
  // @ts-expect-error: it is called destination
  auditLogPlugin({ destinations: '/logs' })
})

test('their ids are known, to those that depend on them', () => {
  const reports = definePlugin({
    metadata: { id: 'reports', name: 'Reports', version: '1.0.0', category: 'export' },
    dependencies: { export: '*', analytics: '*', 'audit-log': '*' },
    initialize() {},
  })
  const audit = auditLogPlugin({ destination: '/logs' })
  const analytics = analyticsPlugin({ provider: 'mixpanel' })
  const writer = exportPlugin({ formats: ['csv'] })
  createTable({ data, columns, features: { plugins: [reports, audit, analytics, writer] } })
  // @ts-expect-error: reports requires export
  createTable({ data, columns, features: { plugins: [reports, audit, analytics] } })
  // @ts-expect-error: reports requires analytics
  createTable({ data, columns, features: { plugins: [reports, audit, writer] } })
  // @ts-expect-error: reports requires audit-log
  createTable({ data, columns, features: { plugins: [reports, analytics, writer] } })
})
