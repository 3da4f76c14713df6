// @vitest-environment node
import { beforeAll, describe, expect, test } from 'vitest'
import { compile, type Compiled } from '../../test/compile.ts'

const count = 60

/** A plugin of an ordinary size: a configuration, two methods, two event types, three plugins it needs. */
function pluginSource(index: number): string {
  const id = `@acme/plugin-${index}`
  const needs = [1, 2, 3].map((step) => `'@acme/plugin-${(index + step) % count}': '^1.0.0'`)
  return `definePlugin({
  metadata: { id: '${id}', name: 'Plugin ${index}', version: '1.0.0', category: 'data' },
  dependencies: { ${needs.join(', ')} },
  methods: ['first${index}', 'second${index}'],
  types: {} as {
    config: { limit: number; labels?: readonly string[] }
    methods: { first${index}(columnId: string): string[]; second${index}(rowId: string, on?: boolean): number }
    events: { '${id}/row:marked': { rowId: string }; '${id}/row:cleared': { rowIds: readonly string[] } }
  },
  config: { limit: ${index} },
  initialize(context) {
    context.registerMethod('first${index}', (columnId) => [columnId])
    context.on('${id}/row:marked', ({ payload }) => payload.rowId)
  },
})`
}

const indices = Array.from({ length: count }, (_, index) => index)
const plugins = `import { definePlugin } from '@gridkit/core'
${indices.map((index) => `const plugin${index} = ${pluginSource(index)}`).join('\n')}
export const plugins = [${indices.map((index) => `plugin${index}`).join(', ')}] as const
`
const table = `import { createTable } from '@gridkit/core'
import { plugins } from './plugins.ts'
export const table = createTable({ data: [{ id: '1' }], columns: [], features: { plugins } })
export const answers: [Promise<string[]>, Promise<number>] = [table.first0(''), table.second59('')]
table.events.on('@acme/plugin-59/row:marked', ({ payload }) => payload.rowId)
`
const noPlugins = `import { createTable } from '@gridkit/core'
export const table = createTable({ data: [{ id: '1' }], columns: [], features: { plugins: [] } })
`

describe(
  '60 plugins, each with a configuration, methods, events and three dependencies',
  { timeout: 120_000 },
  () => {
    let compiled: Compiled
    beforeAll(async () => {
      compiled = await compile({ plugins, table })
    }, 120_000)

    test.each(['plugins', 'table'])('%s: are declared in less than 50 kB, by ids', (name) => {
      const { errors, declarations } = compiled
      const declared = declarations[name] ?? ''
      expect(errors[name]).toBe('')
      expect(declared).toContain('"@acme/plugin-59", "@acme/plugin-0" | "@acme/plugin-1" | "@acme/plugin-2"')
      expect(declared.split('first59(').length).toBe(2)
      expect(declared.length).toBeLessThan(50_000)
    })

    test('cost the compiler a little more than none', async () => {
      const { counts } = await compile({ noPlugins })
      // 173,000 when this was written, in half a second. Of the two only this is the same on every machine.
      expect((compiled.counts['Instantiations'] ?? Infinity) - (counts['Instantiations'] ?? 0)).toBeLessThan(
        400_000,
      )
    })
  },
)
