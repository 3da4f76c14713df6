import {
  array,
  assert,
  asyncProperty,
  boolean,
  constant,
  constantFrom,
  oneof,
  record,
  subarray,
  type Arbitrary,
} from 'fast-check'
import { expect, test } from 'vitest'
import { FakeClock, settle } from '../../test/fake-clock.ts'
import { plugin } from '../../test/plugins.ts'
import { EnhancedPluginManager, GridKitError, type AnyPlugin } from '../index.ts'

/** Plugins, and what they need. */
const needs: Readonly<Record<string, readonly string[]>> = { a: [], b: ['a'], c: ['b'], d: ['a'] }
const ids = Object.keys(needs)

interface Making {
  readonly version?: string
  readonly config?: number
  /** Comes up when it is let. */
  readonly slow?: boolean
  /** Needs a right that a person is asked for. */
  readonly asks?: boolean
  readonly fails?: 'nowhere' | 'initialize' | 'start'
}

type Step =
  | ({ readonly do: 'install'; readonly id: string } & Making)
  | { readonly do: 'load' | 'update'; readonly id: string }
  | {
      readonly do: 'list'
      readonly ids: readonly string[]
      readonly version: string
      readonly config: number
    }
  | { readonly do: 'uninstall'; readonly id: string; readonly cascade: boolean }
  | { readonly do: 'configure'; readonly id: string; readonly config: number }
  | { readonly do: 'turn'; readonly id: string; readonly on: boolean }
  | { readonly do: 'start' | 'stop' }
  | { readonly do: 'allow' | 'refuse' | 'let' | 'wait' }

const id = constantFrom(...ids)
const version = constantFrom('1.0.0', '2.0.0')
const config = constantFrom(1, 2, 3)
const step: Arbitrary<Step> = oneof(
  record({
    do: constant('install' as const),
    id,
    version,
    slow: boolean(),
    asks: boolean(),
    fails: constantFrom<Making['fails'][]>('nowhere', 'nowhere', 'nowhere', 'initialize', 'start'),
  }) as Arbitrary<Step>,
  record({ do: constantFrom('load' as const, 'update' as const), id }),
  record({ do: constant('list' as const), ids: subarray(ids), version, config }),
  record({ do: constant('uninstall' as const), id, cascade: boolean() }),
  record({ do: constant('configure' as const), id, config }),
  record({ do: constant('turn' as const), id, on: boolean() }),
  record({ do: constantFrom('start' as const, 'stop' as const) }),
  record({ do: constantFrom('allow' as const, 'refuse' as const) }),
  record({ do: constantFrom('wait' as const, 'let' as const) }),
)

/** A manager, and everything that must not happen with it. */
class World {
  readonly wrong = new Set<string>()
  readonly clock = new FakeClock()
  readonly manager: EnhancedPluginManager
  readonly #live = new Map<string, number>()
  readonly #gates: (() => void)[] = []
  readonly #prompts: ((allowed: boolean) => void)[] = []
  readonly #outcomes: Promise<unknown>[] = []
  #loads = 0
  #listed: readonly string[] = []
  #started = false
  ended = false

