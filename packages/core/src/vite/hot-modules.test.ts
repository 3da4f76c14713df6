import { describe, expect, test, vi } from 'vitest'
import { FakeClock, settle } from '../../test/fake-clock.ts'
import type { HotUpdate } from '../definition/hot-reload.ts'
import type { AnyPlugin } from '../definition/plugin.ts'
import { HotModules } from './hot-modules.ts'
import type { ModuleExports } from './module-exports.ts'

const file = '/disk/src/counter.ts'
const urlOf = (version: number): string => `http://localhost:1/app/src/counter.ts?t=${version}`

function plugin(id: string): AnyPlugin {
  return { metadata: { id, name: id, version: '1.0.0', category: 'utility' }, initialize() {} }
}

/** A page with modules at addresses; those that are not there fail as their texts say. */
function createPage() {
  const clock = new FakeClock()
  const modules = new Map<string, ModuleExports | Error>()
  const load = vi.fn<(url: string) => Promise<ModuleExports>>(async (url) => {
    const found = modules.get(url) ?? new Error(`no ${url}`)
    if (found instanceof Error) throw found
    return found
  })
  const hot = new HotModules(load, '/app/', clock)
  const updating = (version: number): void =>
    hot.updating({ updates: [{ path: '/src/counter.ts', timestamp: version }] })
  return {
    clock,
    hot,
    load,
    modules,
    updating,
    /** The browser evaluates a version of the module. */
    evaluate: async (version: number, exports: ModuleExports, candidates: readonly string[] = []) => {
      updating(version)
      modules.set(urlOf(version), exports)
      await hot.evaluated({ file, url: urlOf(version), candidates })
      hot.updated()
    },
    listen: (pluginId: string) => {
      const updates: HotUpdate[] = []
      const undo = hot.subscribe(pluginId, (update) => updates.push(update))
      return { updates, undo }
    },
  }
}
const failureOf = (message: string): unknown => [
  { kind: 'error', error: expect.objectContaining({ code: 'GK_HOT_UPDATE_FAILED', message }) },
]

describe('a new version of a module', () => {
  test('brings the plugins it exports to those who wait for them, each once', async () => {
    const page = createPage()
    const [one, other] = [page.listen('one'), page.listen('other')]
    await page.evaluate(1, { one: plugin('one') })
    expect(one.updates).toEqual([])
    const next = plugin('one')
    await page.evaluate(2, { one: next, default: next, nothing: null, text: 'other', half: { metadata: {} } })
    expect(one.updates).toEqual([{ kind: 'plugin', plugin: next }])
    expect(one.updates[0]).toHaveProperty('plugin', next)
    expect(other.updates).toEqual([])
  })

  test('is told to all who wait, as long as they do', async () => {
    const page = createPage()
    const [first, second] = [page.listen('one'), page.listen('one')]
    await page.evaluate(1, {})
    await page.evaluate(2, { one: plugin('one') })
    first.undo()
    first.undo()
    await page.evaluate(3, { one: plugin('one') })
    expect([first.updates.length, second.updates.length]).toEqual([1, 2])
  })

  test('is told to the others where one who waits throws', async () => {
    const page = createPage()
    const thrown: unknown[] = []
    vi.stubGlobal('queueMicrotask', (run: () => void) => {
      try {
        run()
      } catch (error) {
        thrown.push(error)
      }
    })
    const failure = new Error('no')
    page.hot.subscribe('one', () => {
      throw failure
    })
    const { updates } = page.listen('one')
    await page.evaluate(1, {})
    await page.evaluate(2, { one: plugin('one') })
    vi.unstubAllGlobals()
    expect([updates.length, thrown]).toEqual([1, [failure]])
  })

  test('is not told when a later one came first', async () => {
    const page = createPage()
    const { updates } = page.listen('one')
    await page.evaluate(1, {})
    const [second, third] = [plugin('one'), plugin('one')]
    page.modules.set(urlOf(2), { second })
    page.modules.set(urlOf(3), { third })
    await Promise.all([
      page.hot.evaluated({ file, url: urlOf(2), candidates: [] }),
      page.hot.evaluated({ file, url: urlOf(3), candidates: [] }),
    ])
    expect(updates).toHaveLength(1)
    expect(updates[0]).toHaveProperty('plugin', third)
  })
})

