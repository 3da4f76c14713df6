import { describe, expect, test } from 'vitest'
import type { CoreTable } from '../core-table.ts'
import { labelledColumns } from './column-labels.ts'
import { pathsRead } from './paths-read.ts'
import { mergeInto } from './row-merge.ts'
import { RowProjection } from './row-projection.ts'
import { mergeSlice, settleSlice } from './state-merge.ts'
import { projectSlice, stateShapes, type Shape } from './state-shapes.ts'

const shapeOf = (slice: string): Shape => stateShapes[slice] ?? { kind: 'page' }
const names = {
  showsColumn: (id: string) => id !== 'ssn',
  showsRow: (id: string) => !id.includes('ssn:'),
}
const table =
  (options: object = {}): (() => CoreTable) =>
  () =>
    ({ options }) as unknown as CoreTable
const projection = (shown: string[], hidden: string[], options?: object): RowProjection =>
  new RowProjection(
    table(options),
    shown.map((path) => path.split('.')),
    hidden.map((path) => path.split('.')),
  )

describe('labels', () => {
  const columnsOf = (...columns: object[]) =>
    labelledColumns({ getAllFlatColumns: () => columns } as unknown as CoreTable)
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
    expect([rows.shows(['firm', 'name']), rows.shows(['firm', 'boss', 'name'])]).toEqual([true, false])
  })

  test('has sub-rows as rows, where a column shows them', () => {
    const rows = projection(['a', 'kids'], ['b'], { getSubRows: ({ kids }: { kids?: object[] }) => kids })
    const kid = { a: 2, b: 'canary', c: 'not shown' }
    expect(rows.project({ a: 1, b: 'canary', kids: [kid] })).toEqual({ a: 1, kids: [{ a: 2 }] })
  })
})

describe('state slices', () => {
  const resizing = {
    columnSizingStart: [
      ['ssn', 1],
      ['name', 2],
    ],
    isResizingColumn: 'ssn',
    startSize: 1,
  }
  const range = { anchorColumnId: 'name', focusColumnId: 'ssn', anchorRowId: '1', focusRowId: '2' }

  test.each([
    ['cellSelection', [range, { ...range, focusColumnId: 'age' }], [{ ...range, focusColumnId: 'age' }]],
    ['columnResizing', resizing, { columnSizingStart: [['name', 2]], isResizingColumn: false, startSize: 1 }],
    ['pagination', { pageIndex: 1, pageSize: 2, more: 'canary' }, { pageIndex: 1, pageSize: 2 }],
    ['expanded', true, true],
    ['sorting', 'canary', undefined],
    ['columnPinning', 'canary', undefined],
  ])('%s is shown without what names a hidden column', (slice, value, shown) => {
    expect(projectSlice(shapeOf(slice), value, names)).toEqual(shown)
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
    ['columnResizing', resizing, { isResizingColumn: false }, resizing],
  ])('%s keeps what the plugin could not see', (slice, before, wanted, merged) => {
    expect(mergeSlice(shapeOf(slice), before, wanted, names)).toEqual(merged)
  })

  test('are read once from what a plugin gives', () => {
    let reads = 0
    const sly = [
      {
        get id() {
          return (reads += 1) === 1 ? 'name' : 'ssn'
        },
      },
    ]
    const settled = settleSlice(sly)
    expect([settled, settled, reads]).toEqual([[{ id: 'name' }], [{ id: 'name' }], 1])
  })
})

describe('a difference', () => {
  const merged = (row: object, before: object, wanted: object): object => {
    const draft = structuredClone(row) as Record<string, unknown>
    mergeInto(draft, before as Record<string, unknown>, wanted as Record<string, unknown>)
    return draft
  }

  test.each([
    ['sets fields', { a: 1, hidden: 2 }, { a: 1 }, { a: 3 }, { a: 3, hidden: 2 }],
    ['takes fields away', { a: 1, hidden: 2 }, { a: 1 }, {}, { hidden: 2 }],
    [
      'keeps what is hidden in what it replaces',
      { a: { b: 1, h: 2 } },
      { a: { b: 1 } },
      { a: { c: 3 } },
      { a: { c: 3, h: 2 } },
    ],
    [
      'keeps what is hidden in what it takes away',
      { a: { b: 1, h: 2 } },
      { a: { b: 1 } },
      {},
      { a: { h: 2 } },
    ],
    ['takes away what has nothing hidden', { a: { b: 1 } }, { a: { b: 1 } }, {}, {}],
    [
      'changes lists',
      { a: [{ b: 1, h: 2 }, { b: 3 }] },
      { a: [{ b: 1 }, { b: 3 }] },
      { a: [{ b: 4 }] },
      { a: [{ b: 4, h: 2 }] },
    ],
    ['reaches no prototype', { a: 1 }, { a: 1 }, JSON.parse('{"a":1,"__proto__":{"b":2}}'), { a: 1 }],
  ])('%s', (_, row, before, wanted, result) => {
    const draft = merged(row, before, wanted as object)
    expect(draft).toEqual(result)
    expect(Object.getPrototypeOf(draft)).toBe(Object.prototype)
  })
})

test('the paths that a function reads', () => {
  const row = Object.freeze({ a: { b: [{ c: 1 }], d: 2 }, e: 3, f: { g: 4 } })
  const read = (compute: (each: typeof row) => unknown): string[] =>
    pathsRead(compute as never, row as never).map((path) => path.join('.'))
  expect(read(({ a }) => a.b[0]?.c)).toEqual(['a.b.0.c'])
  expect(read(({ e, f }) => [e, { ...f }])).toEqual(['e', 'f.g'])
  expect(read(({ f }) => JSON.stringify(f))).toEqual(['f.g'])
  expect(read(({ a }) => a)).toEqual(['a'])
  expect(
    read(({ e }) => {
      throw new Error(String(e))
    }),
  ).toEqual(['e'])
})
