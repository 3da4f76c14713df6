import type { OperationType } from '../../definition/operations.ts'
import type { GridKitError } from '../../errors/gridkit-error.ts'
import { operationCycle } from '../../errors/table-errors.ts'

/** How deep hooks may make operations before that is taken for a cycle. */
const deepest = 100
/** Operations deeper than this are counted, because each may make several: such a cycle would never get to the deepest. */
const deep = 10
const mostDeepOperations = 1_000
const shownTypes = 10

/** An operation that hooks are asked about, and the one whose hook made it. */
export interface NestedOperation {
  readonly type: OperationType
  readonly depth: number
  readonly cause: NestedOperation | undefined
  /** How many deep ones the first of them led to. */
  readonly count: { deep: number }
}

/** Knows which operation led to which. */
export class OperationNesting {
  #current: NestedOperation | undefined

  /** The operation whose hook, or whose consequence, runs at the moment. */
  get current(): NestedOperation | undefined {
    return this.#current
  }

  /** An operation made now, or why it is one too many. */
  enter(type: OperationType): NestedOperation | GridKitError {
    const cause = this.#current
    const depth = cause === undefined ? 0 : cause.depth + 1
    const count = cause?.count ?? { deep: 0 }
    if (depth > deep) count.deep += 1
    const operation = { type, depth, cause, count }
    return depth > deepest || count.deep > mostDeepOperations
      ? operationCycle(typesOf(operation), depth)
      : operation
  }

  /** Operations that `run` makes are consequences of this one. */
  within<T>(operation: NestedOperation | undefined, run: () => T): T {
    const outer = this.#current
    this.#current = operation
    try {
      return run()
    } finally {
      this.#current = outer
    }
  }
}

/** The last that led to it, with it. */
function typesOf(operation: NestedOperation): readonly OperationType[] {
  const types: OperationType[] = []
  for (let at: NestedOperation | undefined = operation; at && types.length < shownTypes; at = at.cause)
    types.unshift(at.type)
  return types
}
