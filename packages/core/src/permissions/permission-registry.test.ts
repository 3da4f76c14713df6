import { array, assert, asyncProperty, constantFrom, record, type Arbitrary } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FakeClock, settle } from '../../test/fake-clock.ts'
import { deferred, errorOf } from '../../test/plugins.ts'
import { covers, type Permission } from '../definition/permission.ts'
import type { FailureSignal } from '../definition/signal.ts'
import { PluginRights } from './plugin-rights.ts'
import { PermissionTrail } from './permission-trail.ts'
import {
  PermissionRegistry,
  type Decision,
  type PermissionClaims,
  type PermissionRegistryOptions,
  type PermissionRequest,
  type PluginOrigin,
} from './permission-registry.ts'

function registryWith({
  auditSize,
  ...options
}: Partial<PermissionRegistryOptions> & { readonly auditSize?: number } = {}) {
  const failures: FailureSignal[] = []
  const host = { clock: new FakeClock(), report: (signal: FailureSignal) => void failures.push(signal) }
  const trail = new PermissionTrail({ size: auditSize, ...host })
  const { audit } = trail
  const registry = new PermissionRegistry({ ...host, trail, ...options })
  const rights = new Map<string, PluginRights>()
  const install = async (
    claims: Partial<PermissionClaims>,
    origin: PluginOrigin = 'code',
    id = 'acme',
  ): Promise<Decision> => {
    const all = { required: [], optional: [], ...claims }
    const decision = await registry.ask(id, all, origin)
    rights.set(id, registry.open(id, all, decision))
    return decision
  }
  /** As when the plugin is uninstalled. */
  const uninstall = (id = 'acme'): void => {
    const held = rights.get(id)
    if (held) registry.close(held)
    registry.forget(id)
  }
  return { registry, audit, failures, install, uninstall }
}

/** A policy that the test answers by hand. */
function person() {
  const asked: { request: PermissionRequest; answer(yes: boolean): void }[] = []
  const ask = (request: PermissionRequest): Promise<boolean> => {
    const answered = deferred<boolean>()
    asked.push({ request, answer: (yes) => answered.resolve(yes) })
    return answered.promise
  }
  return { asked, ask }
}

const two: PermissionClaims = {
  required: ['state:read', 'rows:update'],
  optional: ['download', 'state:read'],
}

