import { methodExists } from '../errors/catalogue.ts'
import type { Undo } from '../lifetime/scope.ts'

/** Calls a method of a plugin and passes on what comes of it. */
export type MethodCall = (parameters: readonly unknown[]) => Promise<unknown>

interface MethodEntry {
  readonly owner: string
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

  /** Reserves the names a definition lists, before the plugin runs. @throws GK_METHOD_EXISTS */
  declare(owner: string, names: readonly string[]): Undo {
    for (const name of names) this.#refuseTaken(owner, name)
    for (const name of names) {
      if (!this.#entries.has(name)) this.#entries.set(name, { owner, call: undefined })
    }
    this.#changed()
    return () => this.#remove(owner, (name) => names.includes(name))
  }

  /** @throws GK_METHOD_EXISTS */
  register(owner: string, name: string, call: MethodCall): Undo {
    this.#refuseTaken(owner, name)
    const declared = this.#entries.get(name)
    if (declared?.call !== undefined) throw methodExists(owner, name)
    if (declared === undefined) {
      this.#entries.set(name, { owner, call })
      this.#changed()
      return () => this.#remove(owner, (each) => each === name)
    }
    declared.call = call
    return () => {
      if (declared.call === call) declared.call = undefined
    }
  }

  #refuseTaken(owner: string, name: string): void {
    const other = this.#entries.get(name)
    if (other === undefined ? this.#taken(name) || this.#nests(name) : other.owner !== owner) {
      throw methodExists(owner, name)
    }
  }

  /** Whether the name is a group of another, or inside another method. */
  #nests(name: string): boolean {
    return this.names().some((each) => each.startsWith(`${name}.`) || name.startsWith(`${each}.`))
  }

  #remove(owner: string, which: (name: string) => boolean): void {
    for (const [name, entry] of this.#entries) {
      if (entry.owner === owner && which(name)) this.#entries.delete(name)
    }
    this.#changed()
  }

  #changed(): void {
    for (const listener of this.#listeners) listener()
  }
}
