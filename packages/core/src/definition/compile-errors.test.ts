// @vitest-environment node
import { beforeAll, describe, expect, test } from 'vitest'
import { compile, type Compiled } from '../../test/compile.ts'

const preamble = `import { createTable, definePlugin, type EnhancedPlugin } from '@gridkit/core'
const category = 'data'
const stats = definePlugin({
  metadata: { id: '@acme/stats', name: 'Stats', version: '2.1.0', category },
  methods: ['mean'],
  initialize() {},
})
const outliers = definePlugin({
  metadata: { id: '@acme/outliers', name: 'Outliers', version: '1.0.0', category },
  dependencies: { '@acme/stats': '^2.1.0' },
  types: {} as { methods: { findOutliers(columnId: string): string[] } },
  initialize() {},
})
const painter = definePlugin({
  metadata: { id: '@acme/painter', name: 'Painter', version: '1.0.0', category },
  dependencies: { '@acme/outliers': '*', '@acme/stats': '*' },
  initialize() {},
})
const data: { id: string }[] = []
`
const metadata = `{ id: '@acme/own', name: 'Own', version: '1.0.0', category }`

/** What an author gets wrong, and what the compiler says of it. */
const mistakes: Readonly<Record<string, { readonly program: string; readonly says: string }>> = {
  missingDependency: {
    program: `createTable({ data, columns: [], features: { plugins: [stats, painter] } }).mean('id')`,
    says: `not assignable to type '"plugin '@acme/painter' requires plugin '@acme/outliers': add it to the plugins list"'`,
  },
  foreignNamespace: {
    program: `definePlugin({
      metadata: ${metadata},
      types: {} as { events: { 'row:marked': { rowId: string } } },
      initialize() {},
    })`,
    says: `"event type 'row:marked' must begin with '@acme/own/', the id of the plugin that emits it"`,
  },
  undeclaredEvent: {
    program: `definePlugin({
      metadata: ${metadata},
      types: {} as { events: { '@acme/own/row:marked': { rowId: string } } },
      initialize(context) {
        context.emit({ type: '@acme/own/row:marekd', payload: { rowId: '' } })
      },
    })`,
    says: `'@acme/own/row:marekd' is not among the event types that the plugin declares`,
  },
  misspelledHook: {
    program: `definePlugin({ metadata: ${metadata}, initialise() {}, initialize() {} })`,
    says: `'initialise' does not exist in type 'PluginDefinition<`,
  },
  undeclaredMethod: {
    program: `definePlugin({
      metadata: ${metadata},
      types: {} as { methods: { find(): void } },
      methods: ['fnid'],
      initialize() {},
    })`,
    says: `Type '"fnid"' is not assignable to type '"find"'`,
  },
  unknownPermission: {
    program: `definePlugin({ metadata: ${metadata}, requiredPermissions: ['rows:paint'], initialize() {} })`,
    says: `Type '"rows:paint"' is not assignable to type`,
  },
}

describe('a mistake', { timeout: 120_000 }, () => {
  let compiled: Compiled
  beforeAll(async () => {
    const programs = Object.entries(mistakes).map(([name, { program }]) => [
      name,
      `${preamble}${program}\nexport { outliers, painter, stats, createTable, data }\n`,
    ])
    compiled = await compile(Object.fromEntries(programs), { noUnusedLocals: false })
  }, 120_000)

  test.each(Object.entries(mistakes))('%s: one error, which says it', (name, { says }) => {
    expect(compiled.errors[name]).toContain(says)
    expect(compiled.errors[name]?.match(/error TS/g)).toHaveLength(1)
  })

  test('the missing dependency is told at the plugin that lacks it', () => {
    const [, line, column] = /\((\d+),(\d+)\)/.exec(compiled.errors['missingDependency'] ?? '') ?? []
    const { program = '' } = mistakes['missingDependency'] ?? {}
    expect(Number(line)).toBe(preamble.split('\n').length)
    expect(Number(column)).toBe(program.indexOf('painter]') + 1)
  })
})

test('the types hold where optional properties may be undefined', { timeout: 120_000 }, async () => {
  const program = `${preamble}
const table = createTable({ data, columns: [], features: { plugins: [outliers, stats] } })
export const found: Promise<string[]> = table.findOutliers('id')
// @ts-expect-error: no plugin has it
void table.missing
// @ts-expect-error: stats is not in the list
createTable({ data, columns: [], features: { plugins: [outliers] } })
export const loose: EnhancedPlugin<unknown, { findOutliers(columnId: string): string[] }> = outliers
`
  const { errors } = await compile({ program }, { exactOptionalPropertyTypes: false, noUnusedLocals: false })
  expect(errors).toEqual({ program: '' })
})
