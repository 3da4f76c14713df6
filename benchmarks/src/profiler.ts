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
  const steps = 20_000_000
  compute(steps)
  const began = performance.now()
  compute(steps)
  return Math.round(steps / ((performance.now() - began) * 1_000))
}

const steps = stepsOfMicrosecond()

async function listening(enabled: boolean): Promise<EnhancedPluginManager> {
  const manager = new EnhancedPluginManager({ profiling: { enabled } })
  await manager.installPlugin(
    definePlugin({
      metadata: { id: 'listening', name: 'Listening', version: '1.0.0', category: 'utility' },
      requiredPermissions: ['events:subscribe'],
      // It does nothing else, and must not be suspended for that.
      resourceLimits: { maxCPUPercent: 100 },
      initialize(context) {
        for (let each = 0; each < handlers; each += 1) context.on('row:update', () => compute(steps))
      },
    }),
  )
  return manager
}

/** What it costs that calls are counted and timed. */
export async function measureProfiler(): Promise<readonly Measurement[]> {
  const off = await listening(false)
  const on = await listening(true)
  const contestant = (name: string, manager: EnhancedPluginManager, baseline = false): Contestant => ({
    name,
    baseline,
    prepare: () => () => manager.events.emit({ type: 'row:update', payload }),
    finish: () => manager.destroy(),
  })
  return measure(suite, 'emit', repeat, [contestant('off', off, true), contestant('on', on)], rounds)
}
