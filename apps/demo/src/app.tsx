import { useState } from 'react'
import type { Dataset } from './datasets/dataset.ts'
import { employees } from './datasets/employees.ts'
import { flights } from './datasets/flights.ts'
import { movies } from './datasets/movies.ts'
import { useDataset } from './use-dataset.ts'
import { Workbench } from './workbench.tsx'

const datasets = [employees, movies, flights]

function linkedDataset(): Dataset {
  const id = new URLSearchParams(window.location.search).get('data')
  return datasets.find((dataset) => dataset.id === id) ?? employees
}

export function App() {
  const [dataset, setDataset] = useState(linkedDataset)
  const open = (next: Dataset): void => {
    window.history.replaceState(null, '', `?data=${next.id}`)
    setDataset(next)
  }
  return (
    <>
      <header className="demo-header">
        <h1>
          Grid<span>Kit</span>
        </h1>
        <p>A TanStack table with an audit log, analytics and export, each a plugin.</p>
        <nav aria-label="Datasets">
          {datasets.map((each) => (
            <button
              key={each.id}
              type="button"
              aria-current={each === dataset ? 'page' : undefined}
              onClick={() => open(each)}
            >
              {each.label}
            </button>
          ))}
        </nav>
      </header>
      <Loaded key={dataset.id} dataset={dataset} />
    </>
  )
}

function Loaded({ dataset }: { readonly dataset: Dataset }) {
  const state = useDataset(dataset)
  if (state.status === 'failed') {
    return (
      <main className="demo-notice" role="alert">
        <h2>{dataset.label} could not be loaded</h2>
        <p>{state.message}</p>
      </main>
    )
  }
  if (state.status === 'loading') {
    return (
      <main className="demo-notice" aria-busy="true">
        <output>Loading {dataset.label.toLowerCase()} …</output>
      </main>
    )
  }
  return <Workbench dataset={dataset} rows={state.rows} />
}
