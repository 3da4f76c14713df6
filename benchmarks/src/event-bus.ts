import { EnhancedPluginManager, type PayloadOf } from '@gridkit/core'
import { EventEmitter } from 'eventemitter3'
import mitt from 'mitt'
import { createNanoEvents } from 'nanoevents'
import { EventEmitter as TseepEmitter } from 'tseep'
import { measure, type Contestant, type Measurement } from './measure.ts'

const type = 'row:update'

let sink = 0
/** A handler of its own for each subscription; all contestants get the same. */
const handler = () => (): void => {
  sink += 1
}

type Payload = PayloadOf<typeof type>
const newPayload = (): Payload => ({ rowId: '1', before: {}, after: {}, patches: [], inversePatches: [] })
const shared = newPayload()
const sharedPayload = (): Payload => shared

/** What is measured: how many handlers, whether one more hears everything, and what is emitted. */
interface Discipline {
  readonly handlers: number
  readonly wildcard?: boolean
  readonly payload: () => Payload
}

function times(count: number, run: () => void): void {
  for (let left = count; left > 0; left -= 1) run()
}

function gridKit(name: string, { handlers, wildcard, payload }: Discipline, owner?: string): Contestant {
  return {
    name,
    prepare() {
      const { events } = new EnhancedPluginManager()
      times(handlers, () => events.on(type, handler(), {}, owner))
      if (wildcard) events.on('*', handler(), {}, owner)
      return () => events.emit({ type, payload: payload() })
    },
  }
}

const forApplication = (discipline: Discipline): Contestant => gridKit('GridKit', discipline)

/** Without what the plugin's own guard costs. */
const forPlugin = (discipline: Discipline): Contestant =>
  gridKit('GridKit, payload frozen for a plugin', discipline, 'acme')

const eventEmitter3 = ({ handlers, payload }: Discipline): Contestant => ({
  name: 'eventemitter3',
  baseline: true,
  prepare() {
    const emitter = new EventEmitter()
    times(handlers, () => emitter.on(type, handler()))
    return () => void emitter.emit(type, payload())
  },
})

const mittOf = ({ handlers, wildcard = false, payload }: Discipline): Contestant => ({
  name: 'mitt',
  baseline: wildcard,
  prepare() {
    const emitter = mitt()
    times(handlers, () => emitter.on(type, handler()))
    if (wildcard) emitter.on('*', handler())
    return () => emitter.emit(type, payload())
  },
})

const nanoEvents = ({ handlers, payload }: Discipline): Contestant => ({
  name: 'nanoevents',
  prepare() {
    const emitter = createNanoEvents()
    times(handlers, () => emitter.on(type, handler()))
    return () => emitter.emit(type, payload())
  },
})

const tseep = ({ handlers, payload }: Discipline): Contestant => ({
  name: 'tseep',
  prepare() {
    const emitter = new TseepEmitter()
    times(handlers, () => emitter.on(type, handler()))
    return () => void emitter.emit(type, payload())
  },
})

/** GridKit isolates each handler, orders by priority and freezes a full event; the others call in a loop. */
const suites = [
  {
    name: 'Event bus: one emit',
    counts: [0, 1, 10, 100],
    payload: sharedPayload,
    contestants: [forApplication, forPlugin, eventEmitter3, mittOf, nanoEvents, tseep],
  },
  {
    name: 'Event bus: one emit, with a wildcard listener besides',
    counts: [1, 10, 100],
    wildcard: true,
    payload: sharedPayload,
    contestants: [forApplication, forPlugin, mittOf],
  },
  {
    name: 'Event bus: one emit of a new payload',
    counts: [1, 10, 100],
    payload: newPayload,
    contestants: [forApplication, forPlugin, eventEmitter3],
  },
]

export async function measureEventBus(): Promise<readonly Measurement[]> {
  const results: Measurement[] = []
  for (const { name, counts, contestants, ...how } of suites) {
    for (const handlers of counts) {
      const discipline = `${handlers} ${handlers === 1 ? 'handler' : 'handlers'}`
      // Where pages are not isolated the clock goes by tenths of a millisecond: a round is to be long enough for it.
      const repeat = handlers === 100 ? 20_000 : 200_000
      const those = contestants.map((contestant) => contestant({ handlers, ...how }))
      results.push(...(await measure(name, discipline, repeat, those)))
    }
  }
  return results
}
