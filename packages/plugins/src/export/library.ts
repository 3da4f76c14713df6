import { writerUnavailable } from './errors.ts'
import type { ExportFormat } from './export-options.ts'

/**
 * Loads one member of a library. CommonJS libraries come whole as `default`
 * from one bundler, and as names from another.
 *
 * @throws GK_EXPORT_WRITER_UNAVAILABLE
 */
export async function loadMember<T extends object, K extends keyof T & string>(
  format: ExportFormat,
  library: string,
  member: K,
  load: () => Promise<T>,
): Promise<T[K]> {
  try {
    const loaded = (await load()) as T & { default?: T }
    const found = loaded[member] ?? loaded.default?.[member]
    if (found === undefined) throw new TypeError(`it has no ${member}`)
    return found
  } catch (error) {
    throw writerUnavailable(format, library, error)
  }
}
