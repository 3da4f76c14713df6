import { describe, expectTypeOf, test } from 'vitest'
import { definePlugin, type AnyPlugin, type EnhancedPlugin, type EnhancedPluginContext } from '../index.ts'

interface OutliersMethods {
  findOutliers(columnId: string): string[]
}
interface OutliersEvents {
  '@acme/outliers/outlier:found': { readonly rowId: string }
  '@acme/outliers/outlier:gone': { readonly rowIds: readonly string[] }
}
const metadata = { id: '@acme/outliers', name: 'Outliers', version: '1.2.0', category: 'data' } as const

describe('one definition', () => {
  test('says everything', () => {
    const outliers = definePlugin({
      metadata: {
        id: '@acme/outliers',
        name: 'Outliers',
        version: '1.2.0',
        author: 'Acme',
        description: 'Finds values far from the mean.',
        category: 'data',
        tags: ['statistics'],
        coreVersion: '^1.0.0',
        license: 'MIT',
      },
      dependencies: { '@acme/stats': '^2.1.0', '@acme/numbers': '*' },
      optionalDependencies: { '@acme/theme': '*' },
      requiredPermissions: ['state:read', 'events:subscribe'],
      methods: ['findOutliers'],
      types: {} as { methods: OutliersMethods; events: OutliersEvents },
      config: { sigma: 3 },
      async initialize(context) {
        expectTypeOf(context).toEqualTypeOf<
          EnhancedPluginContext<{ sigma: number }, OutliersMethods, OutliersEvents>
        >()
      },
      start(context) {
        expectTypeOf(context.config.sigma).toEqualTypeOf<number>()
      },
      onConfigChange(next, previous) {
        expectTypeOf(next).toEqualTypeOf<{ sigma: number }>()
        expectTypeOf(previous).toEqualTypeOf<{ sigma: number }>()
      },
      healthCheck({ config }) {
        return { status: config.sigma > 0 ? 'healthy' : 'degraded' }
      },
    })
    expectTypeOf(outliers).toEqualTypeOf<
      EnhancedPlugin<
        { sigma: number },
        OutliersMethods,
        OutliersEvents,
        '@acme/outliers',
        '@acme/stats' | '@acme/numbers',
        '@acme/theme'
      >
    >()
    expectTypeOf(outliers.metadata.id).toEqualTypeOf<'@acme/outliers'>()
  })

  test('has the type of the configuration from `types`, or from the value', () => {
    const declared = definePlugin({
      metadata,
      types: {} as { config: { sigma?: number } },
      config: { sigma: 3 },
      initialize({ config }) {
        expectTypeOf(config).toEqualTypeOf<{ sigma?: number }>()
      },
    })
    expectTypeOf(declared).toExtend<EnhancedPlugin<{ sigma?: number }>>()
    definePlugin({
      metadata,
      types: {} as { config: { sigma?: number } },
      // @ts-expect-error: sigma is a number
      config: { sigma: 'three' },
      initialize() {},
    })
    definePlugin({
      metadata,
      initialize({ config }) {
        expectTypeOf(config).toBeUnknown()
      },
    })
  })

  test('has methods of any signature where only their names are told', () => {
    definePlugin({
      metadata,
      methods: ['mean', 'spread.standard', 'spread.mean'],
      initialize(context) {
        context.registerMethod('mean', (columnId: string) => columnId.length)
        context.registerMethod('spread.mean', async () => 1)
        // @ts-expect-error: not among the names
        context.registerMethod('median', () => 1)
        // @ts-expect-error: a group is no method
        context.registerMethod('spread', () => 1)
      },
    })
    definePlugin({
      metadata,
      initialize(context) {
        // @ts-expect-error: the plugin has no methods
        context.registerMethod('mean', () => 1)
      },
    })
  })

  test("is a factory's, whose result says the types", () => {
    function outliersPlugin(config: { sigma: number }): EnhancedPlugin<{ sigma: number }, OutliersMethods> {
      return definePlugin({
        metadata,
        dependencies: { '@acme/stats': '^2.1.0' },
        types: {} as { methods: OutliersMethods; events: OutliersEvents },
        config,
        initialize(context) {
          expectTypeOf(context.config).toEqualTypeOf<{ sigma: number }>()
        },
      })
    }
    expectTypeOf(outliersPlugin).returns.toExtend<AnyPlugin>()
    const inferred = (config: { sigma: number }) => definePlugin({ metadata, config, initialize() {} })
    expectTypeOf(inferred({ sigma: 1 }).metadata.id).toEqualTypeOf<'@acme/outliers'>()
  })
})

describe('with type arguments', () => {
  test('types the context, and leaves the ids to the host', () => {
    const outliers = definePlugin<{ sigma: number }, OutliersMethods, OutliersEvents>({
      metadata,
      dependencies: { '@acme/stats': '^2.1.0' },
      methods: ['findOutliers'],
      initialize(context) {
        context.registerMethod('findOutliers', (columnId) => [columnId])
        context.emit({ type: '@acme/outliers/outlier:found', payload: { rowId: '1' } })
        // @ts-expect-error: not declared
        context.emit({ type: '@acme/outliers/outlier:lost', payload: {} })
      },
    })
    expectTypeOf(outliers).toEqualTypeOf<EnhancedPlugin<{ sigma: number }, OutliersMethods, OutliersEvents>>()
    expectTypeOf(outliers.metadata.id).toEqualTypeOf<string>()
  })
})

