import type { Undo } from '@gridkit/core'
import { keyTimedOut } from './errors.ts'

/** Runs something later. */
export type After = (milliseconds: number, run: () => void) => Undo

/** Waits for keys that may never come, each for some time. */
export class Patience {
  readonly #after: After
  readonly #milliseconds: number
  readonly #waiting = new Set<() => void>()
  #isOver = false

  constructor(after: After, milliseconds: number) {
    this.#after = after
    this.#milliseconds = milliseconds
  }

  /** @throws GK_AUDIT_KEY_TIMED_OUT */
  async waitFor<T>(name: string, key: T | PromiseLike<T>): Promise<T> {
    let done: Undo = () => {}
    const limit = new Promise<never>((_, reject) => {
      const giveUp = (): void => reject(keyTimedOut(name))
      this.#waiting.add(giveUp)
      const cancel = this.#after(this.#isOver ? 0 : this.#milliseconds, giveUp)
      done = () => {
        this.#waiting.delete(giveUp)
        cancel()
      }
    })
    try {
      return await Promise.race([key, limit])
    } finally {
      done()
    }
  }

  /** Nothing is waited for any more: the plugin is about to go. */
  end(): void {
    this.#isOver = true
    for (const giveUp of this.#waiting) giveUp()
  }
}
