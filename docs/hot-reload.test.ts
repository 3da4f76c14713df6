// @vitest-environment node
import { join } from 'node:path'
import { createServer, type ViteDevServer } from 'vite'
import { afterEach, expect, test } from 'vitest'
import type * as Example from './examples/hot-reload.ts'
import config from './examples/vite.config.ts'

let server: ViteDevServer | undefined

afterEach(async () => {
  await server?.close()
  server = undefined
})

async function serveExamples(): Promise<ViteDevServer> {
  const conditions = ['@gridkit/source']
  return createServer({
    ...config,
    root: join(import.meta.dirname, 'examples'),
    configFile: false,
    logLevel: 'silent',
    resolve: { conditions },
    ssr: { resolve: { conditions }, noExternal: [/^@gridkit\//] },
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  })
}

test('vite.config.ts: modules that define plugins accept their new versions', async () => {
  server = await serveExamples()
  const accepts = 'import.meta.hot.accept()'
  expect((await server.transformRequest('/edit-counter.ts'))?.code).toContain(accepts)
  expect((await server.transformRequest('/supervision.ts'))?.code).not.toContain(accepts)
})

test('hot reload: the table listens to the source', async () => {
  server = await serveExamples()
  const { startTable } = (await server.ssrLoadModule('/hot-reload.ts')) as typeof Example
  const table = await startTable([{ id: 'ada', name: 'Ada' }])
  expect(await table.plugins.disableHotReload('@acme/edit-counter')).toBe(true)
  expect(await table.plugins.disableHotReload('@acme/edit-counter')).toBe(false)
  await table.destroy()
})
