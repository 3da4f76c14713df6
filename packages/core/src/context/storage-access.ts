import type { PluginStorage } from '../definition/storage.ts'
import type { ContextOwner } from './context-rooms.ts'

export function storageOf({ guard, storage }: ContextOwner): PluginStorage {
  const use = <T>(member: string, call: (open: PluginStorage) => T): T =>
    guard.out(`storage.${member}`, 'storage:use', () => call(storage()))
  return {
    get: (key) => use('get', (open) => open.get(key)),
    set: (key, value) => use('set', (open) => open.set(key, value)),
    delete: (key) => use('delete', (open) => open.delete(key)),
    clear: () => use('clear', (open) => open.clear()),
    keys: () => use('keys', (open) => open.keys()),
    has: (key) => use('has', (open) => open.has(key)),
    get size() {
      return use('size', (open) => open.size)
    },
    flush: () => use('flush', (open) => open.flush()),
  }
}
