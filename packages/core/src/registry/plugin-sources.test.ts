import { describe, expect, test } from 'vitest'
import type { AnyPlugin } from '../definition/plugin.ts'
import type { LoadedPlugin, PluginLoader } from '../definition/plugin-loader.ts'
import type { FailureSignal } from '../definition/signal.ts'
import { GridKitError } from '../errors/gridkit-error.ts'
import { FakeClock } from '../../test/fake-clock.ts'
import { errorOf, never, plugin } from '../../test/plugins.ts'
import { latestVersion, loadPlugin, updatesFor, type Loading } from './plugin-sources.ts'

const acme = plugin('acme', { metadata: { version: '1.2.0' } })

function loader(loaded: unknown, rest: Partial<PluginLoader> = {}): PluginLoader {
  return {
    name: 'test',
    canLoad: () => true,
    load: () => Promise.resolve(loaded as LoadedPlugin),
    ...rest,
  }
}

function loading(rest: Partial<Loading> = {}): Loading & { clock: FakeClock; failures: FailureSignal[] } {
  const failures: FailureSignal[] = []
  return {
    clock: new FakeClock(),
    report: (signal: FailureSignal) => void failures.push(signal),
    failures,
    ...rest,
  } as never
}

const codes = (failures: readonly FailureSignal[]): unknown[] =>
  failures.map(({ error }) => (error instanceof GridKitError ? error.code : error))

