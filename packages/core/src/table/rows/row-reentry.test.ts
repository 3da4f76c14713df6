import { expect, test } from 'vitest'
import { errorOf } from '../../../test/plugins.ts'
import { peopleTable } from '../../../test/people.ts'

const names = (table: ReturnType<typeof peopleTable>['table']): string[] =>
  table.options.data.map(({ name }) => name)

test('a recipe that deletes another row changes its own all the same', () => {
  const { table } = peopleTable()
  table.updateRow('bob', (draft) => {
    table.deleteRow('ada')
    draft.name = 'Rob'
  })
  expect(names(table)).toEqual(['Rob', 'Cy', 'Dee'])
})

test('so it does where ids are indexes', () => {
  const { table } = peopleTable([], { getRowId: undefined as never })
  table.updateRow('1', (draft) => {
    table.deleteRow('0')
    draft.name = 'Rob'
  })
  expect(names(table)).toEqual(['Rob', 'Cy', 'Dee'])
})

test('a recipe that deletes its own row is told that there is none', async () => {
  const { table } = peopleTable()
  const error = await errorOf(() =>
    table.updateRow('bob', (draft) => {
      table.deleteRow('bob')
      draft.name = 'Rob'
    }),
  )
  expect([error.code, names(table)]).toEqual(['GK_ROW_NOT_FOUND', ['Ada', 'Cy', 'Dee']])
})

test('a recipe that changes its own row otherwise does not undo that', () => {
  const { table } = peopleTable()
  table.updateRow('bob', (draft) => {
    table.updateRow('bob', { age: 99 })
    draft.name = 'Rob'
  })
  expect(table.getRow('bob').original).toMatchObject({ name: 'Rob', age: 99 })
})

test.each([
  [0.5, 0],
  [1.9, 1],
  [Number.NaN, 0],
  [-3, 0],
  [99, 4],
])('a row created at %s comes to be at %s', (asked, at) => {
  const { table, events } = peopleTable()
  table.createRow({ id: 'new', name: 'New', age: 1, tags: [] }, asked)
  expect([names(table)[at], events.at(-1)?.payload]).toEqual(['New', expect.objectContaining({ index: at })])
})

test('what a draft leads to is the same for all tables, and can not be changed', () => {
  const { table } = peopleTable()
  let scopes: object[] = []
  const membersOf = (value: unknown): unknown[] =>
    typeof value === 'object' && value ? (Object.values(value) as unknown[]) : []
  const leads = (value: unknown): boolean => membersOf(value).some((member) => typeof member === 'function')
  table.updateRow('ada', (draft) => {
    const state = (draft as unknown as Record<symbol, object>)[Symbol.for('immer-state')]
    scopes = membersOf(state).filter((each): each is object => membersOf(each).some(leads))
    draft.name = 'x'
  })
  const shared = scopes.flatMap((scope) => membersOf(scope)).filter(leads)
  expect(shared.length).toBeGreaterThanOrEqual(2)
  expect(shared.every((each) => Object.isFrozen(each))).toBe(true)
})