describe('a factory', () => {
  const counterPlugin = (): AnyPlugin => plugin('counter')

  test.each<[string, readonly string[], readonly string[]]>([
    ['the plugins its module names', ['counter', 'unknown'], ['counter']],
    [
      'all that no module names, where it names none that anyone waits for',
      ['unknown'],
      ['stray', 'counter'],
    ],
    ['all that no module names, where it names none', [], ['stray', 'counter']],
  ])('goes to %s', async (_, candidates, told) => {
    const page = createPage()
    const waiting = ['stray', 'counter', 'elsewhere'].map((id) => ({ id, ...page.listen(id) }))
    page.modules.set('http://localhost:1/app/src/other.ts', { other: plugin('elsewhere') })
    await page.hot.evaluated({
      file: '/disk/src/other.ts',
      url: 'http://localhost:1/app/src/other.ts',
      candidates: [],
    })
    await page.evaluate(1, { counterPlugin }, candidates)
    await page.evaluate(2, { counterPlugin, helper: () => 1 }, candidates)
    expect(waiting.filter(({ updates }) => updates.length > 0).map(({ id }) => id)).toEqual(told)
    expect(waiting.flatMap(({ updates }) => updates)).toEqual(
      told.map(() => ({ kind: 'plugin', plugin: counterPlugin })),
    )
  })

  test('that is the default export counts; the plugins exported beside it have their own', async () => {
    const page = createPage()
    const [counter, fixed] = [page.listen('counter'), page.listen('fixed')]
    const exports = { default: () => plugin('counter'), fixed: plugin('fixed') }
    await page.evaluate(1, exports, ['counter', 'fixed'])
    await page.evaluate(2, exports, ['counter', 'fixed'])
    expect(counter.updates).toEqual([{ kind: 'plugin', plugin: exports.default }])
    expect(fixed.updates).toEqual([{ kind: 'plugin', plugin: exports.fixed }])
  })
})

describe('a version that does not load', () => {
  test('because it throws is told of, with what it threw', async () => {
    const page = createPage()
    const { updates } = page.listen('one')
    await page.evaluate(1, { one: plugin('one') })
    page.modules.set(urlOf(2), new Error('x is not defined'))
    page.updating(2)
    page.hot.updated()
    await page.clock.advance(1_000)
    expect(updates).toEqual(failureOf(`the new version of '${file}' can't be loaded: x is not defined`))
    expect(page.clock.pending).toBe(0)
  })

  test.each([
    ['it', { id: `${file}?t=2` }],
    ['it, by place', { loc: { file } }],
    ['what it imports', { id: '/disk/src/other.ts' }],
    ['something', {}],
  ])('because the server could not make %s is told of once, with what the server says', async (_, place) => {
    const page = createPage()
    const { updates } = page.listen('one')
    await page.evaluate(1, { one: plugin('one') })
    page.updating(2)
    page.hot.updated()
    page.hot.failed({ message: 'unexpected token', ...place })
    await page.clock.advance(1_000)
    expect(updates).toEqual(failureOf(`the new version of '${file}' can't be loaded: unexpected token`))
    expect(page.load).toHaveBeenCalledTimes(1)
  })

  test('is told to those its text names, too', async () => {
    const page = createPage()
    const [counter, other] = [page.listen('counter'), page.listen('other')]
    await page.evaluate(1, { counterPlugin: () => plugin('counter') }, ['counter'])
    page.hot.failed({ message: 'unexpected token', id: file })
    expect([counter.updates.length, other.updates]).toEqual([1, []])
  })

  test('is forgotten when the next one does', async () => {
    const page = createPage()
    const { updates } = page.listen('one')
    await page.evaluate(1, { one: plugin('one') })
    page.updating(2)
    page.hot.updated()
    await page.evaluate(3, { one: plugin('one') })
    page.hot.failed({ message: 'of another module', id: '/disk/src/other.ts' })
    await page.clock.advance(1_000)
    expect(updates.map(({ kind }) => kind)).toEqual(['plugin'])
  })

  test("of modules that define no plugins is nobody's", async () => {
    const page = createPage()
    const { updates } = page.listen('one')
    await page.evaluate(1, { one: plugin('one') })
    page.hot.updating({ updates: [{ path: '/counter.ts', timestamp: 2 }] })
    page.hot.updated()
    page.hot.failed({ message: 'no', id: '/disk/style.css' })
    await page.clock.advance(1_000)
    expect(updates).toEqual([])
  })
})

test('a module that nobody imports any more is forgotten', async () => {
  const page = createPage()
  const { updates } = page.listen('one')
  await page.evaluate(1, { one: plugin('one') })
  page.updating(2)
  page.hot.removed(file)
  page.hot.updated()
  page.hot.failed({ message: 'no', id: file })
  await page.clock.advance(1_000)
  await settle()
  expect(updates).toEqual([])
})
