/** Runs pieces of work one after the other, in the order they came. */
export class WorkQueue {
  #last: Promise<unknown> = Promise.resolve()

  /** Resolves when everything added so far has ended, however it ended. */
  get idle(): Promise<void> {
    return this.#last.then(() => undefined)
  }

  add<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    // Keeps the queue going, and a caller who drops the promise from an unhandled rejection.
    this.#last = result.catch(() => undefined)
    return result
  }
}
