import { execFile } from 'node:child_process'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const pathTo = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const compiler = pathTo('../../../node_modules/.bin/tsc')

/** What the compiler made of a program. */
export interface Compiled {
  /** What it says of each file, by name; empty where it has nothing to say. */
  readonly errors: Readonly<Record<string, string>>
  /** The declarations of each file, by name. */
  readonly declarations: Readonly<Record<string, string>>
  /** Files, types, instantiations, seconds: what `--extendedDiagnostics` counts, by name. */
  readonly counts: Readonly<Record<string, number>>
}

/** Compiles files as an application does, against the sources. What the compiler says of the sources is left out. */
export async function compile(
  files: Readonly<Record<string, string>>,
  options: Readonly<Record<string, unknown>> = {},
): Promise<Compiled> {
  // Below the package, so that the packages that the files name are found.
  const folder = pathTo(`./.compiled-${process.pid}-${Math.random().toString(36).slice(2)}`)
  await mkdir(folder, { recursive: true })
  try {
    await writeProgram(folder, files, options)
    const output = await run(['-p', folder, '--extendedDiagnostics'])
    const names = Object.keys(files)
    return {
      errors: Object.fromEntries(names.map((name) => [name, errorsOf(output, name)])),
      declarations: Object.fromEntries(
        await Promise.all(names.map(async (name) => [name, await declarationsOf(folder, name)])),
      ),
      counts: countsOf(output),
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function writeProgram(folder: string, files: object, options: object): Promise<void> {
  const config = {
    extends: '../../../../tsconfig.base.json',
    compilerOptions: {
      composite: false,
      sourceMap: false,
      inlineSources: false,
      emitDeclarationOnly: true,
      declarationDir: 'out',
      rootDir: '../../../..',
      ...options,
    },
    files: Object.keys(files).map((name) => `${name}.ts`),
  }
  await writeFile(`${folder}/tsconfig.json`, JSON.stringify(config))
  for (const [name, text] of Object.entries(files)) await writeFile(`${folder}/${name}.ts`, text)
}

function run(parameters: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    execFile(compiler, parameters, { maxBuffer: 2 ** 26 }, (_, stdout, stderr) => resolve(stdout + stderr))
  })
}

/** An error goes on over the lines that are indented. */
function errorsOf(output: string, name: string): string {
  const all = output.match(/^\S.*\(\d+,\d+\): error .*(\n\s.*)*/gm) ?? []
  return all.filter((error) => new RegExp(`^[^(]*/${name}\\.ts\\(`).test(error)).join('\n')
}

async function declarationsOf(folder: string, name: string): Promise<string> {
  const path = folder.slice(pathTo('../../..').length)
  return await readFile(`${folder}/out/${path}/${name}.d.ts`, 'utf8').catch(() => '')
}

function countsOf(output: string): Record<string, number> {
  const lines = output.matchAll(/^(\w[\w ]*):\s+([\d.]+)(?:s|K)?$/gm)
  return Object.fromEntries([...lines].map(([, name = '', count = '']) => [name, Number(count)]))
}
