import { anything, assert, constantFrom, property } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { plugin, type TestPlugin } from '../../test/plugins.ts'
import type { AnyPlugin } from '../index.ts'
import { semverRanges } from '../registry/semver-ranges.ts'
import { validatePlugin } from './validate-plugin.ts'

const messagesOf = (definition: unknown): readonly string[] =>
  validatePlugin(definition as AnyPlugin, semverRanges).map(({ message }) => message)
const withMetadata = (metadata: Record<string, unknown>): readonly string[] =>
  messagesOf(plugin('acme', { metadata }))

describe('validatePlugin', () => {
  test('takes what is sound', () => {
    const definition = plugin('@acme/out.liers-2', {
      metadata: { version: '1.2.3-beta.1+build.5', coreVersion: '^0.1.0 || 2.x' },
      dependencies: { b: '~1.2' },
      optionalDependencies: { c: '*' },
      requiredPermissions: ['state:read', 'events:subscribe:row:*', 'network:self'],
      optionalPermissions: ['network:https://api.example.com:8443', 'network:*', 'events:emit', 'download'],
    })
    expect(messagesOf(definition)).toEqual([])
  })

  test.each(['id', 'name', 'version', 'category'])('wants the field %s', (field) => {
    for (const value of [undefined, '', '  ', 7, null])
      expect(withMetadata({ [field]: value })).toContain(`missing required field: ${field}`)
  })

  test.each(['1', '1.0', 'v1.0.0', '1.0.0.0', ' 1.0.0', '1.0.0 ', 'latest', '01.0.0', '=1.0.0'])(
    "'%s' is no version",
    (version) => {
      expect(withMetadata({ version })).toEqual(['invalid version format: must be semantic version (X.Y.Z)'])
    },
  )

  test.each(['a/b/c', '../a', '@a', 'a b', '__proto__', '@a/_b', 'a:b', 'a*'])("'%s' is no id", (id) => {
    expect(messagesOf(plugin(id))).toEqual([`invalid id: '${id}'`])
  })

  test.each(['user', 'api', 'host', 'Host', 'API', '10', '0'])("'%s' is reserved", (id) => {
    const [problem, ...more] = validatePlugin(plugin(id), semverRanges)
    expect(problem).toMatchObject({ path: 'metadata.id', message: `reserved id: '${id}'` })
    expect(problem?.hint).toContain('another')
    expect(more).toEqual([])
  })

  test.each(['users', 'api2', '@user/host', '10th'])("'%s' is not", (id) => {
    expect(messagesOf(plugin(id))).toEqual([])
  })

  test('refuses categories, ranges and permissions that do not exist, with their path', () => {
    const definition = plugin('acme', {
      metadata: { category: 'games', coreVersion: 'new' } as never,
      dependencies: { b: 'latest' },
      optionalDependencies: { c: 'nope' },
      requiredPermissions: ['xyz', 'rows:paint'] as never,
      optionalPermissions: ['network:https://api.example.com/path', 'network:https://*'],
    })
    expect(
      validatePlugin(definition, semverRanges).map(({ path, message }) => `${path} | ${message}`),
    ).toEqual([
      'metadata.category | unknown category: games',
      "metadata.coreVersion | invalid version range: 'new'",
      "dependencies.b | invalid version range: 'latest'",
      "optionalDependencies.c | invalid version range: 'nope'",
      'requiredPermissions | unknown permission: xyz',
      'requiredPermissions | unknown permission: rows:paint',
      'optionalPermissions | unknown permission: network:https://api.example.com/path',
      'optionalPermissions | unknown permission: network:https://*',
    ])
    expect(validatePlugin(definition, semverRanges).every(({ hint }) => hint !== '')).toBe(true)
  })

  test('wants initialize', () => {
    expect(messagesOf({ ...plugin('acme'), initialize: undefined })).toEqual([
      'missing required field: initialize',
    ])
  })

  test.each([null, undefined, false, {}, { metadata: null }, { metadata: 'acme' }, 'acme'])(
    '%j is no plugin',
    (definition) => {
      expect(messagesOf(definition)).toEqual(['missing required field: metadata'])
    },
  )

  test.each([
    ['metadata.author', { metadata: { author: 42 } }, 'invalid author: must be a text'],
    ['metadata.tags', { metadata: { tags: 'abc' } }, 'invalid tags: must be a list of texts'],
    ['metadata.tags', { metadata: { tags: ['a', 7] } }, 'invalid tags: must be a list of texts'],
    [
      'metadata.pricing',
      { metadata: { pricing: 'dear' } },
      'invalid pricing: must be one of free, freemium, paid',
    ],
    [
      'metadata.incompatibleWith',
      { metadata: { incompatibleWith: 5 } },
      'invalid incompatibleWith: must be a list of texts',
    ],
    [
      'metadata.incompatibleWith',
      { metadata: { incompatibleWith: ['b', 'acme'] } },
      "incompatible with itself: 'acme'",
    ],
    ['metadata.coreVersion', { metadata: { coreVersion: 1 } }, 'invalid version range: 1'],
    [
      'metadata.peerPlugins',
      { metadata: { peerPlugins: ['b'] } },
      'invalid peerPlugins: must be an object of version ranges by plugin id',
    ],
    [
      'metadata.peerPlugins.acme',
      { metadata: { peerPlugins: { acme: '*' } } },
      'circular dependency detected: acme -> acme',
    ],
    [
      'dependencies',
      { dependencies: 'x' },
      'invalid dependencies: must be an object of version ranges by plugin id',
    ],
    [
      'dependencies',
      { dependencies: new Map([['b', '*']]) },
      'invalid dependencies: must be an object of version ranges by plugin id',
    ],
    ['dependencies.b', { dependencies: { b: 7 } }, 'invalid version range: 7'],
    ['dependencies.b', { dependencies: { b: {} } }, 'invalid version range: [object Object]'],
    ['dependencies.acme', { dependencies: { acme: '*' } }, 'circular dependency detected: acme -> acme'],
    [
      'optionalDependencies.acme',
      { optionalDependencies: { acme: '*' } },
      'circular dependency detected: acme -> acme',
    ],
    ['requiredPermissions', { requiredPermissions: [42] }, 'unknown permission: 42'],
    [
      'requiredPermissions',
      { requiredPermissions: 'state:read' },
      'invalid requiredPermissions: must be a list of permissions',
    ],
    ['optionalPermissions', { optionalPermissions: [['state:read']] }, 'unknown permission: [object Array]'],
    ['resourceLimits', { resourceLimits: 5 }, 'invalid resourceLimits: must be an object'],
    ...[-1, Number.NaN, '5', Infinity, null].map((maxStorageMB) => [
      'resourceLimits.maxStorageMB',
      { resourceLimits: { maxStorageMB } },
      'invalid maxStorageMB: must be a number of megabytes, 0 or more',
    ]),
    ...[-1, 1.5, Number.NaN, '5', Infinity, null].map((maxEventHandlers) => [
      'resourceLimits.maxEventHandlers',
      { resourceLimits: { maxEventHandlers } },
      'invalid maxEventHandlers: must be a whole number, 0 or more',
    ]),
    ...[0, -1, 100.1, Number.NaN, '5', null].map((maxCPUPercent) => [
      'resourceLimits.maxCPUPercent',
      { resourceLimits: { maxCPUPercent } },
      'invalid maxCPUPercent: must be a number above 0, up to 100',
    ]),
    ...[-1, Number.NaN, '5', Infinity, null].map((maxMemoryMB) => [
      'resourceLimits.maxMemoryMB',
      { resourceLimits: { maxMemoryMB } },
      'invalid maxMemoryMB: must be a number of megabytes, 0 or more',
    ]),
    ...[0, -1, Number.NaN, '5', Infinity, null].map((maxCallsPerSecond) => [
      'resourceLimits.maxCallsPerSecond',
      { resourceLimits: { maxCallsPerSecond } },
      'invalid maxCallsPerSecond: must be a number above 0',
    ]),
    ...[0.9, -1, Number.NaN, '5', Infinity, null].map((maxCallBurst) => [
      'resourceLimits.maxCallBurst',
      { resourceLimits: { maxCallBurst } },
      'invalid maxCallBurst: must be a number, 1 or more',
    ]),
    ...['high', Number.NaN, Infinity].map((priority) => [
      'priority',
      { priority },
      'invalid priority: must be a finite number',
    ]),
    ['methods', { methods: 'abc' }, 'invalid methods: must be a list of names'],
    [
      'methods',
      { methods: ['a', ''], requiredPermissions: ['methods:register'] },
      'invalid methods: must be a list of names',
    ],
    ['methods', { methods: ['a'] }, 'methods need the permission methods:register'],
    ['migrations', { migrations: [{ version: 1, up() {} }] }, 'migrations need the permission storage:use'],
    ...['start', 'stop', 'destroy', 'onConfigChange', 'healthCheck'].map((hook) => [
      hook,
      { [hook]: 'x' },
      `invalid ${hook}: must be a function`,
    ]),
  ] as [string, TestPlugin, string][])('refuses, at %s, %o', (path, definition, message) => {
    const problems = validatePlugin(plugin('acme', definition), semverRanges)
    expect(problems).toMatchObject([{ path, message }])
    expect(problems[0]?.hint).not.toBe('')
  })

  test.each([
    ['maxStorage', "did you mean 'maxStorageMB'?"],
    ['maxCpuPercent', "did you mean 'maxCPUPercent'?"],
    ['maxCPU', "did you mean 'maxCPUPercent'?"],
    ['maxHandlers', "did you mean 'maxEventHandlers'?"],
    ['eventHandlers', "did you mean 'maxEventHandlers'?"],
    ['maxMemory', "did you mean 'maxMemoryMB'?"],
    ['maxCallsPerSec', "did you mean 'maxCallsPerSecond'?"],
    ['callBurst', "did you mean 'maxCallBurst'?"],
    [
      'maxMB',
      'limits are maxEventHandlers, maxStorageMB, maxCPUPercent, maxMemoryMB, maxCallsPerSecond, maxCallBurst',
    ],
  ])("'%s' is no limit: %s", (name, hint) => {
    const definition = plugin('acme', { resourceLimits: { [name]: 1 } })
    const problem = { path: `resourceLimits.${name}`, message: `unknown limit: ${name}`, hint }
    expect(validatePlugin(definition, semverRanges)).toEqual([problem])
  })

  test('takes each limit at its least and most', () => {
    const least = { maxEventHandlers: 0, maxCPUPercent: 0.1, maxMemoryMB: 0, maxCallsPerSecond: 0.1 }
    expect(messagesOf(plugin('acme', { resourceLimits: { ...least, maxCallBurst: 1 } }))).toEqual([])
    expect(messagesOf(plugin('acme', { resourceLimits: { maxCPUPercent: 100 } }))).toEqual([])
    expect(messagesOf(plugin('acme', { resourceLimits: {} }))).toEqual([])
  })

  test('takes limits of nothing, and methods and migrations where their rights are optional', () => {
    const definition = plugin('acme', {
      resourceLimits: { maxStorageMB: 0 },
      priority: -1,
      methods: ['a', 'b.c'],
      migrations: [{ version: 1, up() {} }],
      optionalPermissions: ['methods:register', 'storage:use'],
    })
    expect(messagesOf(definition)).toEqual([])
    expect(messagesOf(plugin('acme', { methods: [], migrations: [] }))).toEqual([])
  })

  test('a list with holes is none, however long', () => {
    const tags: string[] = []
    tags.length = 2 ** 32 - 1
    expect(withMetadata({ tags })).toEqual(['invalid tags: must be a list of texts'])
  })

  test('what can not be read is refused, and throws nothing', () => {
    const unreadable = {
      get tags(): never {
        throw new Error('no')
      },
    }
    const definitions = [
      { ...plugin('acme'), metadata: unreadable },
      new Proxy(plugin('acme'), {
        get: () => {
          throw new Error('no')
        },
      }),
      Proxy.revocable({}, {}).proxy,
    ]
    for (const definition of definitions) expect(messagesOf(definition)).not.toEqual([])
  })
})

