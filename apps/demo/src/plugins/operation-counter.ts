import { definePlugin, type EnhancedPluginContext } from '@gridkit/core'

/** Change it while the demo runs: the panel says the new words, and the count goes on. */
const label = 'Operations so far'

interface Methods {
  readonly operationCounter: {
    /** What to show of the count. */
    summary(): string
  }
}

interface Events {
  readonly 'operation-counter/count:changed': { readonly count: number }
}

type Context = EnhancedPluginContext<unknown, Methods, Events>

/** By table: one definition runs on several of them. */
const counts = new WeakMap<object, number>()

/** Counts what is done on a table. */
export const operationCounter = definePlugin({
  metadata: {
    id: 'operation-counter',
    name: 'Operation counter',
    version: '1.0.0',
    category: 'utility',
  },
  types: {} as { methods: Methods; events: Events },
  methods: ['operationCounter.summary'],
  requiredPermissions: ['events:subscribe', 'methods:register'],
  initialize(context) {
    context.registerMethod('operationCounter.summary', () => `${label}: ${countOf(context)}`)
    context.on('*', ({ operationId, type }) => {
      const isOperation = operationId !== undefined && !type.startsWith('operation-counter/')
      if (isOperation) setCount(context, countOf(context) + 1)
    })
  },
  snapshot: (context): number => countOf(context),
  restore: (count: number, context) => setCount(context, count),
})

function countOf({ signal }: Context): number {
  return counts.get(signal) ?? 0
}

function setCount(context: Context, count: number): void {
  counts.set(context.signal, count)
  context.emit({ type: 'operation-counter/count:changed', payload: { count } })
}
