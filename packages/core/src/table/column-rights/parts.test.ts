import { describe, expect, test } from 'vitest'
import type { CoreTable } from '../core-table.ts'
import { labelledColumns } from './column-labels.ts'
import { applyDifference, differences } from './difference.ts'
import { PlainCopier, sameData } from './plain-copy.ts'
import { RowProjection } from './row-projection.ts'
import { mergeSlice, projectSlice, type Names } from './state-shapes.ts'

const names: Names = {
  showsColumn: (id) => (id === 'gone' ? undefined : id !== 'ssn'),
  showsRow: (id) => !id.includes('ssn:'),
  mayOrderBy: (id) => id !== 'ssn',
  showAnywhere: (value) => value,
}
const projection = (shown: string[], hidden: string[]): RowProjection =>
  new RowProjection(
    shown.map((path) => path.split('.')),
    hidden.map((path) => path.split('.')),
  )

describe('labels', () => {
  const columnsOf = (...columns: object[]) =>
    labelledColumns({ getAllFlatColumns: () => columns, options: { features: {} } } as unknown as CoreTable)
  const meta = (sensitivity: string) => ({ gridkit: { sensitivity } })

  test('come from the column, its groups, and the columns its values lie in', () => {
    const group = { id: 'group', columnDef: { meta: meta('secret') } }
    const found = columnsOf(
      group,
      { id: 'a', columnDef: { accessorKey: 'a', meta: meta('personal') }, parent: group },
      { id: 'deep', columnDef: { accessorKey: 'a.b' } },
      { id: 'ab', columnDef: { accessorKey: 'ab' } },
    )
    expect(found?.map(({ labels }) => labels)).toEqual([
      ['secret'],
      ['personal', 'secret'],
      ['personal', 'secret'],
      [],
    ])
  })

  test('are none on a table without sensitive columns', () => {
    expect(columnsOf({ id: 'a', columnDef: { accessorKey: 'a', meta: {} } })).toBeUndefined()
  })
})

describe('a projected row', () => {
  test('has the values at readable paths, where they are', () => {
    const row = { a: { b: 1, c: 2 }, d: undefined, e: 3 }
    expect({ ...projection(['a.b', 'd', 'f'], ['e']).project(row) }).toEqual({ a: { b: 1 }, d: undefined })
  })

  test('has no part of a value that is hidden, at any depth, and no way to it', () => {
    class Safe {
      get code() {
        return 'canary'
      }
    }
    const loop: Record<string, unknown> = { code: 'canary' }
    loop['loop'] = loop
    const value = {
      code: 'canary',
      kept: 1,
      list: [{ code: 'canary', at: 2 }],
      map: new Map([['one', { code: 'canary' }]]),
      set: new Set([{ code: 'canary' }]),
      safe: new Safe(),
      call: Object.assign(() => 1, { code: 'canary' }),
      loop,
      date: new Date(0),
    }
    const shown = projection(['value'], ['code']).project({ value, code: 'canary' })
    expect(shown).toEqual({
      value: {
        kept: 1,
        list: [{ at: 2 }],
        map: new Map([['one', {}]]),
        set: new Set([{}]),
        loop: {},
        date: new Date(0),
      },
    })
  })

  test('is no window through which later changes show', () => {
    const address: Record<string, unknown> = { city: 'Rome' }
    const shown = projection(['address'], ['address.street']).project({ address })
    address['street'] = 'canary'
    expect(shown).toEqual({ address: { city: 'Rome' } })
  })

  test('shows a nested value that has a column, though it is called like a hidden one', () => {
    const rows = projection(['firm', 'firm.name'], ['name'])
    expect(rows.project({ name: 'x', firm: { name: 'Acme', boss: { name: 'x' } } })).toEqual({
      firm: { name: 'Acme', boss: {} },
    })
  })

  test('shows no value twice where one column lies in another, and none of a list that is a way', () => {
    expect(
      projection(['a', 'a.b', 'list.0', 'text.length'], []).project({ a: { b: 1 }, list: [{}], text: 'x' }),
    ).toEqual({
      a: { b: 1 },
      list: { 0: {} },
    })
  })

  test('keeps unchanged rows when there are others', () => {
    const rows = projection(['a'], ['b'])
    const [one, two] = [{ a: 1 }, { a: 2 }]
    const before = rows.projectAll([one, two])
    const after = rows.projectAll([one, { a: 3 }, two])
    expect([after[0] === before[0], after[2] === before[1], after[1]]).toEqual([true, true, { a: 3 }])
  })
})

