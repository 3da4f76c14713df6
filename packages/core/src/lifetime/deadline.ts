import type { Clock } from './clock.ts'

/** How a piece of work ended: with its value, by its own failure, or without an end. */
export type Outcome<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'failed'; readonly error: unknown }
  | { readonly kind: 'timed-out' }
  | { readonly kind: 'aborted' }

/**
 * Runs `work` until it ends, `milliseconds` pass (if there is a limit) or
 * `signal` aborts. Never rejects. What comes of the work after that is ignored, so it can't become an
 * unhandled rejection.
 */
export function withDeadline<T>(
  clock: Clock,
  milliseconds: number | undefined,
  signal: AbortSignal | undefined,
  work: () => T | PromiseLike<T>,
): Promise<Outcome<T>> {
  return new Promise((resolve) => {
    const settle = (outcome: Outcome<T>): void => {
      cancelTimer()
      signal?.removeEventListener('abort', abort)
      resolve(outcome)
    }
    const abort = (): void => settle({ kind: 'aborted' })
    const cancelTimer =
      milliseconds === undefined ? () => {} : clock.after(milliseconds, () => settle({ kind: 'timed-out' }))
    if (signal?.aborted) return abort()
    signal?.addEventListener('abort', abort)
    // The executor form turns a synchronous throw into a rejection.
    new Promise<T>((done) => done(work())).then(
      (value) => settle({ kind: 'done', value }),
      (error: unknown) => settle({ kind: 'failed', error }),
    )
  })
}
