import { describe, expect, test } from 'vitest'
import { moduleLoader } from '../index.ts'
import { plugin } from '../../test/plugins.ts'

const request = { signal: new AbortController().signal }

describe('moduleLoader', () => {
  test('knows the sources it was given, and no others', () => {
    const loader = moduleLoader({ acme: () => Promise.resolve({ default: plugin('acme') }) })
    expect(loader.canLoad('acme')).toBe(true)
    expect(loader.canLoad('other')).toBe(false)
    expect(loader.canLoad('toString')).toBe(false)
    expect(loader.name).toBe('modules')
  })

  test('imports a module when asked, not before', async () => {
    let imported = 0
    const loaded = { default: plugin('acme') }
    const loader = moduleLoader(
      {
        acme: () => {
          imported += 1
          return Promise.resolve(loaded)
        },
      },
      'ours',
    )
    expect(loader.name).toBe('ours')
    expect(imported).toBe(0)
    expect(await loader.load('acme', request)).toBe(loaded)
    expect(imported).toBe(1)
  })

  test('has nothing for a source that it does not know', () => {
    expect(() => moduleLoader({}).load('toString', request)).toThrow("can't be loaded")
  })
})
