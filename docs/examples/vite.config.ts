import { gridkitHotReload } from '@gridkit/core/vite'
import { defineConfig } from 'vite'

export default defineConfig({ plugins: [gridkitHotReload()] })
