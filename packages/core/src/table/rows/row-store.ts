import type { RowValues } from '../../definition/operations.ts'
import type { Undo } from '../../lifetime/scope.ts'

/** The rows of a table. Every change makes a new array; rows that did not change keep their identity. */
export class RowStore {
  readonly #listeners = new Set<() => void>()
  #given: readonly RowValues[]
  #rows: readonly RowValues[]
  #version = 0

  constructor(data: readonly RowValues[]) {
    this.#given = data
    this.#rows = data
  }

  get rows(): readonly RowValues[] {
    return this.#rows
  }

  /** Counts the changes made here, and not those of the application. */
  get version(): number {
    return this.#version
  }

  /** The rows as they are, or what the application gave now if that is new. Reads only. */
  resolve(data: readonly RowValues[]): readonly RowValues[] {
    return data === this.#given ? this.#rows : data
  }

  /** Takes over what the application gave. Whether that changed anything. */
  accept(data: readonly RowValues[]): boolean {
    if (data === this.#given) return false
    this.#given = data
    if (data === this.#rows) return false
    // Nobody is told: who gave the rows has them, and telling would make an inline array render for ever.
    this.#rows = data
    return true
  }

  replaceAt(index: number, row: RowValues): void {
    this.#set(this.#rows.with(index, row))
  }

  insertAt(index: number, row: RowValues): void {
    this.#set(this.#rows.toSpliced(index, 0, row))
  }

  removeAt(index: number): void {
    this.#set(this.#rows.toSpliced(index, 1))
  }

  /** Calls the listener after each change made here. */
  subscribe(listener: () => void): Undo {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  #set(rows: readonly RowValues[]): void {
    this.#rows = rows
    this.#version += 1
    for (const listener of this.#listeners) listener()
  }
}
