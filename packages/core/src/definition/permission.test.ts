import { array, assert, constantFrom, oneof, property, tuple } from 'fast-check'
import { describe, expect, test } from 'vitest'
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
  ['events:subscribe:row:*', 'row:update', false],
  ['events:subscribe:row:*', 'events:subscribe:@acme/a/row:update', false],
  ['events:subscribe:@acme/a/row:*', 'events:subscribe:@acme/a/row:update', true],
  ['events:subscribe:row:update', 'events:subscribe:row:*', false],
  ['events:subscribe:row:update', 'events:subscribe:row:updated', false],
  ['events:subscribe:row:update', 'events:subscribe', false],
  ['events:subscribe:*', 'events:subscribe:row:update', true],
  ['events:subscribe:*', 'events:subscribe', true],
  ['events:subscribe:ro*', 'events:subscribe:row:update', false],
  ['hooks:register:before:*', 'hooks:register:before:row:*', true],
  ['hooks:register:before:*', 'hooks:register:before:row:update', true],
  ['hooks:register:before:*', 'hooks:register:after:row:update', false],
  ['hooks:register:before:row:*', 'hooks:register:before:*', false],
  ['hooks:register', 'hooks:register:startup', true],
  ['messages:send:@acme/a', 'messages:send:@acme/ab', false],
  ['messages:send:@acme/a', 'messages:send:@acme/a', true],
  ['messages:send:@acme/a', 'messages:send', false],
  ['messages:send', 'messages:send:@acme/a', true],
  ['messages:send:*', 'messages:send:@acme/a', true],
  ['messages:send:a:*', 'messages:send:a:b', false],
  ['services:import', 'services:export', false],
  ['ui:contribute', 'ui:contribute:toolbar', true],
  ['ui:contribute:toolbar', 'ui:contribute:toolbars', false],
  ['columns:read', 'columns:read:personal', true],
  ['columns:read', 'columns:read:a\nb', true],
  ['columns:read', 'columns:write:personal', false],
  ['columns:read:personal', 'columns:read:personal2', false],
  ['columns:read:personal', 'columns:read:personal:x', false],
  ['columns:read:personal', 'columns:read', false],
  ['columns:read:personal:*', 'columns:read:personal:x', false],
  ['download', 'download:x', false],
  ['clipboard:read', 'clipboard:write', false],
  ['network:*', 'network:https://a.com', true],
  ['network:*', 'network:self', true],
  ['network:https://a.com', 'network:https://a.com', true],
  ['network:https://a.com', 'network:https://a.com:8080', false],
  ['network:https://a.com', 'network:https://a.com.evil.com', false],
  ['network:https://a.com', 'network:http://a.com', false],
  ['network:https://a.com', 'network:*', false],
  ['network:self', 'network:https://a.com', false],
  ['network:https://*.a.com', 'network:https://b.a.com', true],
  ['network:https://*.a.com', 'network:https://c.b.a.com', true],
  ['network:https://*.a.com', 'network:https://*.b.a.com', true],
  ['network:https://*.a.com', 'network:https://a.com', false],
  ['network:https://*.a.com', 'network:https://.a.com', false],
  ['network:https://*.a.com', 'network:https://ba.com', false],
  ['network:https://*.a.com', 'network:http://b.a.com', false],
  ['network:https://*.a.com', 'network:https://b.a.com:8080', false],
  ['network:https://*.a.com', 'network:https://b.a.com.evil.com', false],
  ['network:https://*.a.com', 'network:https://evil.com/.a.com', false],
  ['network:https://*.a.com', 'network:https://evil.com:1.a.com', false],
  ['network:https://*.a.com', 'network:*', false],
  ['network:https://*.a.com', 'network:self', false],
  ['network:https://*.b.a.com', 'network:https://*.a.com', false],
  ['network:https://*.a.com:8080', 'network:https://b.a.com:8080', true],
  ['network:https://*', 'network:https://a.com', false],
  ['*', 'state:read', false],
  ['state:*', 'state:read', false],
  ['rows:*', 'rows:update', false],
])('%s covers %s: %s', (grant, request, expected) => {
  expect(covers(grant, request)).toBe(expected)
})

