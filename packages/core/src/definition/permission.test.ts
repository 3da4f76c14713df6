import { expect, test } from 'vitest'
import { covers, isPermission } from './permission.ts'

test.each([
  ['state:read', 'state:read', true],
  ['state:read', 'state:write', false],
  ['state:read', 'state:readable', false],
  ['events:subscribe', 'events:subscribe:row:update', true],
  ['events:subscribe', 'events:emit:row:update', false],
  ['events:subscribe:row:*', 'events:subscribe:row:update', true],
  ['events:subscribe:row:*', 'events:subscribe:row:*', true],
  ['events:subscribe:row:*', 'events:subscribe:rows:update', false],
  ['events:subscribe:row:*', 'events:subscribe:*', false],
  ['events:subscribe:row:update', 'events:subscribe:row:*', false],
  ['events:subscribe:row:update', 'events:subscribe:row:updated', false],
  ['events:subscribe:*', 'events:subscribe:row:update', true],
  ['network:*', 'network:https://a.com', true],
  ['network:*', 'network:self', true],
  ['network:https://a.com', 'network:https://a.com', true],
  ['network:https://a.com', 'network:https://a.com:8080', false],
  ['network:https://a.com', 'network:https://a.com.evil.com', false],
  ['network:https://a.com', 'network:http://a.com', false],
  ['network:self', 'network:https://a.com', false],
])('%s covers %s: %s', (grant, request, expected) => {
  expect(covers(grant, request)).toBe(expected)
})

test.each([
  'state:delete',
  'rows',
  'network:',
  'network:ftp://a.com',
  'network:https://a.com/',
  'network:https://user@a.com',
  'network:https://a.*',
  'events',
  'events:',
  'events:subscribe:',
  ' download',
])("'%s' is no permission", (text) => {
  expect(isPermission(text)).toBe(false)
})
