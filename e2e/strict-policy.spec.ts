import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { test as plain, type Page } from '@playwright/test'
import { build } from 'vite'
import { expect, test } from './fixtures.ts'

/** Scripts of the page's own origin, and nothing else: no inline code, no code made of text, no worker, no frame. */
const policy = "default-src 'none'; script-src 'self'"
/** Nor is any text made into markup or into the address of a script. */
const stricter = `${policy}; require-trusted-types-for 'script'; trusted-types 'none'`
const pages: Readonly<Record<string, string>> = { '/': policy, '/stricter': stricter }
const types: Readonly<Record<string, string>> = { '.html': 'text/html', '.js': 'text/javascript' }

let directory = ''
let server: Server | undefined

test.beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'gridkit-strict-policy-'))
  await build({
    root: fileURLToPath(new URL('../packages/core/test/strict-policy', import.meta.url)),
    configFile: false,
    logLevel: 'warn',
    build: { outDir: directory, emptyOutDir: true, target: 'es2023' },
  })
  server = createServer(({ url = '/' }, response) => {
    const path = url in pages ? '/index.html' : normalize(url)
    const headers = {
      'content-type': types[extname(path)] ?? 'text/plain',
      'content-security-policy': pages[url] ?? policy,
    }
    readFile(join(directory, path)).then(
      (content) => response.writeHead(200, headers).end(content),
      () => response.writeHead(404, headers).end(),
    )
  })
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve))
})

test.afterAll(async () => {
  await new Promise((resolve) => server?.close(resolve) ?? resolve(undefined))
  await rm(directory, { recursive: true, force: true })
})

/** What the page in packages/core/test/strict-policy leaves for us. */
interface PolicyPage {
  readonly policyReport?: Promise<unknown>
  readonly policyViolations?: readonly string[]
  readonly textBecomesCode?: () => boolean
}

async function open(page: Page, path = '/'): Promise<void> {
  const address = server?.address() as AddressInfo | undefined
  await page.goto(`http://127.0.0.1:${address?.port}${path}`)
  await page.waitForFunction(() => 'policyReport' in globalThis)
}

test('the core runs under a policy that allows its own scripts and nothing else', async ({ page }) => {
  for (const [index, path] of Object.keys(pages).entries()) {
    await open(page, path)
    expect(await page.evaluate(() => (globalThis as PolicyPage).policyReport)).toEqual({
      statuses: ['visits running', 'watcher running'],
      visits: index + 1,
      config: { sigma: 3 },
      answer: { echo: { asks: 'watcher' } },
      rows: ['Zoe', 'Bob'],
      operations: ['sort:change', 'row:update', 'filter:apply'],
      audited: expect.any(Number),
      refused: ['GK_INVALID_CONFIG', 'GK_INVALID_PLUGIN', 'GK_UNRESOLVED_PLUGINS'],
    })
    expect(await page.evaluate(() => (globalThis as PolicyPage).policyViolations)).toEqual([])
  }
})

// Without the fixture that takes what the browser says about it for a failure.
plain('that policy is in force there', async ({ page }) => {
  await open(page)
  const evaluates = await page.evaluate(
    // In a timer: the browser lets the driver's own calls make code.
    () => new Promise((resolve) => setTimeout(() => resolve((globalThis as PolicyPage).textBecomesCode?.()))),
  )
  expect(evaluates).toBe(false)
  await page.evaluate(() => {
    const inline = document.createElement('style')
    inline.textContent = 'body { color: red }'
    document.head.append(inline)
  })
  const violations = (): Promise<readonly string[] | undefined> =>
    page.evaluate(() => (globalThis as PolicyPage).policyViolations)
  await expect.poll(violations).toEqual(['script-src: eval', 'style-src-elem: inline'])
})
