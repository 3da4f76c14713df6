import { playwright } from '@vitest/browser-playwright'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vitest/config'
import { chromiumLaunchOptions } from './scripts/chromium.mjs'

/** Packages are tested from their sources: nothing is built before the tests. */
const source = '@gridkit/source'
const resolve = { conditions: [source, 'module', 'browser', 'development|production'] }
const ssr = { resolve: { conditions: [source, 'module', 'node', 'development|production'] } }
const notTestedHere = ['**/node_modules/**', '**/dist/**', '**/*.{browser,alone}.test.{ts,tsx}']

export default defineConfig({
  resolve,
  ssr,
  test: {
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.{ts,tsx}'],
      exclude: ['**/*.test.*', '**/*.test-d.*', '**/index.ts', '**/adapter.ts'],
      reporter: ['text', 'json-summary'],
      thresholds: { lines: 95, branches: 95 },
    },
    projects: [
      {
        resolve,
        ssr,
        // Plain Node: what needs a document says so in its name, and runs in the project below.
        test: {
          name: 'unit',
          environment: 'node',
          include: ['packages/core/src/**/*.test.ts', 'apps/demo/server/**/*.test.ts'],
          exclude: [...notTestedHere, '**/*.dom.test.ts'],
          restoreMocks: true,
        },
      },
      {
        resolve,
        ssr,
        plugins: [react()],
        test: {
          name: 'dom',
          environment: 'happy-dom',
          include: [
            'packages/core/src/**/*.dom.test.ts',
            'packages/!(core)/src/**/*.test.{ts,tsx}',
            'docs/**/*.test.{ts,tsx}',
          ],
          exclude: notTestedHere,
          restoreMocks: true,
        },
      },
      {
        resolve,
        ssr,
        test: {
          name: 'types',
          include: [],
          typecheck: {
            enabled: true,
            only: true,
            checker: 'tsc',
            include: ['packages/*/src/**/*.test-d.{ts,tsx}', 'docs/**/*.test-d.{ts,tsx}'],
            tsconfig: './tsconfig.types.json',
          },
        },
      },
      {
        resolve,
        plugins: [react()],
        test: {
          name: 'browser',
          include: ['packages/*/src/**/*.browser.test.{ts,tsx}'],
          exclude: ['**/node_modules/**'],
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromiumLaunchOptions }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
      {
        resolve,
        // What compares times: nothing else may run meanwhile, and nothing may be instrumented.
        test: {
          name: 'alone',
          include: ['packages/*/src/**/*.alone.test.ts'],
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromiumLaunchOptions }),
            instances: [{ browser: 'chromium' }],
          },
        },
      },
    ],
  },
})
