import type { EventInbox } from '../context/event-inbox.ts'
import type { Guard } from '../context/guarded-call.ts'
import type { EnhancedPluginContext } from '../definition/context.ts'
import type { AnyPlugin, PreviousVersion } from '../definition/plugin.ts'
import type { GridKitEvent } from '../definition/events.ts'
import { copyOf } from '../messaging/message-copy.ts'
import { failureOf } from './phase-failure.ts'
import type { LifecycleTimeouts } from './host-rooms.ts'

/** What one version of a plugin leaves to the next. */
export interface Legacy {
  readonly from: PreviousVersion
  /** What its `snapshot` returned, in an object; `undefined` where it has none. */
  readonly state: { readonly value: unknown } | undefined
}

/** The plugin that is replaced, or replaces another. */
export interface HandoverSubject {
  readonly definition: AnyPlugin
  readonly guard: Guard
  readonly inbox: EventInbox
  readonly context: EnhancedPluginContext
  readonly timeouts: LifecycleTimeouts
  /** Aborts when the plugin is to go. */
  readonly signal: AbortSignal
}

/** One plugin instance on one side of a hot reload. */
export class Handover {
  readonly #subject: HandoverSubject

  constructor(subject: HandoverSubject) {
    this.#subject = subject
  }

  /** Keeps events and what else can wait from the plugin. */
  hold(): void {
    const { inbox, guard } = this.#subject
    inbox.held = true
    guard.line.hold()
  }

  /** Resolves when the plugin has ended what it was called for; at the latest after the time it has to stop. */
  settled(): Promise<void> {
    const { guard, timeouts } = this.#subject
    return guard.settled(timeouts.stop)
  }

  /** Gives the plugin the events that were kept, and those that come of that; then it is on its own. */
  release(kept: Iterable<GridKitEvent>): void {
    const { inbox, guard } = this.#subject
    guard.catchingUp = true
    for (const event of kept) inbox.deliver(event)
    guard.catchingUp = false
    inbox.held = false
    guard.line.release()
  }

  /** @throws what the plugin throws, GK_PLUGIN_TIMED_OUT, GK_INSTALL_INTERRUPTED, GK_MESSAGE_INVALID */
  async leave(): Promise<Legacy> {
    const { definition } = this.#subject
    const { id, version } = definition.metadata
    const from = { version }
    if (definition.snapshot === undefined) return { from, state: undefined }
    const value = await this.#run('snapshot', (context) => definition.snapshot?.(context))
    // A copy, because the old code may change it while it ends.
    return { from, state: { value: copyOf(value, id, 'snapshot') } }
  }

  /**
   * Gives the plugin what another version left.
   *
   * @param isBack Whether that was this very version, which then need not hear of a reload.
   * @throws what the plugin throws, GK_PLUGIN_TIMED_OUT, GK_INSTALL_INTERRUPTED
   */
  async inherit({ from, state }: Legacy, isBack: boolean): Promise<void> {
    const { definition } = this.#subject
    const { id } = definition.metadata
    // Each gets its own, as there may be another to go back to.
    if (state)
      await this.#run('restore', (context) =>
        definition.restore?.(copyOf(state.value, id, 'snapshot') as never, context),
      )
    if (!isBack) await this.#run('onHotReload', (context) => definition.onHotReload?.(from, context))
  }

  async #run(
    phase: 'snapshot' | 'restore' | 'onHotReload',
    call: (context: never) => unknown,
  ): Promise<unknown> {
    const { guard, context, timeouts, signal, definition } = this.#subject
    const milliseconds = timeouts[phase === 'snapshot' ? 'stop' : 'start']
    const outcome = await guard.phase(milliseconds, signal, () =>
      guard.measure(phase, () => call(context as never)),
    )
    if (outcome.kind === 'done') return outcome.value
    throw failureOf(outcome, definition.metadata.id, phase, milliseconds)
  }
}
