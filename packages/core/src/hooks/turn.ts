import type { Amendment, HookTurn } from '../definition/hooks.ts'
import type { Operation } from '../definition/operations.ts'
import { hookEnded } from '../errors/hook-errors.ts'
import { guardListeners } from '../lifetime/guarded-signal.ts'
import type { Hook } from './hook.ts'
import type { OperationWay } from './operation-way.ts'

/** One `before` hook at one operation, until it has said what it has to say. */
export class Turn implements HookTurn {
  readonly #hook: Hook
  readonly #way: OperationWay
  readonly #caught: (error: unknown) => void
  #isOver = false
  #isGivenUp = false
  /** Made when somebody asks for the signal: most hooks are synchronous. */
  #controller: AbortController | undefined

  /** @param caught Told what the listeners of the signal throw. */
  constructor(hook: Hook, way: OperationWay, caught: (error: unknown) => void) {
    this.#hook = hook
    this.#way = way
    this.#caught = caught
  }

  get operation(): Operation {
    return this.#way.operation
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController()
      guardListeners(this.#controller.signal, this.#caught)
      if (this.#isGivenUp) this.#controller.abort()
    }
    return this.#controller.signal
  }

  amend(amendment: Amendment): void {
    this.#require('amend')
    this.#way.amend(amendment)
  }

  cancel(reason: unknown): void {
    this.#require('cancel')
    const said = typeof reason === 'string' && reason !== '' ? reason : 'no reason was given'
    this.#way.cancel({ by: this.#hook.owner, reason: said })
  }

  /** From now on it has no say. */
  end(): void {
    this.#isOver = true
  }

  /** As {@link end}, before it was done. */
  giveUp(): void {
    this.#isOver = true
    this.#isGivenUp = true
    this.#controller?.abort()
  }

  #require(member: string): void {
    if (this.#isOver) throw hookEnded(this.#hook.owner, member, `its hook '${this.#hook.point}'`)
  }
}
