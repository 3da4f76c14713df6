import type { IncomingMessage, ServerResponse } from 'node:http'
import { join } from 'node:path'
import type { Connect, Plugin } from 'vite'
import { analyticsCollector } from './analytics-collector.ts'
import { auditLogEndpoint, sendJson } from './audit-log-endpoint.ts'
import { datasets } from './datasets.ts'

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>

/** What a strict page allows: its own files only, and blobs for what it downloads. */
const contentSecurityPolicy = [
  "default-src 'self'",
  "img-src 'self' data: blob:",
  "style-src 'self'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "object-src 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** The demo's server side: datasets, the audit log and a stand-in for analytics hosts. */
export function demoServer(root: string): Plugin {
  const directory = process.env['GRIDKIT_DEMO_DIRECTORY'] ?? join(root, '.gridkit')
  const use = (server: { readonly middlewares: Connect.Server }): void => {
    server.middlewares.use('/api/logs', guarded(auditLogEndpoint(join(directory, 'audit-log.ndjson'))))
    server.middlewares.use('/collect', guarded(analyticsCollector()))
  }
  return {
    name: 'gridkit-demo-server',
    configureServer(server) {
      use(server)
      server.middlewares.use('/data', serveDatasets())
    },
    configurePreviewServer(server) {
      server.middlewares.use((_, response, next) => {
        response.setHeader('content-security-policy', contentSecurityPolicy)
        next()
      })
      use(server)
    },
    async generateBundle() {
      for (const [file, make] of Object.entries(datasets)) {
        this.emitFile({ type: 'asset', fileName: `data/${file}`, source: await make() })
      }
    },
  }
}

function guarded(handler: Handler): Connect.NextHandleFunction {
  return async (request, response, next) => {
    try {
      await handler(request, response)
    } catch (error) {
      next(error)
    }
  }
}

function serveDatasets(): Connect.NextHandleFunction {
  const texts = new Map<string, Promise<string>>()
  return guarded(async (request, response) => {
    const file = (request.url ?? '').replace(/^\/|\?.*$/g, '')
    const make = Object.hasOwn(datasets, file) ? datasets[file] : undefined
    if (make === undefined) return sendJson(response, 404, { error: `no dataset '${file}'` })
    const text = texts.get(file) ?? make()
    texts.set(file, text)
    response.writeHead(200, { 'content-type': 'application/json' })
    return void response.end(await text)
  })
}
