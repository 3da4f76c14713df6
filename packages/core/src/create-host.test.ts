import { expect, test, vi } from 'vitest'
import { settle } from '../test/fake-clock.ts'
import { deferred, plugin, quietManager } from '../test/plugins.ts'

const loading = deferred<Record<string, never>>()
vi.mock('./storage/storage-room.ts', () => loading.promise)

test('storage that can not be loaded while the host is destroyed keeps nothing from its end', async () => {
  const { manager, errors } = quietManager()
  const installed = manager
    .installPlugin(plugin('acme', { requiredPermissions: ['storage:use'] }))
    .catch((error: unknown) => error)
  await vi.waitFor(() => expect(manager.getPlugin('acme')?.status).toBe('loading'))
  const destroyed = manager.destroy()
  await settle()
  loading.reject(new Error('offline'))
  await destroyed
  expect(await installed).toMatchObject({ code: expect.stringMatching(/^GK_/) as string })
  expect(errors.map(({ code }) => code)).not.toContain('GK_PART_UNAVAILABLE')
})
