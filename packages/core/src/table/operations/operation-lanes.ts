/** An operation that waits for others of its subject. None of it may throw. */
export interface Turn {
  take(): void
  /** Called instead when it will not be its turn. */
  lose(): void
}

interface Lane {
  /** How many are waited for. */
  underWay: number
  /** What comes after them, in order. */
  readonly waiting: Turn[]
}

/** Lets operations of one subject, where one has to wait, follow each other in order. Others pass. */
export class OperationLanes {
  readonly #lanes = new Map<string, Lane>()

  isBusy(subject: string): boolean {
    return this.#lanes.size > 0 && this.#lanes.has(subject)
  }

  /** It is its turn when those before it have come to an end. */
  queue(subject: string, turn: Turn): void {
    this.#lanes.get(subject)?.waiting.push(turn)
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

  /** All that wait lose their turn. */
  clear(): void {
    const lost = [...this.#lanes.values()].flatMap(({ waiting }) => waiting.splice(0))
    for (const turn of lost) turn.lose()
  }

  #advance(subject: string, lane: Lane): void {
    while (lane.underWay === 0) {
      const turn = lane.waiting.shift()
      if (turn === undefined) return void this.#lanes.delete(subject)
      turn.take()
    }
  }
}
