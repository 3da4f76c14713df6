import type { Undo } from '../lifetime/scope.ts'
import { HookHold } from './hook-hold.ts'

/** Something a plugin registered, for operations to wait for while the plugin is being replaced. */
export interface Held {
  readonly owner: string
  /** While its plugin is being replaced, and ever after where it went with that. */
  hold: HookHold | undefined
}

interface OwnerHold<T> {
  readonly hold: HookHold
  /** Those registered when it began, which keep their place when they go. */
  readonly kept: Set<T>
  holders: number
}

/** The plugins that are being replaced, and what they had registered in one registry. */
export class OwnerHolds<T extends Held> {
  readonly #registered: ReadonlySet<T>
  readonly #changed: () => void
  readonly #holds = new Map<string, OwnerHold<T>>()

  /** @param changed Told when {@link standing}, or what of it is held, becomes another. */
  constructor(registered: ReadonlySet<T>, changed: () => void) {
    this.#registered = registered
    this.#changed = changed
  }

  /** All that operations are to pass: what is registered, and what went because it is being replaced. */
  get standing(): readonly T[] {
    if (this.#holds.size === 0) return [...this.#registered]
    return [...new Set([...this.#registered, ...[...this.#holds.values()].flatMap(({ kept }) => [...kept])])]
  }

  of(owner: string): HookHold | undefined {
    return this.#holds.get(owner)?.hold
  }

  /** @param released Told when the last hold of the plugin is undone, before those go on that wait. */
  hold(owner: string, released: () => void): Undo {
    const held = this.#holds.get(owner) ?? { hold: new HookHold(), kept: new Set<T>(), holders: 0 }
    this.#holds.set(owner, held)
    held.holders += 1
    for (const each of this.#registeredBy(owner)) {
      each.hold = held.hold
      held.kept.add(each)
    }
    this.#changed()
    let isHeld = true
    return () => {
      if (isHeld) held.holders -= 1
      isHeld = false
      if (held.holders === 0 && held.hold.isOpen) this.#release(owner, held.hold, released)
    }
  }

  #release(owner: string, hold: HookHold, released: () => void): void {
    this.#holds.delete(owner)
    for (const each of this.#registeredBy(owner)) each.hold = undefined
    this.#changed()
    released()
    hold.release()
  }

  #registeredBy(owner: string): readonly T[] {
    return [...this.#registered].filter((each) => each.owner === owner)
  }
}
