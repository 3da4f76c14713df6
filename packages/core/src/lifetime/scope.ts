/** Undoes one registration. Calling it again does nothing. */
export type Undo = () => void

/**
 * Owns what one plugin acquired, and gives all of it back at once.
 *
 * Closing marks the scope closed first, then releases in reverse order. A
 * release that throws does not keep the others from running, and what is added
 * after closing is released at once.
 */
export class Scope {
  readonly #releases = new Set<Undo>()
  readonly #controller = new AbortController()
  #closed = false

  /** Aborted when the scope closes. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  get closed(): boolean {
    return this.#closed
  }

  /** How many registrations the scope holds. */
  get size(): number {
    return this.#releases.size
  }

  /** Takes ownership of a release, and returns the undo that releases it early. */
  add(release: Undo): Undo {
    if (this.#closed) {
      release()
      return () => {}
    }
    const undo = (): void => {
      if (this.#releases.delete(undo)) release()
    }
    this.#releases.add(undo)
    return undo
  }

  /** Releases everything, in reverse, and returns what the releases threw. */
  close(): readonly unknown[] {
    if (this.#closed) return []
    this.#closed = true
    const failures: unknown[] = []
    for (const undo of [...this.#releases].reverse()) {
      try {
        undo()
      } catch (failure) {
        failures.push(failure)
      }
    }
    this.#controller.abort()
    return failures
  }
}
