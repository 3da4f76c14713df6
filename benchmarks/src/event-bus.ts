import { EnhancedPluginManager } from '@gridkit/core'
import { EventEmitter } from 'eventemitter3'
import mitt from 'mitt'
import { createNanoEvents } from 'nanoevents'
import { measure, type Contestant, type Measurement } from './measure.ts'

const suite = 'Event bus: one emit'
const repeat = 20_000
const payload = { rowId: '1', before: {}, after: {}, patches: [], inversePatches: [] }

let sink = 0
const handler = (): void => {
  sink += 1
}

function contestants(handlers: number): readonly Contestant[] {
  const times = <T>(add: () => T): T[] => Array.from({ length: handlers }, add)
  return [
    {
      name: 'GridKit',
      prepare() {
        const { events } = new EnhancedPluginManager()
        times(() => events.on('row:update', () => handler()))
        return () => events.emit({ type: 'row:update', payload })
      },
    },
    {
      name: 'eventemitter3',
      baseline: true,
      prepare() {
        const emitter = new EventEmitter()
        times(() => emitter.on('row:update', () => handler()))
        return () => void emitter.emit('row:update', payload)
      },
    },
    {
      name: 'mitt',
      prepare() {
        const emitter = mitt()
        times(() => emitter.on('row:update', () => handler()))
        return () => emitter.emit('row:update', payload)
      },
    },
    {
      name: 'nanoevents',
      prepare() {
        const emitter = createNanoEvents()
        times(() => emitter.on('row:update', () => handler()))
        return () => emitter.emit('row:update', payload)
      },
    },
  ]
}

/** GridKit isolates each handler, orders by priority and freezes a full event; the others call in a loop. */
export async function measureEventBus(): Promise<readonly Measurement[]> {
  const results: Measurement[] = []
  for (const handlers of [0, 1, 10, 100]) {
    const discipline = `${handlers} ${handlers === 1 ? 'handler' : 'handlers'}`
    results.push(...(await measure(suite, discipline, repeat, contestants(handlers))))
  }
  return results
}
