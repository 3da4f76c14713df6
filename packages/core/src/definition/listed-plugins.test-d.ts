import { describe, expectTypeOf, test } from 'vitest'
import {
  createTable,
  definePlugin,
  type AnyPlugin,
  type EnhancedPlugin,
  type EnhancedPluginManager,
} from '../index.ts'

const about = { name: 'A plugin', version: '1.0.0', category: 'data' } as const
const stats = definePlugin({
  metadata: { ...about, id: '@acme/stats' },
  types: {} as { methods: { mean(columnId: string): number } },
  initialize() {},
})
const outliers = definePlugin({
  metadata: { ...about, id: '@acme/outliers' },
  dependencies: { '@acme/stats': '^1.0.0' },
  types: {} as {
    methods: { findOutliers(columnId: string): string[] }
    events: { '@acme/outliers/outlier:found': { rowId: string } }
  },
  initialize() {},
})
const paint = definePlugin({
  metadata: { ...about, id: '@acme/paint' },
  dependencies: { '@acme/outliers': '*', '@acme/stats': '*' },
  optionalDependencies: { '@acme/theme': '*' },
  types: {} as { events: { '@acme/paint/row:painted': { color: string } } },
  initialize() {},
})
const unknownId = definePlugin<unknown, { guess(): number }>({
  metadata: { ...about, id: '@acme/guess' },
  initialize() {},
})
const factory = (config: { sigma: number }) =>
  definePlugin({
    metadata: { ...about, id: '@acme/made' },
    dependencies: { '@acme/stats': '^1.0.0' },
    types: {} as { methods: { make(): number } },
    config,
    initialize() {},
  })
declare const any: AnyPlugin
declare const wanted: boolean
const data: { id: string }[] = []
const columns: [] = []

describe('a list of plugins', () => {
  test('holds what each of them requires, in any order', () => {
    const table = createTable({ data, columns, features: { plugins: [paint, outliers, stats] } })
    expectTypeOf(table.mean).toEqualTypeOf<(columnId: string) => Promise<number>>()
    expectTypeOf(table.findOutliers).toEqualTypeOf<(columnId: string) => Promise<string[]>>()
    const made = createTable({ data, columns, features: { plugins: [stats, factory({ sigma: 2 })] } })
    expectTypeOf(made.make()).toEqualTypeOf<Promise<number>>()
  })

  test('must not lack one', () => {
    // @ts-expect-error: outliers requires stats
    createTable({ data, columns, features: { plugins: [outliers] } })
    // @ts-expect-error: paint requires outliers
    createTable({ data, columns, features: { plugins: [stats, paint] } })
    // @ts-expect-error: what the factory makes requires stats
    createTable({ data, columns, features: { plugins: [factory({ sigma: 2 })] } })
    const constant = [outliers] as const
    // @ts-expect-error: outliers requires stats
    createTable({ data, columns, features: { plugins: constant } })
    const array = [outliers]
    // @ts-expect-error: outliers requires stats
    createTable({ data, columns, features: { plugins: array } })
    // @ts-expect-error: one of the two lists lacks stats
    createTable({ data, columns, features: { plugins: wanted ? [outliers] : [stats, outliers] } })
    // @ts-expect-error: one of the two plugins requires stats
    createTable({ data, columns, features: { plugins: [wanted ? outliers : unrelated] } })
  })

  test('may lack what is optional', () => {
    createTable({ data, columns, features: { plugins: [stats, outliers, paint] } })
  })

  test('is left to the host where the compiler does not know who is in it', () => {
    const table = createTable({ data, columns, features: { plugins: [outliers, any] } })
    expectTypeOf(table.findOutliers).toBeFunction()
    createTable({ data, columns, features: { plugins: [outliers, unknownId] } })
    const some: readonly AnyPlugin[] = []
    createTable({ data, columns, features: { plugins: some } })
    createTable({ data, columns, features: { plugins: [...some, outliers] } })
    const base = [stats]
    createTable({ data, columns, features: { plugins: [...base, outliers] } })
    const options = { data, columns, features: { plugins: some } }
    createTable(options)
  })

  test('may be empty, chosen or absent', () => {
    createTable({ data, columns, features: { plugins: [] } })
    createTable({ data, columns, features: {} })
    const table = createTable({ data, columns, features: { plugins: wanted ? [stats] : [stats, outliers] } })
    expectTypeOf(table.mean).toBeFunction()
    createTable({ data, columns, features: { plugins: wanted ? [stats, outliers] : [] } })
  })

  test('keeps the methods of each, whatever the others are', () => {
    const plain: EnhancedPlugin = definePlugin({ metadata: { ...about, id: 'plain' }, initialize() {} })
    const table = createTable({ data, columns, features: { plugins: [unknownId, plain, any] } })
    expectTypeOf(table.guess).toEqualTypeOf<() => Promise<number>>()
    expectTypeOf(table).not.toHaveProperty('mean')
  })

  test('that a manager is given may count on plugins that are there', () => {
    expectTypeOf<EnhancedPluginManager['installPlugin']>().toBeCallableWith(outliers)
  })

  test('takes plugins whose factories promise less than they make', () => {
    const less = (): EnhancedPlugin<unknown, { findOutliers(columnId: string): string[] }> => outliers
    const table = createTable({ data, columns, features: { plugins: [less()] } })
    expectTypeOf(table.findOutliers).toBeFunction()
  })
})

const unrelated = definePlugin({ metadata: { ...about, id: 'unrelated' }, initialize() {} })

describe('the events of a table', () => {
  test('are typed where a listed plugin declares them', () => {
    const { events } = createTable({ data, columns, features: { plugins: [stats, outliers, paint] } })
    events.on('@acme/outliers/outlier:found', ({ payload }) =>
      expectTypeOf(payload).toEqualTypeOf<{ rowId: string }>(),
    )
    events.on('@acme/paint/row:*', ({ payload }) => expectTypeOf(payload).toEqualTypeOf<{ color: string }>())
    events.on('row:delete', ({ payload }) => expectTypeOf(payload.rowId).toEqualTypeOf<string>(), {
      once: true,
    })
    events.on('@acme/stats/mean:changed', ({ payload }) => expectTypeOf(payload).toBeUnknown())
    // @ts-expect-error: no such event
    events.on('sort:changed', () => {})
  })

  test('are what they were where none does', () => {
    const { events } = createTable({ data, columns, features: { plugins: [stats] } })
    events.on('@acme/outliers/outlier:found', ({ payload }) => expectTypeOf(payload).toBeUnknown())
    events.on('*', (event) => {
      if (event.type === 'row:delete') expectTypeOf(event.payload.index).toEqualTypeOf<number>()
    })
  })
})
