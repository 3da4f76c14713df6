import type { Amendment, Cancellation } from '../src/definition/hooks.ts'
import type { Operation } from '../src/definition/operations.ts'
import type { FailureSignal } from '../src/definition/signal.ts'
import type { OperationWay } from '../src/hooks/operation-way.ts'
import { HookRegistry } from '../src/hooks/hook-registry.ts'
import { MiddlewareRegistry } from '../src/hooks/middleware-registry.ts'
import { FakeClock } from './fake-clock.ts'

/** An operation on its way, of which a hook may amend the sorting. */
export class TestWay implements OperationWay {
  readonly as = <T>(_pluginId: string, run: () => T): T => run()
  cancellation: Cancellation | undefined
  operation: Operation<'sort:change'>
  readonly #listeners = new Set<() => void>()

  constructor(after: { id: string; desc: boolean }[] = []) {
    this.operation = {
      id: 'operation-1',
      type: 'sort:change',
      payload: { before: [], after },
      source: 'api',
      timestamp: 0,
    }
  }

  amend({ patch }: Amendment): void {
    this.operation = { ...this.operation, payload: { before: [], after: patch as never } }
  }

  cancel(cancellation: Cancellation): void {
    if (this.cancellation) return
    this.cancellation = cancellation
    for (const listener of this.#listeners) listener()
  }

  onCancel(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  get listeners(): number {
    return this.#listeners.size
  }
}

/** The registries of one host, and what they report. */
export function hookRooms() {
  const clock = new FakeClock()
  const reports: FailureSignal[] = []
  const rooms = { clock, report: (signal: FailureSignal) => void reports.push(signal) }
  return { clock, reports, hooks: new HookRegistry(rooms), middleware: new MiddlewareRegistry(rooms) }
}
