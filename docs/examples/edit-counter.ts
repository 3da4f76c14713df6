import { definePlugin } from '@gridkit/core'

/** By context, because one definition may run on several tables. */
const counts = new WeakMap<object, number>()
const countOf = (context: object): number => counts.get(context) ?? 0
const setCount = (context: object, count: number): void => void counts.set(context, count)

/** Counts edits, and goes on counting when it is replaced by another version of itself. */
export const editCounter = definePlugin({
  metadata: { id: '@acme/edit-counter', name: 'Edit counter', version: '1.0.0', category: 'utility' },
  requiredPermissions: ['events:subscribe:row:*', 'methods:register'],
  resourceLimits: { maxEventHandlers: 1, maxCPUPercent: 10 },
  types: {} as { methods: { editCount(): number } },
  methods: ['editCount'],
  initialize(context) {
    context.on('row:*', () => setCount(context, countOf(context) + 1))
    context.registerMethod('editCount', () => countOf(context))
  },
  snapshot: (context): number => countOf(context),
  restore: (count: number, context) => setCount(context, count),
  onHotReload: ({ version }, context) => context.logger.info(`goes on where version ${version} stopped`),
})
