import type { Undo } from '../lifetime/scope.ts'

/** Something that may happen: starts to look out for it, and returns what ends that. */
export type Happening<T> = (happened: (outcome: T) => void) => Undo

/** Resolves with whatever happens first, and looks out for nothing more. */
export function firstOf<T>(happenings: readonly Happening<T>[]): Promise<T> {
  return new Promise((resolve) => {
    const undos: Undo[] = []
    let isOver = false
    const happened = (outcome: T): void => {
      isOver = true
      for (const undo of undos.splice(0)) undo()
      resolve(outcome)
    }
    for (const start of happenings) {
      const undo = start(happened)
      if (isOver) return undo()
      undos.push(undo)
    }
    return undefined
  })
}

/** What a piece of work comes to; `undefined` where it fails. */
export function settlementOf<T>(
  work: PromiseLike<unknown>,
  outcome: (value: unknown) => T,
  failed: (error: unknown) => void,
): Happening<T> {
  return (happened) => {
    work.then(
      (value) => happened(outcome(value)),
      (error: unknown) => {
        failed(error)
        happened(outcome(undefined))
      },
    )
    return () => {}
  }
}
