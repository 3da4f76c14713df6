import type { RowValues } from '../../definition/operations.ts'
import { isContainer, type Path } from './path.ts'

/** Where in a row a function of the application finds what it computes from. */
export function pathsRead(compute: (row: RowValues) => unknown, row: RowValues): readonly Path[] {
  const read = new Map<string, Path>()
  const note = (path: Path): void => void (path.length > 0 && read.set(JSON.stringify(path), path))
  try {
    compute(watched(row, [], note) as RowValues)
  } catch {
    // What it read until then counts.
  }
  const paths = [...read.values()]
  return paths.filter((path) => !paths.some((other) => leadsTo(path, other)))
}

/** Notes the paths of all fields that are read, and of objects that are read as a whole. */
function watched(value: unknown, path: Path, note: (path: Path) => void): unknown {
  if (!isContainer(value)) return value
  // Not the value itself: a proxy has to give the fields of a frozen object as they are.
  return new Proxy(Array.isArray(value) ? [] : {}, {
    get(_, key) {
      const field: unknown = Reflect.get(value, key)
      if (typeof key === 'symbol' || !Object.hasOwn(value, key)) return field
      const at = [...path, key]
      note(at)
      return watched(field, at, note)
    },
    has: (_, key) => key in value,
    ownKeys: (target) => [...new Set([...Reflect.ownKeys(value), ...Reflect.ownKeys(target)])],
    getOwnPropertyDescriptor(target, key) {
      const fixed = Reflect.getOwnPropertyDescriptor(target, key)
      if (fixed || !Object.hasOwn(value, key)) return fixed
      return {
        configurable: true,
        enumerable: true,
        writable: true,
        value: Reflect.get(value, key) as unknown,
      }
    },
  })
}

function leadsTo(path: Path, other: Path): boolean {
  return other.length > path.length && path.every((key, at) => key === other[at])
}
