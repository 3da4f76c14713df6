/** For framework adapters, such as `@gridkit/react`. Applications use the main entry. */
export { createTableHost, hostOptions, pluginsOf, tableOptionsOf } from './table/resolve-options.ts'
export { settleTable } from './table/table-host.ts'
export type { TableHost, TableHostOptions } from './table/table-host.ts'
