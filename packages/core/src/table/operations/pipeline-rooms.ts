import type { Report } from '../../definition/signal.ts'
import type { EnhancedEventBus } from '../../events/enhanced-event-bus.ts'
import type { HookRegistry } from '../../hooks/hook-registry.ts'
import type { MiddlewareRegistry } from '../../hooks/middleware-registry.ts'
import type { Clock } from '../../lifetime/clock.ts'

/** What operations pass on their way. */
export interface PipelineRooms {
  readonly bus: EnhancedEventBus
  readonly hooks: HookRegistry
  readonly middleware: MiddlewareRegistry
  readonly clock: Clock
  readonly report: Report
}