describe('state slices', () => {
  const range = { anchorColumnId: 'name', focusColumnId: 'ssn', anchorRowId: '1', focusRowId: '2' }

  test.each([
    ['cellSelection', [range, { ...range, focusColumnId: 'age' }], [{ ...range, focusColumnId: 'age' }]],
    ['pagination', { pageIndex: 1, pageSize: 2, more: 'canary' }, { pageIndex: 1, pageSize: 2 }],
    ['expanded', true, true],
    ['sorting', 'canary', undefined],
    ['columnPinning', 'canary', undefined],
  ])('%s is shown without what names a hidden column', (slice, value, shown) => {
    expect(projectSlice(slice, value, names)).toEqual(shown)
  })

  test.each([
    ['columnOrder', ['ssn', 'a', 'b'], ['b', 'a'], ['ssn', 'b', 'a']],
    ['columnOrder', ['a', 'b', 'ssn'], [], ['ssn']],
    [
      'columnPinning',
      { start: ['a', 'ssn'], end: [] },
      { start: [], end: ['a'] },
      { start: ['ssn'], end: ['a'] },
    ],
    ['rowSelection', { 'ssn:x': true, 1: true }, {}, { 'ssn:x': true }],
    ['expanded', { 'ssn:x': true }, true, true],
    ['pagination', { pageIndex: 1, pageSize: 2 }, { pageIndex: 3, more: 1 }, { pageIndex: 3, pageSize: 2 }],
    ['expanded', { 1: true }, 'x', { 1: true }],
  ])('%s keeps what the plugin could not see', (slice, before, wanted, merged) => {
    const shown = projectSlice(slice, before, names)
    expect(mergeSlice(slice, { before, shown, wanted }, names, () => expect.fail())).toEqual(merged)
  })

  test('take no column there is not, and refuse a hidden one', () => {
    const merge = (wanted: unknown): unknown => {
      const refused: unknown[] = []
      const merged = mergeSlice(
        'grouping',
        { before: [], shown: [], wanted },
        names,
        (ids) => void refused.push(...ids),
      )
      return [merged, refused]
    }
    expect(merge(['gone', 'a', 5])).toEqual([['a'], []])
    expect(merge(['ssn'])).toEqual([['ssn'], ['ssn']])
  })
})

describe('a difference', () => {
  const changed = (before: unknown, after: unknown): object => {
    const target = { value: structuredClone(before) }
    for (const each of differences({ value: before }, { value: after }))
      applyDifference(target, each, () => expect.fail())
    return target
  }
  const values = (): unknown[] => [
    undefined,
    null,
    1,
    'x',
    {},
    { a: 1 },
    { a: { b: [1, { c: 2 }] } },
    { a: { b: [1] } },
    [],
    [[1], [2]],
    [[2]],
    new Date(0),
    new Date(1),
    new Date(Number.NaN),
    new Map([[{ a: 1 }, 1]]),
    new Map([[{ a: 1 }, 2]]),
    new Set([1, { a: 1 }]),
    new Set([2]),
    new Uint8Array([1, 2]),
    new Uint8Array([1]),
    new Float64Array([1]),
    new Uint8Array([1]).buffer,
  ]

  test.each(values().map((value, at) => [at, value] as const))(
    'is what makes any value of value %i',
    (at, before) => {
      for (const [other, after] of values().entries()) {
        expect(changed(before, after)).toEqual({ value: after })
        expect([sameData(before, after), differences(before, after).length === 0]).toEqual([
          at === other,
          at === other,
        ])
      }
    },
  )

  test('reaches no prototype', () => {
    const copy = new PlainCopier((value) => value).copy(JSON.parse('{"a":1,"__proto__":{"b":2}}'))
    expect([Reflect.ownKeys(copy as object), Object.getPrototypeOf(copy)]).toEqual([['a'], Object.prototype])
  })
})
