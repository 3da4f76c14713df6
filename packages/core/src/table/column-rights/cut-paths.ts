import type { Path } from './path.ts'

/** A place in a row, as what is left from there of the paths that lead on. */
export interface Position {
  /** To what is cut without exception. */
  readonly exact: readonly Path[]
  /** To what is cut as anywhere in a row, because any object may be a row. */
  readonly alike: readonly Path[]
  /** To what is not cut, though it is called alike. */
  readonly excepted: readonly Path[]
}

/** Places in rows that a plugin does not get to: those of some columns, and what is called alike at any depth. */
export class CutPaths {
  readonly top: Position
  /** In a value of which nobody knows where it belongs. */
  readonly anywhere: Position = { exact: [], alike: [], excepted: [] }
  readonly #paths: readonly Path[]
  readonly #heads: ReadonlySet<string | undefined>

  constructor(paths: readonly Path[], excepted: readonly Path[]) {
    this.#paths = paths
    this.#heads = new Set(paths.map(([head]) => head))
    this.top = { exact: paths, alike: [], excepted }
  }

  enter(position: Position, key: string): Position {
    const { exact, alike, excepted } = position
    // Most values are nowhere near.
    if (!this.#heads.has(key) && !leads(exact, key) && !leads(alike, key) && !leads(excepted, key))
      return this.anywhere
    return {
      exact: after(exact, key),
      alike: [...after(alike, key), ...after(this.#paths, key)],
      excepted: after(excepted, key),
    }
  }

  at(path: Path): Position {
    return path.reduce((position, key) => this.enter(position, key), this.top)
  }

  isCut({ exact, alike, excepted }: Position): boolean {
    return endsHere(exact) || (endsHere(alike) && !endsHere(excepted))
  }
}

function leads(paths: readonly Path[], key: string): boolean {
  return paths.some(([head]) => head === key)
}

function after(paths: readonly Path[], key: string): readonly Path[] {
  return paths.filter((path) => path[0] === key).map((path) => path.slice(1))
}

function endsHere(paths: readonly Path[]): boolean {
  return paths.some((path) => path.length === 0)
}