test.each([
  'state:read',
  'rows:create',
  'events:subscribe',
  'events:subscribe:*',
  'events:subscribe:row:*',
  'events:emit:@acme/a/found:one',
  'hooks:register',
  'hooks:register:*',
  'hooks:register:before:*',
  'hooks:register:after:row:*',
  'hooks:register:before:column-order:change',
  'hooks:register:startup',
  'middleware:register',
  'methods:register',
  'messages:send',
  'messages:send:@acme/Stats',
  'services:export',
  'services:import:stats',
  'storage:use',
  'ui:contribute',
  'ui:contribute:cell-renderer',
  'network:self',
  'network:*',
  'network:http://localhost:3000',
  'network:https://[::1]:8443',
  'network:https://*.example.com',
  'network:https://*.example.com:8443',
  'download',
  'clipboard:read',
  'columns:read',
  'columns:read:*',
  'columns:read:top secret',
  'columns:write:personal:health',
])("'%s' is a permission", (text) => {
  expect(isPermission(text)).toBe(true)
})

test.each([
  '',
  '*',
  'state:delete',
  'state:*',
  'state:read:all',
  'rows',
  'rows:*',
  'network:',
  'network:ftp://a.com',
  'network:https://a.com/',
  'network:https://a.com:443',
  'network:https://A.com',
  'network:https://user@a.com',
  'network:https://a.*',
  'network:https://*',
  'network:https://*.com',
  'network:https://*.1.2.3',
  'network:https://a.*.com',
  'network:https://*.*.example.com',
  'network:https://b*.example.com',
  'events',
  'events:',
  'events:subscribe:',
  'events:subscribe:row',
  'events:subscribe:ro*',
  'events:subscribe:Row:update',
  'hooks:register:before',
  'hooks:register:during:row:update',
  'middleware:register:x',
  'messages:send:not an id',
  'messages:send:@acme/*',
  'services:export:x',
  'ui:contribute:',
  'columns:read:',
  'columns:read:pers*',
  'columns:read: personal',
  'columns:see:personal',
  'clipboard',
  'toString',
  'constructor:read',
  'download\n',
  ' download',
])("'%s' is no permission", (text) => {
  expect(isPermission(text)).toBe(false)
})

/**
 * What rights are about, thing by thing. Each kind has a member that no right
 * names, so that a right to all of a kind is never equal to the sum of those named.
 */
const nouns = ['row', 'rows', 'zz']
const verbs = ['update', 'updates', 'zz']
const owners = ['', '@acme/a/', '@acme/ab/', 'zz/']
const typesOf = (own: readonly string[]): readonly string[] =>
  own.flatMap((owner) => nouns.flatMap((noun) => verbs.map((verb) => `${owner}${noun}:${verb}`)))
const things: Readonly<Record<string, readonly string[]>> = {
  'events:subscribe': typesOf(owners),
  'events:emit': typesOf(owners),
  'hooks:register': [
    'startup',
    'error',
    ...['before', 'after'].flatMap((when) => typesOf(['', 'zz/']).map((type) => `${when}:${type}`)),
  ],
  'messages:send': ['a', 'ab', '@acme/a', '@acme/ab', 'zz'],
  'services:import': ['a', 'ab', '@acme/a', '@acme/ab', 'zz'],
  'ui:contribute': ['toolbar', 'tool', 'zz'],
  'columns:read': ['personal', 'personal2', 'personal:x', 'zz'],
  'columns:write': ['personal', 'personal2', 'personal:x', 'zz'],
  network: ['http://', 'https://'].flatMap((scheme) =>
    ['a.com', 'b.a.com', 'c.b.a.com', 'zz.a.com', 'zz.b.a.com', 'a.com.zz.com', 'ba.com'].flatMap((host) =>
      ['', ':8080'].map((port) => `${scheme}${host}${port}`),
    ),
  ),
}
const alone = ['state:read', 'state:write', 'rows:create', 'rows:delete', 'download', 'network:self']