describe('loadPlugin', () => {
  test.each<[string, unknown]>([
    ['a plugin', acme],
    ['a factory', () => acme],
    ['a factory that needs time', async () => acme],
    ['a module with a default export', { default: acme, other: plugin('other') }],
    ['a module whose default export is a factory', { default: () => acme }],
    ['a CommonJS module as import() sees it', { default: { default: acme, __esModule: true } }],
    ['a module with one plugin among its exports', { acme, version: '1', other: () => plugin('other') }],
    ['a module with one factory', { acme: () => acme, version: '1' }],
    ['a module whose default export is something else', { default: 'about', acme }],
  ])('takes %s', async (_, loaded) => {
    const result = await loadPlugin('@acme/acme', [loader(loaded)], loading())
    expect(result).toEqual({ plugin: acme, loader: 'test', source: '@acme/acme', facts: {} })
    expect(result.plugin).toBe(acme)
  })

  test('calls factories with nothing', async () => {
    let given: readonly unknown[] = ['not called']
    const factory = (...parameters: unknown[]): AnyPlugin => {
      given = parameters
      return acme
    }
    await loadPlugin('acme', [loader(factory)], loading())
    expect(given).toEqual([])
  })

  test.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /undefined/],
    ['a text', 'acme', /string/],
    ['an empty module', {}, /no plugin/],
    ['two plugins', { a: acme, b: plugin('b') }, /several.*a, b/],
    ['two factories', { a: () => acme, b: () => acme }, /several.*a, b/],
    ['a factory of something else', () => 'acme', /string/],
    ['metadata without an id', { metadata: { version: '1.0.0' }, initialize() {} }, /no plugin/],
    ['no initialize', { metadata: acme.metadata }, /no plugin/],
  ])('refuses %s', async (_, loaded, message) => {
    const error = await errorOf(() => loadPlugin('acme', [loader(loaded)], loading()))
    expect(error.code).toBe('GK_LOAD_FAILED')
    expect(error.message).toMatch(message)
    expect(error.hint).toMatch(/default export/)
    expect(error.cause).toMatchObject({ code: 'GK_NOT_A_PLUGIN' })
  })

  test('a module that contains itself as its default is searched once', async () => {
    const circular: Record<string, unknown> = {}
    circular['default'] = circular
    expect((await errorOf(() => loadPlugin('acme', [loader(circular)], loading()))).code).toBe(
      'GK_LOAD_FAILED',
    )
  })

  test('passes on what a loader or a factory threw', async () => {
    const cause = new Error('404')
    const throwing = (): never => {
      throw cause
    }
    for (const broken of [
      loader(undefined, { load: throwing }),
      loader(undefined, { load: () => Promise.reject(cause) }),
      loader(throwing),
    ]) {
      const error = await errorOf(() => loadPlugin('acme', [broken], loading()))
      expect(error).toMatchObject({ code: 'GK_LOAD_FAILED', cause })
      expect(error.message).toBe("loader 'test' could not load 'acme': 404")
    }
  })

  test('asks the loaders in order, and the first that can load it does', async () => {
    const asked: string[] = []
    const named = (name: string, can: boolean): PluginLoader =>
      loader(acme, { name, canLoad: (source) => asked.push(`${name} ${source}`) > 0 && can })
    const result = await loadPlugin(
      'acme',
      [named('a', false), named('b', true), named('c', true)],
      loading(),
    )
    expect(result.loader).toBe('b')
    expect(asked).toEqual(['a acme', 'b acme'])
  })

  test('says which loaders did not know it, and where to pass some', async () => {
    const deaf = [
      loader(acme, { name: 'a', canLoad: () => false }),
      loader(acme, { name: 'b', canLoad: () => false }),
    ]
    const error = await errorOf(() => loadPlugin('acme', deaf, loading()))
    expect(error.code).toBe('GK_NO_LOADER')
    expect(error.message).toMatch(/'a', 'b'/)
    const none = await errorOf(() => loadPlugin('acme', [], loading()))
    expect(none.code).toBe('GK_NO_LOADER')
    expect(none.hint).toMatch(/loaders/)
  })

  test('skips and reports a loader that throws when asked', async () => {
    const broken = loader(acme, {
      name: 'broken',
      canLoad: () => {
        throw new Error('oops')
      },
    })
    const { failures, ...rest } = loading()
    expect((await loadPlugin('acme', [broken, loader(acme)], rest)).loader).toBe('test')
    expect(codes(failures)).toEqual(['GK_LOADER_FAILED'])
    expect(failures[0]?.phase).toBe('canLoad')
  })

  test('gives up after the timeout, and tells the loader', async () => {
    let signal: AbortSignal | undefined
    const slow = loader(undefined, {
      load: (_, request) => {
        signal = request.signal
        return never() as never
      },
    })
    const { clock, ...rest } = loading({ timeout: 500 })
    const failing = errorOf(() => loadPlugin('acme', [slow], { clock, ...rest }))
    await clock.advance(499)
    expect(signal?.aborted).toBe(false)
    await clock.advance(1)
    expect(await failing).toMatchObject({ code: 'GK_LOAD_TIMED_OUT' })
    expect(signal?.aborted).toBe(true)
    expect(clock.pending).toBe(0)
  })

  test('gives up after 30 seconds when nothing else was said', async () => {
    const { clock, ...rest } = loading()
    const failing = errorOf(() =>
      loadPlugin('acme', [loader(undefined, { load: () => never() as never })], { clock, ...rest }),
    )
    await clock.advance(30_000)
    expect((await failing).message).toMatch(/30000 ms/)
  })

  test('stops when its signal aborts', async () => {
    const controller = new AbortController()
    let signal: AbortSignal | undefined
    const slow = loader(undefined, {
      load: (_, request) => {
        signal = request.signal
        return never() as never
      },
    })
    const failing = errorOf(() => loadPlugin('acme', [slow], loading({ signal: controller.signal })))
    controller.abort()
    expect(await failing).toMatchObject({ code: 'GK_LOAD_ABORTED' })
    expect(signal?.aborted).toBe(true)
  })

  test('leaves the signal alone when all went well', async () => {
    let signal: AbortSignal | undefined
    const quick = loader(acme, {
      load: (_, request) => {
        signal = request.signal
        return acme
      },
    })
    await loadPlugin('acme', [quick], loading())
    expect(signal?.aborted).toBe(false)
  })

  test.each([
    ['1.2.0', true],
    ['^1.0.0', true],
    ['>=1.2.0-beta.1', true],
    ['1.1.0', false],
    ['^2.0.0', false],
    ['newest', false],
  ])('asked for version %s, takes 1.2.0: %s', async (version, taken) => {
    let asked: string | undefined
    const versioned = loader(acme, {
      load: (_, request) => {
        asked = request.version
        return acme
      },
    })
    const attempt = loadPlugin('acme', [versioned], loading({ version })).then(
      ({ plugin }) => plugin.metadata.version,
      (error: unknown) => (error instanceof GridKitError ? error.code : error),
    )
    expect(await attempt).toEqual(taken ? '1.2.0' : 'GK_OTHER_VERSION_LOADED')
    expect(asked).toBe(version)
  })

  test('takes a prerelease that was asked for by name', async () => {
    const beta = plugin('acme', { metadata: { version: '2.0.0-beta.1' } })
    const result = await loadPlugin('acme', [loader(beta)], loading({ version: '2.0.0-beta.1' }))
    expect(result.plugin).toBe(beta)
  })

  test('reports the facts of the registry, as far as they are facts', async () => {
    const facts = {
      verified: true,
      featured: 'yes',
      downloads: Number.NaN,
      rating: 4.5,
      pricing: 'free',
      homepage: 'https://acme.com',
      admin: true,
    }
    const registry = loader(acme, { facts: () => Promise.resolve(facts as never) })
    expect((await loadPlugin('acme', [registry], loading())).facts).toEqual({
      verified: true,
      rating: 4.5,
      pricing: 'free',
      homepage: 'https://acme.com',
    })
    const odd = loader(acme, { facts: () => ({ rating: 9, downloads: -1, homepage: 'javascript:alert(1)' }) })
    expect((await loadPlugin('acme', [odd], loading())).facts).toEqual({})
  })

  test('never believes what a plugin says of itself', async () => {
    const boaster = plugin('acme', { metadata: { verified: true, downloads: 1e9 } })
    expect((await loadPlugin('acme', [loader(boaster)], loading())).facts).toEqual({})
  })

  test('goes on without facts when they fail or take too long', async () => {
    const failing = loader(acme, { facts: () => Promise.reject(new Error('503')) })
    const first = loading()
    expect((await loadPlugin('acme', [failing], first)).facts).toEqual({})
    expect(codes(first.failures)).toEqual(['GK_LOADER_FAILED'])

    const slow = loader(acme, { facts: () => never() as never })
    const second = loading({ timeout: 100 })
    const result = loadPlugin('acme', [slow], second)
    await second.clock.advance(100)
    expect((await result).facts).toEqual({})
    expect(codes(second.failures)).toEqual(['GK_LOADER_FAILED'])
  })
})

