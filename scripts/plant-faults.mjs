// Sees every check of .ci/run pass in a copy of the repository, then fail in copies with a fault planted for it.
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * @typedef {object} Fault
 * @property {string} check
 * @property {string} what
 * @property {string} trace What the check must say, so that it fails for this fault and no other.
 * @property {(copy: string) => void} plant
 */

/**
 * @param {string} file
 * @param {string} text
 * @returns {(copy: string) => void}
 */
const append = (file, text) => (copy) => appendFileSync(join(copy, file), text)

/**
 * @param {string} file
 * @param {string} from
 * @param {string} to
 * @returns {(copy: string) => void}
 */
const replace = (file, from, to) => (copy) => {
  const path = join(copy, file)
  const text = readFileSync(path, 'utf8')
  if (!text.includes(from)) throw new Error(`${file} has no '${from}' to plant a fault in`)
  writeFileSync(path, text.replace(from, to))
}

/** @type {Fault[]} */
const faults = [
  {
    check: 'types',
    what: 'a number where a text belongs',
    trace: 'planted',
    plant: append('packages/core/src/version.ts', '\nexport const planted: string = 1\n'),
  },
  {
    check: 'types',
    what: 'a document in the core',
    trace: "Cannot find name 'HTMLElement'",
    plant: append('packages/core/src/version.ts', '\nexport type Planted = HTMLElement\n'),
  },
  {
    check: 'lint',
    what: 'a global that has a wrapper',
    trace: 'version.ts',
    plant: append(
      'packages/core/src/version.ts',
      '\nexport const planted = (): number => performance.now()\n',
    ),
  },
  {
    check: 'format',
    what: 'a semicolon',
    trace: 'version.ts',
    plant: append('packages/core/src/version.ts', '\nexport const planted = 1;\n'),
  },
  {
    check: 'imports',
    what: 'a type import that goes up a level',
    trace: 'core-level-0',
    plant: append(
      'packages/core/src/lifetime/scope.ts',
      "\nexport type { TableHost } from '../table/table-host.ts'\n",
    ),
  },
  {
    check: 'imports',
    what: 'a plugin that imports the React package',
    trace: 'plugins-import-core-only',
    plant: append(
      'packages/plugins/src/index.ts',
      "\nexport { useGridEnhancedTable } from '../../react/src/index.ts'\n",
    ),
  },
  {
    check: 'unused',
    what: 'an export that nobody uses',
    trace: 'planted',
    plant: append('packages/core/src/lifetime/clock.ts', '\nexport const planted = 1\n'),
  },
  {
    check: 'test',
    what: 'events delivered lowest priority first',
    trace: 'enhanced-event-bus.test.ts',
    plant: replace(
      'packages/core/src/events/enhanced-event-bus.ts',
      'b.priority - a.priority',
      'a.priority - b.priority',
    ),
  },
  {
    check: 'test',
    what: 'a type that no longer knows its plugins',
    trace: 'create-table.test-d.ts',
    plant: replace('packages/core/src/table/table-types.ts', '? MethodsOfPlugins<TPlugins>', '? object'),
  },
  {
    check: 'test',
    what: 'a README whose code nobody tested',
    trace: 'README.md',
    plant: replace('README.md', 'outliersPlugin(config', 'outlierPlugin(config'),
  },
  {
    check: 'build',
    what: 'an import that does not resolve',
    trace: 'missing.css',
    plant: replace('apps/demo/src/main.tsx', './demo.css', './missing.css'),
  },
  {
    check: 'packages',
    what: 'a package whose types are not shipped',
    trace: 'publint: ',
    plant: replace('packages/core/package.json', '"dist",', '"dist/*.js",'),
  },
  {
    check: 'size',
    what: 'a library that is not loaded lazily',
    trace: 'exceeded',
    plant: append('packages/plugins/dist/export/export-plugin.js', "\nexport * as planted from 'exceljs'\n"),
  },
  {
    check: 'coverage',
    what: 'code that no test reaches',
    trace: 'does not meet global threshold',
    plant: (copy) => {
      const branches = Array.from(
        { length: 2000 },
        (_, line) => `  if (value === ${line}) return ${line + 1}`,
      ).join('\n')
      append(
        'packages/core/src/version.ts',
        `\nexport function planted(value: number): number {\n${branches}\n  return 0\n}\n`,
      )(copy)
    },
  },
  {
    check: 'e2e',
    what: 'an audit log that masks nothing',
    trace: 'audit-log.spec.ts',
    plant: replace('apps/demo/src/workbench.tsx', "mask: ['email', 'ssn']", 'mask: []'),
  },
]

/**
 * Runs checks in a copy of the repository, as `change` left it.
 *
 * @param {string[]} names
 * @param {(copy: string) => void} change
 */
function checkCopy(names, change) {
  const parent = mkdtempSync(join(tmpdir(), 'gridkit-fault-'))
  const copy = join(parent, 'gridkit')
  try {
    execFileSync('cp', ['-a', '--reflink=auto', root, copy])
    change(copy)
    const { status, stdout, stderr } = spawnSync('node', ['scripts/ci.mjs', ...names], {
      cwd: copy,
      encoding: 'utf8',
      maxBuffer: 256 * 1024 * 1024,
    })
    return { passed: status === 0, output: stdout + stderr }
  } finally {
    rmSync(parent, { recursive: true })
  }
}

const only = process.argv.slice(2)
const chosen = faults.filter(({ check }) => only.length === 0 || only.includes(check))
const checks = [...new Set(chosen.map(({ check }) => check))]
// The size check reads what was built before it, and copies take that along.
execFileSync('node', ['scripts/ci.mjs', 'build'], { cwd: root, stdio: 'inherit' })

const control = checkCopy(checks, () => {})
console.log(`${control.passed ? 'passed' : 'FAILED'}  without a fault: ${checks.join(', ')}`)
if (!control.passed) console.error(control.output.slice(-4000))
let missed = control.passed ? 0 : 1
for (const { check, what, trace, plant } of chosen) {
  const { passed, output } = checkCopy([check], plant)
  const caught = !passed && output.includes(trace)
  if (!caught) missed += 1
  console.log(`${caught ? 'caught' : 'MISSED'}  ${check}: ${what}`)
}
process.exitCode = missed === 0 ? 0 : 1