describe('a definition with garbage', () => {
  const sound = plugin('acme', {
    metadata: {
      author: 'Acme',
      description: '',
      tags: ['a'],
      coreVersion: '*',
      license: 'MIT',
      incompatibleWith: ['b'],
      peerPlugins: { c: '*' },
      homepage: '',
      repository: '',
      pricing: 'free',
    },
    dependencies: { d: '*' },
    optionalDependencies: { e: '*' },
    requiredPermissions: ['methods:register', 'storage:use'],
    optionalPermissions: ['state:read'],
    resourceLimits: { maxStorageMB: 1, maxEventHandlers: 1, maxCPUPercent: 1, maxMemoryMB: 1 },
    priority: 1,
    methods: ['a'],
    migrations: [{ version: 1, up() {} }],
    start() {},
    stop() {},
    destroy() {},
    onConfigChange() {},
    healthCheck: () => ({ status: 'healthy' }),
  })
  const garbage = anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withTypedArray: true,
    withSparseArray: true,
  })

  /** What the host reads of a definition that was found sound, which must be as the types say. */
  function expectSound({ metadata, ...definition }: AnyPlugin): void {
    const texts = ['id', 'name', 'version', 'category'] as const
    for (const field of texts) expect(metadata[field].trim()).not.toBe('')
    for (const field of [
      'author',
      'description',
      'coreVersion',
      'license',
      'homepage',
      'repository',
    ] as const)
      expect((metadata[field] ?? '').toUpperCase()).toBeTypeOf('string')
    const lists = [
      metadata.tags,
      metadata.incompatibleWith,
      definition.methods,
      definition.requiredPermissions,
      definition.optionalPermissions,
    ]
    for (const list of lists)
      for (const each of Array.from(list ?? [])) expect(each.toUpperCase()).toBeTypeOf('string')
    for (const ranges of [metadata.peerPlugins, definition.dependencies, definition.optionalDependencies])
      for (const range of Object.values(ranges ?? {})) expect(semverRanges.isRange(range)).toBe(true)
    expect((definition.priority ?? 0) - (definition.priority ?? 0)).toBe(0)
    for (const limit of Object.values(definition.resourceLimits ?? {}))
      expect(limit ?? 5).toBeGreaterThanOrEqual(0)
    for (const step of definition.migrations ?? [])
      expect([step.version, typeof step.up]).toEqual([1, 'function'])
    for (const hook of ['start', 'stop', 'destroy', 'onConfigChange', 'healthCheck'] as const)
      expect(definition[hook] ?? (() => {})).toBeTypeOf('function')
  }

  test('is sound without it', () => {
    expect(messagesOf(sound)).toEqual([])
    expectSound(sound)
  })

  test('in one field is refused with its path, or harmless', () => {
    const fields = Object.keys(sound).filter((field) => field !== 'metadata')
    const places = [...fields, ...Object.keys(sound.metadata).map((field) => `metadata.${field}`)]
    assert(
      property(constantFrom(...places), garbage, (place, value) => {
        const field = place.replace('metadata.', '')
        const definition = place.includes('.')
          ? { ...sound, metadata: { ...sound.metadata, [field]: value } }
          : { ...sound, [field]: value }
        const problems = validatePlugin(definition, semverRanges)
        if (problems.length === 0) return expectSound(definition)
        // Without its rights, what needs them is refused.
        const concerned = [place, ...(place.endsWith('Permissions') ? ['methods', 'migrations'] : [])]
        for (const { path, message, hint } of problems) {
          expect(concerned.some((each) => path.startsWith(each))).toBe(true)
          expect([message, hint]).not.toContain('')
        }
      }),
      { numRuns: 3000 },
    )
  })

  test('of its whole, or of its metadata, is refused', () => {
    assert(
      property(garbage, (value) => {
        expect(messagesOf(value)).not.toEqual([])
        expect(messagesOf({ ...sound, metadata: value })).not.toEqual([])
      }),
      { numRuns: 1000 },
    )
  })
})