  constructor() {
    this.manager = new EnhancedPluginManager({
      clock: this.clock,
      log: () => {},
      timeouts: { initialize: 1e9, start: 1e9, stop: 1e9, destroy: 1e9 },
      permissions: ({ permission }) =>
        permission !== 'download' || new Promise((resolve) => this.#prompts.push(resolve)),
      loaders: [
        {
          name: 'loader',
          canLoad: () => true,
          load: async (source) => {
            await settle()
            const count = (this.#loads += 1)
            return this.make(source, {
              version: count % 2 === 0 ? '1.0.0' : '2.0.0',
              slow: count % 3 === 0,
              asks: count % 5 === 0,
              fails: count % 7 === 0 ? 'initialize' : 'nowhere',
            })
          },
        },
      ],
    })
  }

  make(name: string, { version = '1.0.0', config, slow, asks, fails }: Making = {}): AnyPlugin {
    return plugin(name, {
      metadata: { version },
      dependencies: Object.fromEntries((needs[name] ?? []).map((each) => [each, '*'])),
      config,
      methods: [`${name}.work`],
      ...(config === 3 && { onConfigChange: () => {} }),
      requiredPermissions: ['methods:register', asks ? 'download' : 'events:subscribe'],
      initialize: async (context) => {
        this.#comes(name)
        if (!context.hasPermission('methods:register')) this.wrong.add(`${name} runs without its rights`)
        context.registerMethod(`${name}.work`, () => name)
        context.setInterval(() => {}, 1000)
        if (slow) await new Promise<void>((resolve) => this.#gates.push(resolve))
        if (fails === 'initialize') throw new Error('initialize')
      },
      start: () => {
        if (fails === 'start') throw new Error('start')
      },
      stop: settle,
      destroy: () => void this.#live.set(name, this.#count(name) - 1),
    })
  }

  async take(step: Step): Promise<void> {
    switch (step.do) {
      case 'wait':
        await settle()
        break
      case 'allow':
      case 'refuse':
        this.#answer(step.do === 'allow')
        break
      case 'let':
        this.#open()
        break
      case 'list':
      case 'start':
      case 'stop':
        this.#steer(step)
        break
      default:
        this.#note(this.#work(step))
    }
  }

  /** Lets everything come to an end, and looks whether what is shown is what there is. */
  async rest(history: readonly Step[]): Promise<void> {
    if (!(await this.#until(this.manager.ready))) this.wrong.add('never ready')
    for (const { id, status } of this.manager.listPlugins()) {
      if (this.#count(id) !== (status === 'running' ? 1 : 0))
        this.wrong.add(`${id} is ${status}, and ${this.#count(id)} run`)
      if (!['running', 'stopped', 'error'].includes(status) && this.manager.isInstalled(id))
        this.wrong.add(`${id} rests in ${status}`)
      if (status === 'running') await this.#expectToWork(id)
    }
    for (const each of ids)
      if (this.#count(each) > 0 && !this.manager.getPlugin(each)) this.wrong.add(`${each} runs unseen`)
    const did = (...kinds: Step['do'][]): boolean => history.some((step) => kinds.includes(step.do))
    if (this.#started && !did('uninstall'))
      for (const each of this.#listed) if (!this.manager.getPlugin(each)) this.wrong.add(`${each} is missing`)
    if (this.#started && !did('install', 'load'))
      for (const { id } of this.manager.listPlugins())
        if (!this.#listed.includes(id)) this.wrong.add(`${id} is not listed`)
  }

  /** Ends the manager in the middle of what it does; nothing is to be left. */
  async end(): Promise<void> {
    this.#note(this.manager.installPlugin(this.make('a', { slow: true })))
    await settle()
    if (!(await this.#until(this.manager.destroy()))) this.wrong.add('never destroyed')
    this.ended = true
    await this.manager.ready
    await Promise.all(this.#outcomes)
    await settle()
    for (const each of ids) if (this.#count(each) !== 0) this.wrong.add(`${each} is left`)
    if (this.manager.listPlugins().length > 0) this.wrong.add('the store has plugins')
    if (this.clock.pending > 0) this.wrong.add('timers are left')
    if (this.manager.events.count() > 0) this.wrong.add('subscriptions are left')
  }

  #steer(step: Extract<Step, { do: 'list' | 'start' | 'stop' }>): void {
    if (step.do === 'list') {
      this.#listed = step.ids
      this.manager.setPlugins(step.ids.map((each) => this.make(each, { ...step, slow: step.config === 2 })))
      return
    }
    this.#started = step.do === 'start'
    if (this.#started) this.manager.start()
    else this.#note(this.manager.stop())
  }

  #work(
    step: Exclude<Step, { do: 'list' | 'start' | 'stop' | 'allow' | 'refuse' | 'let' | 'wait' }>,
  ): Promise<unknown> {
    const { manager } = this
    switch (step.do) {
      case 'install':
        return manager.installPlugin(this.make(step.id, step))
      case 'load':
        return manager.installPlugin(step.id)
      case 'update':
        return manager.updatePlugin(step.id)
      case 'uninstall':
        return manager.uninstallPlugin(step.id, step)
      case 'configure':
        return manager.setPluginConfig(step.id, step.config)
      default:
        return manager.setPluginEnabled(step.id, step.on)
    }
  }

  #comes(name: string): void {
    if (this.ended) this.wrong.add(`${name} came after the end`)
    this.#live.set(name, this.#count(name) + 1)
    if (this.#count(name) > 1) this.wrong.add(`${name} runs twice`)
    for (const each of needs[name] ?? [])
      if (this.#count(each) === 0) this.wrong.add(`${name} came without ${each}`)
  }

  async #expectToWork(name: string): Promise<void> {
    for (const each of needs[name] ?? [])
      if (this.manager.getPlugin(each)?.status !== 'running') this.wrong.add(`${name} runs without ${each}`)
    const answer = this.manager.callMethod(`${name}.work`, []).catch((error: unknown) => error)
    const late = settle().then(settle)
    if ((await Promise.race([answer, late])) !== name) this.wrong.add(`${name} does not work`)
  }

  #count(name: string): number {
    return this.#live.get(name) ?? 0
  }

  #note(outcome: Promise<unknown>): void {
    this.#outcomes.push(
      outcome.catch((error: unknown) => {
        if (!(error instanceof GridKitError)) this.wrong.add(`no GridKitError: ${String(error)}`)
      }),
    )
  }

  #answer(allowed: boolean): void {
    for (const answer of this.#prompts.splice(0)) answer(allowed)
  }

  #open(): void {
    for (const open of this.#gates.splice(0)) open()
  }

  /** Whether it comes to an end, when nobody is kept waiting. */
  async #until(work: Promise<unknown>): Promise<boolean> {
    const state = { done: false }
    const end = (): void => void (state.done = true)
    work.then(end, end)
    const patience = Date.now() + 5000
    while (!state.done && Date.now() < patience) {
      this.#open()
      this.#answer(true)
      await settle()
    }
    return state.done
  }
}

test(
  'whatever is asked of a manager, in whatever order, it keeps its promises',
  { timeout: 120_000 },
  async () => {
    const unhandled: unknown[] = []
    const note = (error: unknown): void => void unhandled.push(error)
    process.on('unhandledRejection', note)
    await assert(
      asyncProperty(
        array(step, { minLength: 5, maxLength: 30, size: 'max' }),
        boolean(),
        async (history, abrupt) => {
          const world = new World()
          for (const each of history) await world.take(each)
          if (!abrupt) await world.rest(history)
          await world.end()
          expect([...world.wrong, ...unhandled]).toEqual([])
        },
      ),
      { numRuns: 300 },
    )
    process.off('unhandledRejection', note)
  },
)
