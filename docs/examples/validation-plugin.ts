import { definePlugin, type RowValues } from '@gridkit/core'

const validation = { priority: 200 }

const isBelowZero = ({ salary }: RowValues): boolean => Number(salary) < 0
const trimmed = ({ name, ...rest }: RowValues): RowValues =>
  typeof name === 'string' ? { ...rest, name: name.trim() } : rest

/** Lets nobody have a salary below zero, and takes the blanks around names away. */
export const validationPlugin = definePlugin({
  metadata: { id: '@acme/validation', name: 'Validation', version: '1.0.0', category: 'data' },
  requiredPermissions: ['hooks:register:before:row:*', 'hooks:register:after:row:*', 'middleware:register'],
  initialize(context) {
    const reason = 'a salary is not below zero'
    context.registerHook(
      'before:row:create',
      ({ operation, amend, cancel }) => {
        const { row } = operation.payload
        if (isBelowZero(row)) cancel(reason)
        else amend({ row: trimmed(row) })
      },
      validation,
    )
    context.registerHook(
      'before:row:update',
      ({ operation, amend, cancel }) => {
        const { after } = operation.payload
        if (isBelowZero(after)) cancel(reason)
        else amend({ after: trimmed(after) })
      },
      validation,
    )
    context.registerHook('after:row:*', ({ operation }) => {
      context.logger.info(`${operation.type} by ${operation.source}`)
    })
    const applied = context.metrics.counter('rows_changed', { help: 'Changes of rows that were made.' })
    context.registerMiddleware(
      'count',
      async (_, next) => {
        if ((await next()) === 'applied') applied.add()
      },
      { priority: 50, operations: ['row:*'] },
    )
  },
})
