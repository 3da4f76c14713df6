import type { Operation } from '../../definition/operations.ts'
import type { Report } from '../../definition/signal.ts'
import { GridKitError } from '../../errors/gridkit-error.ts'
import type { EnhancedEventBus } from '../../events/enhanced-event-bus.ts'

/** Tells everybody of an operation that is not made. */
export function tellCancelled(bus: EnhancedEventBus, operation: Operation, by: string, reason: string): void {
  const payload = Object.freeze({ operation, by, reason })
  const { source, id } = operation
  bus.emit({ type: 'operation:cancelled', payload, source, operationId: id })
}

/** Reports why an operation failed, where that is somebody's fault and nobody is there to throw it to. */
export function reportFailure(report: Report, { type, source }: Operation, error: unknown): void {
  if (isOfRows(error)) return
  const pluginId = source === 'user' || source === 'api' ? undefined : source
  report({ pluginId, phase: `operation '${type}'`, error })
}

/** Whether it says that what was to be changed is there no more, or in the way. That is no fault. */
function isOfRows(error: unknown): boolean {
  return error instanceof GridKitError && /^GK_ROW_(NOT_FOUND|EXISTS|NOT_EDITABLE)$/.test(error.code)
}
