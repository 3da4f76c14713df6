// @vitest-environment node
import type { GridKitEvent, Json } from '@gridkit/core'
import { expect, test } from 'vitest'
import { draftOf, type AuditEvent } from './audit-event.ts'
import type { PiiOptions } from './audit-options.ts'
import { FieldCipher } from './field-cipher.ts'
import { maskDraft, seal } from './pii-protection.ts'
import { PiiRules } from './pii-rules.ts'

async function recorded(type: string, payload: unknown, pii?: PiiOptions): Promise<AuditEvent> {
  const event: GridKitEvent = { type, payload, id: 'event-1', timestamp: 0, source: 'user' }
  const cipher = new FieldCipher(
    () => pii?.keys,
    () => () => {},
  )
  return seal(
    maskDraft(draftOf(event), new PiiRules(pii)),
    () => Promise.resolve(cipher),
    () => {},
  )
}

async function created(row: unknown, pii?: PiiOptions): Promise<Json | undefined> {
  return (await recorded('row:create', { rowId: '1', index: 0, row }, pii)).after
}

test('masks a field by name at any depth, in objects, arrays, maps and sets', async () => {
  const row = {
    email: 'jane@example.com',
    contacts: [{ email: 'joe@example.com', note: 'kept' }],
    byKind: new Map([['home', { email: 'jill@example.com' }]]),
    set: new Set([{ email: 'jack@example.com' }]),
  }
  expect(await created(row, { mask: ['email'] })).toEqual({
    email: 'j***@e***.com',
    contacts: [{ email: 'j***@e***.com', note: 'kept' }],
    byKind: { home: { email: 'j***@e***.com' } },
    set: [{ email: 'j***@e***.com' }],
  })
})

test('masks a field by its path only, also through arrays', async () => {
  const row = { people: [{ name: 'Jane' }], name: 'Team' }
  expect(await created(row, { mask: ['people.name'] })).toEqual({ people: [{ name: 'J***' }], name: 'Team' })
})

test('masks everything inside a masked field', async () => {
  const row = {
    person: { name: 'Jane', age: 41, active: true, born: new Date(0), none: null, tags: ['mother'] },
  }
  expect(await created(row, { mask: ['person'] })).toEqual({
    person: {
      name: 'J***',
      age: '**',
      active: '***',
      born: '****-**-*****:**:**.****',
      none: null,
      tags: ['m*****'],
    },
  })
})

test('drops a field', async () => {
  const rule = { field: 'ssn', strategy: 'drop' } as const
  expect(await created({ ssn: '123-45-6789', id: 1 }, { mask: [rule] })).toEqual({ id: 1 })
})

test('makes JSON of whatever a row holds', async () => {
  const circle: Record<string, unknown> = { name: 'circle' }
  circle['self'] = circle
  const row = {
    big: 2n ** 70n,
    nan: Number.NaN,
    bad: new Date(Number.NaN),
    call: () => 1,
    mark: Symbol('x'),
    gone: undefined,
    list: [undefined, 1],
    decimal: { toJSON: () => '12.50' },
    circle,
    ['__proto__']: 'own',
    get broken() {
      return {
        toJSON() {
          throw new Error('no')
        },
      }
    },
  }
  const copy = await created(
    Object.defineProperty({ ...row }, '__proto__', { value: 'own', enumerable: true }),
  )
  expect(JSON.parse(JSON.stringify(copy))).toEqual(
    Object.defineProperty(
      {
        big: '1180591620717411303424',
        nan: 'NaN',
        bad: 'Invalid Date',
        call: '[function]',
        mark: '[symbol]',
        list: [null, 1],
        decimal: '12.50',
        circle: { name: 'circle', self: '[circular]' },
        broken: '[unreadable]',
      },
      '__proto__',
      { value: 'own', enumerable: true },
    ),
  )
})

test('masks what people filter and search for', async () => {
  const state = (value: string): object => ({
    filters: [
      { id: 'email', value },
      { id: 'contact_email', value: [value] },
      { id: 'city', value: 'Rome' },
    ],
    globalFilter: value,
  })
  const payload = { before: state('x'), after: state('jane@example.com'), filters: [], globalFilter: 'jane' }
  const { after } = await recorded('filter:apply', payload, { mask: ['email'] })
  expect(after).toEqual({
    filters: [
      { id: 'email', value: 'j***@e***.com' },
      { id: 'contact_email', value: ['j***@e***.com'] },
      { id: 'city', value: 'Rome' },
    ],
    globalFilter: 'j***@e***.com',
  })
})

test.each([
  ['export:start', { format: 'csv' }, { format: 'csv' }],
  ['acme/found:one', 'a text', 'a text'],
  ['acme/found:one', { before: 1, rowId: '7' }, { before: 1, rowId: '7' }],
  ['acme/found:one', null, null],
])('keeps the payload of %s', async (type, payload, data) => {
  expect((await recorded(type, payload)).data).toEqual(data)
})

test('masks the rows of selected cells', async () => {
  const range = { anchorRowId: 'jane@example.com', anchorColumnId: 'ssn' }
  const { after } = await recorded('cell:select', { before: [], after: [range] }, { rowId: 'partial' })
  expect(after).toEqual([{ anchorRowId: 'j***@e***.com', anchorColumnId: 'ssn' }])
})
