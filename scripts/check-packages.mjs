// Packs each public package as it would be published, and has publint and attw look at the result.
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core'
import { publint } from 'publint'
import { formatMessage } from 'publint/utils'

const packages = ['core', 'react', 'plugins']

/** What attw says of every package that is ESM only, which ours are on purpose. */
const esmOnly = new Set(['CJSResolvesToESM'])

/** @param {string} directory */
function pack(directory) {
  const destination = mkdtempSync(join(tmpdir(), 'gridkit-pack-'))
  try {
    execFileSync('pnpm', ['pack', '--pack-destination', destination], { cwd: directory, stdio: 'pipe' })
    const [file] = readdirSync(destination)
    if (file === undefined) throw new Error(`pnpm pack made no file of ${directory}`)
    return readFileSync(join(destination, file))
  } finally {
    rmSync(destination, { recursive: true })
  }
}

/**
 * @param {Buffer} tarball
 * @returns {Promise<string[]>}
 */
async function publintProblems(tarball) {
  const { messages, pkg } = await publint({ pack: { tarball: new Uint8Array(tarball).buffer }, strict: true })
  return messages.map((message) => `publint: ${formatMessage(message, pkg) ?? message.code}`)
}

/**
 * @param {Buffer} tarball
 * @returns {Promise<string[]>}
 */
async function attwProblems(tarball) {
  const analysis = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)), {
    excludeEntrypoints: [/\.css$/],
  })
  if (!analysis.types) return ['attw: the package has no types']
  return analysis.problems
    .filter((problem) => !esmOnly.has(problem.kind))
    .filter((problem) => !('resolutionKind' in problem) || problem.resolutionKind !== 'node10')
    .map((problem) => `attw: ${JSON.stringify(problem)}`)
}

let failures = 0
for (const name of packages) {
  const directory = fileURLToPath(new URL(`../packages/${name}`, import.meta.url))
  const tarball = pack(directory)
  const problems = [...(await publintProblems(tarball)), ...(await attwProblems(tarball))]
  for (const problem of problems) console.error(`@gridkit/${name}: ${problem}`)
  if (problems.length === 0)
    console.log(`@gridkit/${name}: sound (${Math.ceil(tarball.byteLength / 1024)} kB packed)`)
  failures += problems.length
}
process.exitCode = failures === 0 ? 0 : 1
