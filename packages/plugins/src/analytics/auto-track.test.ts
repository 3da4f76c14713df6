import { expect, test } from 'vitest'
import { trackedTypes } from './auto-track.ts'

const provider = 'mixpanel'

test('tracks nothing unless asked', () => {
  expect(trackedTypes({ provider })).toEqual([])
})

test('tracks by event type, by noun and by name', () => {
  const autoTrack = ['sort:change', 'row:*', 'Table Exported', 'nothing:such']
  expect([...trackedTypes({ provider, autoTrack })].sort()).toEqual([
    'export:complete',
    'row:create',
    'row:delete',
    'row:select',
    'row:update',
    'sort:change',
  ])
})

test('adds the types of the application', () => {
  const customEvents = { 'acme/found:one': 'Found', 'sort:change': 'Sorted' }
  expect(trackedTypes({ provider, autoTrack: ['sort:change'], customEvents })).toEqual([
    'sort:change',
    'acme/found:one',
  ])
})
