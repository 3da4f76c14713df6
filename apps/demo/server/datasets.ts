import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { createEmployees } from './employees.ts'

const { resolve } = createRequire(import.meta.url)

/** What is served under `/data`, by file name: each makes the JSON of one dataset. */
export const datasets: Readonly<Record<string, () => Promise<string>>> = {
  'movies.json': () => vegaDataset('movies.json'),
  'flights.json': () => vegaDataset('flights-200k.json'),
  'employees.json': () => Promise.resolve(JSON.stringify(createEmployees(10_000))),
}

async function vegaDataset(file: string): Promise<string> {
  // The package exports its entry only; its data lies beside the folder of that.
  return readFile(join(dirname(resolve('vega-datasets')), '../data', file), 'utf8')
}
