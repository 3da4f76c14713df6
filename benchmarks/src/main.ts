import { measureEventBus } from './event-bus.ts'
import type { Measurement } from './measure.ts'
import { measureTable } from './table.ts'

declare global {
  interface Window {
    runBenchmarks?: () => Promise<readonly Measurement[]>
  }
}

window.runBenchmarks = async () => [...(await measureEventBus()), ...(await measureTable())]