describe('asking', () => {
  test('gives the application’s plugins what they declare, at once', () => {
    const { registry } = registryWith()
    expect(registry.ask('acme', two, 'code')).toEqual({
      origin: 'code',
      granted: ['state:read', 'rows:update', 'download'],
      refused: [],
    })
  })

  test('touches no rights', async () => {
    const { registry } = registryWith({ policy: () => true })
    await registry.ask('acme', two, 'code')
    expect([registry.has('acme', 'state:read'), registry.revision]).toEqual([false, 0])
  })

  test('asks a person about what a loader brought', async () => {
    const { asked, ask } = person()
    const { registry } = registryWith({ prompt: ask })
    const decision = registry.ask('acme', two, 'loader')
    for (const yes of [true, true, false]) {
      await settle()
      asked.at(-1)?.answer(yes)
    }
    expect(await decision).toEqual({
      origin: 'loader',
      granted: ['state:read', 'rows:update'],
      refused: [],
      reason: 'refused',
    })
    expect(asked.map(({ request }) => request)).toEqual([
      { pluginId: 'acme', permission: 'state:read', when: 'install', required: true, origin: 'loader' },
      { pluginId: 'acme', permission: 'rows:update', when: 'install', required: true, origin: 'loader' },
      { pluginId: 'acme', permission: 'download', when: 'install', required: false, origin: 'loader' },
    ])
  })

  test('asks a person about all when the policy is to prompt', async () => {
    const asked: string[] = []
    const { install } = registryWith({
      policy: 'prompt',
      prompt: (request) => asked.push(request.permission) > 0,
    })
    expect(await install({ required: ['download'] })).toMatchObject({ granted: ['download'], refused: [] })
    expect(asked).toEqual(['download'])
  })

  for (const [policy, origin] of [
    ['prompt', 'code'],
    ['granted-as-requested', 'loader'],
  ] as const) {
    test(`refuses all that nobody can be asked about: ${policy}, ${origin}`, async () => {
      const { registry, install } = registryWith({ policy })
      const decision = await install({ required: ['download'], optional: ['state:read'] }, origin)
      expect(decision).toEqual({ origin, granted: [], refused: ['download'], reason: 'no-prompt' })
      const error = await errorOf(() => registry.require('acme', 'download'))
      expect(error.hint).toContain('promptPermission')
      expect(await registry.request('acme', 'state:read')).toBe(false)
    })
  }

  test('names everything that was refused, and then asks no more', async () => {
    const asked: string[] = []
    const { registry } = registryWith({
      policy: ({ permission }) => asked.push(permission) > 0 && permission === 'state:write',
    })
    const decision = await registry.ask(
      'acme',
      { required: ['state:read', 'state:write', 'rows:update'], optional: ['download'] },
      'code',
    )
    expect(decision).toMatchObject({
      granted: ['state:write'],
      refused: ['state:read', 'rows:update'],
      reason: 'refused',
    })
    expect(asked).toEqual(['state:read', 'state:write', 'rows:update'])
  })

  test.each([1, 'true', {}, null, undefined, false])('takes %j for a no', async (answer) => {
    const { install } = registryWith({ policy: () => answer as boolean })
    expect(await install({ required: ['download'] })).toMatchObject({ refused: ['download'] })
  })

  test.each([
    () => {
      throw new Error('no policy')
    },
    () => Promise.reject(new Error('no policy')),
  ])('takes a policy that fails for a no, and reports it', async (policy) => {
    const { registry, install, failures } = registryWith({ policy })
    expect(await install({ required: ['download'] })).toMatchObject({ reason: 'policy-failed' })
    expect(failures).toMatchObject([
      {
        pluginId: undefined,
        error: { code: 'GK_PERMISSION_POLICY_FAILED', pluginId: 'acme', cause: { message: 'no policy' } },
      },
    ])
    expect((await errorOf(() => registry.require('acme', 'download'))).hint).toContain('policy failed')
  })

  test('says why the first was refused', async () => {
    const { registry } = registryWith({
      policy({ permission }) {
        if (permission === 'rows:update') throw new Error('no policy')
        return false
      },
    })
    const decision = await registry.ask('acme', two, 'code')
    expect(decision).toMatchObject({ refused: two.required, reason: 'refused' })
  })

  test('ends at an abort, and what comes of the answer is ignored', async () => {
    const { asked, ask } = person()
    const { registry, failures, audit } = registryWith({ policy: ask })
    const controller = new AbortController()
    const decision = registry.ask('acme', two, 'code', controller.signal)
    controller.abort()
    expect(await decision).toMatchObject({ granted: [], refused: two.required, reason: 'closed' })
    asked[0]?.answer(true)
    await settle()
    expect([asked.length, failures.length, registry.has('acme', 'state:read')]).toEqual([1, 0, false])
    expect(audit.violations('acme')).toHaveLength(2)
  })
})

