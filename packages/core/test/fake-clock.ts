import type { Clock, Undo } from '../src/index.ts'

interface Timer {
  at: number
  readonly every: number | undefined
  readonly run: () => void
}

/** A clock that stands still until told to go on. */
export class FakeClock implements Clock {
  readonly #timers = new Set<Timer>()
  #time = 1_000

  now(): number {
    return this.#time
  }

  elapsed(): number {
    return this.#time
  }

  after(milliseconds: number, run: () => void): Undo {
    return this.#add({ at: this.#time + milliseconds, every: undefined, run })
  }

  every(milliseconds: number, run: () => void): Undo {
    return this.#add({ at: this.#time + milliseconds, every: milliseconds, run })
  }

  /** Time that somebody's code takes: no timer can fire meanwhile. */
  spend(milliseconds: number): void {
    this.#time += milliseconds
  }

  /** How many timers are waiting. */
  get pending(): number {
    return this.#timers.size
  }

  /** Lets time pass, timer by timer, and what each of them sets off come to rest. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.#time + milliseconds
    await settle()
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#time = next.at
      if (next.every === undefined) this.#timers.delete(next)
      else next.at += next.every
      next.run()
      await settle()
    }
    this.#time = end
  }

  #add(timer: Timer): Undo {
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  #next(end: number): Timer | undefined {
    return [...this.#timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
  }
}

/** Resolves when all that can go on without time passing has gone on. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
