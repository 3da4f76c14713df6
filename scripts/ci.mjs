// Runs every check of .ci/run in order, goes on after a failure, and counts.
// With names of checks as arguments, runs only those.
import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * @typedef {object} Check
 * @property {string} name
 * @property {string} command
 * @property {string[]} [parameters]
 * @property {string} [report] A JSON report of Vitest or Playwright with the count of tests, relative to the root.
 */

const root = fileURLToPath(new URL('..', import.meta.url))
const reports = await mkdtemp(join(tmpdir(), 'gridkit-ci-'))

/** @param {string} name */
const vitestReport = (name) => [
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=${join(reports, name)}`,
]

/** @type {Check[]} */
const checks = [
  { name: 'types', command: 'npx --yes pnpm@12 run typecheck' },
  { name: 'lint', command: 'npx --yes pnpm@12 run lint' },
  { name: 'format', command: 'npx --yes pnpm@12 run format:check' },
  { name: 'imports', command: 'npx --yes pnpm@12 run imports' },
  { name: 'unused', command: 'npx --yes pnpm@12 run unused' },
  {
    name: 'test',
    command: 'npx --yes pnpm@12 test',
    parameters: vitestReport('test.json'),
    report: join(reports, 'test.json'),
  },
  { name: 'build', command: 'npx --yes pnpm@12 run build' },
  { name: 'packages', command: 'npx --yes pnpm@12 run check:packages' },
  { name: 'size', command: 'npx --yes pnpm@12 run size' },
  {
    name: 'coverage',
    command: 'npx --yes pnpm@12 run test:coverage',
    parameters: vitestReport('coverage.json'),
    report: join(reports, 'coverage.json'),
  },
  {
    name: 'alone',
    command: 'npx --yes pnpm@12 run test:alone',
    parameters: vitestReport('alone.json'),
    report: join(reports, 'alone.json'),
  },
  {
    name: 'e2e',
    command: 'npx --yes pnpm@12 run test:e2e',
    report: join(root, 'e2e/test-results/results.json'),
  },
]

/**
 * @param {string} command
 * @param {readonly string[]} parameters
 * @returns {Promise<boolean>}
 */
function run(command, parameters) {
  const [program = '', ...words] = command.split(' ')
  return new Promise((resolve) => {
    const child = spawn(program, [...words, ...parameters], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
    })
    child.on('error', () => resolve(false))
    child.on('exit', (code) => resolve(code === 0))
  })
}

/**
 * The tests in a report of Vitest or Playwright.
 *
 * @param {string} file
 * @returns {Promise<{ passed: number, failed: number } | undefined>}
 */
async function countTests(file) {
  try {
    const report = JSON.parse(await readFile(file, 'utf8'))
    if (report.stats)
      return { passed: report.stats.expected + report.stats.flaky, failed: report.stats.unexpected }
    return { passed: report.numPassedTests, failed: report.numFailedTests }
  } catch {
    return undefined
  }
}

const only = process.argv.slice(2)
const chosen = only.length === 0 ? checks : checks.filter(({ name }) => only.includes(name))
let passed = 0
let failed = 0
for (const { name, command, parameters = [], report } of chosen) {
  console.log(`\n── ${name}: ${command}`)
  const began = Date.now()
  const succeeded = await run(command, parameters)
  const tests = report === undefined ? undefined : await countTests(report)
  // A run without tests in it proves nothing.
  const ran = tests === undefined || tests.passed + tests.failed > 0
  const good = succeeded && ran && (report === undefined || tests !== undefined)
  passed += (tests?.passed ?? 0) + (good ? 1 : 0)
  failed += (tests?.failed ?? 0) + (good ? 0 : 1)
  const counted = tests === undefined ? '' : `, ${tests.passed} tests passed, ${tests.failed} failed`
  console.log(
    `── ${name}: ${good ? 'passed' : 'FAILED'} in ${Math.round((Date.now() - began) / 1000)} s${counted}`,
  )
}
await rm(reports, { recursive: true })
if (chosen.length === 0) failed += 1
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed === 0 ? 0 : 1
