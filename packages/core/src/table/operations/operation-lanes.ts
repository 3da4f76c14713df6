interface Lane {
  /** How many are waited for. */
  underWay: number
  /** What comes after them, in order. */
  readonly waiting: (() => void)[]
}

/** Lets operations of one subject, where one has to wait, follow each other in order. Others pass. */
export class OperationLanes {
  readonly #lanes = new Map<string, Lane>()

  isBusy(subject: string): boolean {
    return this.#lanes.size > 0 && this.#lanes.has(subject)
  }

  /** Calls `run`, which must not throw, when those before it have come to an end. */
  queue(subject: string, run: () => void): void {
    this.#lanes.get(subject)?.waiting.push(run)
  }

  /** Keeps others of the subject waiting until the work has ended. */
  occupy(subject: string, work: Promise<void>): void {
    const lane = this.#lanes.get(subject) ?? { underWay: 0, waiting: [] }
    this.#lanes.set(subject, lane)
    lane.underWay += 1
    void work.then(() => {
      lane.underWay -= 1
      this.#advance(subject, lane)
    })
  }

  /** What waits is not run any more. */
  clear(): void {
    for (const { waiting } of this.#lanes.values()) waiting.length = 0
  }

  #advance(subject: string, lane: Lane): void {
    while (lane.underWay === 0) {
      const run = lane.waiting.shift()
      if (run === undefined) return void this.#lanes.delete(subject)
      run()
    }
  }
}
