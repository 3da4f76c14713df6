import type { GridKitEvent, WaitOptions } from '../definition/events.ts'
import { eventTimedOut, waitEnded } from '../errors/event-errors.ts'
import type { Clock } from '../lifetime/clock.ts'
import { Scope, type Undo } from '../lifetime/scope.ts'

const defaultTimeout = 5_000

/** What a wait needs of its bus. */
export interface WaitRooms {
  readonly clock: Clock
  /** How the bus ends those who wait when it is cleared. */
  readonly waits: Set<Undo>
  readonly on: (handler: (event: GridKitEvent) => void) => Undo
}

/** Resolves with the first event that passes. Every ending takes subscription, timer and listener away. */
export function waitForEvent(
  { clock, waits, on }: WaitRooms,
  pattern: string,
  passes: (event: GridKitEvent) => boolean,
  { timeout = defaultTimeout, signal }: WaitOptions,
): Promise<GridKitEvent> {
  const scope = new Scope()
  return new Promise<GridKitEvent>((resolve, reject) => {
    const fail = (error: unknown): void => {
      scope.close()
      reject(error)
    }
    const abort = (): void => fail(waitEnded(pattern, 'its signal aborted', signal?.reason))
    const clear = (): void => fail(waitEnded(pattern, 'the event bus was cleared'))
    if (signal?.aborted) return abort()
    const receive = (event: GridKitEvent): void => {
      // What is removed during an emit is still called for that event.
      if (scope.closed || !passes(event)) return
      scope.close()
      resolve(event)
    }
    scope.add(on((event) => attempt(() => receive(event), fail)))
    scope.add(clock.after(timeout, () => fail(eventTimedOut(pattern, timeout))))
    scope.add(() => signal?.removeEventListener('abort', abort))
    signal?.addEventListener('abort', abort)
    scope.add(() => waits.delete(clear))
    waits.add(clear)
  })
}

function attempt(run: () => void, fail: (error: unknown) => void): void {
  try {
    run()
  } catch (error) {
    fail(error)
  }
}
