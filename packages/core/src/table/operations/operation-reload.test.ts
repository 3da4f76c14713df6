import { expect, test } from 'vitest'
import { settle } from '../../../test/fake-clock.ts'
import { peopleTable } from '../../../test/people.ts'
import { deferred, plugin } from '../../../test/plugins.ts'
import type { AnyPlugin } from '../../index.ts'

test('a plugin that is replaced hears of each operation once, by what goes on', async () => {
  const gate = deferred()
  const counter = (version: string, stop?: () => Promise<void>): AnyPlugin => {
    let ages: unknown[] = []
    return {
      ...plugin('counter', {
        metadata: { version },
        requiredPermissions: ['hooks:register', 'methods:register'],
        methods: ['ages'],
        initialize(context) {
          ages = []
          context.registerHook('after:row:update', ({ operation: { payload } }) => {
            ages.push(payload.after['age'])
          })
          context.registerMethod('ages', () => ages)
        },
      }),
      snapshot: () => ages,
      restore: (before: unknown[]) => void (ages = [...before, ...ages]),
      ...(stop && { stop }),
    }
  }
  const { table } = peopleTable([counter('1.0.0', () => gate.promise)])
  await table.plugins.ready
  table.updateRow('ada', { age: 1 })
  const reloaded = table.plugins.reloadPlugin('counter', counter('2.0.0'))
  table.updateRow('ada', { age: 2 })
  await settle()
  table.updateRow('ada', { age: 3 })
  table.updateRow('ada', { age: 4 })
  gate.resolve()
  await reloaded
  table.updateRow('ada', { age: 5 })
  expect(await table.plugins.callMethod('ages', [])).toEqual([1, 2, 3, 4, 5])
})