describe('a right', () => {
  test('that is lacking is denied with why', async () => {
    const { registry, install } = registryWith({ policy: ({ required }) => required })
    await install({ required: ['state:read', 'events:emit'], optional: ['download'] })
    registry.revoke('acme', 'events:emit:row:*')
    const hint = async (permission: string): Promise<string> =>
      (await errorOf(() => registry.require('acme', permission))).hint
    expect(await hint('storage:use')).toContain('requiredPermissions or optionalPermissions')
    expect(await hint('download')).toContain('policy refused')
    expect(await hint('events:emit:row:update')).toContain('revoked')
    expect((await errorOf(() => registry.require('other', 'download'))).hint).toContain('not installed')
    expect(await errorOf(() => registry.require('acme', 'download'))).toMatchObject({
      code: 'GK_PERMISSION_DENIED',
      pluginId: 'acme',
      message: "plugin 'acme' lacks the permission 'download'",
    })
  })

  test('is held as a whole, or not at all, but for events, which are filtered', async () => {
    const { registry, install } = registryWith()
    await install({ required: ['columns:read', 'events:subscribe', 'messages:send'] })
    registry.revoke('acme', 'columns:read:secret')
    registry.revoke('acme', 'events:subscribe:row:*')
    expect(
      ['columns:read', 'columns:read:secret', 'columns:read:personal', 'messages:send'].map((each) =>
        registry.has('acme', each),
      ),
    ).toEqual([false, false, true, true])
    expect(
      ['*', 'row:*', 'row:update', 'data:*'].map((each) => registry.has('acme', `events:subscribe:${each}`)),
    ).toEqual([true, false, false, true])
    expect(registry.has('acme', 'events:subscribe')).toBe(true)
    registry.grant('acme', 'columns:read')
    expect(registry.has('acme', 'columns:read:secret')).toBe(true)
  })

  test('goes with its plugin', async () => {
    const { registry, install, uninstall } = registryWith()
    await install({ required: ['download'] })
    const before = registry.revision
    uninstall()
    expect([registry.has('acme', 'download'), registry.revision > before]).toEqual([false, true])
    await install({ required: ['state:read'] })
    expect(registry.has('acme', 'download')).toBe(false)
  })

  test('is found again among more names than are remembered', async () => {
    const { registry, install } = registryWith()
    await install({ required: ['events:emit:row:*'] })
    for (let index = 0; index < 3000; index += 1) {
      expect(registry.has('acme', `events:emit:row:a${index}`)).toBe(true)
      expect(registry.has('acme', `events:emit:sort:a${index}`)).toBe(false)
    }
    expect(registry.has('acme', 'events:emit:row:a0')).toBe(true)
  })

  test('is remembered until something changes, or too many others are asked for', () => {
    const rights = new PluginRights('acme', { required: [], optional: [] }, 'code')
    const first = rights.standingOf('download')
    for (let index = 0; index < 999; index += 1) rights.standingOf(`events:emit:a:b${index}`)
    expect(rights.standingOf('download')).toBe(first)
    rights.standingOf('state:read')
    const second = rights.standingOf('download')
    expect(second).not.toBe(first)
    rights.decide('state:read', 'granted')
    expect(rights.standingOf('download')).not.toBe(second)
  })
})

