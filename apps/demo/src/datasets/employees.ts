import type { Dataset } from './dataset.ts'

/** Personal data, for the audit log to mask and encrypt. */
export const employees: Dataset = {
  id: 'employees',
  label: 'Employees',
  description: '10,000 invented people. Edit an e-mail or a salary, and see what the audit log keeps of it.',
  url: '/data/employees.json',
  prepare: (rows) => rows,
  columns: [
    { accessorKey: 'id', header: 'Id', size: 90 },
    { accessorKey: 'name', header: 'Name', size: 180, meta: { gridkit: { editable: true } } },
    { accessorKey: 'email', header: 'E-mail', size: 250, meta: { gridkit: { editable: true } } },
    { accessorKey: 'ssn', header: 'SSN', size: 130, meta: { gridkit: { editable: true } } },
    { accessorKey: 'department', header: 'Department', size: 140, meta: { gridkit: { editable: true } } },
    { accessorKey: 'title', header: 'Title', size: 230, meta: { gridkit: { editable: true } } },
    { accessorKey: 'city', header: 'City', size: 160, meta: { gridkit: { editable: true } } },
    {
      accessorKey: 'salary',
      header: 'Salary',
      size: 120,
      meta: { gridkit: { type: 'number', editable: true } },
    },
    { accessorKey: 'hired', header: 'Hired', size: 150, meta: { gridkit: { type: 'date', editable: true } } },
    {
      accessorKey: 'remote',
      header: 'Remote',
      size: 110,
      meta: { gridkit: { type: 'boolean', editable: true } },
    },
  ],
}
