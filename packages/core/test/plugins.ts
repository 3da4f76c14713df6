import {
  EnhancedPluginManager,
  type AnyPlugin,
  type EnhancedPluginContext,
  type HostOptions,
  type LogLevel,
  type PluginErrorPayload,
} from '../src/index.ts'
import { FakeClock } from './fake-clock.ts'

export { deferred } from './deferred.ts'
export { errorOf } from './error-of.ts'

type Context = EnhancedPluginContext<unknown, Record<string, (...parameters: never[]) => unknown>>

/** A plugin as a test writes it: nothing but what matters to that test. */
export interface TestPlugin extends Omit<Partial<AnyPlugin>, 'metadata' | 'initialize'> {
  readonly metadata?: Partial<AnyPlugin['metadata']>
  readonly initialize?: (context: Context) => void | PromiseLike<void>
}

export function plugin(id: string, definition: TestPlugin = {}): AnyPlugin {
  const { metadata, initialize, ...rest } = definition
  return {
    metadata: { id, name: `The ${id}`, version: '1.0.0', category: 'utility', ...metadata },
    initialize: (context: Context) => initialize?.(context),
    ...rest,
  }
}

/** A plugin that hands its context to the test. */
export function holder(id: string, rest: TestPlugin = {}): { plugin: AnyPlugin; context: () => Context } {
  let held: Context | undefined
  return {
    plugin: plugin(id, {
      ...rest,
      initialize(context) {
        held = context
        return rest.initialize?.(context)
      },
    }),
    context: () => {
      if (held === undefined) throw new Error(`${id} was not initialised`)
      return held
    },
  }
}

export interface LogLine {
  readonly level: LogLevel
  readonly tag: string
  readonly message: string
}

/** Options of a host for tests: time stands still and nothing is written to the console. */
export function quietHost(): HostOptions & { readonly clock: FakeClock; readonly lines: LogLine[] } {
  const lines: LogLine[] = []
  return {
    clock: new FakeClock(),
    lines,
    log: (level, tag, message) => void lines.push({ level, tag, message }),
  }
}

/** A manager without a table, and what it said. */
export function quietManager(options: HostOptions = {}): {
  manager: EnhancedPluginManager
  clock: FakeClock
  lines: LogLine[]
  errors: PluginErrorPayload[]
} {
  const host = quietHost()
  const manager = new EnhancedPluginManager({ ...host, ...options })
  const errors: PluginErrorPayload[] = []
  manager.events.on('plugin:error', ({ payload }) => errors.push(payload))
  return { manager, clock: host.clock, lines: host.lines, errors }
}

export const never = (): Promise<void> => new Promise(() => {})
