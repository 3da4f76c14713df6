import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { createEmployees } from './employees.ts'

const { resolve } = createRequire(import.meta.url)

/** What is served under `/data`, by file name: each makes the JSON of one dataset. */
export const datasets: Readonly<Record<string, () => Promise<string>>> = {
  'movies.json': () => vegaDataset('movies.json'),
  'flights.json': () => vegaDataset('flights-200k.json'),
  'employees.json': () => Promise.resolve(JSON.stringify(createEmployees(10_000))),
}

async function vegaDataset(file: string): Promise<string> {
  return readFile(resolve(`vega-datasets/data/${file}`), 'utf8')
}
