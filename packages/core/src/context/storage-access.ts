import type { PluginStorage } from '../definition/storage.ts'
import type { ContextOwner, ContextRooms } from './context-rooms.ts'

const permission = 'storage:use'

export function storageOf(
  { permissions }: ContextRooms,
  { pluginId, scope, guard, storage }: ContextOwner,
): PluginStorage {
  const use = <T>(member: string, call: (open: PluginStorage) => T, isCounted = false): T =>
    guard.out(`storage.${member}`, permission, () => call(storage()), isCounted)
  return {
    get: (key) => use('get', (open) => open.get<never>(key)),
    set: (key, value) => use('set', (open) => open.set(key, value), true),
    delete: (key) => use('delete', (open) => open.delete(key), true),
    clear: () => use('clear', (open) => open.clear(), true),
    keys: () => use('keys', (open) => open.keys()),
    has: (key) => use('has', (open) => open.has(key)),
    get size() {
      return use('size', (open) => open.size)
    },
    flush: () => use('flush', (open) => open.flush()),
    onChange: (listener) =>
      use('onChange', (open) => {
        const call = guard.later('storage listener', listener, ({ key }) => `storage listener of '${key}'`)
        // A revoked right cuts what was subscribed under it.
        return scope.add(open.onChange((change) => permissions.has(pluginId, permission) && call(change)))
      }),
  }
}
