// Builds the benchmarks, runs them in one Chromium, and writes RESULTS.md.
import { writeFile } from 'node:fs/promises'
import { cpus } from 'node:os'
import { fileURLToPath } from 'node:url'
import { chromium } from '@playwright/test'
import { build, preview } from 'vite'
import { chromiumLaunchOptions } from '../scripts/chromium.mjs'

/** @typedef {import('./src/measure.ts').Measurement} Measurement */

const root = fileURLToPath(new URL('.', import.meta.url))

async function measureInChromium() {
  await build({ root, logLevel: 'warn' })
  const server = await preview({ root })
  const browser = await chromium.launch(chromiumLaunchOptions)
  try {
    const page = await browser.newPage()
    await page.goto(server.resolvedUrls?.local[0] ?? '')
    await page.waitForFunction(() => window.runBenchmarks !== undefined)
    const results = await page.evaluate(() => window.runBenchmarks?.() ?? [])
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
function tables(results) {
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

const { results, version } = await measureInChromium()
const page = [
  '# Benchmarks',
  '',
  `Medians of 15 rounds, contestants turn by turn in one run. Written by \`pnpm bench\` with Chromium ${version} on ${cpus().length} cores. Ratios are to the contestant marked 1.00 ×; times alone say little on a shared machine.`,
  '',
  tables(results).join('\n\n'),
  '',
].join('\n')
await writeFile(new URL('RESULTS.md', import.meta.url), page)
console.log(page)
