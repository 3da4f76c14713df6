import { describe, expect, test, vi } from 'vitest'
import { errorOf } from '../../test/error-of.ts'
import { codesOf, contents, openStorage, webStorage } from '../../test/storage.ts'
import type { FailureSignal } from '../definition/signal.ts'
import { localStorageBackend } from './local-storage-backend.ts'

const at = (key: string): string => `gridkit/table/acme/${key}`
const kept = (name: string): string => `gridkit/table/acme~backup/${name}`

async function pageWith(key: string, value: unknown): Promise<ReturnType<typeof webStorage>> {
  const page = webStorage()
  const storage = await openStorage(localStorageBackend(page))
  storage.set(key, value)
  await storage.close()
  return page
}

describe('what can not be read', () => {
  test.each([
    ['text of another program', '{broken'],
    ['JSON of another program', '{"a":1}'],
    ['nothing', ''],
    ['half of a value', 'lfls.abc [{"a":1'],
    ['a value of another kind', 'lfls.abc [["Unknown",1]]'],
    ['a time out of reach', 'zzzzzzzzzzz.abc [1]'],
  ])('is set aside and reported: %s', async (_, text) => {
    const page = await pageWith('good', 1)
    page.setItem(at('bad'), text)
    const failures: FailureSignal[] = []
    const storage = await openStorage(localStorageBackend(page), {}, failures)
    expect(contents(storage)).toEqual({ good: 1 })
    expect(failures).toMatchObject([
      { pluginId: 'acme', phase: 'storage', error: { code: 'GK_STORAGE_CORRUPT' } },
    ])
    expect(String(failures[0]?.error)).toContain("kept as '1:bad' in 'table/acme~backup'")
    expect(page.getItem(kept('1~003abad'))).toBe(text)
    storage.set('bad', 2)
    storage.clear()
    expect(page.getItem(kept('1~003abad'))).toBe(text)
    const again: FailureSignal[] = []
    await openStorage(localStorageBackend(page), {}, again)
    expect(again).toEqual([])
  })

  test('never replaces what was set aside before', async () => {
    const page = await pageWith('good', 1)
    for (const text of ['first', 'second', 'first']) {
      page.setItem(at('bad'), text)
      await openStorage(localStorageBackend(page))
    }
    expect(
      [kept('1~003abad'), kept('2~003abad'), kept('3~003abad')].map((name) => page.getItem(name)),
    ).toEqual(['first', 'second', null])
  })

  test('stays where it is as long as it can not be moved, and is not written over', async () => {
    const page = await pageWith('good', 1)
    page.setItem(at('bad'), 'broken')
    const full = vi.spyOn(page, 'setItem').mockImplementation(() => {
      throw new DOMException('full', 'QuotaExceededError')
    })
    const failures: FailureSignal[] = []
    const storage = await openStorage(localStorageBackend(page), {}, failures)
    expect(codesOf(failures)).toEqual(['GK_STORAGE_FAILED'])
    expect(await errorOf(() => storage.set('bad', 1))).toMatchObject({ code: 'GK_STORAGE_FAILED' })
    expect([storage.has('bad'), page.getItem(at('bad'))]).toEqual([false, 'broken'])
    full.mockRestore()
    storage.set('bad', 1)
    expect([storage.get('bad'), page.getItem(kept('1~003abad'))]).toEqual([1, 'broken'])
    expect(codesOf(failures).at(-1)).toBe('GK_STORAGE_CORRUPT')
  })

  test('of the schema version takes the values with it, since migrations would damage them', async () => {
    const page = await pageWith('good', 1)
    page.setItem('gridkit/table/acme~schema/version', 'one')
    const value = page.getItem(at('good'))
    const failures: FailureSignal[] = []
    const storage = await openStorage(localStorageBackend(page), {}, failures)
    expect(contents(storage)).toEqual({ good: 1 })
    await storage.migrate([{ version: 1, up: (draft) => draft.set('first', draft.keys().length) }])
    expect(contents(storage)).toEqual({ first: 0 })
    expect(codesOf(failures)).toEqual(['GK_STORAGE_CORRUPT', 'GK_STORAGE_CORRUPT'])
    expect([page.getItem(kept('1~003agood')), page.getItem(kept('1~003aversion'))]).toEqual([value, 'one'])
    expect(page.getItem('gridkit/table/acme~schema/version')).toBe('1')
  })

  test('of the schema version keeps the plugin out as long as it can not be moved', async () => {
    const page = webStorage(new Map([['gridkit/table/acme~schema/version', 'one']]))
    const storage = await openStorage(localStorageBackend(page))
    page.removeItem = () => {
      throw new Error('blocked')
    }
    const error = await errorOf(() => storage.migrate([{ version: 1, up: () => {} }]))
    expect(error).toMatchObject({ code: 'GK_STORAGE_FAILED' })
    expect(page.getItem('gridkit/table/acme~schema/version')).toBe('one')
  })
})
