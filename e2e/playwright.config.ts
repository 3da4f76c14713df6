import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { defineConfig, devices } from '@playwright/test'
import { chromiumLaunchOptions } from '../scripts/chromium.mjs'

const builtPort = 4273
const developmentPort = 5273
/** What can only be seen where code is being written. */
const development = ['**/development.spec.ts', '**/hot-reload.spec.ts']
const directory = (name: string): { GRIDKIT_DEMO_DIRECTORY: string } => ({
  GRIDKIT_DEMO_DIRECTORY: mkdtempSync(join(tmpdir(), `gridkit-${name}-`)),
})

export default defineConfig({
  testDir: '.',
  outputDir: 'test-results',
  workers: 1,
  fullyParallel: false,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: [['list'], ['json', { outputFile: 'test-results/results.json' }]],
  use: {
    ...devices['Desktop Chrome'],
    viewport: { width: 1440, height: 900 },
    launchOptions: chromiumLaunchOptions,
  },
  projects: [
    {
      name: 'built',
      testIgnore: development,
      use: { baseURL: `http://127.0.0.1:${builtPort}` },
    },
    {
      name: 'development',
      testMatch: development,
      use: { baseURL: `http://127.0.0.1:${developmentPort}` },
    },
  ],
  webServer: [
    {
      command: `npx --yes pnpm@12 exec vite build && npx --yes pnpm@12 exec vite preview --port ${builtPort} --strictPort`,
      cwd: '../apps/demo',
      env: directory('built'),
      url: `http://127.0.0.1:${builtPort}`,
      timeout: 180_000,
    },
    {
      command: `npx --yes pnpm@12 demo --port ${developmentPort} --strictPort`,
      cwd: '..',
      env: directory('development'),
      url: `http://127.0.0.1:${developmentPort}`,
      timeout: 60_000,
    },
  ],
})
