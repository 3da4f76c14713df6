import { defineConfig } from 'vite'

export default defineConfig({
  resolve: { conditions: ['@gridkit/source', 'module', 'browser', 'production'] },
  build: { target: 'es2022', chunkSizeWarningLimit: 2000 },
  preview: { host: '127.0.0.1', port: 4373 },
})
