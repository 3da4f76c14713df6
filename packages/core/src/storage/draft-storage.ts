import type { PluginStorage } from '../definition/storage.ts'
import { storageClosed } from '../errors/storage-errors.ts'
import type { Undo } from '../lifetime/scope.ts'
import type { KeyedTexts } from './keyed-texts.ts'
import { valueOf } from './value-text.ts'

/**
 * The storage that one migration gets: it changes a draft, which is kept or
 * dropped as a whole. Throws `GK_STORAGE_CLOSED` once the migration has ended.
 */
export function draftStorage(draft: KeyedTexts, owner: string): { storage: PluginStorage; end: Undo } {
  let ended = false
  const open = (member: string): KeyedTexts => {
    if (ended) throw storageClosed(owner, 'a migration', `storage.${member}`)
    return draft
  }
  const storage: PluginStorage = {
    get(key) {
      const text = open('get').get(key)
      return text === undefined ? undefined : (valueOf(text) as never)
    },
    set: (key, value) => open('set').put(key, draft.admit(key, value)),
    delete(key) {
      const had = open('delete').has(key)
      draft.put(key, undefined)
      return had
    },
    clear() {
      for (const key of open('clear').keys()) draft.put(key, undefined)
    },
    keys: () => open('keys').keys(),
    has: (key) => open('has').has(key),
    get size() {
      return open('size').size
    },
    // Nothing is durable before the last migration has succeeded, and then all of it is.
    flush: () => Promise.resolve(),
    onChange: () => () => {},
  }
  return { storage, end: () => void (ended = true) }
}
