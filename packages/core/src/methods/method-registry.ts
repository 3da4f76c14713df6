import { methodExists } from '../errors/context-errors.ts'
import type { Undo } from '../lifetime/scope.ts'

/** Calls a method of a plugin and passes on what comes of it. */
export type MethodCall = (parameters: readonly unknown[]) => Promise<unknown>

interface MethodEntry {
  readonly owner: string
  /** How many declarations keep the name: the host's list and the running plugin each have theirs. */
  holders: number
  /** Absent while the plugin has declared the method but not registered it yet. */
  call: MethodCall | undefined
}

/** Which names the table has from its plugins, and who answers them. */
export class MethodRegistry {
  readonly #entries = new Map<string, MethodEntry>()
  readonly #listeners = new Set<() => void>()
  #taken: (name: string) => boolean = () => false

  /** Every name declared or registered. */
  names(): readonly string[] {
    return [...this.#entries.keys()]
  }

  ownerOf(name: string): string | undefined {
    return this.#entries.get(name)?.owner
  }

  find(name: string): MethodCall | undefined {
    return this.#entries.get(name)?.call
  }

  /** Tells the registry which names the table has of itself. */
  reserve(taken: (name: string) => boolean): void {
    this.#taken = taken
  }

  /** Called whenever the set of names changes. */
  subscribe(listener: () => void): Undo {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Reserves the names a definition lists, before the plugin runs: all, or none when one is refused. @throws GK_METHOD_EXISTS */
  declare(owner: string, names: readonly string[]): Undo {
    const held: MethodEntry[] = []
    const undo = (): void => {
      for (const entry of held.splice(0)) entry.holders -= 1
      this.#changed()
    }
    try {
      for (const name of new Set(names)) held.push(this.#hold(owner, name))
    } catch (error) {
      undo()
      throw error
    }
    this.#changed()
    return undo
  }

  /** @throws GK_METHOD_EXISTS */
  register(owner: string, name: string, call: MethodCall): Undo {
    if (this.find(name) !== undefined) throw methodExists(owner, name)
    const release = this.declare(owner, [name])
    const entry = this.#entries.get(name)
    if (entry) entry.call = call
    return () => {
      if (entry?.call === call) entry.call = undefined
      release()
    }
  }

  #hold(owner: string, name: string): MethodEntry {
    const known = this.#entries.get(name)
    // Whoever awaits a table, or a group of methods, would call it.
    const thenable = name.split('.').includes('then')
    const free = !thenable && !this.#taken(name) && !this.#nests(name)
    const refused = known === undefined ? !free : known.owner !== owner
    if (refused) throw methodExists(owner, name)
    const entry = known ?? { owner, holders: 0, call: undefined }
    entry.holders += 1
    this.#entries.set(name, entry)
    return entry
  }

  /** Whether the name is a group of another, or inside another method. */
  #nests(name: string): boolean {
    return this.names().some((each) => each.startsWith(`${name}.`) || name.startsWith(`${each}.`))
  }

  #changed(): void {
    for (const [name, { holders }] of this.#entries) if (holders === 0) this.#entries.delete(name)
    for (const listener of this.#listeners) listener()
  }
}
