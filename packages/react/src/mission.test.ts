// @vitest-environment node
import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'

const pathTo = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const compiler = pathTo('../../../node_modules/.bin/tsc')
// Below the package, so that the packages that it names are found.
const folder = pathTo(`../test/.mission-${process.pid}`)

/** The names that the example leaves to the reader. */
const free = `import type { AnyPlugin } from '@gridkit/core'
declare const data: { id: string; name: string; salary: number }[]
declare const columns: { accessorKey: 'name'; header: string }[]
declare const customPlugin: AnyPlugin
`
const config = {
  extends: '../../../../tsconfig.base.json',
  compilerOptions: {
    composite: false,
    noEmit: true,
    rewriteRelativeImportExtensions: false,
    module: 'ESNext',
  },
}

interface Compiled {
  readonly code: number | string
  readonly output: string
}

async function compile(name: string, example: string): Promise<Compiled> {
  await writeFile(`${folder}/${name}.tsx`, `${free}${example}export {}\n`)
  await writeFile(`${folder}/${name}.json`, JSON.stringify({ ...config, files: [`${name}.tsx`] }))
  return new Promise((resolve) => {
    execFile(compiler, ['-p', `${folder}/${name}.json`], (error, stdout, stderr) =>
      resolve({ code: error?.code ?? 0, output: stdout + stderr }),
    )
  })
}

/** The example with one thing changed, which has to be there. */
function changed(example: string, from: string, to: string): string {
  expect(example.split(from)).toHaveLength(2)
  return example.replace(from, to)
}

describe('the example of the mission', { timeout: 120_000 }, () => {
  let example = ''
  beforeAll(async () => {
    await mkdir(folder, { recursive: true })
    example = await readFile(pathTo('../test/mission-example.txt'), 'utf8')
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))

  test('compiles letter for letter', async () => {
    expect(await compile('verbatim', example)).toEqual({ code: 0, output: '' })
  })

  test('has no export without the plugin', async () => {
    const without = changed(example, "      exportPlugin({ formats: ['csv', 'xlsx', 'pdf'] }),\n", '')
    // The import, which nothing uses then, is not what is tested.
    const { code, output } = await compile('without-export', changed(without, ', exportPlugin }', ' }'))
    expect(code).not.toBe(0)
    expect(output).toContain("Property 'export' does not exist")
    expect(output.match(/error TS/g)).toHaveLength(1)
  })

  test('refuses a misspelled option', async () => {
    const { code, output } = await compile('misspelled', changed(example, 'destination:', 'destinaton:'))
    expect(code).not.toBe(0)
    expect(output).toContain("'destinaton'")
  })

  test('refuses a format that there is not', async () => {
    const { code, output } = await compile('format', changed(example, "export('csv')", "export('cvs')"))
    expect(code).not.toBe(0)
    expect(output).toContain('"cvs"')
  })
})
