// Builds the benchmarks, runs them in one Chromium, and writes RESULTS.md. With names of suites as arguments,
// runs only those and leaves what RESULTS.md says of the others.
import { readFile, writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'
import { build, preview } from 'vite'
import { chromiumLaunchOptions } from '../scripts/chromium.mjs'
import { goalRows } from './goals.mjs'

/** @typedef {import('./src/measure.ts').Measurement} Measurement */

const root = fileURLToPath(new URL('.', import.meta.url))

/** @param {readonly string[]} names */
async function measureInChromium(names) {
  await build({ root, logLevel: 'warn' })
  const server = await preview({ root })
  const browser = await chromium.launch(chromiumLaunchOptions)
  try {
    const page = await browser.newPage()
    await page.goto(server.resolvedUrls?.local[0] ?? '')
    await page.waitForFunction(() => window.runBenchmarks !== undefined)
    const results = await page.evaluate((only) => window.runBenchmarks?.(only) ?? [], names)
    return { results, version: browser.version() }
  } finally {
    await browser.close()
    await server.close()
  }
}

/** @param {number} nanoseconds */
function timeText(nanoseconds) {
  if (nanoseconds < 1e4) return `${Math.round(nanoseconds)} ns`
  return nanoseconds < 1e6 ? `${Math.round(nanoseconds / 1e3)} µs` : `${(nanoseconds / 1e6).toFixed(1)} ms`
}

/** @param {readonly Measurement[]} results */
function sections(results) {
  return [...new Set(results.map(({ suite }) => suite))].map((suite) => {
    const ofSuite = results.filter((result) => result.suite === suite)
    const contestants = [...new Set(ofSuite.map(({ contestant }) => contestant))]
    const disciplines = [...new Set(ofSuite.map(({ discipline }) => discipline))]
    const rows = disciplines.map((discipline) => {
      const ofDiscipline = ofSuite.filter((result) => result.discipline === discipline)
      const of = (/** @type {string} */ contestant) =>
        ofDiscipline.find((each) => each.contestant === contestant)?.nanoseconds ?? Number.NaN
      const baseline = ofDiscipline.find((result) => result.baseline)?.nanoseconds ?? Number.NaN
      const cells = contestants.map((each) => `${timeText(of(each))} (${(of(each) / baseline).toFixed(2)} ×)`)
      return `| ${discipline} | ${cells.join(' | ')} |`
    })
    return [
      `## ${suite}`,
      '',
      `| | ${contestants.join(' | ')} |`,
      `|---|${'---|'.repeat(contestants.length)}`,
      ...rows,
    ].join('\n')
  })
}

/**
 * Sections of RESULTS.md, by their heading.
 *
 * @param {string} text
 */
function byHeading(text) {
  const parts = text.split(/^(?=## )/m).filter((part) => part.startsWith('## '))
  return new Map(parts.map((part) => [part.split('\n', 1)[0] ?? '', part.trim()]))
}

const goals = '## Goals'

/**
 * The rows of a table, by their first cell.
 *
 * @param {string} section
 */
function byFirstCell(section) {
  const rows = section.split('\n').filter((line) => /^\| [^|]/.test(line))
  return rows.map((row) => /** @type {const} */ ([row.split(' | ', 1)[0] ?? '', row]))
}

/**
 * What was measured against what is wanted. A goal that was not measured now stays as it was.
 *
 * @param {readonly Measurement[]} measurements
 * @param {string} before
 */
function goalSection(measurements, before) {
  const rows = goalRows(measurements).map((cells) => `| ${cells.join(' | ')} |`)
  const all = new Map([...byFirstCell(before), ...byFirstCell(rows.join('\n'))])
  return [goals, '', '| | goal | measured | |', '|---|---|---|---|', ...all.values()].join('\n')
}

const names = process.argv.slice(2)
const file = new URL('RESULTS.md', import.meta.url)
const { results, version } = await measureInChromium(names)
const measured = byHeading(sections(results).join('\n\n'))
const kept = names.length === 0 ? new Map() : byHeading(await readFile(file, 'utf8'))
const reached = goalSection(results, kept.get(goals) ?? '')
kept.delete(goals)
const page = [
  '# Benchmarks',
  '',
  `Medians of 15 rounds where nothing else is said, contestants turn by turn in one run. Written by \`pnpm bench\` with Chromium ${version} on ${cpus().length} cores. Ratios are to the contestant marked 1.00 ×; times alone say little on a shared machine.`,
  '',
  [reached, ...new Map([...kept, ...measured]).values()].join('\n\n'),
  '',
].join('\n')
await writeFile(file, page)
console.log([...measured.values(), reached].join('\n\n'))
