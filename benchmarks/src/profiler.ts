import { definePlugin, EnhancedPluginManager } from '@gridkit/core'
import { measure, type Contestant, type Measurement } from './measure.ts'

const suite = 'Profiler: one emit to ten handlers of a plugin, each with about 1 µs of work'
const handlers = 10
const repeat = 1_000
/** A difference of a hundredth shows in many rounds only. */
const rounds = 301
const payload = { rowId: '1', before: {}, after: {}, patches: [], inversePatches: [] }

let sink = 0

function compute(steps: number): void {
  let value = sink
  for (let step = 0; step < steps; step += 1) value = (value * 31 + step) | 0
  sink = value
}

/** How many steps take about a microsecond on this machine. */
function stepsOfMicrosecond(): number {
  // In parts as short as those that are timed later; the quickest try is the one nobody else interrupted.
  const tries = Array.from({ length: 50 }, () => {
    const began = performance.now()
    for (let part = 0; part < 1_000; part += 1) compute(1_000)
    return performance.now() - began
  })
  return Math.round(1_000 / Math.min(...tries))
}

const steps = stepsOfMicrosecond()

async function listening(enabled: boolean, maxCPUPercent: number): Promise<EnhancedPluginManager> {
  const manager = new EnhancedPluginManager({ profiling: { enabled } })
  await manager.installPlugin(
    definePlugin({
      metadata: { id: 'listening', name: 'Listening', version: '1.0.0', category: 'utility' },
      requiredPermissions: ['events:subscribe'],
      resourceLimits: { maxCPUPercent },
      initialize(context) {
        for (let each = 0; each < handlers; each += 1) context.on('row:update', () => compute(steps))
      },
    }),
  )
  return manager
}

/** It does nothing else, and must not be suspended for that. */
const limited = 99.9
/** No limit, so that nobody needs to know the time. */
const unlimited = 100

interface Way {
  readonly name: string
  readonly enabled: boolean
  readonly maxCPUPercent: number
  readonly baseline?: boolean
}

const ways: readonly Way[] = [
  { name: 'nothing timed', enabled: false, maxCPUPercent: unlimited, baseline: true },
  { name: 'timed for its limit', enabled: false, maxCPUPercent: limited },
  { name: 'on', enabled: true, maxCPUPercent: limited },
]

/** Where a manager lies in memory makes a difference of a hundredth too: each round has the next of several. */
async function contestant({ enabled, maxCPUPercent, ...rest }: Way): Promise<Contestant> {
  const hosts = await Promise.all(Array.from({ length: 7 }, () => listening(enabled, maxCPUPercent)))
  return {
    ...rest,
    prepare() {
      let emits = 0
      return () => {
        const host = hosts[Math.floor(emits / repeat) % hosts.length]
        emits += 1
        host?.events.emit({ type: 'row:update', payload })
      }
    },
    finish: () => void Promise.all(hosts.map((host) => host.destroy())),
  }
}

/** What it costs that calls are counted, and that those of a plugin with a limit are timed. */
export async function measureProfiler(): Promise<readonly Measurement[]> {
  return measure(suite, 'emit', repeat, await Promise.all(ways.map(contestant)), rounds)
}
