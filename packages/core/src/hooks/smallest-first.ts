/** Takes what is added out again, the smallest first, each at the cost of a logarithm of how many there are. */
export class SmallestFirst<T> {
  /** No item is greater than the two at twice its place, plus one and two. */
  readonly #items: T[] = []
  readonly #compare: (one: T, other: T) => number

  constructor(compare: (one: T, other: T) => number) {
    this.#compare = compare
  }

  add(item: T): void {
    const items = this.#items
    let at = items.push(item) - 1
    while (at > 0) {
      const above = (at - 1) >> 1
      const parent = items[above] as T
      if (this.#compare(parent, item) <= 0) break
      items[at] = parent
      at = above
    }
    items[at] = item
  }

  /** The smallest, which is gone then; `undefined` when there is none. */
  take(): T | undefined {
    const items = this.#items
    const [first] = items
    const last = items.pop()
    if (last !== undefined && items.length > 0) this.#sink(last)
    return first
  }

  /** Puts an item where the first one was. */
  #sink(item: T): void {
    const items = this.#items
    let at = 0
    for (;;) {
      let below = 2 * at + 1
      if (below >= items.length) break
      if (below + 1 < items.length && this.#compare(items[below + 1] as T, items[below] as T) < 0) below += 1
      if (this.#compare(item, items[below] as T) <= 0) break
      items[at] = items[below] as T
      at = below
    }
    items[at] = item
  }
}
