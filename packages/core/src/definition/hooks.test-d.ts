import type { SortingState } from '@tanstack/table-core'
import { describe, expectTypeOf, test } from 'vitest'
import type { AmendmentOf, EnhancedPluginContext, Operation, RowUpdated, RowValues } from '../index.ts'

declare const context: EnhancedPluginContext

describe('the types of hooks', () => {
  test('follow from the point', () => {
    context.registerHook('before:row:update', ({ operation, amend, cancel, signal }) => {
      expectTypeOf(operation).toEqualTypeOf<Operation<'row:update'>>()
      expectTypeOf(operation.payload).toEqualTypeOf<RowUpdated>()
      expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
      amend({ after: { age: 1 } })
      cancel('no')
      // @ts-expect-error: a reason is a text
      cancel(7)
      // @ts-expect-error: patches follow from what is there after
      amend({ patches: [] })
      // @ts-expect-error: after what?
      amend({})
    })
    context.registerHook('before:sort:change', ({ amend }) => {
      expectTypeOf(amend).parameter(0).toEqualTypeOf<{ readonly after: SortingState }>()
      // @ts-expect-error: a sorting says whether it descends
      amend({ after: [{ id: 'age' }] })
    })
    context.registerHook('before:filter:apply', ({ amend }) => {
      amend({ after: { globalFilter: 'a' } })
      // @ts-expect-error: filters are what there is after
      amend({ filters: [] })
    })
    context.registerHook('before:row:create', ({ amend }) => {
      amend({ index: 0 })
      expectTypeOf<AmendmentOf<'row:create'>['row']>().toEqualTypeOf<RowValues | undefined>()
      // @ts-expect-error: a row has fields
      amend({ row: 'Ada' })
    })
    context.registerHook('before:row:delete', ({ amend }) => {
      // @ts-expect-error: there is nothing to amend
      amend({})
    })
    context.registerHook('after:row:*', ({ operation }) => {
      expectTypeOf(operation).toEqualTypeOf<
        Operation<'row:create' | 'row:update' | 'row:delete' | 'row:select' | 'row:expand' | 'row:pin'>
      >()
    })
    // @ts-expect-error: what is done is done
    context.registerHook('after:row:update', ({ cancel }) => cancel('no'))
    context.registerHook('error', ({ pluginId, code }) => {
      expectTypeOf([pluginId, code]).toEqualTypeOf<string[]>()
    })
    context.registerHook('startup', (moment) => expectTypeOf(moment).toEqualTypeOf<object>())
  })

  test('of several operations are told apart by type', () => {
    context.registerHook('before:*', ({ type, operation, amend }) => {
      if (type === 'sort:change') amend({ after: [] })
      if (type === 'row:update') amend({ after: {} })
      // @ts-expect-error: which operation is it?
      amend({ after: [] })
      if (operation.type === 'row:create') expectTypeOf(operation.payload.index).toEqualTypeOf<number>()
    })
    context.registerMiddleware('m', (operation, next) => {
      if (operation.type === 'page:change')
        expectTypeOf(operation.payload.after.pageSize).toEqualTypeOf<number>()
      return next()
    })
  })

  test('know the points and options', () => {
    context.registerHook('before:row:*', () => undefined, { priority: 300, before: 'a', after: ['b'] })
    // @ts-expect-error: there is no such operation
    context.registerHook('before:row:updated', () => undefined)
    // @ts-expect-error: before what?
    context.registerHook('row:update', () => undefined)
    // @ts-expect-error: events that are no operation have no hooks
    context.registerHook('before:export:start', () => undefined)
    // @ts-expect-error: it proceeds, or is cancelled
    context.registerHook('before:*', () => undefined, { onTimeout: 'wait' })
    // @ts-expect-error: patterns are of operations
    context.registerMiddleware('m', (_, next) => next(), { operations: ['rows'] })
  })
})
