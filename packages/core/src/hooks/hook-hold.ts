import type { Undo } from '../lifetime/scope.ts'

/** Keeps operations from the hooks of one plugin while that is being replaced. */
export class HookHold {
  isOpen = true
  readonly #waiting = new Set<() => void>()

  /** Calls the listener at the release. */
  onRelease(listener: () => void): Undo {
    this.#waiting.add(listener)
    return () => void this.#waiting.delete(listener)
  }

  release(): void {
    this.isOpen = false
    for (const listener of this.#waiting) listener()
    this.#waiting.clear()
  }
}
