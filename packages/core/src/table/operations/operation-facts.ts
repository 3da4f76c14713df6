import type { Operation, OperationSource, OperationType } from '../../definition/operations.ts'
import type { Report } from '../../definition/signal.ts'
import { GridKitError } from '../../errors/gridkit-error.ts'
import type { EnhancedEventBus } from '../../events/enhanced-event-bus.ts'

/** Tells everybody of an operation that is not made. */
export function tellCancelled(bus: EnhancedEventBus, operation: Operation, by: string, reason: string): void {
  const payload = Object.freeze({ operation, by, reason })
  const { source, id } = operation
  bus.emit({ type: 'operation:cancelled', payload, source, operationId: id })
}

/** Why an operation failed that nobody waits for. */
export interface OperationFailure {
  readonly type: OperationType
  readonly error: unknown
  /** The plugin whose fault it is; nobody's, or the application's, without. */
  readonly pluginId?: string | undefined
}

/** Reports why an operation failed, where that is somebody's fault and nobody is there to throw it to. */
export function reportFailure(report: Report, { type, error, pluginId }: OperationFailure): void {
  if (!isOfRows(error)) report({ pluginId, phase: `operation '${type}'`, error })
}

/** The plugin that operations of this source are charged to. */
export function pluginOf(source: OperationSource): string | undefined {
  return source === 'user' || source === 'api' ? undefined : source
}

/**
 * Whether a plugin's own code made it fail when that was found out which change it asks for. What the application
 * throws then is not for the plugin, which may not see all that it quotes.
 */
export function isOfAsker(error: unknown): boolean {
  return (
    error instanceof GridKitError && /^GK_(RECIPE_FAILED|NOT_PLAIN_DATA|PERMISSION_DENIED)$/.test(error.code)
  )
}

/** Whether it says that what was to be changed is there no more, or in the way. That is no fault. */
function isOfRows(error: unknown): boolean {
  return error instanceof GridKitError && /^GK_ROW_(NOT_FOUND|EXISTS|NOT_EDITABLE)$/.test(error.code)
}
