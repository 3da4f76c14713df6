import { analyticsPlugin, auditLogPlugin, exportPlugin } from '@gridkit/plugins'
import { GridView, useGridEnhancedTable } from '@gridkit/react'
import '@gridkit/react/styles.css'

interface Person {
  id: string
  name: string
  email: string
  salary: number
}

const columns = [
  { accessorKey: 'name', header: 'Name', meta: { gridkit: { editable: true } } },
  { accessorKey: 'email', header: 'E-mail', meta: { gridkit: { editable: true } } },
  { accessorKey: 'salary', header: 'Salary', meta: { gridkit: { type: 'number', editable: true } } },
] as const

export function PeopleGrid({ data }: { data: Person[] }) {
  const table = useGridEnhancedTable({
    data,
    columns,
    getRowId: (person) => person.id,
    features: {
      plugins: [
        auditLogPlugin({
          destination: 'api/logs',
          events: ['row:create', 'row:update', 'row:delete'],
          pii: { mask: ['email'], encrypt: ['salary'] },
        }),
        analyticsPlugin({ provider: 'mixpanel', autoTrack: true }),
        exportPlugin({ formats: ['csv', 'xlsx', 'pdf'] }),
      ],
    },
  })
  return (
    <>
      <button type="button" onClick={() => void table.export('csv')}>
        Export CSV
      </button>
      <GridView table={table} aria-label="People" />
    </>
  )
}
