/** Where a value is in a row, key by key from the top. */
export type Path = readonly string[]

/** The path that TanStack reads an `accessorKey` by. */
export function pathOf(accessorKey: string | number): Path {
  return typeof accessorKey === 'string' ? accessorKey.split('.') : [String(accessorKey)]
}

/** Whether `path` is `outer`, or lies inside it. */
export function isWithin(path: readonly (string | number)[], outer: Path): boolean {
  return outer.length <= path.length && outer.every((key, at) => key === String(path[at]))
}

/** What is left of the paths that lead through `key`, after it. */
export function after(paths: readonly Path[], key: string): readonly Path[] {
  if (paths.length === 0) return paths
  return paths.filter((path) => path[0] === key).map((path) => path.slice(1))
}

/** What is left of the paths that lie strictly inside `outer`. */
export function below(paths: readonly Path[], outer: Path): readonly Path[] {
  return paths
    .filter((path) => path.length > outer.length && isWithin(path, outer))
    .map((path) => path.slice(outer.length))
}

/** Whether one of the paths ends here. */
export function endsHere(paths: readonly Path[]): boolean {
  return paths.some((path) => path.length === 0)
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** Whether the value is an object or array of plain fields. */
export function isContainer(value: unknown): value is Record<string, unknown> {
  if (!isObject(value)) return false
  if (Array.isArray(value)) return true
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}
