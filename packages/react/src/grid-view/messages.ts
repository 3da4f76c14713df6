/** A column that sorts the table, as people hear of it. */
export interface SortedColumn {
  readonly label: string
  readonly descending: boolean
}

/** Every text of a GridView that is not the application's. */
export interface GridViewMessages {
  /** A BCP 47 tag: how numbers and dates are written. */
  readonly locale: string
  readonly search: string
  readonly searchPlaceholder: string
  readonly rowCount: (shown: number, total: number) => string
  readonly selectAll: string
  readonly selectRow: (position: number) => string
  readonly filter: (column: string) => string
  readonly filterMinimum: (column: string) => string
  readonly filterMaximum: (column: string) => string
  readonly filterFrom: (column: string) => string
  readonly filterTo: (column: string) => string
  readonly minimum: string
  readonly maximum: string
  readonly any: string
  readonly yes: string
  readonly no: string
  readonly edit: (column: string) => string
  readonly invalidNumber: string
  readonly invalidDate: string
  readonly noRows: string
  readonly noMatches: string
  readonly clearFilters: string
  readonly sorted: (by: readonly SortedColumn[]) => string
  readonly notSorted: string
  readonly rowsFound: (count: number) => string
  readonly saved: (column: string) => string
  /** A plugin did not let a change be made. */
  readonly refused: (reason: string) => string
}

const count = (value: number): string => value.toLocaleString('en')

/** The default. */
export const englishMessages: GridViewMessages = {
  locale: 'en',
  search: 'Search all columns',
  searchPlaceholder: 'Search…',
  rowCount: (shown, total) => `${count(shown)} of ${count(total)} rows`,
  selectAll: 'Select all rows',
  selectRow: (position) => `Select row ${count(position)}`,
  filter: (column) => `Filter ${column}`,
  filterMinimum: (column) => `Filter ${column}, minimum`,
  filterMaximum: (column) => `Filter ${column}, maximum`,
  filterFrom: (column) => `Filter ${column}, from`,
  filterTo: (column) => `Filter ${column}, to`,
  minimum: 'Min',
  maximum: 'Max',
  any: 'Any',
  yes: 'Yes',
  no: 'No',
  edit: (column) => `Edit ${column}`,
  invalidNumber: 'Enter a number, or leave it empty.',
  invalidDate: 'Enter a date, or leave it empty.',
  noRows: 'There are no rows yet.',
  noMatches: 'No rows match the filters.',
  clearFilters: 'Clear filters',
  sorted: (by) =>
    `Sorted by ${by.map(({ label, descending }) => `${label}, ${descending ? 'descending' : 'ascending'}`).join('; ')}`,
  notSorted: 'Not sorted',
  rowsFound: (found) => (found === 1 ? '1 row' : `${count(found)} rows`),
  saved: (column) => `${column} saved`,
  refused: (reason) => `Not changed: ${reason}`,
}