describe('a wrong definition', () => {
  test('does not compile', () => {
    // @ts-expect-error: it is called initialize
    definePlugin({ metadata, initialise() {} })
    // @ts-expect-error: a misspelled hook beside the right ones
    definePlugin({ metadata, initialize() {}, onConfigChanged() {} })
    // @ts-expect-error: there is no such permission
    definePlugin({ metadata, requiredPermissions: ['rows:paint'], initialize() {} })
    // @ts-expect-error: there is no such category
    definePlugin({ metadata: { ...metadata, category: 'games' }, initialize() {} })
    // @ts-expect-error: a range is text
    definePlugin({ metadata, dependencies: { '@acme/stats': 2 }, initialize() {} })
    // @ts-expect-error: a health check reports one of three
    definePlugin({ metadata, initialize() {}, healthCheck: () => ({ status: 'fine' }) })
  })

  test('is one whose types contradict each other', () => {
    definePlugin({
      metadata,
      config: { sigma: 3 },
      initialize() {},
      // @ts-expect-error: sigma is a number
      onConfigChange(next: { sigma: string }) {
        void next
      },
    })
    definePlugin({
      metadata,
      types: {} as { methods: OutliersMethods },
      // @ts-expect-error: not among the methods
      methods: ['findOutlier'],
      initialize(context) {
        // @ts-expect-error: takes a column id
        context.registerMethod('findOutliers', (columnId: number) => [`${columnId}`])
        // @ts-expect-error: gives the ids of rows
        context.registerMethod('findOutliers', () => 3)
      },
    })
  })
})

describe('event types of its own', () => {
  test('are typed where they are emitted and heard', () => {
    definePlugin({
      metadata,
      types: {} as { events: OutliersEvents },
      initialize(context) {
        context.emit({ type: '@acme/outliers/outlier:found', payload: { rowId: '1' } })
        // @ts-expect-error: a row id is text
        context.emit({ type: '@acme/outliers/outlier:found', payload: { rowId: 1 } })
        // @ts-expect-error: not declared
        context.emit({ type: '@acme/outliers/outlier:lost', payload: { rowId: '1' } })
        context.on('@acme/outliers/outlier:gone', ({ payload }) => {
          expectTypeOf(payload.rowIds).toEqualTypeOf<readonly string[]>()
        })
        context.on('@acme/outliers/outlier:*', (event) => {
          if (event.type === '@acme/outliers/outlier:found')
            expectTypeOf(event.payload).toEqualTypeOf<{ readonly rowId: string }>()
        })
        // @ts-expect-error: not declared
        context.on('@acme/outliers/outlier:lost', () => {})
      },
    })
  })

  test('leave those of GridKit and of other plugins as they are', () => {
    definePlugin({
      metadata,
      types: {} as { events: OutliersEvents },
      initialize(context) {
        context.on('row:update', ({ payload }) => expectTypeOf(payload.rowId).toEqualTypeOf<string>())
        context.on('@acme/stats/mean:changed', ({ payload }) => expectTypeOf(payload).toBeUnknown())
        context.on('@acme/outliers-two/outlier:lost', ({ payload }) => expectTypeOf(payload).toBeUnknown())
        context.emit({ type: '@acme/stats/mean:changed', payload: 3 })
        // @ts-expect-error: no such event
        context.on('sort:changed', () => {})
      },
    })
  })

  test('are all that come of the namespace, when none is declared', () => {
    definePlugin({
      metadata,
      initialize(context) {
        context.emit({ type: '@acme/outliers/outlier:lost', payload: { any: 'thing' } })
        context.on('@acme/outliers/outlier:lost', ({ payload }) => expectTypeOf(payload).toBeUnknown())
        context.on('@acme/outliers/outlier:*', ({ type }) => expectTypeOf(type).toEqualTypeOf<string>())
      },
    })
  })

  test('begin with the id of the plugin', () => {
    const events = {} as { 'outlier:found': { rowId: string } }
    // @ts-expect-error: outside of the plugin's namespace
    definePlugin({ metadata, types: { events }, initialize() {} })
    const foreign = {} as { '@acme/stats/mean:changed': number }
    // @ts-expect-error: the namespace of another plugin
    definePlugin({ metadata, types: { events: foreign }, initialize() {} })
  })
})

describe('the state that one version hands to the next', () => {
  test('is of the type that snapshot returns', () => {
    definePlugin({
      metadata,
      initialize() {},
      snapshot: () => ({ count: 1 }),
      restore: (state) => void expectTypeOf(state).toEqualTypeOf<{ count: number }>(),
    })
    definePlugin({
      metadata,
      initialize() {},
      snapshot: async () => Promise.resolve('text'),
      restore: (state) => void expectTypeOf(state).toEqualTypeOf<string>(),
      onHotReload: ({ version }) => void expectTypeOf(version).toEqualTypeOf<string>(),
    })
  })

  test('is not of another type', () => {
    definePlugin({
      metadata,
      initialize() {},
      snapshot: () => ({ count: 1 }),
      // @ts-expect-error -- no number is restored as a text
      restore(state: { count: string }) {
        return void state
      },
    })
  })

  test('fits where plugins of any kind are taken', () => {
    const plugin = definePlugin({ metadata, initialize() {}, snapshot: () => 1, restore: (_: number) => {} })
    expectTypeOf(plugin).toExtend<AnyPlugin>()
  })
})