describe('a request at run time', () => {
  const optional = { optional: ['download', 'messages:send'] } as const

  async function asking() {
    const { asked, ask } = person()
    const host = registryWith({ policy: (request) => request.when === 'runtime' && ask(request) })
    await host.install(optional)
    return { ...host, asked }
  }

  test('asks once however many ask, and again after a no', async () => {
    const { registry, asked } = await asking()
    const both = Promise.all([registry.request('acme', 'download'), registry.request('acme', 'download')])
    const other = registry.request('acme', 'messages:send:b')
    await settle()
    expect(asked.map(({ request }) => [request.permission, request.required])).toEqual([
      ['download', false],
      ['messages:send:b', false],
    ])
    asked[0]?.answer(false)
    asked[1]?.answer(true)
    expect([await both, await other]).toEqual([[false, false], true])
    expect(registry.has('acme', 'messages:send')).toBe(false)
    const again = registry.request('acme', 'download')
    await settle()
    asked[2]?.answer(true)
    expect([await again, registry.has('acme', 'download')]).toEqual([true, true])
    expect(await registry.request('acme', 'download')).toBe(true)
    expect(asked).toHaveLength(3)
  })

  test('is refused without asking for what was not declared, was revoked, or nobody has', async () => {
    const { registry, asked } = await asking()
    registry.revoke('acme', 'messages:send:b')
    expect(await registry.request('acme', 'storage:use')).toBe(false)
    expect(await registry.request('acme', 'messages:send:b')).toBe(false)
    expect(await registry.request('acme', 'messages:send')).toBe(false)
    expect(await registry.request('none', 'download')).toBe(false)
    expect(asked).toEqual([])
  })

  test('ends with a no when the right is revoked while a person is asked', async () => {
    const { registry, asked } = await asking()
    const request = registry.request('acme', 'messages:send')
    await settle()
    registry.revoke('acme', 'messages:send:b')
    asked[0]?.answer(true)
    expect([await request, registry.has('acme', 'messages:send:a')]).toEqual([false, false])
    expect(registry.refusalOf('acme', 'messages:send:b')).toBe('revoked')
    registry.grant('acme', 'messages:send:b')
    const again = registry.request('acme', 'messages:send')
    await settle()
    asked[1]?.answer(true)
    expect([await again, registry.has('acme', 'messages:send:a')]).toEqual([true, true])
  })

  test('ends with a yes when the application grants it while a person is asked', async () => {
    const { registry, asked } = await asking()
    const request = registry.request('acme', 'download')
    await settle()
    registry.grant('acme', 'download')
    asked[0]?.answer(false)
    expect([await request, registry.has('acme', 'download')]).toEqual([true, true])
  })

  test('ends with a no at once when the plugin goes, and is nothing to its successor', async () => {
    const { registry, asked, install, uninstall } = await asking()
    const request = registry.request('acme', 'download')
    await settle()
    uninstall()
    expect(await request).toBe(false)
    await install(optional)
    asked[0]?.answer(true)
    await settle()
    expect(registry.has('acme', 'download')).toBe(false)
  })

  test('of a plugin from a loader asks a person', async () => {
    let answer = false
    const asked: PermissionRequest[] = []
    const { registry, install } = registryWith({ prompt: (request) => asked.push(request) > 0 && answer })
    await install(optional, 'loader')
    answer = true
    expect(await registry.request('acme', 'download')).toBe(true)
    expect(asked.at(-1)).toEqual({
      pluginId: 'acme',
      permission: 'download',
      when: 'runtime',
      required: false,
      origin: 'loader',
    })
  })
})

describe('reopening', () => {
  test('asks only for what is new and required, and leaves what was revoked', async () => {
    const asked: string[] = []
    const { registry, install } = registryWith({
      policy: ({ permission }) => asked.push(permission) > 0 && permission !== 'rows:delete',
    })
    await install({ required: ['state:read', 'rows:update'] })
    registry.revoke('acme', 'rows:update')
    asked.length = 0
    const required = ['state:read', 'rows:update', 'rows:delete', 'rows:create'] as const
    const refused = await registry.reopen('acme', { required, optional: ['download'] })
    expect(asked).toEqual(['rows:delete', 'rows:create'])
    expect(refused).toEqual(['rows:update', 'rows:delete'])
    expect(registry.has('acme', 'rows:create')).toBe(true)
    expect(
      ['rows:update', 'rows:delete', 'download', 'state:write'].map((each) =>
        registry.refusalOf('acme', each),
      ),
    ).toEqual(['revoked', 'refused', 'unasked', 'undeclared'])
    expect(await registry.reopen('none', { required, optional: [] })).toEqual(required)
  })

  test('lets what it newly declares be requested', async () => {
    const { registry, install } = registryWith()
    await install({})
    expect(await registry.request('acme', 'download')).toBe(false)
    await registry.reopen('acme', { required: [], optional: ['download'] })
    expect(registry.has('acme', 'download')).toBe(false)
    expect(await registry.request('acme', 'download')).toBe(true)
  })
})

