import type { Guard } from '../context/guarded-call.ts'
import type { GridKitError } from '../errors/gridkit-error.ts'
import type { Outcome } from '../lifetime/deadline.ts'
import type { InstanceRooms, LifecycleTimeouts } from './host-rooms.ts'
import { failureOf } from './phase-failure.ts'

/** Whose phases are run. */
export interface PhaseOwner {
  readonly id: string
  readonly guard: Guard
  /** Aborts when the plugin is to go. */
  readonly signal: AbortSignal
}

/** How a phase of coming up ended, where it did not end well. */
export interface FailedPhase {
  readonly error: GridKitError
  /** Whether it was ended, so that it is no fault of the plugin. */
  readonly isAborted: boolean
}

/** Runs the phases of one plugin's life, each within its time. */
export class InstancePhases {
  readonly #owner: PhaseOwner
  readonly #rooms: InstanceRooms

  constructor(owner: PhaseOwner, rooms: InstanceRooms) {
    this.#owner = owner
    this.#rooms = rooms
  }

  /** Runs a phase of coming up, which ends when the plugin is to go. `undefined` when it succeeded. Never rejects. */
  async rise(phase: 'initialize' | 'start', run: () => unknown): Promise<FailedPhase | undefined> {
    const { id, guard, signal } = this.#owner
    const milliseconds = this.#rooms.timeouts[phase]
    const outcome = await guard.phase(milliseconds, signal, run)
    if (outcome.kind === 'done') return undefined
    return { error: failureOf(outcome, id, phase, milliseconds), isAborted: outcome.kind === 'aborted' }
  }

  /** Runs a call whose failure is reported and changes nothing else. Never rejects. */
  async pass(phase: keyof LifecycleTimeouts | 'onConfigChange', run: () => unknown): Promise<void> {
    const { id: pluginId, guard, signal } = this.#owner
    const isOfConfig = phase === 'onConfigChange'
    const milliseconds = this.#rooms.timeouts[isOfConfig ? 'start' : phase]
    // A plugin that goes need not hear of its configuration.
    const outcome: Outcome<unknown> = await guard.phase(milliseconds, isOfConfig ? signal : undefined, run)
    if (outcome.kind === 'done' || outcome.kind === 'aborted') return
    const error = failureOf(outcome, pluginId, phase, milliseconds)
    this.#rooms.report({ pluginId, phase, error })
  }
}
