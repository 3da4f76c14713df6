import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
// `@gridkit/core/vite`, of which nothing has to be built first this way.
import { gridkitHotReload } from '../../packages/core/src/vite/hot-reload-plugin.ts'
import { demoServer } from './server/demo-server.ts'

const root = fileURLToPath(new URL('.', import.meta.url))

export default defineConfig({
  root,
  plugins: [react(), gridkitHotReload(), demoServer(root)],
  resolve: { conditions: ['@gridkit/source', 'module', 'browser', 'development|production'] },
  // The exporters' libraries are large; they are separate chunks, loaded when used.
  build: { target: 'es2022', chunkSizeWarningLimit: 1500, assetsInlineLimit: 0 },
  server: { host: '127.0.0.1', port: 5173 },
  preview: { host: '127.0.0.1', port: 4173 },
})