describe('against a model', () => {
  const names = [
    'messages:send',
    'messages:send:a',
    'messages:send:b',
    'events:emit',
    'events:emit:*',
  ] as const
  const patterns = ['events:emit:row:*', 'events:emit:row:update', 'events:emit:row:create'] as const
  const addresses = [
    'network:*',
    'network:https://*.a.com',
    'network:https://b.a.com',
    'network:self',
  ] as const
  const permission = constantFrom<Permission>(...names, ...patterns, ...addresses)
  /** What no right names stands for the rest of what broader ones cover. */
  const things = [
    'messages:send:a',
    'messages:send:b',
    'messages:send:zz',
    'events:emit:row:update',
    'events:emit:row:create',
    'events:emit:row:zz',
    'events:emit:zz:zz',
    'network:self',
    'network:https://b.a.com',
    'network:https://zz.a.com',
    'network:https://zz.com',
  ]
  const step = record({
    plugin: constantFrom('one', 'two'),
    what: constantFrom('grant', 'revoke', 'has', 'use', 'request', 'reopen', 'open', 'close'),
    permission,
  } as const)
  type Step = typeof step extends Arbitrary<infer T> ? T : never

  /** The same, told thing by thing: what was last said of each counts. */
  class Model {
    readonly held = new Map<string, Map<string, 'granted' | 'revoked'>>()
    readonly #claimed = new Map<string, Permission>()
    /** What was decided of plugins that have no rights yet. */
    readonly #early = new Map<string, Map<string, 'granted' | 'revoked'>>()

    take({ plugin, what, permission }: Step): unknown {
      const within = things.filter((thing) => covers(permission, thing))
      const early = this.#early.get(plugin) ?? new Map<string, 'granted' | 'revoked'>()
      const set = (decision: 'granted' | 'revoked'): void =>
        within.forEach((thing) => (this.held.get(plugin) ?? early).set(thing, decision))
      if (!this.held.has(plugin)) this.#early.set(plugin, early)
      const all = (decision: string): boolean =>
        within.every((thing) => this.held.get(plugin)?.get(thing) === decision)
      const claim = (): unknown => this.held.has(plugin) && this.#claimed.set(plugin, permission)
      const ask = (): boolean => {
        const revoked = within.some((thing) => this.held.get(plugin)?.get(thing) === 'revoked')
        const declared = covers(this.#claimed.get(plugin) ?? '', permission)
        const got = this.held.has(plugin) && (all('granted') || (declared && !revoked))
        if (got) set('granted')
        return got
      }
      switch (what) {
        case 'open':
          this.held.set(plugin, new Map())
          claim()
          set('granted')
          this.#early.delete(plugin)
          return early.forEach((decision, thing) => this.held.get(plugin)?.set(thing, decision))
        case 'close':
          this.#early.delete(plugin)
          return void this.held.delete(plugin)
        case 'grant':
          return set('granted')
        case 'revoke':
          return set('revoked')
        case 'request':
          return ask()
        case 'reopen':
          claim()
          return ask() ? [] : [permission]
        default:
          return all('granted')
      }
    }

    answers(): readonly boolean[] {
      return ['one', 'two'].flatMap((id) =>
        things.map((thing) => this.held.get(id)?.get(thing) === 'granted'),
      )
    }
  }

  function perform(registry: PermissionRegistry, { plugin, what, permission }: Step): unknown {
    const claims = { required: [permission], optional: [] }
    if (what === 'open') {
      opened.set(
        registry,
        plugin,
        registry.open(plugin, claims, registry.ask(plugin, claims, 'code') as Decision),
      )
      return undefined
    }
    if (what === 'close') return opened.end(registry, plugin)
    return what === 'reopen' ? registry.reopen(plugin, claims) : registry[what](plugin, permission)
  }

  /** Whose rights are open. */
  const opened = {
    all: new WeakMap<PermissionRegistry, Map<string, PluginRights>>(),
    set(registry: PermissionRegistry, plugin: string, rights: PluginRights): void {
      const known = this.all.get(registry) ?? new Map<string, PluginRights>()
      this.all.set(registry, known.set(plugin, rights))
    },
    end(registry: PermissionRegistry, plugin: string): void {
      const rights = this.all.get(registry)?.get(plugin)
      if (rights) registry.close(rights)
      registry.forget(plugin)
    },
  }

  const answersOf = (registry: PermissionRegistry): readonly boolean[] =>
    ['one', 'two'].flatMap((id) => things.map((thing) => registry.has(id, thing)))

  test('what a plugin holds is what was last said of each thing, whatever was asked before', async () => {
    await assert(
      asyncProperty(array(step, { maxLength: 40 }), async (steps) => {
        const { registry } = registryWith()
        const model = new Model()
        for (const each of steps) {
          expect(await perform(registry, each)).toEqual(model.take(each))
          expect(answersOf(registry)).toEqual(model.answers())
        }
      }),
      { numRuns: 400 },
    )
  })

  test('the revision is the same only while every answer is', async () => {
    await assert(
      asyncProperty(array(step, { maxLength: 40 }), async (steps) => {
        const { registry } = registryWith()
        const known = new Map<number, readonly boolean[]>()
        for (const each of steps) {
          await perform(registry, each)
          const answers = answersOf(registry)
          expect(known.get(registry.revision) ?? answers).toEqual(answers)
          known.set(registry.revision, answers)
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('the audit', () => {
  test('has every decision, and every use', async () => {
    const { registry, install, audit } = registryWith({
      policy: ({ permission, when }) => permission === 'state:read' || when === 'runtime',
    })
    await install({ required: ['state:read'], optional: ['download', 'events:emit'] })
    registry.use('acme', 'state:read')
    registry.require('acme', 'state:read')
    registry.has('acme', 'state:read')
    expect(registry.use('acme', 'download')).toBe(false)
    await registry.request('acme', 'download')
    await registry.request('acme', 'storage:use')
    await registry.request('acme', 'storage:use')
    registry.use('acme', 'download')
    registry.revoke('acme', 'download')
    registry.use('acme', 'download')
    registry.grant('acme', 'download')
    registry.use('acme', 'download')
    registry.use('none', 'download')
    const lines = audit
      .query()
      .toReversed()
      .map(({ pluginId, permission, action, allowed, reason, count }) =>
        [pluginId, action, permission, allowed, reason ?? '-', count].join(' '),
      )
    expect(lines).toEqual([
      'acme request state:read true - 1',
      'acme request download false refused 1',
      'acme request events:emit false refused 1',
      'acme use state:read true - 2',
      'acme use download false refused 1',
      'acme request download true - 1',
      'acme request storage:use false undeclared 2',
      'acme use download true - 2',
      'acme revoke download false - 1',
      'acme use download false revoked 1',
      'acme grant download true - 1',
      'none use download false closed 1',
    ])
    expect(audit.violations().map(({ id }) => id)).toEqual([12, 10, 7, 5, 3, 2])
    expect(audit.violations('none').map(({ id }) => id)).toEqual([12])
  })

  test('has what everyone gets as requested, and what comes of answers that come too late', async () => {
    const { install, audit } = registryWith()
    await install({ required: ['download'] })
    expect(audit.query({ action: 'request', allowed: true })).toHaveLength(1)
    const { asked, ask } = person()
    const other = registryWith({
      prompt: ask,
      policy: (request) => request.when === 'runtime' && ask(request),
    })
    await other.install({ optional: ['download'] })
    const request = other.registry.request('acme', 'download')
    other.uninstall()
    asked[0]?.answer(true)
    await request
    expect(other.audit.query()[0]).toMatchObject({
      action: 'request',
      allowed: false,
      reason: 'closed',
    })
  })

  test('keeps 10,000 entries unless told otherwise', () => {
    const { registry, audit } = registryWith()
    for (let index = 0; index < 10_001; index += 1) registry.use(`acme-${index}`, 'download')
    expect(audit.query()).toHaveLength(10_000)
    const small = registryWith({ auditSize: 2 })
    for (const id of ['a', 'b', 'c']) small.registry.use(id, 'download')
    expect(small.audit.query().map(({ pluginId }) => pluginId)).toEqual(['c', 'b'])
  })
})
