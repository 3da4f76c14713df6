import type { Undo } from '../lifetime/scope.ts'

/**
 * What is on its way to one plugin, in the order it came. Each delivery has a
 * microtask of its own. While the line is held they wait, and none is lost.
 */
export class DeliveryLine {
  #deliveries: (() => void)[] = []
  /** How many at the front of `#deliveries` are gone. */
  #delivered = 0
  #holds = 0

  get held(): boolean {
    return this.#holds > 0
  }

  /** How many were not delivered yet. */
  get waiting(): number {
    return this.#deliveries.length - this.#delivered
  }

  /** `deliver` never throws. */
  add(deliver: () => void): void {
    this.#deliveries.push(deliver)
    queueMicrotask(this.#next)
  }

  /** Holds the line until the undo is called, and those of all other holds. */
  hold(): Undo {
    this.#holds += 1
    let holding = true
    return () => {
      if (!holding) return
      holding = false
      this.#holds -= 1
      const waiting = this.held ? 0 : this.waiting
      for (let each = 0; each < waiting; each += 1) queueMicrotask(this.#next)
    }
  }

  // Those added and those released have more turns than there are deliveries; what finds none does nothing.
  readonly #next = (): void => {
    const deliver = this.held ? undefined : this.#deliveries[this.#delivered]
    if (deliver === undefined) return
    this.#delivered += 1
    if (this.#delivered === this.#deliveries.length) {
      this.#deliveries = []
      this.#delivered = 0
    }
    deliver()
  }
}
