import { array, assert, asyncProperty, constantFrom, integer, record } from 'fast-check'
import { expect, test } from 'vitest'
import { settle } from '../../test/fake-clock.ts'
import { peopleTable } from '../../test/people.ts'
import { holder, plugin } from '../../test/plugins.ts'
import type { AnyPlugin } from '../index.ts'

const rights = ['events:subscribe', 'methods:register', 'services:export'] as const
const limits = { maxCallsPerSecond: 1e9, maxCallBurst: 1e9 }
const channels = ['event', 'call', 'message', 'service'] as const
type Channel = (typeof channels)[number]
type Seen = Readonly<Record<Channel, readonly number[]>>

const nothing: Seen = { event: [], call: [], message: [], service: [] }
const phases = ['initialize', 'start', 'restore', 'onHotReload'] as const
type Fault = (typeof phases)[number] | undefined

/** Keeps all that reaches it, by channel, and hands it on. Where it is told to, it fails on its way up. */
function witness(version: number, fault: Fault, pause: number): AnyPlugin {
  let seen = nothing
  const note = (channel: Channel, number: number): void => {
    seen = { ...seen, [channel]: [...seen[channel], number] }
  }
  const wait = async (): Promise<void> => {
    for (let turn = 0; turn < pause; turn += 1) await Promise.resolve()
  }
  const reach = async (phase: Fault): Promise<void> => {
    await wait()
    if (phase === fault) throw new Error(`no ${phase}`)
  }
  const definition = plugin('witness', {
    metadata: { version: `1.0.${version}` },
    requiredPermissions: rights,
    resourceLimits: limits,
    methods: ['note', 'seen'],
    async initialize(context) {
      seen = nothing
      context.on('row:update', ({ payload }) => note('event', Number(payload.after['age'])))
      context.registerMethod('note', async (number: number) => {
        // The state is changed late, as a plugin does that has to ask somebody first.
        await wait()
        note('call', number)
        return number
      })
      context.registerMethod('seen', () => seen)
      context.onMessage((number) => note('message', number as number))
      context.exportService('notes', {
        async note(number: number) {
          await wait()
          note('service', number)
          return number
        },
      })
      await reach('initialize')
    },
    start: () => reach('start'),
  })
  return {
    ...definition,
    snapshot: () => seen,
    async restore(state: Seen) {
      await wait()
      // What came while it was on its way up was kept from it.
      expect(seen).toEqual(nothing)
      seen = state
      await reach('restore')
    },
    onHotReload: () => reach('onHotReload'),
  }
}

async function world() {
  const sender = holder('sender', {
    requiredPermissions: ['messages:send', 'services:import'],
    resourceLimits: limits,
  })
  const { table, clock } = peopleTable([witness(0, undefined, 0), sender.plugin])
  await table.plugins.ready
  const service = sender.context().importService<{ note(number: number): number }>('witness', 'notes')
  const send: Readonly<Record<Channel, (number: number) => unknown>> = {
    event: (number) => table.updateRow('ada', { age: number }),
    call: (number) => table.plugins.callMethod('note', [number]),
    message: (number) => sender.context().sendMessage('witness', number),
    service: (number) => service.note(number),
  }
  return { table, clock, send, manager: table.plugins }
}

interface Step {
  readonly channel: Channel
  readonly reload: boolean
  readonly fault: Fault
  readonly pause: number
  readonly after: number
}

async function run(steps: readonly Step[]): Promise<void> {
  const { table, clock, send, manager } = await world()
  const sent: Record<Channel, number[]> = { event: [], call: [], message: [], service: [] }
  const answers: unknown[] = []
  const reloads: Promise<unknown>[] = []
  const failures = new Set<string>()
  let good = 0
  for (const [index, { channel, reload, fault, pause, after }] of steps.entries()) {
    const number = 1_000 + index
    if (reload) {
      const reloaded = manager.reloadPlugin('witness', witness(index, fault, pause))
      reloads.push(
        reloaded.then(() => (good += 1)).catch(({ code }: { code: string }) => void failures.add(code)),
      )
    }
    sent[channel].push(number)
    answers.push(send[channel](number))
    for (let turn = 0; turn < after; turn += 1) await Promise.resolve()
  }
  await Promise.all(reloads)
  await Promise.all(answers)
  await settle()
  expect(good).toBe(steps.filter(({ reload, fault }) => reload && fault === undefined).length)
  expect([...failures].filter((code) => code !== 'GK_RELOAD_ROLLED_BACK')).toEqual([])
  expect(await manager.callMethod('seen', [])).toEqual(sent)
  await table.destroy()
  expect(clock.pending).toBe(0)
}

test('whatever is sent while versions come and fail arrives once, and in order', async () => {
  const step = record({
    channel: constantFrom(...channels),
    reload: constantFrom(true, false, false, false, false),
    fault: constantFrom<Fault[]>(...phases, undefined, undefined, undefined, undefined),
    pause: integer({ min: 0, max: 40 }),
    after: integer({ min: 0, max: 60 }),
  })
  await assert(asyncProperty(array(step, { minLength: 1, maxLength: 60 }), run), { numRuns: 100 })
}, 120_000)

test('1,000 reloads in a stream of events, calls and messages lose and double nothing', async () => {
  const steps = Array.from({ length: 1_000 }, (_, index): Step => ({
    channel: channels[index % channels.length] ?? 'event',
    reload: true,
    fault: undefined,
    pause: index % 23,
    after: index % 37,
  }))
  await expect(run(steps)).resolves.toBeUndefined()
}, 120_000)
