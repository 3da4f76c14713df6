import { numbered, type Dataset } from './dataset.ts'

/** Many rows. */
export const flights: Dataset = {
  id: 'flights',
  label: 'Flights',
  description: '200,000 departures with delay, distance and hour of the day, from vega-datasets.',
  url: '/data/flights.json',
  prepare: numbered,
  columns: [
    { accessorKey: 'id', header: 'Flight', size: 140, meta: { gridkit: { type: 'number' } } },
    {
      accessorKey: 'delay',
      header: 'Delay',
      size: 180,
      meta: { gridkit: { type: 'number', editable: true } },
    },
    {
      accessorKey: 'distance',
      header: 'Distance',
      size: 180,
      meta: { gridkit: { type: 'number', editable: true } },
    },
    { accessorKey: 'time', header: 'Hour', size: 180, meta: { gridkit: { type: 'number' } } },
  ],
}
