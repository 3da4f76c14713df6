import { expect, test } from 'vitest'
import { candidatesIn, definesPlugin } from './module-text.ts'

test.each([
  ['export const a = definePlugin({})', true],
  ['export const a = definePlugin<Config>({})', true],
  ['return core.definePlugin (x)', true],
  ['export function definePlugin(plugin) {}', false],
  ["import { definePlugin } from '@gridkit/core'", false],
  ['redefinePlugin()', false],
])('%s: %s', (code, defines) => {
  expect(definesPlugin(code)).toBe(defines)
})

test.each([
  ["metadata: { id: '@acme/stats', name: 'x' }, dependencies: { '@acme/theme': '*' }", ['@acme/stats']],
  ['const id = "stats"; other({ "id": `totals` })', ['stats', 'totals']],
  ["grid: 'no-id', valid: 'x', metadata: { id }", ['no-id', 'x']],
  ["metadata: { id: `${scope}/stats` }, name: 'Not one'", []],
])('the ids that %s may be about are %j', (code, ids) => {
  expect(candidatesIn(code)).toEqual(ids)
})
