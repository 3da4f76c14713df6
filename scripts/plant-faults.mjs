// Plants one fault for each check of .ci/run in a copy of the repository, and sees the check fail.
import { execFileSync, spawnSync } from 'node:child_process'
import { appendFileSync, cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

/**
 * @typedef {object} Fault
 * @property {string} check
 * @property {string} what
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
    plant: append('packages/core/src/version.ts', '\nexport const planted: string = 1\n'),
  },
  {
    check: 'lint',
    what: 'a global that has a wrapper',
    plant: append(
      'packages/core/src/version.ts',
      '\nexport const planted = (): number => performance.now()\n',
    ),
  },
  {
    check: 'format',
    what: 'a semicolon',
    plant: append('packages/core/src/version.ts', '\nexport const planted = 1;\n'),
  },
  {
    check: 'imports',
    what: 'a type import that goes up a level',
    plant: append(
      'packages/core/src/lifetime/scope.ts',
      "\nexport type { TableHost } from '../table/table-host.ts'\n",
    ),
  },
  {
    check: 'imports',
    what: 'a plugin that imports the React package',
    plant: append(
      'packages/plugins/src/index.ts',
      "\nexport { useGridEnhancedTable } from '../../react/src/index.ts'\n",
    ),
  },
  {
    check: 'unused',
    what: 'an export that nobody uses',
    plant: append('packages/core/src/lifetime/clock.ts', '\nexport const planted = 1\n'),
  },
  {
    check: 'test',
    what: 'events delivered lowest priority first',
    plant: replace(
      'packages/core/src/events/enhanced-event-bus.ts',
      'b.priority - a.priority',
      'a.priority - b.priority',
    ),
  },
  {
    check: 'test',
    what: 'a type that no longer knows its plugins',
    plant: replace('packages/core/src/table/table-types.ts', '? MethodsOfPlugins<TPlugins>', '? object'),
  },
  {
    check: 'test',
    what: 'a README whose code nobody tested',
    plant: replace('README.md', 'outliersPlugin(config', 'outlierPlugin(config'),
  },
  {
    check: 'build',
    what: 'an import that does not resolve',
    plant: replace('apps/demo/src/main.tsx', './demo.css', './missing.css'),
  },
  {
    check: 'packages',
    what: 'a package whose types are not shipped',
    plant: replace('packages/core/package.json', '"dist",', '"dist/*.js",'),
  },
  {
    check: 'size',
    what: 'a library that is not loaded lazily',
    plant: append('packages/plugins/dist/export/export-plugin.js', "\nexport * as planted from 'exceljs'\n"),
  },
  {
    check: 'coverage',
    what: 'code that no test reaches',
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
    plant: replace('apps/demo/src/workbench.tsx', "mask: ['email', 'ssn']", 'mask: []'),
  },
]

/** @param {Fault} fault */
function isCaught({ check, plant }) {
  const copy = mkdtempSync(join(tmpdir(), 'gridkit-fault-'))
  try {
    cpSync(root, copy, { recursive: true, verbatimSymlinks: true })
    plant(copy)
    // The limit of size is on what is built, and planting happens there: nothing may build again.
    const { status, stdout } = spawnSync('node', ['scripts/ci.mjs', check], { cwd: copy, encoding: 'utf8' })
    const last = stdout.trim().split('\n').at(-1) ?? ''
    return status !== 0 && !last.endsWith(' 0 failed')
  } finally {
    rmSync(copy, { recursive: true })
  }
}

const only = process.argv.slice(2)
execFileSync('node', ['scripts/ci.mjs', 'build'], { cwd: root, stdio: 'inherit' })
let missed = 0
for (const fault of faults.filter(({ check }) => only.length === 0 || only.includes(check))) {
  const caught = isCaught(fault)
  if (!caught) missed += 1
  console.log(`${caught ? 'caught' : 'MISSED'}  ${fault.check}: ${fault.what}`)
}
process.exitCode = missed === 0 ? 0 : 1
