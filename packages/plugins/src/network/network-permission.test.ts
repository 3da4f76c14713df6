import { expect, test } from 'vitest'
import { isRelative, networkPermissionFor } from './network-permission.ts'

const page = 'https://app.example.com/people?x=1'

test.each([
  ['api/logs', 'network:self'],
  ['/api/logs', 'network:self'],
  ['https://app.example.com/logs', 'network:self'],
  ['https://app.example.com:8443/logs', 'network:https://app.example.com:8443'],
  ['//logs.example.com/in', 'network:https://logs.example.com'],
  ['http://logs.example.com', 'network:http://logs.example.com'],
  ['ftp://logs.example.com', undefined],
  ['http://', undefined],
])('reaching %s needs %s', (address, permission) => {
  expect(networkPermissionFor(address, page)).toBe(permission)
})

test('tells a relative address from a whole one', () => {
  expect([isRelative('api/logs'), isRelative('https://a.com')]).toEqual([true, false])
})
