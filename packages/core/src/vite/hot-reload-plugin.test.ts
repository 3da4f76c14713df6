import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { build, createServer, type Plugin, type ViteDevServer } from 'vite'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { gridkitHotReload, type HotReloadOptions } from './hot-reload-plugin.ts'

const plugin = `import { definePlugin } from './define.ts'
export const counter = definePlugin<{ step: number }>({ metadata: { id: 'counter' }, initialize(): void {} })
`
const files: Readonly<Record<string, string>> = {
  'tsconfig.json': '{}',
  'src/define.ts': 'export function definePlugin<T>(plugin: T): T { return plugin }\n',
  'src/counter.ts': plugin,
  'src/factory.tsx': `${plugin}export default (name: string) => name as unknown\n`,
  'src/plain.ts': 'export const plain = 1\n',
  'src/folder/listed.ts': 'export const listed = 1\n',
  'node_modules/acme/index.js':
    "import { definePlugin } from '../../src/define.ts'\nexport default definePlugin({})\n",
  'main.ts': `import { hotReloadSource } from 'virtual:gridkit/hot-reload'
import { counter } from './src/counter.ts'
console.log(hotReloadSource.subscribe('counter', () => {}), counter)
`,
}

let root = ''
let server: ViteDevServer | undefined
let gridkit = gridkitHotReload()

beforeEach(async () => {
  root = await realpath(await mkdtemp(join(tmpdir(), 'gridkit-vite-')))
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), text)
  }
})

afterEach(async () => {
  await server?.close()
  server = undefined
  await rm(root, { recursive: true })
})

/** What the page gets for an address. */
async function serve(
  options?: HotReloadOptions,
): Promise<(url: string, consumer?: { readonly ssr: boolean }) => Promise<string>> {
  gridkit = gridkitHotReload(options)
  const asVite: Plugin = gridkit
  server = await createServer({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [asVite],
    resolve: { conditions: ['@gridkit/source'] },
    server: { middlewareMode: true, ws: false, watch: null },
    optimizeDeps: { noDiscovery: true },
  })
  const running = server
  return async (url, consumer) => (await running.transformRequest(url, consumer))?.code ?? ''
}

const accepts = 'import.meta.hot.accept()'

describe('in the development server', () => {
  test('a module that calls definePlugin accepts itself, at its end', async () => {
    const get = await serve()
    for (const url of ['/src/counter.ts', '/src/factory.tsx']) {
      const code = await get(url)
      expect(code).toContain(accepts)
      expect(code).toContain(`file: ${JSON.stringify(join(root, url))}`)
      expect(code).toContain('candidates: ["counter"]')
      expect(code.indexOf('const counter')).toBeLessThan(code.indexOf(accepts))
      expect(code).toMatch(/from "\/@id\/__x00__virtual:gridkit\/hot-reload"/)
    }
    const module = await server?.moduleGraph.getModuleByUrl('/src/counter.ts')
    expect(module?.isSelfAccepting).toBe(true)
  })

  test("other modules are left as they are, as are those of packages, and the server's own", async () => {
    const get = await serve()
    for (const url of ['/src/plain.ts', '/src/define.ts', '/main.ts', '/node_modules/acme/index.js'])
      expect(await get(url)).not.toContain(accepts)
    expect(await get('/src/counter.ts', { ssr: true })).not.toContain('hot-reload')
    expect(await get('/src/counter.ts?raw')).not.toContain(accepts)
  })

  test.each<[string, HotReloadOptions, readonly string[]]>([
    ['a file', { include: 'src/plain.ts' }, ['counter', 'plain']],
    ['a folder', { include: './src/folder/' }, ['counter', 'folder/listed']],
    ['patterns', { include: [/listed/, /plain\.ts$/] }, ['counter', 'plain', 'folder/listed']],
    ['no beginnings of names', { include: 'src/pl' }, ['counter']],
    ['nothing excluded', { include: 'src', exclude: ['src/folder', /plain/] }, ['counter', 'define']],
  ])('options name %s', async (_, options, expected) => {
    const get = await serve(options)
    const accepted: string[] = []
    for (const name of ['counter', 'plain', 'folder/listed', 'define'])
      if ((await get(`/src/${name}.ts`)).includes(accepts)) accepted.push(name)
    expect(accepted).toEqual(expected)
  })

  test('a module that imports what is not there can be mended without loading the page anew', async () => {
    const get = await serve()
    await get('/src/counter.ts')
    const module = await server?.environments.client.moduleGraph.getModuleByUrl('/src/counter.ts')
    if (module === undefined) throw new Error('the module is known')
    server?.environments.client.moduleGraph.invalidateModule(module)
    await writeFile(join(root, 'src/counter.ts'), plugin.replace('./define.ts', './missing.ts'))
    await expect(get('/src/counter.ts')).rejects.toThrow('./missing.ts')
    const other = { id: join(root, 'src/plain.ts'), isSelfAccepting: false }
    gridkit.hotUpdate({ modules: [module, other, { id: null }] })
    expect([module.isSelfAccepting, other.isSelfAccepting]).toEqual([true, false])
  })

  test('the virtual module is served, with all that it imports', async () => {
    const get = await serve()
    await get('/main.ts')
    const code = await get('virtual:gridkit/hot-reload')
    expect(code).toContain("import.meta.hot.on('vite:error'")
    const [, url = ''] = /from "([^"]+hot-modules\.ts)"/.exec(code) ?? []
    expect(await get(url)).toContain('class HotModules')
    expect(await get('virtual:gridkit/hot-reload', { ssr: true })).not.toContain('HotModules')
  })
})

test('in a build the source is there and silent, and modules are left as they are', async () => {
  const result = await build({
    root,
    configFile: false,
    logLevel: 'silent',
    plugins: [gridkitHotReload()],
    build: { write: false, minify: false, rollupOptions: { input: join(root, 'main.ts') } },
  })
  const code = JSON.stringify(result)
  expect(code).toContain('hotReloadSource = { subscribe: () => () => {} }')
  expect(code).not.toMatch(/HotModules|evaluated|import\.meta\.hot/)
})
