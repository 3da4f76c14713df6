import { array, assert, asyncProperty, constantFrom, nat, record } from 'fast-check'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { FakeClock } from '../../test/fake-clock.ts'
import { contents, heardBy, openStorage, sharedMedium, webStorage } from '../../test/storage.ts'
import type { IsolatedStorage } from './isolated-storage.ts'
import { localStorageBackend } from './local-storage-backend.ts'
import type { StorageBackend } from './storage-backend.ts'

const opened: IsolatedStorage[] = []

/** Two tabs on one medium. */
async function tabs(count = 2): Promise<{
  readonly all: readonly IsolatedStorage[]
  readonly one: IsolatedStorage
  readonly other: IsolatedStorage
  readonly medium: ReturnType<typeof sharedMedium>
}> {
  const medium = sharedMedium()
  const all: IsolatedStorage[] = []
  for (let tab = 0; tab < count; tab += 1)
    all.push(await openStorage(medium.backend, { table: medium.table }))
  opened.push(...all)
  const [one, other] = all
  if (one === undefined || other === undefined) throw new Error('two at least')
  return { all, one, other, medium }
}

afterEach(async () => {
  vi.unstubAllGlobals()
  await Promise.all(opened.splice(0).map((each) => each.close()))
})

describe('two tabs', () => {
  test('see what the other sets and deletes, and are told', async () => {
    const { one, other } = await tabs()
    const [heardHere, heard] = [heardBy(one), heardBy(other)]
    const value = { at: new Date(7) }
    one.set('a', value)
    await expect.poll(() => other.get('a')).toEqual(value)
    expect(other.size).toBe(one.size)
    one.delete('a')
    await expect.poll(() => other.has('a')).toBe(false)
    one.set('b', 1)
    one.set('c', 2)
    one.clear()
    await expect.poll(() => heard.length).toBe(4)
    expect(heard).toEqual([
      { key: 'a', kind: 'set' },
      { key: 'a', kind: 'delete' },
      { key: 'b', kind: 'delete' },
      { key: 'c', kind: 'delete' },
    ])
    expect(heardHere).toEqual([])
  })

  test('that write one after the other have no conflict: the last write stays', async () => {
    const { one, other } = await tabs()
    const [here, there] = [heardBy(one), heardBy(other)]
    for (const [storage, next, value] of [
      [one, other, 1],
      [other, one, 2],
      [one, other, 3],
    ] as const) {
      storage.set('a', value)
      await expect.poll(() => next.get('a')).toBe(value)
    }
    expect([...here, ...there].map(({ kind }) => kind)).toEqual(['set', 'set', 'set'])
  })

  test.each<[string, (storage: IsolatedStorage, value: number) => void]>([
    ['set', (storage, value) => storage.set('a', value)],
    ['set and delete', (storage, value) => (value === 1 ? storage.set('a', value) : storage.delete('a'))],
    ['delete and set', (storage, value) => (value === 1 ? storage.delete('a') : storage.set('a', value))],
  ])('that %s at once agree on one, in memory and in the backend, and both are told', async (_, write) => {
    const { one, other, medium } = await tabs()
    one.set('a', 0)
    await expect.poll(() => other.get('a')).toBe(0)
    const [here, there] = [heardBy(one), heardBy(other)]
    write(one, 1)
    write(other, 2)
    await expect.poll(() => [here.length, there.length]).toEqual([1, 1])
    expect([here, there].map(([change]) => change)).toEqual(
      expect.arrayContaining([
        { key: 'a', kind: 'conflict', kept: 'own' },
        { key: 'a', kind: 'conflict', kept: 'other' },
      ]),
    )
    expect(contents(one)).toEqual(contents(other))
    const fresh = await openStorage(medium.backend, { table: medium.table })
    opened.push(fresh)
    expect(contents(fresh)).toEqual(contents(one))
    const kept = here[0]?.kind === 'conflict' && here[0].kept === 'own' ? 1 : 2
    const expected = await openStorage()
    write(expected, kept)
    expect(contents(one)).toEqual(contents(expected))
  })

  test('one of which writes several times at once have one conflict', async () => {
    const { one, other } = await tabs()
    const [here, there] = [heardBy(one), heardBy(other)]
    for (const value of [1, 2, 3]) one.set('a', value)
    other.set('a', 4)
    await expect
      .poll(() => [here, there])
      .toEqual([
        [{ key: 'a', kind: 'conflict', kept: 'own' }],
        [{ key: 'a', kind: 'conflict', kept: 'other' }],
      ])
    expect([one.get('a'), other.get('a')]).toEqual([3, 3])
  })

  test('agree whatever they do, and so does the backend', async () => {
    const step = record({ tab: nat(2), key: constantFrom('a', 'b'), value: nat(3), pause: nat(3) })
    await assert(
      asyncProperty(array(step, { maxLength: 12 }), async (steps) => {
        const { all, medium } = await tabs(3)
        for (const { tab, key, value, pause } of steps) {
          if (value === 0) all[tab]?.delete(key)
          else all[tab]?.set(key, value)
          if (pause === 0) await new Promise((resolve) => setTimeout(resolve, 1))
        }
        const fresh = async (): Promise<object> => {
          const again = await openStorage(medium.backend, { table: medium.table })
          await again.close()
          return contents(again)
        }
        await expect
          .poll(async () => new Set([...all.map(contents), await fresh()].map((each) => stable(each))).size)
          .toBe(1)
        await Promise.all(all.map((each) => each.close()))
      }),
      { numRuns: 40 },
    )
  })

  test('a later write stays, also where the clock was set back since', async () => {
    const { backend, table } = sharedMedium()
    const late = new FakeClock()
    await late.advance(1_000_000)
    const before = await openStorage(backend, { table, clock: late })
    before.set('a', 1)
    const after = await openStorage(backend, { table })
    opened.push(before, after)
    after.set('a', 2)
    await expect.poll(() => before.get('a')).toBe(2)
    before.set('a', 3)
    after.set('b', 1)
    await expect.poll(() => before.get('b')).toBe(1)
    expect(after.get('a')).toBe(3)
  })

  test('miss nothing that is written while they load', async () => {
    const { backend, table } = sharedMedium()
    const one = await openStorage(backend, { table })
    const waiting: (() => void)[] = []
    const slow: StorageBackend = {
      ...backend,
      async load(namespace) {
        const loaded = await backend.load(namespace)
        await new Promise<void>((resolve) => waiting.push(resolve))
        return loaded
      },
    }
    const opening = openStorage(slow, { table })
    one.set('a', 1)
    await new Promise((resolve) => setTimeout(resolve, 5))
    for (const release of waiting) release()
    const other = await opening
    opened.push(one, other)
    expect(other.get('a')).toBe(1)
  })

  test('many deletions are not remembered for ever, and still agree', async () => {
    const { one, other } = await tabs()
    for (let number = 0; number < 1_100; number += 1) {
      one.set(`key ${number}`, number)
      one.delete(`key ${number}`)
    }
    one.set('last', 1)
    await expect.poll(() => other.get('last')).toBe(1)
    expect(other.keys()).toEqual(['last'])
  })

  test('a listener that throws is reported, and the others are told; an undo is for one', async () => {
    const { backend, table } = sharedMedium()
    const failures: unknown[] = []
    const one = await openStorage(backend, { table })
    const other = await openStorage(backend, { table }, failures as never)
    opened.push(one, other)
    let told = 0
    const listener = (): void => void (told += 1)
    const undo = other.onChange(listener)
    other.onChange(() => {
      throw new Error('no')
    })
    other.onChange(listener)
    undo()
    undo()
    one.set('a', 1)
    await expect.poll(() => told).toBe(1)
    expect(failures).toMatchObject([{ pluginId: 'acme', error: new Error('no') }])
  })

  test('a tab that closes sends what it wrote, and hears no more', async () => {
    const { one, other } = await tabs()
    const heard = heardBy(other)
    one.set('a', 1)
    const closing = one.close()
    await expect.poll(() => other.get('a')).toBe(1)
    await closing
    const closed = other.close()
    const third = await openStorage(localStorageBackend(webStorage(), 'test'))
    third.set('a', 2)
    await Promise.all([closed, third.close()])
    expect(heard).toHaveLength(1)
  })

  test('take no notice of what is no write', async () => {
    const { other, medium } = await tabs()
    const heard = heardBy(other)
    const channel = new BroadcastChannel(`gridkit/test/${medium.table}/acme`)
    const stamp = { time: 2_000, tab: 'x' }
    const good = { key: 'good', text: '[1]', stamp, base: { time: 0, tab: '' } }
    const post = (message: unknown): void => {
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a channel has none
      channel.postMessage(message)
    }
    post('text')
    post([
      null,
      7,
      { ...good, key: 1 },
      { ...good, text: '{broken' },
      { ...good, text: 7 },
      { ...good, stamp: undefined },
      { ...good, stamp: { time: 1e300, tab: 'x' } },
      { ...good, base: { time: '1', tab: 'x' } },
    ])
    post([good])
    await expect.poll(() => other.get('good')).toBe(1)
    channel.close()
    expect(heard).toEqual([{ key: 'good', kind: 'set' }])
    expect(other.keys()).toEqual(['good'])
  })
})

