import type { EnhancedPluginContext, EventPattern, GridKitEvent, Undo } from '@gridkit/core'
import { attemptAll } from './attempt-all.ts'

/** What one plugin is subscribed to, which its configuration may change. */
export class Subscriptions {
  readonly #context: Pick<EnhancedPluginContext, 'on'>
  readonly #handle: (event: GridKitEvent) => void
  readonly #undo = new Map<EventPattern, Undo>()

  constructor(context: Pick<EnhancedPluginContext, 'on'>, handle: (event: GridKitEvent) => void) {
    this.#context = context
    this.#handle = handle
  }

  /** Subscribes to these patterns and no others. @throws GK_PERMISSION_DENIED for one that was not granted; the rest holds */
  set(patterns: readonly EventPattern[]): void {
    for (const [pattern, undo] of this.#undo) {
      if (patterns.includes(pattern)) continue
      this.#undo.delete(pattern)
      undo()
    }
    attemptAll([...new Set(patterns)].map((pattern) => () => this.#add(pattern)))
  }

  #add(pattern: EventPattern): void {
    if (this.#undo.has(pattern)) return
    this.#undo.set(
      pattern,
      this.#context.on(pattern, (event) => this.#handle(event)),
    )
  }
}
