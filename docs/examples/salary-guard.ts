import { definePlugin } from '@gridkit/core'

export const salaryGuard = definePlugin({
  metadata: { id: '@acme/salary-guard', name: 'Salary guard', version: '1.0.0', category: 'data' },
  requiredPermissions: ['hooks:register:before:row:update'],
  initialize(context) {
    context.registerHook(
      'before:row:update',
      ({ operation, cancel }) => {
        if (Number(operation.payload.after['salary']) < 0) cancel('a salary is not below zero')
      },
      { priority: 200 },
    )
  },
})
