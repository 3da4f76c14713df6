import type { OperationPayloads, OperationSource, OperationType } from '../../definition/operations.ts'
import type { EnhancedEventBus } from '../../events/enhanced-event-bus.ts'

/** The one way by which rows and table state change: apply, then tell. */
export class OperationPipeline {
  readonly #bus: EnhancedEventBus
  #source: OperationSource = 'api'
  #lastId = 0

  constructor(bus: EnhancedEventBus) {
    this.#bus = bus
  }

  /** Operations started by `run`, while it runs, are charged to `source`. */
  withSource<T>(source: OperationSource, run: () => T): T {
    const outer = this.#source
    this.#source = source
    try {
      return run()
    } finally {
      this.#source = outer
    }
  }

  /**
   * Applies one operation, tells the application, and emits the event of the same type. The event
   * is a fact by then, so that it is emitted also where the application's own callback throws.
   */
  perform<TType extends OperationType>(
    type: TType,
    payload: OperationPayloads[TType],
    apply: () => void,
    tell?: () => void,
  ): void {
    this.#lastId += 1
    const operationId = `operation-${this.#lastId}`
    const source = this.#source
    apply()
    try {
      tell?.()
    } finally {
      // Types that are operations have the same payload as events; the compiler can't follow it through TType.
      this.#bus.emit<string>({ type, payload, source, operationId })
    }
  }
}
