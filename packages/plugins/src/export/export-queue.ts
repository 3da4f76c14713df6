/** Runs exports one after the other, in the order they came. */
export class ExportQueue {
  #last: Promise<unknown> = Promise.resolve()

  add<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work)
    // One that fails must not keep the next from running.
    this.#last = result.catch(() => undefined)
    return result
  }
}