describe('where tabs can not talk', () => {
  test('each works alone', async () => {
    vi.stubGlobal('BroadcastChannel', undefined)
    const { one, other } = await tabs()
    one.set('a', 1)
    other.set('b', 2)
    expect([contents(one), contents(other)]).toEqual([{ a: 1 }, { b: 2 }])
    await one.close()
    vi.unstubAllGlobals()
  })

  test('what is not shared has no channel', async () => {
    const channels: string[] = []
    vi.stubGlobal(
      'BroadcastChannel',
      class {
        constructor(name: string) {
          channels.push(name)
        }
        addEventListener(): void {}
        close(): void {}
      },
    )
    await openStorage()
    await openStorage(localStorageBackend(webStorage()))
    const { medium } = await tabs()
    vi.unstubAllGlobals()
    expect(new Set(channels)).toEqual(new Set([`gridkit/test/${medium.table}/acme`]))
  })
})

test('an open channel does not keep Node from ending', async () => {
  const unref = vi.spyOn(BroadcastChannel.prototype as unknown as { unref(): void }, 'unref')
  await tabs()
  expect(unref).toHaveBeenCalledTimes(2)
})

const stable = (object: object): string =>
  JSON.stringify(Object.entries(object).sort(([one], [other]) => (one < other ? -1 : 1)))