describe('latestVersion', () => {
  test('asks the loader of the source', async () => {
    expect(await latestVersion('acme', [loader(acme, { latest: () => '2.0.0' })], loading())).toBe('2.0.0')
  })

  test('is unknown where no loader, or none with versions, knows the source', async () => {
    expect(await latestVersion('acme', [], loading())).toBeUndefined()
    expect(await latestVersion('acme', [loader(acme)], loading())).toBeUndefined()
  })

  test('fails as loading does', async () => {
    const failing = loader(acme, { latest: () => Promise.reject(new Error('503')) })
    expect((await errorOf(() => latestVersion('acme', [failing], loading()))).code).toBe('GK_LOAD_FAILED')
    const slow = loader(acme, { latest: () => never() as never })
    const rest = loading({ timeout: 100 })
    const timedOut = errorOf(() => latestVersion('acme', [slow], rest))
    await rest.clock.advance(100)
    expect((await timedOut).code).toBe('GK_LOAD_TIMED_OUT')
    const odd = loader(acme, { latest: () => 'newest' })
    expect((await errorOf(() => latestVersion('acme', [odd], loading()))).message).toMatch(/'newest'/)
  })
})

describe('updatesFor', () => {
  const offering = (latest: string): PluginLoader => loader(acme, { latest: () => latest })

  test.each([
    ['1.0.0', '1.0.1', true],
    ['1.9.0', '1.10.0', true],
    ['1.0.0', '1.0.0', false],
    ['2.0.0', '1.9.9', false],
    ['1.0.0', '2.0.0-rc.1', false],
    ['2.0.0-beta.1', '2.0.0-rc.1', true],
    ['2.0.0-rc.1', '2.0.0', true],
    ['not a version', '2.0.0', false],
  ])('from %s to %s: %s', async (version, latest, offered) => {
    const updates = await updatesFor([{ id: 'acme', version }], [offering(latest)], loading())
    expect(updates).toEqual(offered ? [{ id: 'acme', current: version, latest }] : [])
  })

  test('asks by source where it is another than the id', async () => {
    const asked: string[] = []
    const registry = loader(acme, {
      latest: (source) => {
        asked.push(source)
        return '9.0.0'
      },
    })
    const installed = [
      { id: 'b', version: '1.0.0', source: 'https://acme.com/b.js' },
      { id: 'a', version: '1.0.0' },
    ]
    const updates = await updatesFor(installed, [registry], loading())
    expect(updates.map(({ id }) => id)).toEqual(['b', 'a'])
    expect(asked).toEqual(['https://acme.com/b.js', 'a'])
  })

  test('one that fails is reported, and the others are listed', async () => {
    const registry = loader(acme, {
      latest: (source) => (source === 'a' ? Promise.reject(new Error('503')) : '2.0.0'),
    })
    const rest = loading()
    const installed = ['a', 'b'].map((id) => ({ id, version: '1.0.0' }))
    expect(await updatesFor(installed, [registry], rest)).toEqual([
      { id: 'b', current: '1.0.0', latest: '2.0.0' },
    ])
    expect(rest.failures).toMatchObject([{ pluginId: 'a', phase: 'checkUpdates' }])
    expect(codes(rest.failures)).toEqual(['GK_LOAD_FAILED'])
  })
})
