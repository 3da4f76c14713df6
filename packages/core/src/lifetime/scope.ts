import { guardListeners } from './guarded-signal.ts'

/** Undoes one registration. Calling it again does nothing. */
export type Undo = () => void

/**
 * Owns what one plugin acquired, and gives all of it back at once.
 *
 * Closing marks the scope closed first, then releases in reverse order, then
 * aborts the signal. A release or an abort listener that throws does not keep
 * the others from running, and what is added after closing is released at once.
 */
export class Scope {
  readonly #releases = new Set<Undo>()
  /** Made when somebody asks for the signal: most scopes are short, and close without one. */
  #controller: AbortController | undefined
  readonly #late: (failure: unknown) => void
  #closed = false
  /** While closing: what was thrown so far. */
  #failures: unknown[] | undefined

  /**
   * @param late Told what was thrown when {@link close} has returned already: by a release that was added too
   *   late, or by an asynchronous abort listener. Default: throws it, to whoever added the release.
   */
  constructor(late: (failure: unknown) => void = rethrow) {
    this.#late = late
  }

  /** Aborted when the scope closes. Its listeners can't harm each other or the page. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      guardListeners(this.#controller.signal, (failure) => this.#caught(failure))
      if (this.#closed && this.#failures === undefined) this.#controller.abort()
    }
    return this.#controller.signal
  }

  get closed(): boolean {
    return this.#closed
  }

  /** How many registrations the scope holds. */
  get size(): number {
    return this.#releases.size
  }

  /**
   * Takes ownership of a release, and returns the undo that releases it early.
   * What the release throws then is thrown to the caller of the undo.
   */
  add(release: Undo): Undo {
    const undo = (): void => {
      if (this.#releases.delete(undo)) release()
    }
    this.#releases.add(undo)
    if (this.#closed) this.#release(undo)
    return undo
  }

  /** Releases everything, in reverse, and returns what the releases and the abort listeners threw. */
  close(): readonly unknown[] {
    if (this.#closed) return []
    this.#closed = true
    const failures: unknown[] = []
    this.#failures = failures
    for (const undo of [...this.#releases].reverse()) this.#release(undo)
    this.#controller?.abort()
    this.#failures = undefined
    return failures
  }

  #release(undo: Undo): void {
    try {
      undo()
    } catch (failure) {
      this.#caught(failure)
    }
  }

  #caught(failure: unknown): void {
    if (this.#failures) this.#failures.push(failure)
    else this.#late(failure)
  }
}

function rethrow(failure: unknown): never {
  throw failure
}
