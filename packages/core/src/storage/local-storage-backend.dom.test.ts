import { beforeEach, expect, test } from 'vitest'
import { isMapOfClones, keepsNamespacesApart } from '../../test/storage-contract.ts'
import { errorOf } from '../../test/error-of.ts'
import { openStorage } from '../../test/storage.ts'
import { localStorageBackend, pageStorage } from './local-storage-backend.ts'
import type { StorageBackend } from './storage-backend.ts'

function emptied(): StorageBackend {
  globalThis.localStorage.clear()
  return localStorageBackend(globalThis.localStorage)
}

beforeEach(() => globalThis.localStorage.clear())

test('the storage of the page is shared by tabs, that of a tab is not', () => {
  expect(pageStorage()).toBe(globalThis.localStorage)
  expect(localStorageBackend(globalThis.localStorage).sharedAs).toBe('localStorage')
  expect(localStorageBackend(globalThis.sessionStorage).sharedAs).toBeUndefined()
})

test('keeps plugins and tables apart', async () => {
  await expect(keepsNamespacesApart(emptied, 50)).resolves.toBeUndefined()
})

test('does what a map of clones does', async () => {
  await expect(isMapOfClones(emptied, 50)).resolves.toBeUndefined()
})

test('refuses an element of the page', async () => {
  const storage = await openStorage()
  const value = { list: [globalThis.document.createElement('p')] }
  const error = await errorOf(() => storage.set('key', value))
  expect(error.message).toContain('key.list[0] is an instance of HTMLParagraphElement')
})
