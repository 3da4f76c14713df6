/** Where a value is in a row, key by key from the top. */
export type Path = readonly string[]

/** The path that TanStack reads an `accessorKey` by. */
export function pathOf(accessorKey: string | number): Path {
  return typeof accessorKey === 'string' ? accessorKey.split('.') : [String(accessorKey)]
}

/** Whether `path` is `outer`, or lies inside it. */
export function isWithin(path: Path, outer: Path): boolean {
  return outer.length <= path.length && outer.every((key, at) => key === path[at])
}

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}

/** Whether the value is an object of no class. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (!isObject(value) || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || prototype === Object.prototype
}

/** Whether the value is an object or array of plain fields. */
export function isContainer(value: unknown): value is Record<string, unknown> {
  return Array.isArray(value) || isRecord(value)
}
