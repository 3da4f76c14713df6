const block = 100
const tails = Array.from({ length: block }, (_, tail) => String(tail).padStart(2, '0'))

/** Counts events: `event-0000001`, `event-0000002`, …; in the order of text also, up to ten million. */
export class EventIds {
  #last = 0
  #head = headOf(0)

  next(): string {
    this.#last += 1
    const at = this.#last % block
    if (at === 0) this.#head = headOf(this.#last / block)
    // Joining two texts takes a fraction of writing out a number, and from 13 characters on nothing is copied.
    return `${this.#head}${tails[at]}`
  }
}

function headOf(hundreds: number): string {
  return `event-${String(hundreds).padStart(5, '0')}`
}