/** Everything that a right gives, found thing by thing, without `covers`. */
function reach(permission: string): readonly string[] {
  if (permission === 'network:*') return ['network:self', ...reachIn('network', '*')]
  if (alone.includes(permission)) return [permission]
  const area = Object.keys(things).find((each) => permission === each || permission.startsWith(`${each}:`))
  if (area === undefined) return []
  return reachIn(area, permission === area ? '*' : permission.slice(area.length + 1))
}

function reachIn(area: string, resource: string): readonly string[] {
  const pattern = resource.split('*').map((text) => text.replaceAll(/[.:/[\]]/g, String.raw`\$&`))
  const matching = new RegExp(`^${pattern.join('.+')}$`)
  return (things[area] ?? []).filter((thing) => matching.test(thing)).map((thing) => `${area}:${thing}`)
}

const named = (area: string): readonly string[] =>
  (things[area] ?? []).filter((thing) => !thing.includes('zz'))
const patterns: Readonly<Record<string, readonly string[]>> = {
  'events:subscribe': ['row:*', 'rows:*', '@acme/a/row:*'],
  'events:emit': ['row:*', 'rows:*', '@acme/ab/rows:*'],
  'hooks:register': ['before:*', 'after:*', 'before:row:*', 'after:rows:*'],
  network: ['https://*.a.com', 'https://*.b.a.com', 'http://*.a.com', 'https://*.a.com:8080'],
}
const all = [
  ...alone,
  'network:*',
  ...Object.keys(things).flatMap((area) => [
    ...(area === 'network' ? [] : [area, `${area}:*`]),
    ...[...named(area), ...(patterns[area] ?? [])].map((resource) => `${area}:${resource}`),
  ]),
]
const areaOf = (permission: string): string =>
  permission.startsWith('network:') ? 'network' : permission.split(':', 2).join(':')
/** Mostly of one area: two rights taken at random have nothing to do with each other. */
const some = oneof(
  constantFrom(...all),
  ...[...new Set(all.map(areaOf))].map((area) =>
    constantFrom(...all.filter((each) => areaOf(each) === area)),
  ),
)
const related = constantFrom(...new Set(all.map(areaOf))).chain((area) => {
  const one = constantFrom(...all.filter((each) => areaOf(each) === area))
  return tuple(one, one, one)
})

describe('covering', () => {
  test('is of permissions that exist', () => {
    expect(all.filter((each) => !isPermission(each))).toEqual([])
  })

  test('is what one right gives of what another does, thing by thing', () => {
    assert(
      property(oneof(related, tuple(some, some, some)), ([grant, request]) => {
        const given = new Set(reach(grant))
        expect(covers(grant, request)).toBe(reach(request).every((thing) => given.has(thing)))
      }),
      { numRuns: 3000 },
    )
  })

  test('is reflexive and transitive, and never of another area', () => {
    assert(
      property(related, some, ([one, two, three], other) => {
        expect(covers(one, one)).toBe(true)
        expect(covers(one, three) || !covers(one, two) || !covers(two, three)).toBe(true)
        expect(covers(one, other) && areaOf(one) !== areaOf(other)).toBe(false)
      }),
      { numRuns: 3000 },
    )
  })

  test('nests: of two rights one covers the other, or nothing is in both', () => {
    assert(
      property(array(related, { minLength: 1, maxLength: 3 }), (sets) => {
        for (const [one, two] of sets) {
          const given = new Set(reach(one))
          const shared = reach(two).some((thing) => given.has(thing))
          expect(covers(one, two) || covers(two, one)).toBe(shared)
        }
      }),
      { numRuns: 2000 },
    )
  })
})
