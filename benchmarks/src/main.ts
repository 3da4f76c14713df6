import { measureEventBus } from './event-bus.ts'
import type { Measurement } from './measure.ts'
import { measureHotReload } from './hot-reload.ts'
import { measurePlugins } from './plugins.ts'
import { measureProfiler } from './profiler.ts'
import { measureTable } from './table.ts'

declare global {
  interface Window {
    /** Runs the suites named, or all of them. */
    runBenchmarks?: (names: readonly string[]) => Promise<readonly Measurement[]>
  }
}

const suites = new Map([
  ['event-bus', measureEventBus],
  ['table', measureTable],
  ['plugins', measurePlugins],
  ['profiler', measureProfiler],
  ['hot-reload', measureHotReload],
])

window.runBenchmarks = async (names) => {
  const unknown = names.filter((name) => !suites.has(name))
  if (unknown.length > 0)
    throw new Error(`no suite is named ${unknown.join(', ')}: ${[...suites.keys()].join(', ')}`)
  const results: Measurement[] = []
  for (const [name, measure] of suites) {
    if (names.length === 0 || names.includes(name)) results.push(...(await measure()))
  }
  return results
}
