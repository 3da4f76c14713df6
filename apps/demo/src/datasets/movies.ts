import { numbered, type Dataset } from './dataset.ts'

const money = { gridkit: { type: 'number' } } as const

/** Wide rows with gaps in them. */
export const movies: Dataset = {
  id: 'movies',
  label: 'Movies',
  description: '3,201 films with their budgets, takings and ratings, from vega-datasets.',
  url: '/data/movies.json',
  prepare: numbered,
  columns: [
    { accessorKey: 'Title', header: 'Title', size: 260, meta: { gridkit: { editable: true } } },
    { accessorKey: 'Director', header: 'Director', size: 170, meta: { gridkit: { editable: true } } },
    { accessorKey: 'Release Date', header: 'Released', size: 130 },
    { accessorKey: 'Major Genre', header: 'Genre', size: 150, meta: { gridkit: { editable: true } } },
    { accessorKey: 'MPAA Rating', header: 'MPAA', size: 100 },
    { accessorKey: 'Distributor', header: 'Distributor', size: 170 },
    { accessorKey: 'Running Time min', header: 'Minutes', size: 110, meta: money },
    { accessorKey: 'Production Budget', header: 'Budget $', size: 140, meta: money },
    { accessorKey: 'US Gross', header: 'US gross $', size: 140, meta: money },
    { accessorKey: 'Worldwide Gross', header: 'World gross $', size: 150, meta: money },
    { accessorKey: 'Rotten Tomatoes Rating', header: 'Tomatoes', size: 110, meta: money },
    {
      accessorKey: 'IMDB Rating',
      header: 'IMDB',
      size: 110,
      meta: { gridkit: { type: 'number', editable: true } },
    },
    { accessorKey: 'IMDB Votes', header: 'IMDB votes', size: 120, meta: money },
  ],
}
