import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { errorOf, holder, quietHost, quietManager } from '../../test/plugins.ts'
import { webStorage } from '../../test/storage.ts'
import {
  EnhancedPluginManager,
  localStorageBackend,
  memoryBackend,
  type PluginStorage,
  type StorageChange,
} from '../index.ts'

const rights = { requiredPermissions: ['storage:use'] } as const

async function storageOn(manager: EnhancedPluginManager, id = 'acme'): Promise<PluginStorage> {
  const held = holder(id, rights)
  await manager.installPlugin(held.plugin)
  return held.context().storage
}

describe('the storage of a plugin', () => {
  beforeEach(() => {
    vi.stubGlobal('localStorage', webStorage())
  })
  afterEach(() => {
    vi.unstubAllGlobals()
  })

  test('outlives the manager where the host has an id', async () => {
    const managerOf = (id: string): EnhancedPluginManager => new EnhancedPluginManager({ ...quietHost(), id })
    const first = managerOf('people')
    const storage = await storageOn(first)
    storage.set('a', new Date(7))
    expect([storage.has('a'), storage.keys()]).toEqual([true, ['a']])
    expect(storage.size).toBeGreaterThan(0)
    await storage.flush()
    await first.destroy()
    expect((await storageOn(managerOf('people'))).get('a')).toEqual(new Date(7))
    expect((await storageOn(managerOf('people'), 'other')).get('a')).toBeUndefined()
    expect((await storageOn(managerOf('places'))).get('a')).toBeUndefined()
  })

  test('outlives the plugin, but not the manager, where the host has none, and says so', async () => {
    const { manager, lines } = quietManager()
    const storage = await storageOn(manager)
    storage.set('a', 1)
    storage.set('b', 1)
    storage.delete('b')
    await manager.uninstallPlugin('acme')
    const again = await storageOn(manager)
    expect(again.keys()).toEqual(['a'])
    again.clear()
    expect(lines.filter(({ tag, level }) => tag === 'storage' && level === 'warn')).toHaveLength(1)
    expect((await storageOn(quietManager().manager)).get('a')).toBeUndefined()
  })

  test('is where the host says', async () => {
    const backend = memoryBackend()
    const { manager } = quietManager({ id: 'people', storage: backend })
    ;(await storageOn(manager)).set('a', 1)
    expect([...(await backend.load('people/acme')).keys()]).toEqual(['a'])
    const memory = quietManager({ id: 'people', storage: 'memory' })
    ;(await storageOn(memory.manager)).set('a', 1)
    expect([globalThis.localStorage.length, memory.lines]).toEqual([0, []])
  })

  test('is limited by what the plugin declares', async () => {
    const { manager } = quietManager()
    const held = holder('acme', { ...rights, resourceLimits: { maxStorageMB: 0.00001 } })
    await manager.installPlugin(held.plugin)
    expect(await errorOf(() => held.context().storage.set('a', 'more than ten bytes'))).toMatchObject({
      code: 'GK_STORAGE_QUOTA_EXCEEDED',
    })
  })

  test('tells of other tables of the same id, until the plugin lets go, ends, or loses the right', async () => {
    const storage = localStorageBackend(webStorage(), 'storage-access')
    const managerOf = (): ReturnType<typeof quietManager> => quietManager({ id: 'people', storage })
    const [near, far] = [managerOf(), managerOf()]
    const held = holder('acme', rights)
    await near.manager.installPlugin(held.plugin)
    const other = await storageOn(far.manager)
    const heard: StorageChange[] = []
    const undone: StorageChange[] = []
    const undo = held.context().storage.onChange((change) => void undone.push(change))
    held.context().storage.onChange((change) => {
      heard.push(change)
      throw new Error('no')
    })
    undo()
    other.set('a', 1)
    await expect.poll(() => heard).toEqual([{ key: 'a', kind: 'set' }])
    expect(held.context().storage.get('a')).toBe(1)
    expect(near.errors).toMatchObject([{ pluginId: 'acme', phase: "storage listener of 'a'" }])
    near.manager.revokePermission('acme', 'storage:use')
    other.set('b', 1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    await near.manager.destroy()
    other.set('c', 1)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect([heard.length, undone]).toEqual([1, []])
    await far.manager.destroy()
  })

  test('needs its permission', async () => {
    const { manager } = quietManager()
    const held = holder('acme')
    await manager.installPlugin(held.plugin)
    const { storage } = held.context()
    for (const use of [() => storage.get('a'), () => storage.onChange(() => {})]) {
      expect(await errorOf(use)).toMatchObject({ code: 'GK_PERMISSION_DENIED' })
    }
  })
})
